import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareInSlices, standingsTable, type Standing } from '../load/slices.js';
import { loadWithWrk } from '../load/wrk.js';
import { RESULTS } from '../own-program.js';
import { circumstances, writeSection } from '../readme-section.js';
import { chosenGateways } from './lineup.js';
import { Stage, type Running } from './stage.js';

const USAGE = `npm run bench -- pair FIRST,SECOND[,...] [options]

All run at once and take the load in short alternating slices; the ratio to the first is taken slice by slice, then the median.
Right on a noisy machine, for whatever is near 1. FIRST,FIRST shows how near 1 is when nothing differs.

  --workloads A,B    W1, W2, W3
  --conc A,B         numbers of callers (16)
  --slices N         slices of each (15)
  --slice N          seconds of a slice (2)
  --near-free        subgraphs answer from bytes seen before
  --max X            exit code 1 when a median ratio is above
  --write            put the table into bench/README.md
`;
const WARM_UP_SECONDS = 4;
const WARM_UP_CALLERS = 16;

/** `npm run bench -- pair`: a paired comparison. */
export async function comparePairs(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false },
      workloads: { type: 'string', default: 'W1,W2,W3' },
      conc: { type: 'string', default: '16' },
      slices: { type: 'string', default: '15' },
      slice: { type: 'string', default: '2' },
      'near-free': { type: 'boolean', default: false },
      max: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  const [names] = positionals;
  if (values.help || names === undefined) {
    process.stdout.write(USAGE);
    return;
  }
  const gateways = chosenGateways(names);
  const folder = join(RESULTS, `pair-${new Date().toISOString().replace(/[:.]/g, '-')}`);
  mkdirSync(folder, { recursive: true });
  const stage = await Stage.open(values.workloads, values['near-free'], folder, gateways);
  const running: Running[] = [];
  for (const [index, gateway] of gateways.entries()) running.push(await stage.start(gateway, index));

  const standings: Standing[] = [];
  for (const { key, requestsFile } of stage.workloads) {
    const contestants = running.map(({ gateway, child, url }) => ({ name: gateway.name, child, url, requestsFile }));
    for (const { url } of contestants) await loadWithWrk(url, requestsFile, WARM_UP_CALLERS, WARM_UP_SECONDS);
    for (const callers of values.conc.split(',').map(Number)) {
      standings.push(
        ...(await compareInSlices(contestants, {
          workload: key,
          callers,
          slices: Number(values.slices),
          seconds: Number(values.slice),
          beside: [stage.subgraphs],
          keep: (slice) => {
            appendFileSync(join(folder, 'slices.jsonl'), `${JSON.stringify(slice)}\n`);
          },
        })),
      );
    }
  }
  for (const { child } of running) await child.stop();
  await stage.close();

  const text = standingsTable(standings);
  process.stdout.write(`${text}\n`);
  if (values.write) {
    const intro = `${circumstances()}. Alternating slices of ${values.slice} s, ${values.slices} of each${values['near-free'] ? ', near-free subgraphs' : ''}; the ratio is the median over the slices, with its quartiles.`;
    writeSection('In pairs', `${intro}\n\n${text}`);
  }
  if (values.max !== undefined && standings.some(({ ratio }) => ratio > Number(values.max))) process.exitCode = 1;
}

import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureOnce, type Cell } from '../load/cell.js';
import { loadWithWrk } from '../load/wrk.js';
import { RESULTS } from '../own-program.js';
import { circumstances, writeSection } from '../readme-section.js';
import { median, quantile, shown, table } from '../statistics.js';
import { chosenGateways } from './lineup.js';
import { Stage, type Running, type Workload } from './stage.js';

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

  const lines: Line[] = [];
  for (const workload of stage.workloads) {
    for (const { url } of running) await loadWithWrk(url, workload.requestsFile, Number(values.conc.split(',').at(-1)), WARM_UP_SECONDS);
    for (const callers of values.conc.split(',').map(Number)) {
      const cells = await alternate(stage, running, workload, {
        callers,
        slices: Number(values.slices),
        seconds: Number(values.slice),
        keep: (slice) => {
          appendFileSync(join(folder, 'slices.jsonl'), `${JSON.stringify(slice)}\n`);
        },
      });
      lines.push(...summarise(workload, callers, running, cells));
    }
  }
  for (const { child } of running) await child.stop();
  await stage.close();

  const text = render(lines, running);
  process.stdout.write(text);
  if (values.write) {
    const intro = `${circumstances()}. Alternating slices of ${values.slice} s, ${values.slices} of each${values['near-free'] ? ', near-free subgraphs' : ''}; the ratio is the median over the slices, with its quartiles.`;
    writeSection('In pairs', `${intro}\n\n${text}`);
  }
  if (values.max !== undefined && lines.some(({ ratio }) => ratio > Number(values.max))) process.exitCode = 1;
}

interface Slices {
  readonly callers: number;
  readonly slices: number;
  readonly seconds: number;
  readonly keep: (slice: Cell & { readonly gateway: string; readonly workload: string; readonly callers: number }) => void;
}

/** Slices of each gateway in turn, back and forth, so that a drift of the machine meets them alike. */
async function alternate(
  stage: Stage,
  running: readonly Running[],
  workload: Workload,
  { callers, slices, seconds, keep }: Slices,
): Promise<Cell[][]> {
  const cells: Cell[][] = running.map(() => []);
  for (let slice = 0; slice < slices; slice++) {
    const order = [...running.entries()];
    for (const [index, { gateway, child, url }] of slice % 2 === 0 ? order : order.reverse()) {
      const beside = [stage.subgraphs, ...running.filter((other) => other.child !== child).map((other) => other.child)];
      const cell = await measureOnce({ measured: child, beside, url, requestsFile: workload.requestsFile, callers, seconds });
      cells[index]?.push(cell);
      keep({ ...cell, gateway: gateway.name, workload: workload.key, callers });
    }
  }
  return cells;
}

interface Line {
  readonly workload: string;
  readonly callers: number;
  readonly title: string;
  readonly cpu: number;
  readonly best: number;
  readonly rate: number;
  readonly failures: number;
  readonly ratio: number;
  readonly quartiles: readonly [number, number];
}

function summarise({ key }: Workload, callers: number, running: readonly Running[], cells: readonly (readonly Cell[])[]): Line[] {
  const first = cells[0] ?? [];
  return running.map(({ gateway }, index) => {
    const own = cells[index] ?? [];
    const cpu = own.map(({ cpuMsPerRequest }) => cpuMsPerRequest);
    const ratios = cpu.map((value, slice) => value / (first[slice]?.cpuMsPerRequest ?? NaN));
    const line: Line = {
      workload: key,
      callers,
      title: gateway.name,
      cpu: median(cpu),
      best: Math.min(...cpu),
      rate: median(own.map(({ requestsPerSecond }) => requestsPerSecond)),
      failures: own.reduce((sum, { failures }) => sum + failures, 0),
      ratio: median(ratios),
      quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    };
    process.stderr.write(
      `${key} c${callers} ${gateway.name.padEnd(20)} ${shown(line.cpu, 4)} CPU ms/request, ratio ${shown(line.ratio, 3)}\n`,
    );
    return line;
  });
}

function render(lines: readonly Line[], running: readonly Running[]): string {
  const first = running[0]?.gateway.name ?? '';
  return `${table(
    ['workload', 'callers', 'gateway', 'CPU ms/request', 'best slice', 'requests/s', `ratio to ${first}`, 'quartiles', 'failed'],
    lines.map(({ workload, callers, title, cpu, best, rate, ratio, quartiles, failures }) => [
      workload,
      String(callers),
      title,
      shown(cpu, 4),
      shown(best, 4),
      shown(rate, 0),
      shown(ratio, 3),
      quartiles.map((value) => shown(value, 2)).join(' – '),
      String(failures),
    ]),
  )}\n`;
}

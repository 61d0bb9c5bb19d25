import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureCell, type Cell, type Patience } from '../load/cell.js';
import { loadWithWrk } from '../load/wrk.js';
import { RESULTS } from '../own-program.js';
import { circumstances, writeSection } from '../readme-section.js';
import { chosenGateways, type Gateway } from './lineup.js';
import { Stage } from './stage.js';
import { peersTables, type Row } from './tables.js';

const USAGE = `npm run bench -- peers [options]

  --rounds N         rounds, the gateways one after another in each; tables give medians (3)
  --only A,B         gateways (all)
  --workloads A,B    W1, W2, W3
  --conc A,B         numbers of callers (1,16,64)
  --duration N       seconds of a measurement (10)
  --warmup N         seconds of load before the first one, for each workload (4)
  --foreign X        processors that may be busy with something else; a measurement with more is repeated (0.1)
  --repeats N        how often it is repeated (2)
  --quiet N          longest wait for a quiet machine before a measurement, seconds (15)
  --near-free        subgraphs answer from bytes seen before
  --write            put the tables into bench/README.md
`;
const WARM_UP_CALLERS = 16;

/** `npm run bench -- peers`: gateways side by side on the same subgraphs. */
export async function comparePeers(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string' },
      workloads: { type: 'string', default: 'W1,W2,W3' },
      conc: { type: 'string', default: '1,16,64' },
      duration: { type: 'string', default: '10' },
      warmup: { type: 'string', default: '4' },
      foreign: { type: 'string', default: '0.1' },
      repeats: { type: 'string', default: '2' },
      quiet: { type: 'string', default: '15' },
      'near-free': { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const gateways = chosenGateways(values.only);
  const plan: Plan = {
    callers: values.conc.split(',').map(Number),
    seconds: Number(values.duration),
    warmUpSeconds: Number(values.warmup),
    patience: { foreign: Number(values.foreign), repeats: Number(values.repeats), quietSeconds: Number(values.quiet) },
  };
  const folder = join(RESULTS, `peers-${new Date().toISOString().replace(/[:.]/g, '-')}`);
  mkdirSync(folder, { recursive: true });
  const stage = await Stage.open(values.workloads, values['near-free'], folder, gateways);
  const rows: Row[] = [];
  const failures: string[] = [];
  const rounds = Number(values.rounds);
  let text = '';
  for (let round = 0; round < rounds; round++) {
    for (const gateway of turned(gateways, round)) {
      try {
        for await (const row of measureGateway(stage, gateway, plan)) {
          rows.push(row);
          appendFileSync(join(folder, 'rows.jsonl'), `${JSON.stringify({ round, ...row })}\n`);
          report(row);
        }
      } catch (error) {
        const sentence = error instanceof Error ? error.message : String(error);
        failures.push(sentence);
        process.stderr.write(`${gateway.name}: ${sentence}\n`);
      }
    }
    const intro = `${circumstances()}. Medians of ${round + 1} rounds, ${plan.seconds} s per measurement${values['near-free'] ? ', near-free subgraphs' : ''}; wrk; the gateway has one processor to itself, subgraphs and load share the other.`;
    text = peersTables({ intro, gateways, workloads: stage.workloads, callers: plan.callers, rows, failures });
    writeFileSync(join(folder, 'tables.md'), text);
  }
  await stage.close();
  process.stdout.write(text);
  if (values.write) writeSection('Side by side with its peers', text);
}

interface Plan {
  readonly callers: readonly number[];
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly patience: Patience;
}

/** Another one begins each round, so that a drift of the machine does not always meet the same gateway. */
function turned(gateways: readonly Gateway[], round: number): readonly Gateway[] {
  const by = (round * Math.ceil(gateways.length / 3)) % Math.max(1, gateways.length);
  return [...gateways.slice(by), ...gateways.slice(0, by)];
}

async function* measureGateway(stage: Stage, gateway: Gateway, plan: Plan): AsyncGenerator<Row> {
  const running = await stage.start(gateway);
  try {
    for (const { requestsFile } of stage.workloads) await loadWithWrk(running.url, requestsFile, WARM_UP_CALLERS, plan.warmUpSeconds);
    for (const { key, requestsFile } of stage.workloads) {
      for (const callers of plan.callers) {
        const cell = await measureCell(
          { measured: running.child, beside: [stage.subgraphs], url: running.url, requestsFile, callers, seconds: plan.seconds },
          plan.patience,
        );
        yield { ...cell, gateway: gateway.name, workload: key, callers, startMs: running.startMs };
      }
    }
    await stage.check(running);
  } finally {
    await running.child.stop();
  }
}

function report({ gateway, workload, callers, ...cell }: Row & Cell): void {
  const figures = [
    gateway.padEnd(18),
    workload,
    `c${callers}`.padEnd(4),
    `${cell.cpuMsPerRequest.toFixed(4)} CPU ms/request`,
    `${cell.requestsPerSecond.toFixed(0).padStart(6)} requests/s`,
    `p50 ${cell.p50.toFixed(2)} p99 ${cell.p99.toFixed(2)} ms`,
    `${cell.bytesPerRequest.toFixed(0)} bytes`,
    `subgraphs ${cell.besideCpuMsPerRequest.toFixed(3)} CPU ms`,
    `${cell.memoryMb.toFixed(0)} MB, peak ${cell.peakMb.toFixed(0)}`,
    `foreign ${cell.foreign.toFixed(2)}`,
    `failed ${cell.failures}`,
  ];
  process.stderr.write(`${figures.join('  ')}\n`);
}

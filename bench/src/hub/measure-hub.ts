import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generateWorld, Hub, personaToken, Screen, type HubAddresses } from '@yichuang/sandbox';
import { cpuMilliseconds, memoryMegabytes } from '../machine/usage.js';
import { circumstances, writeSection } from '../readme-section.js';
import { quantile, table } from '../statistics.js';
import type { PreparedRequest } from '../load/wrk.js';
import { load } from './load.js';
import { WORKLOADS, type Stage, type Workload } from './workloads.js';

const PEOPLE = 2000;
const SEED = 1;
const FIRST_PORT = 26_000;
const WARM_UP_SECONDS = 3;

interface Options {
  readonly seconds: number;
  readonly callers: readonly number[];
}

/** `npm run bench`: brings the hub up as `npm start` does, each part a process of its own, and measures the gateway under each workload. */
export async function measureHub(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '8' },
      concurrency: { type: 'string', default: '1,16' },
      only: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  const options: Options = { seconds: Number(values.seconds), callers: values.concurrency.split(',').map(Number) };
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const hub = new Hub(root, new Screen(process.stderr, Date.now()));
  try {
    const addresses = await hub.start({ people: PEOPLE, seed: SEED, gatewayPort: undefined, firstPort: FIRST_PORT });
    const gatewayPid = hub.pidOf('gateway');
    if (gatewayPid === undefined) throw new Error('the gateway is not running');
    const stage: Stage = {
      url: `${addresses.gateway}/graphql`,
      world: generateWorld({ people: PEOPLE, seed: SEED }),
      token: (key) => personaToken(addresses.issuer, key),
    };
    // Calls are counted before any load: a load that was cut off goes on in the stand-ins for a while.
    const prepared = [];
    for (const workload of WORKLOADS.filter(({ key }) => values.only === undefined || values.only.split(',').includes(key))) {
      const requests = await workload.prepare(stage);
      prepared.push({ workload, requests, calls: await callsPerQuestion(addresses, stage.url, requests) });
    }
    const rows: string[][] = [];
    for (const one of prepared) rows.push(...(await measure(one, stage.url, gatewayPid, options)));
    const text = table(
      ['workload', 'callers', 'requests/s', 'p50 ms', 'p99 ms', 'gateway CPU ms/request', 'gateway MB', 'failed', 'calls per question'],
      rows,
    );
    process.stdout.write(`${text}\n`);
    if (values.write) {
      const intro = `${circumstances()}, ${PEOPLE} people, ${values.seconds} s per row.`;
      writeSection('The whole hub over the sandbox', `${intro}\n\n${text}`);
    }
  } finally {
    await hub.stop();
  }
}

interface Prepared {
  readonly workload: Workload;
  readonly requests: readonly PreparedRequest[];
  readonly calls: string;
}

async function measure({ workload, requests, calls }: Prepared, url: string, gatewayPid: number, options: Options): Promise<string[][]> {
  await load(url, requests, 4, WARM_UP_SECONDS);
  const rows: string[][] = [];
  for (const concurrency of options.callers) {
    const before = cpuMilliseconds(gatewayPid);
    const result = await load(url, requests, concurrency, options.seconds);
    const cpu = cpuMilliseconds(gatewayPid) - before;
    const figures = [
      workload.title,
      String(concurrency),
      (result.requests / result.seconds).toFixed(1),
      quantile(result.latencies, 0.5).toFixed(1),
      quantile(result.latencies, 0.99).toFixed(1),
      (cpu / result.requests).toFixed(2),
      memoryMegabytes(gatewayPid).now.toFixed(0),
      result.failures === 0 ? '0' : `${result.failures} (${[...result.codes].map(([code, times]) => `${code} ${times}`).join(', ')})`,
      calls,
    ];
    rows.push(figures);
    process.stderr.write(`${figures.join('  ')}\n`);
  }
  return rows;
}

/** Calls the stand-ins count for one question; the largest of a few, and the systems with more than one call by name. */
async function callsPerQuestion(addresses: HubAddresses, url: string, requests: readonly PreparedRequest[]): Promise<string> {
  let most = { total: 0, text: '0' };
  for (const request of requests.slice(0, 5)) {
    await fetch(`${addresses.control}/calls/reset`, { method: 'POST' });
    await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...request.headers }, body: request.body }).then(
      (response) => response.text(),
    );
    const counted = Object.entries((await (await fetch(`${addresses.control}/calls`)).json()) as Record<string, number>).filter(
      ([, calls]) => calls > 0,
    );
    const total = counted.reduce((sum, [, calls]) => sum + calls, 0);
    const several = counted.filter(([, calls]) => calls > 1).map(([system, calls]) => `${system} ${calls}`);
    if (total > most.total)
      most = { total, text: `${total} to ${counted.length} systems${several.length > 0 ? ` (${several.join(', ')})` : ''}` };
  }
  return most.text;
}

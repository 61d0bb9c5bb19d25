import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { loadWithWrk } from '../load/wrk.js';
import type { Child } from '../machine/child.js';
import { RESULTS, ROOT } from '../own-program.js';
import { chosenGateways, withFlags, type Gateway } from '../peers/lineup.js';
import { Stage } from '../peers/stage.js';
import { shown, table } from '../statistics.js';
import { originFinder } from './origins.js';
import { summarise, type CpuProfile } from './summary.js';

const USAGE = `npm run bench -- profile GATEWAY [WORKLOAD] [options]

Where a gateway that Node runs spends its time under load: by function, and by folder.

  --conc N       callers (16)
  --seconds N    seconds that are recorded (5)
  --top N        functions shown (40)
  --real         subgraphs compute their answers, instead of giving bytes seen before
`;
const RECORDER = fileURLToPath(new URL('./recorder.mjs', import.meta.url));
const WARM_UP_SECONDS = 4;
const AREAS_SHOWN = 20;

/** `npm run bench -- profile`: a gateway's CPU profile under load, summed up. */
export async function profileGateway(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', default: false },
      conc: { type: 'string', default: '16' },
      seconds: { type: 'string', default: '5' },
      top: { type: 'string', default: '40' },
      real: { type: 'boolean', default: false },
    },
  });
  const [name, workloadKey = 'W1'] = positionals;
  if (values.help || name === undefined) {
    process.stdout.write(USAGE);
    return;
  }
  const folder = join(RESULTS, `profile-${new Date().toISOString().replace(/[:.]/g, '-')}`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name.replaceAll(/[^\w.-]/g, '_')}-${workloadKey}.cpuprofile`);
  const recorded = chosenGateways(name).map((gateway) => recording(gateway, file));
  const stage = await Stage.open(workloadKey, !values.real, folder, recorded);
  const [gateway] = recorded;
  const [workload] = stage.workloads;
  if (!gateway || !workload) throw new Error('nothing to profile');
  const { child, url } = await stage.start(gateway);
  await loadWithWrk(url, workload.requestsFile, Number(values.conc), WARM_UP_SECONDS);
  process.kill(child.pid, 'SIGWINCH');
  const { requests } = await loadWithWrk(url, workload.requestsFile, Number(values.conc), Number(values.seconds));
  process.kill(child.pid, 'SIGWINCH');
  await untilWritten(file, child);
  await child.stop();
  await stage.close();
  process.stdout.write(`${describe(JSON.parse(readFileSync(file, 'utf8')) as CpuProfile, requests, Number(values.top))}\n${file}\n`);
}

function recording(gateway: Gateway, file: string): Gateway {
  const recorded = withFlags(gateway, gateway.name, ['--import', RECORDER]);
  return { ...recorded, env: (place) => ({ ...gateway.env(place), PROFILE_FILE: file }) };
}

async function untilWritten(file: string, child: Child): Promise<void> {
  while (child.alive && !existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 50));
  if (!existsSync(file)) throw new Error(`${child.name} ended without writing its profile`);
}

/** Microseconds per request of folders and functions. */
function describe(profile: CpuProfile, requests: number, top: number): string {
  const { busy, functions, areas } = summarise(profile, originFinder(ROOT));
  const share = (time: number): string => `${shown((100 * time) / busy, 1)} %`;
  const each = (time: number): string => shown(time / requests, 1);
  return [
    `${requests} requests, ${shown(busy / requests, 0)} µs busy per request`,
    table(
      ['folder or package', 'µs/request with packages and Node it called', 'share', 'µs/request itself', 'share'],
      areas.slice(0, AREAS_SHOWN).map(({ area, self, withCalled }) => [area, each(withCalled), share(withCalled), each(self), share(self)]),
    ),
    table(
      ['function', 'µs/request itself', 'share', 'where'],
      functions.slice(0, top).map(({ name, place, self }) => [name, each(self), share(self), place]),
    ),
  ].join('\n\n');
}

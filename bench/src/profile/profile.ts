import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadWithWrk } from '../load/wrk.js';
import { RESULTS } from '../own-program.js';
import { chosenGateways, withFlags, type Gateway } from '../peers/lineup.js';
import { Stage } from '../peers/stage.js';
import { record, RECORDING, recordedInto } from './recording.js';

const USAGE = `npm run bench -- profile GATEWAY [WORKLOAD] [options]

Where a gateway that Node runs spends its time under load: by function, and by folder.

  --conc N       callers (16)
  --seconds N    seconds that are recorded (5)
  --top N        functions shown (40)
  --real         subgraphs compute their answers, instead of giving bytes seen before
`;
const WARM_UP_SECONDS = 4;

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
  const text = await record(child, file, Number(values.top), () =>
    loadWithWrk(url, workload.requestsFile, Number(values.conc), Number(values.seconds)),
  );
  await child.stop();
  await stage.close();
  process.stdout.write(`${text}\n`);
}

function recording(gateway: Gateway, file: string): Gateway {
  const recorded = withFlags(gateway, gateway.name, RECORDING);
  return { ...recorded, env: (place) => ({ ...gateway.env(place), ...recordedInto(file) }) };
}

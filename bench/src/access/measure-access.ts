import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { freshKeys, GATEWAY_FLAGS, gatewayEnvironment, generateWorld, Hub, personaToken, Screen } from '@yichuang/sandbox';
import { compareInSlices, standingsTable, type Contestant, type Standing } from '../load/slices.js';
import { loadWithWrk, requireWrk, writeRequests, type PreparedRequest } from '../load/wrk.js';
import { startChild, untilAnswering, type Child } from '../machine/child.js';
import { requireFree } from '../machine/ports.js';
import { COMMAND_LINE, HUB, NODE_PROGRAM, ownProgram, RESULTS, ROOT } from '../own-program.js';
import { ensurePeers } from '../peers/installation.js';
import { chosenGateways, PEERS_FOLDER, withFlags } from '../peers/lineup.js';
import { record, recordedInto, RECORDING } from '../profile/recording.js';
import { circumstances, writeSection } from '../readme-section.js';
import { accessWorkloads, type AccessWorkload } from './questions.js';

const USAGE = `npm run bench -- access [options]

What access decisions cost: the real graph over near-free agencies, with its access rules (the hub) and served open (the generic mode).

  --only A,B         on (the hub), off, off-apollo (the generic mode, with either executor), off-apollo-server;
                     ratios are to the first (off,on,off-apollo)
  --workloads A,B    one-window, list-of-50, tiny
  --conc A,B         numbers of callers (16)
  --slices N         slices of each (9)
  --slice N          seconds of a slice (2)
  --profile          shows where the first row spends its time, instead of comparing
  --write            put the table into bench/README.md
`;
const PEOPLE = 2000;
const SEED = 1;
const FIRST_PORT = 26_300;
const FIRST_FRONT = 27_301;
const ROOT_FIELDS_PORT = 27_310;
const FIRST_GATEWAY = 27_001;
const WARM_UP_SECONDS = 4;
const WARM_UP_CALLERS = 8;
const PASSES = 4;
const PROFILE_SECONDS = 8;
const PROFILE_TOP = 45;

/** The row of the hub. */
const HUB_ROW = 'on';
/** The other rows: gateways of the line-up that serve the open graph. */
const OPEN_GATEWAYS: ReadonlyMap<string, string> = new Map([
  ['off', 'yichuang'],
  ['off-apollo', 'yichuang-apollo'],
  ['off-apollo-server', 'apollo-server'],
]);

/** `npm run bench -- access`: the price of access decisions. */
export async function measureAccess(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      only: { type: 'string', default: 'off,on,off-apollo' },
      workloads: { type: 'string', default: 'one-window,list-of-50,tiny' },
      conc: { type: 'string', default: '16' },
      slices: { type: 'string', default: '9' },
      slice: { type: 'string', default: '2' },
      profile: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  requireWrk();
  await requireFree(FIRST_FRONT);
  ensurePeers();
  const folder = join(RESULTS, `access-${new Date().toISOString().replace(/[:.]/g, '-')}`);
  mkdirSync(folder, { recursive: true });
  const scene = new Scene(folder);
  try {
    const workloads = (await scene.open()).filter(({ key }) => values.workloads.split(',').includes(key));
    const rows: RunningRow[] = [];
    const names = values.only.split(',');
    for (const name of values.profile ? names.slice(0, 1) : names) rows.push(await scene.start(name, rows.length, values.profile));
    const standings: Standing[] = [];
    for (const workload of workloads) {
      for (const row of rows) await askAll(row, workload);
      const contestants = rows.map((row) => contestantOf(row, workload, folder));
      for (const { url, requestsFile } of contestants) await loadWithWrk(url, requestsFile, WARM_UP_CALLERS, WARM_UP_SECONDS);
      const [first] = contestants;
      if (values.profile && first) {
        const load = () => loadWithWrk(first.url, first.requestsFile, Number(values.conc.split(',')[0]), PROFILE_SECONDS);
        const text = await record(first.child, scene.profileOf(first.name), PROFILE_TOP, load);
        process.stdout.write(`${workload.title}\n\n${text}\n\n`);
        continue;
      }
      const missedBefore = await scene.misses();
      for (const callers of values.conc.split(',').map(Number)) {
        standings.push(
          ...(await compareInSlices(contestants, {
            workload: workload.key,
            callers,
            slices: Number(values.slices),
            seconds: Number(values.slice),
            beside: scene.agencies,
            keep: (slice) => {
              appendFileSync(join(folder, 'slices.jsonl'), `${JSON.stringify(slice)}\n`);
            },
          })),
        );
      }
      process.stderr.write(`${workload.key}: real agencies were asked ${(await scene.misses()) - missedBefore} times under load\n`);
    }
    if (values.profile) return;
    const text = standingsTable(standings);
    process.stdout.write(`${text}\n`);
    if (values.write) {
      const intro = `${circumstances()}. Alternating slices of ${values.slice} s, ${values.slices} of each; ${PEOPLE} people, agencies that answer from bytes seen before.`;
      writeSection('What access decisions cost', `${intro}\n\n${text}`);
    }
  } finally {
    await scene.close();
  }
}

interface RunningRow {
  readonly name: string;
  readonly child: Child;
  readonly url: string;
  /** False when the rules are off: then nobody says who asks. */
  readonly identified: boolean;
}

/** The sandbox with its agencies, what records them, and the gateways that are measured. */
class Scene {
  readonly #hub = new Hub(ROOT, new Screen(process.stderr, Date.now()));
  readonly #keys = freshKeys();
  readonly #openFolder: string;
  readonly #gateways: Child[] = [];
  #environment: Readonly<Record<string, string>> = {};
  agencies: Child[] = [];

  constructor(readonly folder: string) {
    this.#openFolder = folder;
  }

  /** Brings up everything but the gateways that are measured. */
  async open(): Promise<readonly AccessWorkload[]> {
    const addresses = await this.#hub.start({ people: PEOPLE, seed: SEED, gatewayPort: undefined, firstPort: FIRST_PORT }, this.#keys);
    const behind = [...addresses.agencies, ...['hub', 'hub-record'].map((name) => ({ name, url: `http://127.0.0.1:${ROOT_FIELDS_PORT}` }))];
    const fronts = behind.map(({ name, url }, index) => ({ name, port: FIRST_FRONT + index, target: `${url}/graphql` }));
    const urlOf = ({ port }: { readonly port: number }): string => `http://127.0.0.1:${port}`;
    this.#environment = gatewayEnvironment(
      {
        issuer: addresses.issuer,
        store: addresses.store,
        agencies: fronts.slice(0, addresses.agencies.length).map((front) => ({ name: front.name, url: urlOf(front) })),
      },
      ROOT,
    );
    const recording = this.#beside('agencies', ROOT, [
      ...[NODE_PROGRAM, '--conditions=@yichuang/source', '--import', 'tsx'],
      fileURLToPath(new URL('./recording-agencies.ts', import.meta.url)),
    ])({ FRONTS: JSON.stringify(fronts), GRANT_KEY: this.#keys.GRANT_KEY });
    const rootFields = this.#beside('root-fields', PEERS_FOLDER, [NODE_PROGRAM, 'open-graph.mjs'])({
      PORT: String(ROOT_FIELDS_PORT),
      SUPERGRAPH: join(ROOT, 'schema', 'supergraph.graphql'),
      OPEN_SUPERGRAPH: join(this.#openFolder, 'supergraph.graphql'),
      AGENCIES: JSON.stringify(Object.fromEntries(fronts.map((front) => [front.name, `${urlOf(front)}/graphql`]))),
    });
    this.agencies = [recording, rootFields];
    await untilAnswering(`http://127.0.0.1:${FIRST_FRONT}`, recording);
    await untilAnswering(`http://127.0.0.1:${ROOT_FIELDS_PORT}`, rootFields);
    return accessWorkloads({
      url: `${addresses.gateway}/graphql`,
      world: generateWorld({ people: PEOPLE, seed: SEED }),
      token: (key) => personaToken(addresses.issuer, key),
    });
  }

  /** Starts one of the rows. */
  async start(name: string, index: number, recorded: boolean): Promise<RunningRow> {
    const port = FIRST_GATEWAY + index;
    await requireFree(port);
    if (name === HUB_ROW) {
      const env = { ...this.#environment, ...this.#keys, PORT: String(port), LOG_LEVEL: 'error', ...recordedInto(this.profileOf(name)) };
      const child = this.#measured(
        name,
        ROOT,
        [NODE_PROGRAM, ...GATEWAY_FLAGS, ...(recorded ? RECORDING : []), await ownProgram(HUB)],
        env,
      );
      await untilAnswering(`http://127.0.0.1:${port}/ready`, child);
      return { name, child, url: `http://127.0.0.1:${port}/graphql`, identified: true };
    }
    const [chosen] = chosenGateways(OPEN_GATEWAYS.get(name) ?? name);
    const gateway = chosen && recorded ? withFlags(chosen, name, RECORDING) : chosen;
    if (!gateway) throw new Error(`there is no row ${name}`);
    const place = { port, firstPort: FIRST_FRONT, prepared: this.#openFolder, own: gateway.ours ? await ownProgram(COMMAND_LINE) : '' };
    const child = this.#measured(name, join(PEERS_FOLDER, gateway.folder), gateway.command(place), {
      ...gateway.env(place),
      ...recordedInto(this.profileOf(name)),
    });
    await untilAnswering(`http://127.0.0.1:${port}${gateway.ready}`, child);
    return { name, child, url: `http://127.0.0.1:${port}${gateway.path}`, identified: false };
  }

  /** How often a real agency had to be asked so far. */
  async misses(): Promise<number> {
    return Number(await (await fetch(`http://127.0.0.1:${FIRST_FRONT}`)).text());
  }

  /** Where the profile of a row is written. */
  profileOf(row: string): string {
    return join(this.folder, `${row}.cpuprofile`);
  }

  async close(): Promise<void> {
    for (const child of [...this.#gateways, ...this.agencies]) await child.stop();
    await this.#hub.stop();
  }

  #beside(name: string, cwd: string, command: readonly string[]): (env: Readonly<Record<string, string>>) => Child {
    return (env) => startChild({ name, command, cwd, env, processor: 'OTHERS', logFolder: this.folder });
  }

  #measured(name: string, cwd: string, command: readonly string[], env: Readonly<Record<string, string>>): Child {
    const child = startChild({ name, command, cwd, env, processor: 'MEASURED', logFolder: this.folder });
    this.#gateways.push(child);
    return child;
  }
}

function requestsOf({ identified }: RunningRow, { requests }: AccessWorkload): readonly PreparedRequest[] {
  return identified ? requests : requests.map(({ body }) => ({ body, headers: {} }));
}

function contestantOf(row: RunningRow, workload: AccessWorkload, folder: string): Contestant {
  const requestsFile = join(folder, `${row.name}-${workload.key}.requests`);
  writeRequests(requestsFile, requestsOf(row, workload));
  return { name: row.name, child: row.child, url: row.url, requestsFile };
}

/** Asks every question until none is answered worse than before, so that the agencies' answers are known before the load. */
async function askAll(row: RunningRow, workload: AccessWorkload): Promise<void> {
  let failing = 0;
  for (let pass = 0; pass < PASSES; pass++) {
    failing = 0;
    for (const { headers, body } of requestsOf(row, workload)) {
      const response = await fetch(row.url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
      const text = await response.text();
      // A hub that has just planned for the first time may say that it is busy.
      if (response.status !== 200 && response.status !== 503)
        throw new Error(`${row.name} answers ${workload.key} with ${response.status}: ${text.slice(0, 300)}`);
      if (response.status !== 200 || text.includes('"AGENCY_')) failing++;
    }
    if (failing === 0) return;
  }
  process.stderr.write(`${row.name}, ${workload.key}: ${failing} questions lack an agency's answer\n`);
}

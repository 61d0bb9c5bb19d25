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
import type { WholePart } from './whole-hub.js';

const USAGE = `npm run bench -- access [options]

What access decisions cost: the real graph over near-free agencies, with its access rules (the hub) and served open (the generic mode).

  --only A,B         on (the hub), off, off-apollo (the generic mode, with either executor), off-apollo-server;
                     ratios are to the first (off,on,off-apollo)
  --workloads A,B    one-window, list-of-50, tiny
  --conc A,B         numbers of callers (16)
  --slices N         slices of each (9)
  --slice N          seconds of a slice (2)
  --whole            each row with four subgraphs of its own over the sandbox's systems, which work in earnest, and the hub's store:
                     what all of it uses together (on and off only; 4 callers unless told otherwise). The subgraphs of off ask for no grant
  --profile          shows where the first row spends its time, instead of comparing
  --write            put the table into bench/README.md
`;
const PEOPLE = 2000;
const SEED = 1;
const FIRST_PORT = 26_300;
const FIRST_FRONT = 27_301;
const ROOT_FIELDS_PORT = 27_310;
const FIRST_GATEWAY = 27_001;
const FIRST_SUBGRAPH = 27_011;
const FIRST_OPEN_SUBGRAPH = 27_021;
const AGENCIES = ['hrss', 'market-regulation', 'postal', 'medical-insurance'];
const FROM_SOURCES = [NODE_PROGRAM, '--conditions=@yichuang/source', '--import', 'tsx'];
const WARM_UP_SECONDS = 4;
/** A whole hub answers some twenty questions a second: its programs are compiled by use more slowly. */
const WHOLE_WARM_UP_SECONDS = 25;
const WARM_UP_CALLERS = 8;
const PASSES = 4;
const PROFILE_SECONDS = 8;
const PROFILE_TOP = 45;

/** The row of the hub. */
const HUB_ROW = 'on';
/** The one without access rules that has subgraphs of its own with --whole. */
const OPEN_ROW = 'off';
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
      only: { type: 'string' },
      workloads: { type: 'string', default: 'one-window,list-of-50,tiny' },
      conc: { type: 'string' },
      slices: { type: 'string', default: '9' },
      slice: { type: 'string', default: '2' },
      profile: { type: 'boolean', default: false },
      whole: { type: 'boolean', default: false },
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
  const scene = new Scene(folder, values.whole);
  const callersOf = (values.conc ?? (values.whole ? '4' : '16')).split(',').map(Number);
  try {
    const workloads = (await scene.open()).filter(({ key }) => values.workloads.split(',').includes(key));
    const rows: RunningRow[] = [];
    const names = (values.only ?? (values.whole ? 'off,on' : 'off,on,off-apollo')).split(',');
    for (const name of values.profile ? names.slice(0, 1) : names) rows.push(await scene.start(name, rows.length, values.profile));
    const standings: Standing[] = [];
    for (const workload of workloads) {
      for (const row of rows) await askAll(row, workload);
      const contestants = rows.map((row) => contestantOf(row, workload, folder));
      for (const { url, requestsFile } of contestants)
        await loadWithWrk(url, requestsFile, WARM_UP_CALLERS, values.whole ? WHOLE_WARM_UP_SECONDS : WARM_UP_SECONDS);
      const [first] = contestants;
      if (values.profile && first) {
        const load = () => loadWithWrk(first.url, first.requestsFile, callersOf[0] ?? 1, PROFILE_SECONDS);
        const text = await record(first.child, scene.profileOf(first.name), PROFILE_TOP, load);
        process.stdout.write(`${workload.title}\n\n${text}\n\n`);
        continue;
      }
      const missedBefore = values.whole ? 0 : await scene.misses();
      for (const callers of callersOf) {
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
      if (!values.whole)
        process.stderr.write(`${workload.key}: real agencies were asked ${(await scene.misses()) - missedBefore} times under load\n`);
    }
    if (values.profile) return;
    const text = standingsTable(standings);
    process.stdout.write(`${text}\n`);
    if (values.write) {
      const agencies = values.whole ? 'subgraphs over the systems of the sandbox' : 'agencies that answer from bytes seen before';
      const intro = `${circumstances()}. Alternating slices of ${values.slice} s, ${values.slices} of each; ${PEOPLE} people, ${agencies}.`;
      writeSection(values.whole ? 'What access costs in the whole hub' : 'What access decisions cost', `${intro}\n\n${text}`);
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

  constructor(
    readonly folder: string,
    readonly whole: boolean,
  ) {
    this.#openFolder = folder;
  }

  /** Brings up everything but the gateways that are measured. */
  async open(): Promise<readonly AccessWorkload[]> {
    const addresses = await this.#hub.start({ people: PEOPLE, seed: SEED, gatewayPort: undefined, firstPort: FIRST_PORT }, this.#keys);
    // The hub's own fields: in the open graph they are a subgraph like any other.
    const own = ['hub', 'hub-record'].map((name) => ({ name, url: `http://127.0.0.1:${ROOT_FIELDS_PORT}` }));
    const behind = [...addresses.agencies, ...own];
    const fronts = behind.map(({ name, url }, index) => ({ name, port: FIRST_FRONT + index, target: `${url}/graphql` }));
    const fronted = fronts.map(({ name, port }) => ({ name, url: `http://127.0.0.1:${port}` }));
    const open = this.whole ? [...subgraphsOf(OPEN_ROW), ...own] : fronted;
    this.#environment = gatewayEnvironment(
      {
        issuer: addresses.issuer,
        store: addresses.store,
        agencies: this.whole ? subgraphsOf(HUB_ROW) : fronted.slice(0, addresses.agencies.length),
      },
      ROOT,
    );
    const recording = this.whole
      ? undefined
      : this.#beside('agencies', ROOT, [...FROM_SOURCES, fileURLToPath(new URL('./recording-agencies.ts', import.meta.url))])({
          FRONTS: JSON.stringify(fronts),
          GRANT_KEY: this.#keys.GRANT_KEY,
        });
    const rootFields = this.#beside('root-fields', PEERS_FOLDER, [NODE_PROGRAM, 'open-graph.mjs'])({
      PORT: String(ROOT_FIELDS_PORT),
      SUPERGRAPH: join(ROOT, 'schema', 'supergraph.graphql'),
      OPEN_SUPERGRAPH: join(this.#openFolder, 'supergraph.graphql'),
      AGENCIES: JSON.stringify(Object.fromEntries(open.map(({ name, url }) => [name, `${url}/graphql`]))),
    });
    this.agencies = recording ? [recording, rootFields] : [rootFields];
    if (recording) await untilAnswering(`http://127.0.0.1:${FIRST_FRONT}`, recording);
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
      const command = [NODE_PROGRAM, ...GATEWAY_FLAGS, ...(recorded ? RECORDING : []), await ownProgram(HUB)];
      const child = this.whole
        ? await this.#wholeHub(name, { command, cwd: ROOT, env, stores: true })
        : this.#measured(name, ROOT, command, env);
      await untilAnswering(`http://127.0.0.1:${port}/ready`, child);
      return { name, child, url: `http://127.0.0.1:${port}/graphql`, identified: true };
    }
    const [chosen] = chosenGateways(OPEN_GATEWAYS.get(name) ?? name);
    const gateway = chosen && recorded ? withFlags(chosen, name, RECORDING) : chosen;
    if (!gateway) throw new Error(`there is no row ${name}`);
    const place = { port, firstPort: FIRST_FRONT, prepared: this.#openFolder, own: gateway.ours ? await ownProgram(COMMAND_LINE) : '' };
    const [cwd, command] = [join(PEERS_FOLDER, gateway.folder), gateway.command(place)];
    const env = { ...gateway.env(place), ...recordedInto(this.profileOf(name)) };
    const child = this.whole ? await this.#wholeHub(name, { command, cwd, env, stores: false }) : this.#measured(name, cwd, command, env);
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

  /** A gateway with subgraphs of its own, and for one that keeps a store a PostgreSQL. */
  async #wholeHub(row: string, gateway: WholePart): Promise<Child> {
    const opened = row === HUB_ROW ? [] : ['--import', fileURLToPath(new URL('./open/register.mjs', import.meta.url))];
    const subgraphs = subgraphsOf(row).map(({ name, port }) => ({
      command: [...FROM_SOURCES, ...opened, join(ROOT, 'subgraphs', name, 'src', 'main.ts')],
      cwd: ROOT,
      env: { ...this.#hub.agencyEnvironment, ...this.#keys, PORT: String(port), LOG_LEVEL: 'error' },
      stores: false,
    }));
    const child = this.#measured(row, ROOT, [...FROM_SOURCES, fileURLToPath(new URL('./whole-hub.ts', import.meta.url))], {
      PARTS: JSON.stringify([gateway, ...subgraphs]),
      ...(gateway.stores ? { STORE_FOLDER: join(this.folder, 'store') } : {}),
    });
    for (const { url } of subgraphsOf(row)) await untilAnswering(`${url}/ready`, child);
    return child;
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

/** Subgraphs of a row that has its own. */
function subgraphsOf(row: string): readonly { readonly name: string; readonly port: number; readonly url: string }[] {
  return AGENCIES.map((name, index) => {
    const port = (row === HUB_ROW ? FIRST_SUBGRAPH : FIRST_OPEN_SUBGRAPH) + index;
    return { name, port, url: `http://127.0.0.1:${port}` };
  });
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

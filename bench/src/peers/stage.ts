import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { requireWrk, writeRequests } from '../load/wrk.js';
import { startChild, untilAnswering, type Child } from '../machine/child.js';
import { requireFree } from '../machine/ports.js';
import { COMMAND_LINE, NODE_PROGRAM, ownProgram, RESULTS } from '../own-program.js';
import { ensurePeers } from './installation.js';
import { PEERS_FOLDER, type Gateway } from './lineup.js';

/** A workload with its requests written down for the load generator. */
export interface Workload {
  readonly key: string;
  readonly title: string;
  readonly requestsFile: string;
  readonly bodies: readonly string[];
  /** Right answers to some of the requests. */
  readonly checks: readonly { readonly request: number; readonly answer: unknown }[];
}

/** A gateway that runs and has answered rightly. */
export interface Running {
  readonly gateway: Gateway;
  readonly child: Child;
  readonly url: string;
  readonly startMs: number;
}

const FIRST_SUBGRAPH_PORT = 27_101;
const FIRST_GATEWAY_PORT = 27_001;
const SUBGRAPHS = 4;
const LAST_TWIN = FIRST_SUBGRAPH_PORT + 100 + SUBGRAPHS - 1;

/** The subgraphs all gateways serve, and what was prepared for them. */
export class Stage {
  private constructor(
    readonly workloads: readonly Workload[],
    readonly subgraphs: Child,
    readonly own: string,
    readonly prepared: string,
    readonly logFolder: string,
  ) {}

  /**
   * Installs what is missing, prepares supergraph and workloads, starts the subgraphs.
   * @param keys of the workloads, separated by commas
   * @param nearFree subgraphs that answer from bytes seen before, so that they are not what the machine is busy with
   */
  static async open(keys: string, nearFree: boolean, logFolder: string, gateways: readonly Gateway[]): Promise<Stage> {
    requireWrk();
    await requireFree(FIRST_SUBGRAPH_PORT);
    ensurePeers();
    const prepared = join(RESULTS, 'prepared');
    mkdirSync(prepared, { recursive: true });
    const env = { FIRST_PORT: String(FIRST_SUBGRAPH_PORT) };
    execFileSync(NODE_PROGRAM, ['prepare.mjs', prepared], { cwd: PEERS_FOLDER, env: { ...process.env, ...env } });
    const workloads = keys.split(',').map((key) => readWorkload(prepared, key));
    const own = gateways.some(({ ours }) => ours) ? await ownProgram(COMMAND_LINE) : '';
    const subgraphs = startChild({
      name: 'subgraphs',
      command: [NODE_PROGRAM, 'subgraphs/serve.mjs'],
      cwd: PEERS_FOLDER,
      env: { ...env, ...(nearFree ? { NEAR_FREE: '1' } : {}) },
      processor: 'OTHERS',
      logFolder,
    });
    // The last twin is the last to listen.
    await untilAnswering(`http://127.0.0.1:${LAST_TWIN}/health`, subgraphs);
    return new Stage(workloads, subgraphs, own, prepared, logFolder);
  }

  /** Starts a gateway and holds its answers against the right ones. Ends it again when they are wrong. */
  async start(gateway: Gateway, index = 0): Promise<Running> {
    const port = FIRST_GATEWAY_PORT + index;
    await requireFree(port);
    const place = { port, firstPort: FIRST_SUBGRAPH_PORT, prepared: this.prepared, own: this.own };
    const begun = performance.now();
    const child = startChild({
      name: gateway.name,
      command: gateway.command(place),
      cwd: join(PEERS_FOLDER, gateway.folder),
      env: gateway.env(place),
      processor: 'MEASURED',
      logFolder: this.logFolder,
    });
    try {
      await untilAnswering(`http://127.0.0.1:${port}${gateway.ready}`, child);
      const running = { gateway, child, url: `http://127.0.0.1:${port}${gateway.path}`, startMs: performance.now() - begun };
      await this.check(running);
      return running;
    } catch (error) {
      await child.stop();
      throw error;
    }
  }

  /** @throws when an answer is not the right one */
  async check({ gateway, url }: Running): Promise<void> {
    for (const { key, bodies, checks } of this.workloads) {
      for (const { request, answer } of checks) {
        const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: bodies[request] ?? '' });
        const text = await response.text();
        if (!isRight(text, answer)) throw new Error(`${gateway.name} answers request ${request} of ${key} wrongly: ${text.slice(0, 300)}`);
      }
    }
  }

  async close(): Promise<void> {
    await this.subgraphs.stop();
  }
}

/** Data equal, no errors; a gateway may add extensions. */
function isRight(text: string, answer: unknown): boolean {
  const got = JSON.parse(text) as Record<string, unknown>;
  return isDeepStrictEqual({ data: got['data'], errors: got['errors'] }, { errors: undefined, ...(answer as object) });
}

function readWorkload(prepared: string, key: string): Workload {
  const workload = JSON.parse(readFileSync(join(prepared, `${key}.json`), 'utf8')) as Omit<Workload, 'requestsFile'>;
  const requestsFile = join(prepared, `${key}.requests`);
  writeRequests(
    requestsFile,
    workload.bodies.map((body) => ({ body, headers: {} })),
  );
  return { ...workload, requestsFile };
}

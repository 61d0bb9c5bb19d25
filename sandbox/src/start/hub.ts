import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { newGrantKey } from '@yichuang/schema';
import { startPostgres, type Postgres } from '../postgres.js';
import { DEFAULT_AUDIENCE, SANDBOX_CLIENT } from '../tokens.js';
import { buildPrograms, type Program } from './build.js';
import { ONE_WINDOW_QUERY } from './first-question.js';
import { unusablePorts } from './free-ports.js';
import type { SandboxMessage } from './messages.js';
import type { StartOptions } from './options.js';
import { Part, type PartOptions } from './part.js';
import { planPorts, portLookup, type PlannedPort } from './ports.js';
import type { Screen } from './screen.js';

const AGENCIES = ['hrss', 'market-regulation', 'postal', 'medical-insurance'] as const;

const LAUNCHER = 'sandbox/src/start/child.ts';
const SANDBOX = 'sandbox/src/main.ts';
const GATEWAY = 'gateway/src/main.ts';
const subgraphModule = (name: string): string => `subgraphs/${name}/src/main.ts`;

export interface HubAddresses {
  readonly gateway: string;
  /** `postgres://` address of the hub's own database. */
  readonly store: string;
  readonly issuer: string;
  readonly control: string;
  readonly agencies: readonly { readonly name: string; readonly url: string }[];
}

/** Secrets that the hub and its agencies share, as the variables of the environment that name them. */
export interface HubKeys {
  readonly CITIZEN_REF_KEY: string;
  /** With which the hub signs grants; the agencies are not told. */
  readonly GRANT_KEY: string;
  /** By which the agencies know them. */
  readonly GRANT_KEYS: string;
}

/** A port that something else holds. */
export class PortsTaken extends Error {
  constructor(readonly ports: readonly (PlannedPort & { readonly reason: string })[]) {
    super('A port is taken.');
  }
}

/** A failure that the sandbox described itself. */
export class SandboxFailed extends Error {}

/** The processes of a running hub: the sandbox, four subgraphs, the gateway and its store. */
export class Hub {
  readonly #parts: Part[] = [];
  #programs: ReadonlyMap<string, Program> = new Map();
  #store: Postgres | undefined;
  #agencyEnvironment: Readonly<Record<string, string>> = {};

  constructor(
    private readonly root: string,
    private readonly screen: Screen,
  ) {}

  /** Brings everything up, as far as possible at the same time. Throws PortsTaken, SandboxFailed or PartFailed; call `stop` then. */
  async start(options: StartOptions, keys: HubKeys = freshKeys()): Promise<HubAddresses> {
    const ports = planPorts(options.firstPort, options.gatewayPort);
    const unusable = await unusablePorts(ports);
    if (unusable.length > 0) throw new PortsTaken(unusable);
    const port = portLookup(ports);
    const url = (name: string): string => `http://127.0.0.1:${port(name)}`;

    const store = startPostgres({ folder: join(this.root, '.data', 'store'), port: port('store'), durable: true }).then((started) => {
      this.#store = started;
      this.screen.done('store', `PostgreSQL on 127.0.0.1:${started.port}`);
      return started;
    });
    // It is waited for below; a failure before that must not end the process.
    store.catch(() => undefined);
    this.#programs = await buildPrograms(this.root, [LAUNCHER, SANDBOX, GATEWAY, ...AGENCIES.map(subgraphModule)]);
    const addresses: HubAddresses = {
      gateway: url('gateway'),
      store: (await store).superuserUrl,
      issuer: url('identity-provider'),
      control: url('control'),
      agencies: AGENCIES.map((name) => ({ name, url: url(`subgraph-${name}`) })),
    };

    const { GRANT_KEY, GRANT_KEYS, ...shared } = keys;
    const sandboxReady = this.#startSandbox({
      ...shared,
      GRANT_KEYS,
      SANDBOX_PEOPLE: String(options.people),
      SANDBOX_SEED: String(options.seed),
      SANDBOX_PORTS: JSON.stringify(Object.fromEntries(ports.map((planned) => [planned.name, planned.port]))),
    });
    const subgraphs = addresses.agencies.map(({ name, url: subgraphUrl }) => {
      const part = this.#add({ name, module: subgraphModule(name) });
      const ready = sandboxReady.then((environment) => {
        // Who moves rights keeps its cases beside the hub's own.
        const cases = name === 'hrss' || name === 'medical-insurance' ? { DATABASE_URL: addresses.store } : {};
        this.#agencyEnvironment = environment;
        part.run({ ...environment, ...shared, ...cases, GRANT_KEYS, PORT: String(port(`subgraph-${name}`)) });
        return this.#waitFor(part, `${subgraphUrl}/ready`, subgraphUrl);
      });
      return Promise.race([ready, part.failed()]);
    });
    const gateway = this.#add({ name: 'gateway', module: GATEWAY, nodeFlags: GATEWAY_FLAGS });
    gateway.run({ ...gatewayEnvironment(addresses, this.root), ...shared, GRANT_KEY, PORT: String(port('gateway')) });
    await Promise.all([sandboxReady, ...subgraphs, this.#waitFor(gateway, `${addresses.gateway}/ready`, addresses.gateway)]);
    return addresses;
  }

  /** Resolves with a sentence when the gateway or the sandbox ends by itself; a subgraph that ends is an agency that is down. */
  async ended(onAgencyDown: (sentence: string) => void): Promise<string> {
    return new Promise((resolve) => {
      for (const part of this.#parts) {
        const tell = part.name === 'gateway' || part.name === 'sandbox' ? resolve : onAgencyDown;
        part.failed().catch((error: unknown) => {
          tell(error instanceof Error ? error.message : String(error));
        });
      }
    });
  }

  /** What the sandbox tells agencies of their systems, for those who start others beside them. Empty before `start` is done. */
  get agencyEnvironment(): Readonly<Record<string, string>> {
    return this.#agencyEnvironment;
  }

  /** Process id of a part by its name, for those who measure it. */
  pidOf(name: string): number | undefined {
    return this.#parts.find((part) => part.name === name)?.pid;
  }

  /** Stops the gateway, then the subgraphs, then the store of both, then the sandbox with its database. */
  async stop(): Promise<void> {
    const named = (test: (name: string) => boolean): Promise<unknown> =>
      Promise.all(this.#parts.filter(({ name }) => test(name)).map((part) => part.stop()));
    await named((name) => name === 'gateway');
    await named((name) => name !== 'sandbox');
    await this.#store?.stop();
    await named(() => true);
  }

  /** Ends every process at once. */
  kill(): void {
    for (const part of this.#parts) part.kill();
  }

  async #startSandbox(environment: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
    const told = new Promise<Readonly<Record<string, string>>>((resolve, reject) => {
      const part = this.#add({
        name: 'sandbox',
        module: SANDBOX,
        onMessage: (message) => {
          const said = message as SandboxMessage;
          if (said.kind === 'STEP') this.screen.done(said.part, said.detail);
          else if (said.kind === 'READY') resolve(said.env);
          else reject(new SandboxFailed(said.message));
        },
      });
      part.run(environment);
      part.failed().catch(reject);
    });
    return told;
  }

  async #waitFor(part: Part, healthUrl: string, shownUrl: string): Promise<void> {
    await part.ready(healthUrl);
    this.screen.done(part.name, shownUrl);
  }

  #add({ module, ...options }: Pick<PartOptions, 'name' | 'nodeFlags' | 'onMessage'> & { module: string }): Part {
    const program = this.#programs.get(module);
    const launcher = this.#programs.get(LAUNCHER)?.file;
    if (!program || !launcher) throw new Error(`${module} has not been built.`);
    const part = new Part({ ...options, program, launcher, root: this.root, logFolder: join(this.root, '.data', 'logs') });
    this.#parts.push(part);
    return part;
  }
}

/**
 * Flags of Node for a gateway: twice the usual room for young objects (docs/generic-mode.md), and no collections for the sake of memory
 * (docs/events.md).
 */
export const GATEWAY_FLAGS: readonly string[] = ['--max-semi-space-size=32', '--no-memory-reducer'];

/** What the gateway must be told beside the keys and its port. */
export function gatewayEnvironment(
  { agencies, issuer, store }: Pick<HubAddresses, 'agencies' | 'issuer' | 'store'>,
  root: string,
): Record<string, string> {
  return {
    ...Object.fromEntries(agencies.map(({ name, url }) => [`AGENCY_${name.toUpperCase().replaceAll('-', '_')}_URL`, `${url}/graphql`])),
    DATABASE_URL: store,
    OIDC_ISSUER: issuer,
    OIDC_JWKS_URL: `${issuer}/jwks`,
    OIDC_AUDIENCE: DEFAULT_AUDIENCE,
    EXPLORER_QUERY: ONE_WINDOW_QUERY,
    // Receivers on this machine can be tried.
    WEBHOOK_HTTP: 'on',
    WEBHOOK_NETWORKS: '127.0.0.0/8',
    SUPERGRAPH_FILE: join(root, 'schema', 'supergraph.graphql'),
    TRUSTED_DOCUMENTS_DIR: join(root, 'console', 'src', 'generated'),
    CONSOLE_DIR: join(root, '.data', 'console'),
    CONSOLE_CLIENT_ID: SANDBOX_CLIENT,
  };
}

/** New keys of every kind. */
export function freshKeys(): HubKeys {
  const { key, publicKey } = newGrantKey('intl', 'npm-start');
  return {
    CITIZEN_REF_KEY: randomBytes(64).toString('hex'),
    GRANT_KEY: key,
    GRANT_KEYS: JSON.stringify({ keys: [publicKey] }),
  };
}

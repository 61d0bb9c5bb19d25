import { Writable } from 'node:stream';
import { readConfig, startGateway, type RunningGateway } from '@yichuang/gateway';
import { startHrss } from '@yichuang/hrss';
import { grantPolicy, type RunningSubgraph, type SubgraphSettings } from '@yichuang/kit';
import { startMarketRegulation } from '@yichuang/market-regulation';
import { startMedicalInsurance } from '@yichuang/medical-insurance';
import { startPostal } from '@yichuang/postal';
import { testDatabase, type TestDatabase } from '../store/shared.js';
import type { Life } from '../../src/people/model.js';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox.js';
import type { Fault } from '../../src/systems/stand-in.js';

const AGENCIES = {
  hrss: startHrss,
  'market-regulation': startMarketRegulation,
  postal: startPostal,
  'medical-insurance': startMedicalInsurance,
} satisfies Record<string, (settings: SubgraphSettings) => Promise<RunningSubgraph>>;
export type AgencyName = keyof typeof AGENCIES;

export interface GraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string };
}

/** What came back, with the answer's data left open: each test knows what it asked for. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests read answers of many shapes; a wrong shape fails the assertion that reads it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data: any;
  readonly errors: readonly GraphError[];
  readonly provenance: readonly {
    readonly path: readonly (string | number)[];
    readonly agency: string;
    readonly system: string;
    readonly asOf: string;
    readonly freshness: string;
  }[];
  readonly milliseconds: number;
}

export interface AskOptions {
  /** Persona or official whose token is sent; none without. */
  readonly as?: string;
  /** A token as it is, instead of `as`. */
  readonly token?: string;
  readonly purpose?: string;
  /** Number of the case in which an office asks. */
  readonly caseNumber?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** The whole hub in one process: real sockets everywhere, and everything it says on record. */
export class Window {
  readonly #agencies = new Map<AgencyName, RunningSubgraph>();
  readonly #ports = new Map<AgencyName, number>();
  readonly #tokens = new Map<string, string>();
  readonly #log: string[] = [];
  readonly #logTo = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      this.#log.push(chunk.toString());
      done();
    },
  });

  private constructor(
    readonly sandbox: Sandbox,
    private readonly settings: {
      readonly agencyFiles: Partial<Record<AgencyName, URL>>;
      readonly gatewayEnv: Readonly<Record<string, string>>;
      readonly grants: Partial<Record<AgencyName, SubgraphSettings['grants']>>;
      readonly legacyDeadlineMs: number;
    },
  ) {}

  gateway: RunningGateway | undefined;
  #store: TestDatabase | undefined;

  /** Brings everything up; `down` names agencies that stay away. */
  static async open(
    options: SandboxOptions & {
      readonly down?: readonly AgencyName[];
      readonly agencyFiles?: Partial<Record<AgencyName, URL>>;
      readonly gatewayEnv?: Readonly<Record<string, string>>;
      /** By what agencies know the hub that have agreed something else with it. */
      readonly grants?: Partial<Record<AgencyName, SubgraphSettings['grants']>>;
      /** Milliseconds a legacy call may take; long unless a test wants to see a system run into it, for tests must pass on a slow machine. */
      readonly legacyDeadlineMs?: number;
    } = {},
  ): Promise<Window> {
    const sandbox = await startSandbox({ people: 200, ...options });
    const window = new Window(sandbox, {
      agencyFiles: options.agencyFiles ?? {},
      gatewayEnv: options.gatewayEnv ?? {},
      grants: options.grants ?? {},
      legacyDeadlineMs: options.legacyDeadlineMs ?? 20_000,
    });
    try {
      window.#store = await testDatabase();
      // Ports are taken before the gateway is told of them, so that an agency that is down has an address at which nobody answers.
      const names = Object.keys(AGENCIES) as AgencyName[];
      const urls: Record<string, string> = {};
      for (const name of names) {
        await window.startAgency(name);
        urls[`AGENCY_${name.toUpperCase().replaceAll('-', '_')}_URL`] = window.urlOf(name);
      }
      for (const name of options.down ?? []) await window.stopAgency(name);
      const { identity, secrets } = sandbox;
      window.gateway = await startGateway(
        readConfig({
          PORT: '0',
          GRANT_KEY: secrets.grantKey,
          CITIZEN_REF_KEY: secrets.citizenRefKey,
          OIDC_ISSUER: identity.issuer,
          OIDC_JWKS_URL: identity.jwksUrl,
          OIDC_AUDIENCE: identity.audience,
          DATABASE_URL: window.#store.url,
          ...urls,
          AGENCY_DEADLINE_MS: String(window.settings.legacyDeadlineMs + 10_000),
          QUESTION_DEADLINE_MS: String(window.settings.legacyDeadlineMs + 20_000),
          AGENCY_CONNECT_TIMEOUT_MS: String(window.settings.legacyDeadlineMs),
          // The process is shared with all the systems behind it: that it is busy says nothing about the hub.
          LOAD_MAX_LOOP_DELAY_MS: '0',
          ...options.gatewayEnv,
        }),
        { logTo: window.#logTo },
      );
      return window;
    } catch (error) {
      await window.close();
      throw error;
    }
  }

  get url(): string {
    return `${this.gateway?.url ?? ''}/graphql`;
  }

  /** The database of the hub, for tests that need a past which would take months to live through. */
  get databaseUrl(): string {
    return this.#store?.url ?? '';
  }

  urlOf(name: AgencyName): string {
    return this.#agencies.get(name)?.url ?? '';
  }

  /** The port an agency has or had, to come back where it was. */
  portOf(name: AgencyName): number {
    return this.#ports.get(name) ?? 0;
  }

  /** @param grants by what it knows the hub, where that is not what the hub knows */
  async startAgency(name: AgencyName, port = 0, grants = this.settings.grants[name]): Promise<void> {
    const { env, secrets } = this.sandbox;
    const agencyFile = this.settings.agencyFiles[name];
    const agency = await AGENCIES[name]({
      grants: grants ?? grantPolicy('intl', secrets.grantKeys),
      citizenRefKey: secrets.citizenRefKey,
      port,
      env: {
        ...env,
        LEGACY_DEADLINE_MS: String(this.settings.legacyDeadlineMs),
        // Who moves rights keeps its cases beside the hub's own.
        ...(name === 'hrss' || name === 'medical-insurance' ? { DATABASE_URL: this.#store?.url } : {}),
        // Offices of the sandbox have done by then what lies on their desk.
        TRANSFER_PENDING_MS: '200',
      },
      logTo: this.#logTo,
      ...(agencyFile ? { agencyFile } : {}),
    });
    await agency.opened;
    this.#agencies.set(name, agency);
    this.#ports.set(name, Number(new URL(agency.url).port));
  }

  async stopAgency(name: AgencyName): Promise<void> {
    await this.#agencies.get(name)?.close();
    this.#agencies.delete(name);
  }

  async token(key: string): Promise<string> {
    let token = this.#tokens.get(key);
    if (token === undefined) this.#tokens.set(key, (token = await this.sandbox.identity.tokenFor(key)));
    return token;
  }

  async ask(query: string, { as, token, purpose, caseNumber, variables = {} }: AskOptions = {}): Promise<Answer> {
    const bearer = token ?? (as === undefined ? undefined : await this.token(as));
    const begun = performance.now();
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(purpose === undefined ? {} : { 'yichuang-purpose': purpose }),
        ...(caseNumber === undefined ? {} : { 'yichuang-case': caseNumber }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as { data?: unknown; errors?: GraphError[]; extensions?: { provenance?: Answer['provenance'] } };
    return {
      status: response.status,
      headers: response.headers,
      data: body.data,
      errors: body.errors ?? [],
      provenance: body.extensions?.provenance ?? [],
      milliseconds: performance.now() - begun,
    };
  }

  /** The clean life of a named persona, to hold an answer against. */
  lifeOf(key: string): Life {
    const persona = this.sandbox.world.personas.find((candidate) => candidate.key === key);
    if (!persona) throw new Error(`no persona ${key}`);
    return persona.life;
  }

  /** Calls each legacy system has received since the last reset, without those that received none. */
  calls(): Record<string, number> {
    return Object.fromEntries(
      [...this.sandbox.systems].map(([id, system]) => [id, system.calls()] as const).filter(([, calls]) => calls > 0),
    );
  }

  resetCalls(): void {
    for (const system of this.sandbox.systems.values()) system.resetCalls();
  }

  async fault(id: string, fault: Fault | undefined): Promise<void> {
    const system = this.sandbox.systems.get(id);
    if (!system) throw new Error(`no system ${id}`);
    await system.setFault(fault);
  }

  /** Everything the gateway and the subgraphs have logged. */
  log(): string {
    return this.#log.join('');
  }

  async close(): Promise<void> {
    await this.gateway?.close();
    await Promise.all([...this.#agencies.values()].map((agency) => agency.close()));
    await this.#store?.stop();
    await this.sandbox.close();
  }
}

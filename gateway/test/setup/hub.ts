import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from 'jose';
import { citizenSeal, parseCitizenNumber, type AccessCatalogue, type CitizenRef } from '@yichuang/schema';
import type { SubscriptionSources } from '../../src/execution/subscription-source.js';
import type { SubgraphSource } from '../../src/graph/lint.js';
import { readConfig, type GatewayConfig } from '../../src/config.js';
import { startGateway, type RunningGateway } from '../../src/gateway.js';
import { testDatabase } from './database.js';
import { GRANT_KEY } from './grants.js';
import { entities, FakeAgency, type Behaviour } from './fake-agency.js';

/** The hub's own graph, as it was composed last; that it is fresh is a check's affair. */
const SUPERGRAPH = new URL('../../../schema/supergraph.graphql', import.meta.url);
export const ISSUER = 'https://id.example.invalid';
export const AUDIENCE = 'yichuang';
export const REF_KEY = '5a'.repeat(32);
const AGENCIES = ['hrss', 'market-regulation', 'postal', 'medical-insurance'] as const;
type AgencyName = (typeof AGENCIES)[number];

/** Numbers with a valid check character in a division that was never issued. */
export const NUMBERS = ['99000019900101001X', '990000198505050023', '990000197212120045'].map((number) => checked(number));
export const [OWN_NUMBER = '', OTHER_NUMBER = ''] = NUMBERS;
const seal = citizenSeal(REF_KEY);

/** The sealed reference of a test number. */
export function ref(number: string): CitizenRef {
  const parsed = parseCitizenNumber(number);
  if (!parsed) throw new Error('a test number is not valid');
  return seal.seal(parsed);
}

/** Answers of one request. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    data?: Record<string, unknown> | null;
    errors?: { message: string; path?: (string | number)[]; locations?: unknown; extensions: Record<string, unknown> }[];
    extensions?: { requestId?: string; provenance?: Record<string, unknown>[]; access?: unknown };
  };
}

/** A hub with four fake agencies, a fake identity provider, and everything it logged. */
export interface TestHub {
  readonly gateway: RunningGateway;
  readonly agencies: Readonly<Record<AgencyName, FakeAgency>>;
  readonly supergraphFile: string;
  readonly log: string[];
  /** The identity provider's public key, which everybody can have. */
  readonly issuerKey: JWK;
  token(claims: JWTPayload, options?: { key?: 'OTHER'; header?: Record<string, unknown> }): Promise<string>;
  ask(
    query: string,
    options?: {
      token?: string;
      headers?: Record<string, string>;
      variables?: Record<string, unknown>;
      extensions?: Record<string, unknown>;
    },
  ): Promise<Answered>;
  /** A citizen's own token. */
  citizen(number?: string): Promise<string>;
  /** A caseworker's token for a jurisdiction. */
  caseworker(jurisdiction?: string): Promise<string>;
  close(): Promise<void>;
}

/** What of a hub is not the configured one's. */
interface TestHubParts {
  /** Composed without the hub's own rules: a supergraph may come from elsewhere. @default the hub's own */
  readonly sources?: readonly SubgraphSource[];
  readonly events?: SubscriptionSources;
  /** @default that of schema/access */
  readonly catalogue?: AccessCatalogue;
}

/** Starts a hub, with a database of its own unless one is named. Agencies answer every entity with nothing but its key unless told otherwise. */
export async function startTestHub(
  environment: Record<string, string> = {},
  behaviours: Partial<Record<AgencyName, Behaviour>> = {},
  { sources, events, catalogue }: TestHubParts = {},
): Promise<TestHub> {
  const folder = await mkdtemp(join(tmpdir(), 'hub-'));
  const supergraphFile = join(folder, 'supergraph.graphql');
  if (sources) await writeFile(supergraphFile, await composedUnlinted(sources));
  else await copyFile(SUPERGRAPH, supergraphFile);
  const signing = await generateKeyPair('EdDSA');
  const other = await generateKeyPair('EdDSA');
  const jwk = { ...(await exportJWK(signing.publicKey)), kid: 'k1', alg: 'EdDSA' };
  const provider = await new FakeAgency(() => ({ keys: [jwk] })).start();
  const started = await Promise.all(
    AGENCIES.map(async (name) => [name, await new FakeAgency(behaviours[name] ?? entities(() => ({}))).start()] as const),
  );
  const agencies = Object.fromEntries(started) as Record<AgencyName, FakeAgency>;
  const database = environment['DATABASE_URL'] === undefined ? await testDatabase() : undefined;
  const config: GatewayConfig = readConfig({
    PORT: '0',
    SUPERGRAPH_FILE: supergraphFile,
    SUPERGRAPH_POLL_MS: '600000',
    LOAD_MAX_LOOP_DELAY_MS: '0', // the process is shared with the agencies and the test
    GRANT_KEY: GRANT_KEY.key,
    CITIZEN_REF_KEY: REF_KEY,
    OIDC_ISSUER: ISSUER,
    OIDC_AUDIENCE: AUDIENCE,
    OIDC_JWKS_URL: provider.url,
    ...(database ? { DATABASE_URL: database.url } : {}),
    ...Object.fromEntries(started.map(([name, agency]) => [`AGENCY_${name.toUpperCase().replaceAll('-', '_')}_URL`, agency.url])),
    ...environment,
  });
  const log: string[] = [];
  const gateway = await startGateway(config, {
    logTo: { write: (line: string) => void log.push(line) },
    ...(events ? { events } : {}),
    ...(catalogue ? { catalogue } : {}),
  });
  const token: TestHub['token'] = (claims, options = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', kid: 'k1', typ: 'at+jwt', ...options.header })
      .setIssuer(claims.iss ?? ISSUER)
      .setAudience(claims.aud ?? AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(claims.exp ?? '5m')
      .sign(options.key === 'OTHER' ? other.privateKey : signing.privateKey);
  return {
    gateway,
    agencies,
    supergraphFile,
    log,
    issuerKey: jwk,
    token,
    citizen: (number = OWN_NUMBER) => token({ sub: 'u-1', role: 'citizen', citizen_number: number }),
    caseworker: (jurisdiction = '440000') =>
      token({ sub: 'w-1', role: 'caseworker', party_kind: 'HRSS_OFFICE', party: '440000', jurisdiction }),
    ask: async (query, options = {}) => {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json',
          ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
          ...options.headers,
        },
        body: JSON.stringify({ query, variables: options.variables, extensions: options.extensions }),
      });
      return { status: response.status, headers: response.headers, body: (await response.json()) as Answered['body'] };
    },
    close: async () => {
      await gateway.close();
      await Promise.all([database?.stop(), provider.stop(), ...started.map(([, agency]) => agency.stop())]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Composition takes as long to load as a hub to start: only for those who need it. */
async function composedUnlinted(sources: readonly SubgraphSource[]): Promise<string> {
  const [{ composeServices }, { placeholderUrl }] = await Promise.all([
    import('@apollo/composition'),
    import('../../src/graph/compose.js'),
  ]);
  const { supergraphSdl, errors } = composeServices(sources.map(({ name, sdl }) => ({ name, url: placeholderUrl(name), typeDefs: sdl })));
  if (supergraphSdl === undefined) throw new Error(`the graph does not compose: ${JSON.stringify(errors)}`);
  return supergraphSdl;
}

function checked(number: string): string {
  for (const check of '0123456789X') {
    const parsed = parseCitizenNumber(number.slice(0, 17) + check);
    if (parsed) return parsed;
  }
  throw new Error('no check character fits');
}

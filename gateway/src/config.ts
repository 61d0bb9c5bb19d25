import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SUBGRAPHS, SUPERGRAPH_FILE } from '@yichuang/schema';
import { DEFAULT_ALGORITHMS, type TokenSettings } from './access/token.js';
import { DEFAULT_AGENCY, type AgencySettings } from './agencies/settings.js';
import { readGrantSettings, type GrantSettings } from './grants/settings.js';
import { DEFAULT_EVENTS, type EventSettings } from './events/open.js';
import { isOwn } from './graph/own-subgraphs.js';
import { DEFAULT_LIMITS, type QueryLimits } from './graph/limits.js';
import type { ConsoleOptions } from './http/console.js';
import type { ExplorerOptions } from './http/explorer.js';
import { DEFAULT_LOAD, type LoadSettings } from './load.js';
import { readSiteSettings, type SiteSettings } from './sites/settings.js';
import { DEFAULT_STORE, type StoreSettings } from './store/store.js';
import type { TrustedSettings } from './trusted/folder.js';
import { readTrustedSettings } from './trusted/settings.js';
import { readWebhookSettings, type WebhookSettings } from './webhooks/settings.js';

/** Everything the hub must be told. */
export interface GatewayConfig {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  readonly supergraphFile: string;
  /** How often the supergraph file is looked at, ms. */
  readonly supergraphPollMs: number;
  /** By the agency's name in the supergraph. */
  readonly agencies: Readonly<Record<string, AgencySettings>>;
  /** With what the grants of calls to agencies are signed. */
  readonly grants: GrantSettings;
  /** Hexadecimal key of the sealed references, shared with the subgraphs. */
  readonly citizenRefKey: string;
  readonly tokens: TokenSettings;
  /** Where the hub keeps what is its own. */
  readonly store: StoreSettings;
  readonly events: EventSettings;
  readonly webhooks: WebhookSettings;
  /** Absent where nothing is told to other sites. */
  readonly sites?: SiteSettings | undefined;
  /** How long one question may take, ms. */
  readonly questionDeadlineMs: number;
  readonly limits: QueryLimits;
  /** Persons that one question may be about, whoever asks. */
  readonly maxPersons: number;
  readonly load: LoadSettings;
  readonly trusted: TrustedSettings;
  /** Equal queries of one caller that are under way at the same time are sent once. */
  readonly shareQueries: boolean;
  readonly logLevel: string;
  readonly explorer: ExplorerOptions;
  /** Absent where no console is served. */
  readonly console?: ConsoleOptions;
}

/** Four pages of the longest list of persons the graph has. */
const MAX_PERSONS = 200;

/** The configuration cannot be used; names every variable that is at fault, and no value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(`the gateway cannot start:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration from environment variables; the README lists them with their defaults.
 * @throws ConfigError naming each variable that is missing or malformed
 */
export function readConfig(env: Environment): GatewayConfig {
  const problems: string[] = [];
  const required = (name: string, what: string): string => {
    const value = env[name]?.trim() ?? '';
    if (value === '') problems.push(`${name} is not set: ${what}`);
    return value;
  };
  const whole = (name: string, fallback: number, least = 1): number => {
    const text = env[name]?.trim() ?? '';
    if (text === '') return fallback;
    if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
    problems.push(`${name} must be a whole number of at least ${least}`);
    return fallback;
  };
  const onOff = (name: string): boolean => {
    const text = env[name]?.trim() ?? 'off';
    if (text !== 'on' && text !== 'off' && text !== '') problems.push(`${name} must be on or off`);
    return text === 'on';
  };
  const address = (name: string, what: string, protocols: readonly string[] = ['http', 'https']): string => {
    const value = required(name, what);
    const protocol = URL.canParse(value) ? new URL(value).protocol : '';
    if (value !== '' && !protocols.some((one) => protocol === `${one}:`))
      problems.push(`${name} must be an address of the kind ${protocols.join(' or ')}`);
    return value;
  };

  const agency = {
    ...DEFAULT_AGENCY,
    deadlineMs: whole('AGENCY_DEADLINE_MS', DEFAULT_AGENCY.deadlineMs),
    connectTimeoutMs: whole('AGENCY_CONNECT_TIMEOUT_MS', DEFAULT_AGENCY.connectTimeoutMs),
    connections: whole('AGENCY_CONNECTIONS', DEFAULT_AGENCY.connections),
    maxWaiting: whole('AGENCY_MAX_WAITING', DEFAULT_AGENCY.maxWaiting, 0),
    maxBatch: whole('AGENCY_MAX_BATCH', DEFAULT_AGENCY.maxBatch),
    maxReplyBytes: whole('AGENCY_MAX_REPLY_BYTES', DEFAULT_AGENCY.maxReplyBytes),
    breakAfter: whole('AGENCY_BREAK_AFTER', DEFAULT_AGENCY.breakAfter),
    breakForMs: whole('AGENCY_BREAK_FOR_MS', DEFAULT_AGENCY.breakForMs),
  };
  /** Beginning of the variables of each agency. */
  const prefixes = new Map(
    SUBGRAPHS.filter((name) => !isOwn(name)).map((name) => [name, `AGENCY_${name.toUpperCase().replaceAll('-', '_')}_`]),
  );
  const agencies = Object.fromEntries(
    [...prefixes].map(([name, prefix]) => [name, { ...agency, url: address(`${prefix}URL`, `GraphQL address of the subgraph ${name}`) }]),
  );
  const citizenRefKey = required('CITIZEN_REF_KEY', 'key of the sealed references, hexadecimal, shared with the subgraphs');
  if (citizenRefKey !== '' && !/^([0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/i.test(citizenRefKey)) {
    problems.push('CITIZEN_REF_KEY must have 64, 96 or 128 hexadecimal digits');
  }
  const grants = readGrantSettings(env, prefixes, problems);
  const config: GatewayConfig = {
    port: whole('PORT', 4000, 0),
    host: env['HOST']?.trim() ?? '127.0.0.1',
    supergraphFile: env['SUPERGRAPH_FILE']?.trim() ?? fileURLToPath(SUPERGRAPH_FILE),
    supergraphPollMs: whole('SUPERGRAPH_POLL_MS', 2_000),
    agencies,
    grants,
    citizenRefKey,
    tokens: {
      issuer: required('OIDC_ISSUER', 'issuer of the access tokens'),
      audience: required('OIDC_AUDIENCE', 'audience that access tokens must name'),
      jwksUrl: address('OIDC_JWKS_URL', "address of the issuer's keys"),
      algorithms: readAlgorithms(env['OIDC_ALGORITHMS'], problems),
    },
    store: {
      url: address('DATABASE_URL', 'address of the PostgreSQL database in which the hub keeps what is its own', ['postgres', 'postgresql']),
      connections: whole('DATABASE_CONNECTIONS', DEFAULT_STORE.connections),
      connectTimeoutMs: whole('DATABASE_CONNECT_TIMEOUT_MS', DEFAULT_STORE.connectTimeoutMs),
      statementTimeoutMs: whole('DATABASE_TIMEOUT_MS', DEFAULT_STORE.statementTimeoutMs),
    },
    events: { retentionDays: whole('EVENTS_RETENTION_DAYS', DEFAULT_EVENTS.retentionDays) },
    webhooks: readWebhookSettings(env, onOff('WEBHOOK_HTTP'), problems),
    sites: readSiteSettings(env, problems),
    questionDeadlineMs: whole('QUESTION_DEADLINE_MS', 8_000),
    limits: {
      maxBytes: whole('LIMIT_BYTES', DEFAULT_LIMITS.maxBytes),
      maxTokens: whole('LIMIT_TOKENS', DEFAULT_LIMITS.maxTokens),
      maxDepth: whole('LIMIT_DEPTH', DEFAULT_LIMITS.maxDepth),
      maxAliases: whole('LIMIT_ALIASES', DEFAULT_LIMITS.maxAliases, 0),
    },
    maxPersons: whole('LIMIT_PERSONS', MAX_PERSONS),
    load: { maxLoopDelayMs: whole('LOAD_MAX_LOOP_DELAY_MS', DEFAULT_LOAD.maxLoopDelayMs, 0) },
    shareQueries: onOff('SHARE_QUERIES'),
    trusted: readTrustedSettings(env, whole('TRUSTED_DOCUMENTS_POLL_MS', 2_000), problems),
    logLevel: env['LOG_LEVEL']?.trim() ?? 'info',
    explorer: { ...(env['EXPLORER_QUERY'] === undefined ? {} : { initialQuery: env['EXPLORER_QUERY'] }) },
  };
  const folder = env['CONSOLE_DIR']?.trim() ?? '';
  const pages =
    folder === ''
      ? undefined
      : {
          folder: resolve(folder),
          issuer: address('OIDC_ISSUER', 'issuer of the access tokens'),
          clientId: required('CONSOLE_CLIENT_ID', 'name under which the issuer knows the console'),
        };
  if (problems.length > 0) throw new ConfigError(problems);
  return pages ? { ...config, console: pages } : config;
}

function readAlgorithms(text: string | undefined, problems: string[]): readonly string[] {
  const names = (text ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  // Symmetric algorithms would let anybody who knows the public key sign; `none` needs no key at all.
  if (names.some((name) => !/^(EdDSA|(ES|PS|RS)(256|384|512))$/.test(name)))
    problems.push('OIDC_ALGORITHMS may name EdDSA, ES…, PS… and RS… only');
  return names.length > 0 ? names : DEFAULT_ALGORITHMS;
}

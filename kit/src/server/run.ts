import closeWithGrace from 'close-with-grace';
import { grantPolicyFrom } from '../grants/settings.js';
import type { SubgraphSettings } from './settings.js';
import type { RunningSubgraph } from './subgraph.js';

const GRACE_MS = 5000;

/**
 * Runs a subgraph as a process: settings from PORT, HOST, GRANT_KEYS, GRANT_SUITE, GRANT_ISSUER, GRANT_SPENT_DIR, CITIZEN_REF_KEY and LOG_LEVEL; stops on
 * SIGTERM and SIGINT after the questions under way. A setting that is missing or does not fit stops the start and names itself on standard
 * error.
 */
export async function runSubgraph(start: (settings: SubgraphSettings) => Promise<RunningSubgraph>): Promise<void> {
  try {
    const subgraph = await start(settingsFrom(process.env));
    closeWithGrace({ delay: GRACE_MS, logger: false }, () => subgraph.close());
  } catch (error) {
    process.stderr.write(`cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

function settingsFrom(env: NodeJS.ProcessEnv): SubgraphSettings {
  const required = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`);
    return value;
  };
  const port = Number(required('PORT'));
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('the environment variable PORT is not a port');
  return {
    port,
    grants: grantPolicyFrom(env),
    citizenRefKey: required('CITIZEN_REF_KEY'),
    env,
    ...(env['HOST'] === undefined ? {} : { host: env['HOST'] }),
    ...(env['LOG_LEVEL'] === undefined ? {} : { logLevel: env['LOG_LEVEL'] }),
  };
}

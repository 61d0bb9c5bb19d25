/**
 * The sandbox as a process of its own. It reads SANDBOX_PEOPLE, SANDBOX_SEED, SANDBOX_LINKING, SANDBOX_PORTS (JSON, server name to port) and, when given,
 * the key CITIZEN_REF_KEY, SANDBOX_KEEP (a folder for what the systems find again when they are started anew) and SANDBOX_GROUPS (JSON,
 * which stand-ins; all when absent), and says what it has to say as messages, over its channel to the parent when it has one, otherwise as
 * lines of JSON: `STEP` for each part that is up, then `READY` with the environment for the other processes, or `FAILED`. It ends on SIGTERM and SIGINT.
 */
import closeWithGrace from 'close-with-grace';
import { startSandbox } from './sandbox.js';
import type { StandInGroupName } from './stand-in-groups.js';
import { failureOf, type SandboxMessage } from './start/messages.js';

function say(message: SandboxMessage): void {
  if (process.send) process.send(message);
  else process.stdout.write(`${JSON.stringify(message)}\n`);
}

function wholeNumber(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  if (!/^\d+$/.test(text)) throw new RangeError(`${name} must be a whole number.`);
  return Number(text);
}

function plannedPorts(): (name: string) => number {
  const plan = new Map(Object.entries(JSON.parse(process.env.SANDBOX_PORTS ?? '{}') as Record<string, number>));
  return (name) => plan.get(name) ?? 0;
}

try {
  const people = wholeNumber('SANDBOX_PEOPLE');
  const seed = wholeNumber('SANDBOX_SEED');
  const linking = wholeNumber('SANDBOX_LINKING');
  const sandbox = await startSandbox({
    ...(people === undefined ? {} : { people }),
    ...(seed === undefined ? {} : { seed }),
    ...(linking === undefined ? {} : { linking }),
    port: plannedPorts(),
    ...(process.env.SANDBOX_KEEP ? { keepIn: process.env.SANDBOX_KEEP } : {}),
    ...(process.env.SANDBOX_GROUPS ? { groups: JSON.parse(process.env.SANDBOX_GROUPS) as StandInGroupName[] } : {}),
    secrets: {
      ...(process.env.CITIZEN_REF_KEY ? { citizenRefKey: process.env.CITIZEN_REF_KEY } : {}),
    },
    onStep: (step) => {
      say({ kind: 'STEP', ...step });
    },
  });
  closeWithGrace({ delay: 7000 }, () => sandbox.close());
  say({
    kind: 'READY',
    env: {
      ...sandbox.env,
      CITIZEN_REF_KEY: sandbox.secrets.citizenRefKey,
      // Whoever brings keys of grants keeps the private one from the agencies, who get all that stands here.
      ...(process.env.GRANT_KEYS ? {} : { GRANT_KEY: sandbox.secrets.grantKey, GRANT_KEYS: sandbox.secrets.grantKeys }),
      OIDC_ISSUER: sandbox.identity.issuer,
      OIDC_JWKS_URL: sandbox.identity.jwksUrl,
      OIDC_AUDIENCE: sandbox.identity.audience,
    },
    controlUrl: sandbox.controlUrl,
  });
} catch (error) {
  say({ kind: 'FAILED', ...failureOf(error) });
  process.exitCode = 1;
  if (process.connected) process.disconnect();
}

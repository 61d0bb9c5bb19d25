import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startIdentityProvider, type IdentityProvider } from '../identity-provider.js';
import { generateWorld } from '../people/generate.js';
import type { World } from '../people/model.js';
import { startPostgres, type Postgres } from '../postgres.js';
import type { StandInGroupName } from '../stand-in-groups.js';
import { buildPrograms } from '../start/build.js';
import { unusablePorts } from '../start/free-ports.js';
import { freshKeys, gatewayEnvironment, GATEWAY_FLAGS, type HubKeys } from '../start/hub.js';
import type { SandboxMessage } from '../start/messages.js';
import { planPorts, portLookup, type PlannedPort } from '../start/ports.js';
import { Member } from './member.js';
import type { FireAgency } from './offices.js';
import type { FireOptions } from './options.js';

const LAUNCHER = 'sandbox/src/start/child.ts';
const SANDBOX = 'sandbox/src/main.ts';
const GATEWAY = 'gateway/src/main.ts';
const SUBGRAPH = 'subgraphs/hrss/src/main.ts';
const MEDICAL = 'subgraphs/medical-insurance/src/main.ts';
const GROUPS: readonly StandInGroupName[] = ['hrss-ministry', 'hrss-sql', 'hrss-soap', 'hrss-rest', 'hrss-batch', 'medical'];
/** Processes that are killed; of 人社 there is one that is asked, and one that only carries cases. */
export const MEMBERS = ['gateway', 'subgraph', 'worker', 'medical', 'stand-ins'] as const;
export type MemberName = (typeof MEMBERS)[number];
/** A machine that has a lot else to do takes minutes to start one of them. */
const READY_MS = 600_000;

/** What burns: the processes of a hub with its agency of transfers, their database, and the stand-ins of all provinces. */
export interface Site {
  readonly world: World;
  readonly identity: IdentityProvider;
  readonly store: Postgres;
  readonly keys: HubKeys;
  readonly gatewayUrl: string;
  readonly controlUrl: string;
  /** Files in which the offices keep what they did. */
  readonly ledgerFiles: Readonly<Record<FireAgency, string>>;
  /** Folder of the logs. */
  readonly logs: string;
  readonly members: Readonly<Record<MemberName, Member>>;
  /** Resolves when every process answers. */
  whole(): Promise<void>;
  /** @param keep leaves logs and ledger where they are */
  close(keep: boolean): Promise<void>;
}

/** Brings everything up in real processes on free ports. */
export async function openSite(root: string, { seed, people, linking, dayMs }: FireOptions): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'yichuang-fire-'));
  // The database's own user has to get through.
  await chmod(folder, 0o711);
  const [logs, kept] = [join(folder, 'logs'), join(folder, 'kept')];
  await Promise.all([logs, kept].map((path) => mkdir(path)));
  const ports = await freePorts();
  const port = portLookup(ports);
  const url = (name: string): string => `http://127.0.0.1:${port(name)}`;
  const keys = freshKeys();
  const { GRANT_KEY, ...shared } = keys;
  const [store, programs] = await Promise.all([
    startPostgres({ folder, port: port('store'), durable: true }),
    buildPrograms(root, [LAUNCHER, SANDBOX, GATEWAY, SUBGRAPH, MEDICAL]),
  ]);
  const world = generateWorld({ people, seed, linking });
  const identity = await startIdentityProvider({ port: port('identity-provider'), world });
  const started: Member[] = [];
  const member = (
    name: MemberName,
    module: string,
    readyUrl: string,
    environment: Readonly<Record<string, string>>,
    more: { readonly nodeFlags?: readonly string[]; readonly onMessage?: (message: unknown) => void } = {},
  ): Member => {
    const [program, launcher] = [programs.get(module), programs.get(LAUNCHER)?.file];
    if (!program || launcher === undefined) throw new Error(`${module} has not been built.`);
    const one = new Member({ name, program, launcher, root, logFolder: logs, environment, readyUrl, ...more });
    started.push(one);
    return one;
  };
  const close = async (keep: boolean): Promise<void> => {
    await Promise.allSettled(started.map((one) => one.stop()));
    await Promise.allSettled([identity.close(), store.stop()]);
    if (!keep) await rm(folder, { recursive: true, force: true });
  };
  try {
    let told: (env: Readonly<Record<string, string>>) => void = () => undefined;
    const ready = new Promise<Readonly<Record<string, string>>>((resolve) => (told = resolve));
    const standIns = member(
      'stand-ins',
      SANDBOX,
      `${url('control')}/systems`,
      {
        ...shared,
        SANDBOX_PEOPLE: String(people),
        SANDBOX_SEED: String(seed),
        SANDBOX_LINKING: String(linking),
        SANDBOX_KEEP: kept,
        SANDBOX_GROUPS: JSON.stringify(GROUPS),
        // Tokens are given by this process, which nobody kills.
        SANDBOX_PORTS: JSON.stringify(Object.fromEntries(ports.map((one) => [one.name, one.name === 'identity-provider' ? 0 : one.port]))),
      },
      {
        onMessage: (message) => {
          const said = message as SandboxMessage;
          if (said.kind === 'READY') told(said.env);
        },
      },
    );
    const systems = await ready;
    const agency = (name: 'subgraph' | 'worker' | 'medical', at: string): Member =>
      member(name, name === 'medical' ? MEDICAL : SUBGRAPH, `${at}/ready`, {
        ...systems,
        ...shared,
        DATABASE_URL: store.superuserUrl,
        PORT: new URL(at).port,
        LEGACY_DEADLINE_MS: '10000',
        TRANSFER_CALL_MS: '15000',
        // Whoever works at night answers once in a day: to ask more often only keeps processors from those who work.
        TRANSFER_PENDING_MS: String(Math.max(300, Math.round(dayMs / 4))),
        HRSS_SFTP_POLL_MS: String(2 * dayMs),
        TRANSFER_FIRST_RETRY_MS: '100',
        TRANSFER_GREATEST_RETRY_MS: '1500',
        TRANSFER_PATIENCE_MS: String(3 * dayMs),
      });
    const agencies = ['hrss', 'market-regulation', 'postal', 'medical-insurance'].map((name) => ({ name, url: url(`subgraph-${name}`) }));
    const addresses = { agencies, issuer: identity.issuer, store: store.superuserUrl };
    const members = {
      'stand-ins': standIns,
      subgraph: agency('subgraph', url('subgraph-hrss')),
      // At a place in the plan where nobody else listens.
      worker: agency('worker', url('subgraph-postal')),
      medical: agency('medical', url('subgraph-medical-insurance')),
      gateway: member(
        'gateway',
        GATEWAY,
        `${url('gateway')}/ready`,
        {
          ...gatewayEnvironment(addresses, root),
          ...shared,
          GRANT_KEY,
          PORT: String(port('gateway')),
          AGENCY_DEADLINE_MS: '20000',
          QUESTION_DEADLINE_MS: '25000',
          // The machine may be busy with something else: that says nothing about the hub.
          LOAD_MAX_LOOP_DELAY_MS: '0',
        },
        { nodeFlags: GATEWAY_FLAGS },
      ),
    };
    const whole = async (): Promise<void> => {
      await Promise.all(Object.values(members).map((one) => one.whole(READY_MS)));
    };
    await whole();
    return {
      ...{ world, identity, store, keys, members, whole, close, logs },
      gatewayUrl: url('gateway'),
      controlUrl: url('control'),
      ledgerFiles: { hrss: join(kept, 'ledger'), 'medical-insurance': join(kept, 'medical-ledger') },
    };
  } catch (error) {
    await close(false);
    throw error;
  }
}

/** Below those that the system gives to connections, so that a place is free when who listened there comes back. */
async function freePorts(): Promise<readonly PlannedPort[]> {
  for (let tries = 0; tries < 50; tries++) {
    const ports = planPorts(10_000 + 200 * Math.floor(Math.random() * 100));
    if ((await unusablePorts(ports)).length === 0) return ports;
  }
  throw new Error('There are no two hundred free ports in a row.');
}

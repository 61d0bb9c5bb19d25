import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newGrantKey, shanghaiDay } from '@yichuang/schema';
import { startControl } from './control.js';
import { startIdentityProvider, type IdentityProvider } from './identity-provider.js';
import { Desk } from './ledger/desk.js';
import { fileJournal } from './ledger/journal.js';
import { MedicalDesk } from './ledger/medical-desk.js';
import { generateWorld } from './people/generate.js';
import type { World } from './people/model.js';
import { registersOf } from './people/registers.js';
import type { DirtEntry, Registers } from './people/tables.js';
import { startPostgres, type Postgres } from './postgres.js';
import { marketManifest } from './systems/market.js';
import { medicalManifest } from './systems/medical.js';
import { MedicalRegister } from './systems/medical-register.js';
import { postalManifest } from './systems/postal.js';
import { STAND_IN_GROUPS, type StandInGroupName } from './stand-in-groups.js';
import type { StandIn, StandInGroup, StartStandIns } from './systems/stand-in.js';

export interface SandboxOptions {
  /** How many people live in the world, personas included. */
  readonly people?: number;
  readonly seed?: number;
  /** Last month that has been paid, YYYY-MM. */
  readonly month?: string;
  /** People more whose two pension schemes can be linked; none when absent. */
  readonly linking?: number;
  /** TCP port for each named server; without it the system chooses all. Names and defaults: `start/ports.ts`. */
  readonly port?: (name: string) => number;
  /** Which groups of stand-ins to start; all when absent. */
  readonly groups?: readonly StandInGroupName[];
  /** Today in Asia/Shanghai, YYYY-MM-DD, as the legacy systems see it; the real day when absent. */
  readonly today?: string;
  /** Folder for everything the sandbox writes; removed at the end. A new temporary folder when absent. */
  readonly folder?: string;
  /**
   * Folder for what the systems would find again after a restart: effects of transfers, orders that wait for a night, keys. It stays, and
   * the next sandbox over the same people goes on from it. Part of `folder` when absent.
   */
  readonly keepIn?: string;
  readonly secrets?: Partial<Pick<SandboxSecrets, 'citizenRefKey'>>;
  /** Told about each part as it comes up. */
  readonly onStep?: (step: SandboxStep) => void;
}

/** Keys that the hub and the subgraphs share. */
export interface SandboxSecrets {
  /** Of the sealed citizen references, 128 hexadecimal digits. */
  readonly citizenRefKey: string;
  /** With which the hub signs grants, and by which the agencies know them. */
  readonly grantKey: string;
  readonly grantKeys: string;
}

export interface SandboxStep {
  readonly part: string;
  readonly detail: string;
}

export interface Sandbox {
  readonly world: World;
  readonly registers: Registers;
  /** Every fault that was planted in the data of any system; made when asked for. */
  readonly manifest: () => readonly DirtEntry[];
  readonly systems: ReadonlyMap<string, StandIn>;
  /** Environment variables by which the subgraphs reach the stand-ins. */
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: SandboxSecrets;
  readonly controlUrl: string;
  readonly identity: IdentityProvider;
  /** Absent when no group needs a database. */
  readonly postgres: Postgres | undefined;
  close(): Promise<void>;
}

const DEFAULT_PEOPLE = 2000;
const DEFAULT_SEED = 1;

/** Starts the whole sandbox on 127.0.0.1. When a part fails, everything that was started is stopped before the error is thrown. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const {
    people = DEFAULT_PEOPLE,
    seed = DEFAULT_SEED,
    port = () => 0,
    today = shanghaiDay(new Date()),
    onStep = () => undefined,
  } = options;
  const groups = options.groups ?? (Object.keys(STAND_IN_GROUPS) as StandInGroupName[]);
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'yichuang-sandbox-')));
  const started = new Started();
  started.add(() => rm(folder, { recursive: true, force: true }));

  try {
    // The database makes its cluster in a process of its own while this one makes the world.
    const database = groups.includes('hrss-sql') ? startPostgres({ folder, port: port('postgres') }) : Promise.resolve(undefined);
    started.add(() => database.then((postgres) => postgres?.stop(), ignore));

    const { month, linking = 0 } = options;
    const world = generateWorld({ people, seed, linking, ...(month === undefined ? {} : { month }) });
    const registers = registersOf(world);
    onStep({ part: 'people', detail: `${world.lives.length} lives, ${world.personas.length} personas, seed ${seed}` });

    const kept = options.keepIn ?? join(folder, 'kept');
    await mkdir(kept, { recursive: true });
    const desk = new Desk({ registers, today, journal: fileJournal(join(kept, 'ledger')) });
    const medicalDesk = new MedicalDesk({
      register: new MedicalRegister(world, today),
      journal: fileJournal(join(kept, 'medical-ledger')),
    });
    const startingIdentity = startIdentityProvider({ port: port('identity-provider'), world });
    started.add(() => startingIdentity.then((identity) => identity.close(), ignore));
    const startGroup = async (name: StandInGroupName): Promise<StandInGroup> => {
      const start: StartStandIns = STAND_IN_GROUPS[name];
      const postgres = name === 'hrss-sql' ? await database : undefined;
      const own = join(kept, name);
      await mkdir(own, { recursive: true });
      const group = await start({
        world,
        registers,
        desk,
        medicalDesk,
        port,
        today,
        folder: own,
        ...(postgres ? { postgres: { superuserUrl: postgres.superuserUrl } } : {}),
      });
      started.add(() => group.close());
      onStep({ part: name, detail: `${group.systems.length} ${group.systems.length === 1 ? 'system' : 'systems'}` });
      return group;
    };
    const startingGroups = groups.map(startGroup);
    // All come to an end before one failure is thrown: what still came up after it must be known to be stopped.
    await Promise.allSettled([database, startingIdentity, ...startingGroups]);
    const [postgres, identity, running] = [await database, await startingIdentity, await Promise.all(startingGroups)];
    if (postgres) onStep({ part: 'postgres', detail: `127.0.0.1:${postgres.port}` });
    onStep({ part: 'identity-provider', detail: identity.issuer });
    const systems = new Map(running.flatMap((group) => group.systems).map((system) => [system.id, system]));

    const manifest = (): readonly DirtEntry[] => [
      ...registers.manifest,
      ...medicalManifest(world),
      ...marketManifest(world),
      ...postalManifest(world),
    ];
    const control = await startControl({
      port: port('control'),
      world,
      manifest,
      systems,
      night: async () => {
        for (const group of running) await group.night?.();
      },
      ledger: () => ({ ...desk.ledger(), medical: medicalDesk.ledger() }),
      ...(postgres ? { restartPostgres: () => postgres.restart() } : {}),
    });
    started.add(() => control.close());
    onStep({ part: 'control', detail: control.url });

    const grant = newGrantKey('intl', 'sandbox');
    return {
      world,
      registers,
      manifest,
      systems,
      env: Object.assign({}, ...running.map((group) => group.env)) as Record<string, string>,
      secrets: {
        citizenRefKey: options.secrets?.citizenRefKey ?? randomBytes(64).toString('hex'),
        grantKey: grant.key,
        grantKeys: JSON.stringify({ keys: [grant.publicKey] }),
      },
      controlUrl: control.url,
      identity,
      postgres,
      close: () => started.stop(),
    };
  } catch (error) {
    await started.stop();
    throw error;
  }
}

/** What has been started, to be stopped in the opposite order; a part that fails to stop does not keep the others running. */
class Started {
  readonly #stops: (() => Promise<unknown>)[] = [];

  add(stop: () => Promise<unknown>): void {
    this.#stops.push(stop);
  }

  async stop(): Promise<void> {
    const failures: unknown[] = [];
    for (const stop of this.#stops.splice(0).reverse()) await stop().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'A part of the sandbox did not stop cleanly.');
  }
}

/** What did not start needs no stop. */
function ignore(): void {
  return undefined;
}

import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Numbering } from '../../src/events/numbering.js';
import { SiteBus } from '../../src/sites/bus.js';
import { readSiteSettings } from '../../src/sites/settings.js';
import { openStore, type Store } from '../../src/store/store.js';
import { append } from '../events/setup/appended.js';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { until } from '../setup/until.js';

// A database and a server of NATS are started, on whatever machine this is.
jest.setTimeout(90_000);

/** What of a hub is at one site. */
interface Site {
  readonly store: Store;
  readonly refused: string[];
  /** Numbers and steps of its own stream, in its order. */
  told(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A real server of NATS with JetStream, on a port of its own; its data stays when it is stopped. */
class Nats {
  #process: ChildProcess | undefined;
  #port = -1;

  constructor(readonly folder: string) {}

  get url(): string {
    return `nats://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const args = ['-js', '-sd', join(this.folder, 'data'), '-a', '127.0.0.1', '-p', String(this.#port), '--ports_file_dir', this.folder];
    const started = spawn('nats-server', args, { stdio: 'ignore' });
    this.#process = started;
    const missing = once(started, 'error').then(() => {
      throw new Error('There is no nats-server on this machine: install the package nats-server of the system.');
    });
    missing.catch(() => undefined);
    const file = (): Promise<string | undefined> => readdir(this.folder).then((names) => names.find((name) => name.endsWith('.ports')));
    await Promise.race([until(async () => (await file()) !== undefined), missing]);
    await until(async () => {
      const { nats } = JSON.parse(await readFile(join(this.folder, (await file()) ?? ''), 'utf8').catch(() => '{}')) as { nats?: string[] };
      this.#port = Number(new URL(nats?.[0] ?? 'nats://-:1').port);
      return nats !== undefined;
    });
  }

  async kill(): Promise<void> {
    if (!this.#process) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
    for (const name of await readdir(this.folder)) if (name.endsWith('.ports')) await rm(join(this.folder, name));
  }
}

describe('the bus between sites', () => {
  let database: TestDatabase;
  let folder: string;
  let nats: Nats;
  let urls: string[];
  const open: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.stop());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nats-'));
    nats = new Nats(folder);
    await nats.start();
    urls = [await database.another(), await database.another()];
  });
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
    await nats.kill();
    await rm(folder, { recursive: true, force: true });
  });

  async function site(name: string, url: string): Promise<Site> {
    const store = await openStore({ url });
    const numbering = await Numbering.open(store, () => undefined);
    const settings = readSiteSettings({ NATS_SERVERS: nats.url, SITE_NAME: name }, []);
    if (!settings) throw new Error('there are no settings');
    const refused: string[] = [];
    const bus = await SiteBus.open({
      settings,
      store,
      keptDays: 1,
      isReference: (id) => id.startsWith('c1'),
      failed: () => undefined,
      refused: (by) => refused.push(by),
    });
    const close = async (): Promise<void> => {
      open.splice(open.indexOf(opened), 1);
      await bus.close();
      await numbering.close();
      await store.close();
    };
    const told = async (): Promise<readonly string[]> => {
      const text = 'select number, step from transfers.transfer_event where cursor is not null order by cursor';
      return (await store.pool.query<{ number: string; step: string }>(text)).rows.map(({ number, step }) => `${number} ${step}`);
    };
    const opened = { store, refused, told, close };
    open.push(opened);
    return opened;
  }
  const both = (): Promise<Site[]> => Promise.all(urls.map((url, i) => site(['guangdong', 'sichuan'][i] ?? '', url)));

  it('brings what happens at each site into the stream of the other, once, in the order of each case, and not back', async () => {
    const [one, other] = await both();
    if (!one || !other) throw new Error('no sites');
    const steps = Array.from({ length: 40 }, (_, i) => `STEP${String(i)}`);
    const case_id = randomUUID();
    for (const [i, step] of steps.entries()) await append(one.store.pool, { case_id, number: 'T-one', step, case_version: i + 1 });
    await append(other.store.pool, { case_id: randomUUID(), number: 'T-other', step: 'APPLIED' });
    const ofOne = steps.map((step) => `T-one ${step}`);
    await until(async () => (await other.told()).length === 41 && (await one.told()).length === 41);
    expect((await other.told()).filter((told) => told.startsWith('T-one'))).toEqual(ofOne);
    expect((await one.told()).filter((told) => told.startsWith('T-one'))).toEqual(ofOne);
    expect((await one.told()).filter((told) => told.startsWith('T-other'))).toEqual(['T-other APPLIED']);
    // The ids are the same at both, so whoever follows here and there knows what they have had.
    const ids = async ({ store }: Site): Promise<unknown[]> =>
      (await store.pool.query<{ id: string }>('select id from transfers.transfer_event order by id')).rows.map(({ id }) => id);
    expect(await ids(one)).toEqual(await ids(other));
  });

  it('tells later what happened while the server, or the other site, was away', async () => {
    const [one, other] = await both();
    if (!one || !other) throw new Error('no sites');
    await append(one.store.pool, { case_id: randomUUID(), number: 'T-1', step: 'BEFORE' });
    await until(async () => (await other.told()).length === 1);
    await nats.kill();
    await append(one.store.pool, { case_id: randomUUID(), number: 'T-2', step: 'WITHOUT_SERVER' });
    await until(async () => (await one.told()).length === 2);
    await nats.start();
    await until(async () => (await other.told()).length === 2);
    await other.close();
    await append(one.store.pool, { case_id: randomUUID(), number: 'T-3', step: 'WITHOUT_SITE' });
    await until(async () => (await one.told()).length === 3);
    const again = await site('sichuan', urls[1] ?? '');
    await until(async () => (await again.told()).length === 3);
    expect(await again.told()).toEqual(['T-1 BEFORE', 'T-2 WITHOUT_SERVER', 'T-3 WITHOUT_SITE']);
  });

  it('hears once what is told twice, and leaves out what is no event, of another key, or of a case that is this site’s', async () => {
    const [one] = await both();
    if (!one) throw new Error('no site');
    await append(one.store.pool, { case_id: randomUUID(), number: 'T-own', step: 'APPLIED' });
    await until(async () => (await one.told()).length === 1);
    const connection: NatsConnection = await connect({ servers: nats.url });
    open.push({ close: () => connection.close() });
    const client = jetstream(connection);
    const event = {
      id: randomUUID(),
      case_id: randomUUID(),
      number: 'T-far',
      agency: 'hrss',
      kind: 'PENSION',
      step: 'MERGED',
      state: 'MERGED',
      citizen: 'c1somebody',
      source: '510000',
      target: '440000',
      at: new Date().toISOString(),
      deadline: null,
      case_version: 1,
    };
    const tell = async (told: unknown): Promise<void> => {
      await client.publish('yichuang.transfers.hainan.hrss.PENSION', typeof told === 'string' ? told : JSON.stringify(told));
    };
    for (const wrong of ['{', { ...event, id: 'x' }, { ...event, at: 'yesterday' }, { ...event, citizen: 'sealed elsewhere' }])
      await tell(wrong);
    await tell({ ...event, id: randomUUID(), number: 'T-own', step: 'FORGED' });
    // Without the id by which the server itself would know it.
    for (let i = 0; i < 3; i++) await tell(event);
    await tell({ ...event, id: randomUUID(), step: 'NOTIFIED', case_version: 2 });
    await until(async () => (await one.told()).includes('T-far NOTIFIED'));
    expect(await one.told()).toEqual(['T-own APPLIED', 'T-far MERGED', 'T-far NOTIFIED']);
    expect(one.refused).toEqual(['hainan', 'hainan', 'hainan', 'hainan']);
  });
});

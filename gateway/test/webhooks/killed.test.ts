import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { append } from '../events/setup/appended.js';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { until } from '../setup/until.js';
import { webhookHub } from './setup/hub.js';
import { Receiver } from './setup/receiver.js';

const PROCESS = fileURLToPath(new URL('setup/process.ts', import.meta.url));
const CASES = 12;
const STEPS = 8;

/** One process of the hub after the other: each is killed where a test says. */
class Killed {
  #child: ChildProcess | undefined;
  kills = 0;

  constructor(readonly url: string) {}

  async start(): Promise<void> {
    const child = spawn(process.execPath, ['--conditions=@yichuang/source', '--import', 'tsx', PROCESS, this.url], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    this.#child = child;
    await once(child.stdout, 'data');
  }

  /** Without a word, wherever it is. */
  kill(): void {
    this.kills++;
    this.#child?.kill('SIGKILL');
  }

  async gone(): Promise<void> {
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
}

describe('a hub that is killed', () => {
  let database: TestDatabase;
  let receiver: Receiver;
  let pool: Pool;
  let hub: Killed | undefined;
  beforeAll(async () => {
    database = await testDatabase();
    receiver = await new Receiver().start();
    pool = new Pool({ connectionString: database.url });
  });
  afterEach(async () => {
    hub?.kill();
    await hub?.gone();
  });
  afterAll(async () => {
    await pool.end();
    await receiver.stop();
    await database.stop();
  });

  it('at any moment loses no delivery, and keeps the order of each case', async () => {
    const registering = await webhookHub(database.url);
    await registering.register(receiver.url);
    await registering.close();
    const killed = (hub = new Killed(database.url));
    const cases = Array.from({ length: CASES }, () => randomUUID());
    let appended = 0;
    const appendOf = async (step: number): Promise<void> => {
      for (const case_id of cases) {
        await append(pool, { case_id, number: case_id, step: String(step) });
        appended++;
      }
    };
    /** Kills with the message of this number: before it is answered, as it is, or a little later. */
    let next = Infinity;
    receiver.reception = (_, response) => {
      if (receiver.had.length < next) return 204;
      next = Infinity;
      const kill = (): void => {
        killed.kill();
      };
      if (killed.kills % 3 === 0) kill();
      else if (killed.kills % 3 === 1) response.writeHead(204).end(kill);
      else response.writeHead(204).end(() => setTimeout(kill, 3));
      return undefined;
    };
    for (let step = 0; step < STEPS; step++) {
      await appendOf(step);
      if (step % 2 === 1) continue;
      next = receiver.had.length + 1 + ((step * 5) % 17);
      const before = killed.kills;
      await killed.start();
      // The last one while it goes through the stream.
      if (step === STEPS - 2) killed.kill();
      await until(() => killed.kills > before);
      await killed.gone();
    }
    next = Infinity;
    await killed.start();
    const ids = (): Set<unknown> => new Set(receiver.had.map(({ headers }) => headers['webhook-id']));
    await until(() => ids().size === appended);
    const waiting = `select from yichuang.webhook_delivery where state <> 'DELIVERED' union all select from yichuang.webhook_lane`;
    await until(async () => (await pool.query(waiting)).rowCount === 0);
    expect(killed.kills).toBe(STEPS / 2);
    for (const one of cases) {
      const had = receiver.had.filter(({ event }) => event.subject === one);
      const once = had.filter(({ event }, i) => had.findIndex((earlier) => earlier.event.id === event.id) === i);
      expect(once.map(({ event }) => Number(event.data['step']))).toEqual(Array.from({ length: STEPS }, (_, step) => step));
    }
    // What was being sent came again, and nothing else did.
    expect(receiver.had.length - appended).toBeLessThanOrEqual(4 * killed.kills);
  }, 120_000);
});

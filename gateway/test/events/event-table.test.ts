import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client, Pool } from 'pg';
import { TRANSFER_EVENT_TABLE, TRANSFER_EVENTS_CHANNEL } from '@yichuang/schema';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { until } from '../setup/until.js';
import { append } from './setup/appended.js';

// A database is started, on whatever machine this is.
jest.setTimeout(90_000);

describe('the table of events', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await testDatabase();
    pool = new Pool({ connectionString: database.url });
    pool.on('error', () => undefined);
  });
  afterAll(async () => {
    await pool.end();
    await database.stop();
  });

  it('is made once, whoever comes first, and by several at once', async () => {
    await Promise.all(Array.from({ length: 4 }, () => pool.query(TRANSFER_EVENT_TABLE)));
    await pool.query(TRANSFER_EVENT_TABLE);
    expect((await pool.query('select last from transfers.transfer_cursor')).rows).toEqual([{ last: '0' }]);
  });

  it('takes what an agency appends, notifies, and lets nobody change it but for the cursor, once', async () => {
    let heard = 0;
    const listening = new Client({ connectionString: database.url });
    await listening.connect();
    listening.on('notification', () => heard++);
    await listening.query(`listen ${TRANSFER_EVENTS_CHANNEL}`);
    const id = await append(pool, { case_id: randomUUID() });
    await until(() => heard === 1);
    await listening.end();
    await expect(pool.query(`update transfers.transfer_event set state = 'MERGED' where id = $1`, [id])).rejects.toThrow(
      'events are not changed',
    );
    await pool.query('update transfers.transfer_event set cursor = 1 where id = $1', [id]);
    await expect(pool.query('update transfers.transfer_event set cursor = 2 where id = $1', [id])).rejects.toThrow(
      'events are not changed',
    );
  });
});

import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startPostgres, type Postgres } from '../src/postgres.js';

let folder: string;
const running: Postgres[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yichuang-test-'));
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((postgres) => postgres.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: { port?: number } = {}): Promise<Postgres> {
  const postgres = await startPostgres({ folder, ...options });
  running.push(postgres);
  return postgres;
}

async function query(postgres: Postgres, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: postgres.superuserUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  it('answers in UTF-8 with the order of bytes, keeps its data over a restart, and leaves neither process nor data behind', async () => {
    const postgres = await start();
    expect(await query(postgres, `show server_encoding`)).toEqual([{ server_encoding: 'UTF8' }]);
    expect(await query(postgres, `select datcollate from pg_database where datname = 'postgres'`)).toEqual([{ datcollate: 'C' }]);
    expect(await query(postgres, `show listen_addresses`)).toEqual([{ listen_addresses: '127.0.0.1' }]);
    const [setting] = await query(postgres, 'show data_directory');
    const { data_directory: data } = setting as { data_directory: string };
    expect(existsSync(data)).toBe(true);
    await query(postgres, `create table kept as select '𬀩'::text as name`);

    await postgres.restart();
    expect(await query(postgres, 'select name from kept')).toEqual([{ name: '𬀩' }]);

    await postgres.stop();
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(`port=${postgres.port}`);
    expect(existsSync(dirname(data))).toBe(false);
    await expect(query(postgres, 'select 1')).rejects.toThrow();
  });

  it('refuses a log-in without the password', async () => {
    const postgres = await start();
    const client = new pg.Client({ connectionString: postgres.superuserUrl.replace(/:[^:@]+@/, ':wrong@') });
    await expect(client.connect()).rejects.toThrow('password authentication failed');
  });

  it('works when its folder lies in one that only the owner may enter', async () => {
    chmodSync(folder, 0o700);
    const postgres = await startPostgres({ folder: join(folder, 'deep') });
    running.push(postgres);
    expect(await query(postgres, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('says which port is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    try {
      await expect(start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    } finally {
      holder.close();
    }
  });
});

import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { Client } from 'pg';
import { startPostgres, type Postgres } from '@yichuang/sandbox/postgres';

/** A real PostgreSQL of a test file's own, with an empty database in it. */
export interface TestDatabase {
  readonly url: string;
  /** The server, for tests that stop and start it. */
  readonly server: Postgres;
  /** Another empty database on the same server. */
  another(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts one; it takes about a second. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = await startPostgres({ folder: tmpdir() });
  const another = async (): Promise<string> => {
    const name = `test_${randomBytes(6).toString('hex')}`;
    const client = new Client({ connectionString: server.superuserUrl });
    await client.connect();
    await client.query(`create database ${name}`);
    await client.end();
    const url = new URL(server.superuserUrl);
    url.pathname = `/${name}`;
    return url.href;
  };
  return { url: await another(), server, another, stop: () => server.stop() };
}

import { Client } from 'pg';

/** A database of one test file on the PostgreSQL server that all files of a run share. */
export interface TestDatabase {
  readonly url: string;
  /** Another empty database on the same server. */
  another(): Promise<string>;
  /** Drops what was made, whoever is still connected. */
  stop(): Promise<void>;
}

/** Makes an empty one. The server is started when the first test file of the run asks (`jest-store.mjs`). */
export async function testDatabase(): Promise<TestDatabase> {
  const made: string[] = [];
  const another = async (): Promise<string> => {
    const url = await make();
    made.push(url);
    return url;
  };
  return {
    url: await another(),
    another,
    stop: async () => {
      await Promise.all(made.splice(0).map(drop));
    },
  };
}

async function make(): Promise<string> {
  const address = process.env['TEST_STORE_URL'];
  if (address === undefined)
    throw new Error('TEST_STORE_URL is not set: tests with a database are run by Jest with the configuration of the root.');
  const response = await fetch(address, { method: 'POST' });
  if (!response.ok) throw new Error(`the server that test files share did not start: ${await response.text()}`);
  return response.text();
}

async function drop(database: string): Promise<void> {
  const url = new URL(database);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(`drop database if exists ${name} with (force)`);
  } finally {
    await client.end();
  }
}

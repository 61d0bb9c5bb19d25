import { tmpdir } from 'node:os';
import { startPostgres, type Postgres } from '@yichuang/sandbox/postgres';

export { testDatabase, type TestDatabase } from '../../../sandbox/test/store/shared.js';

/** A real PostgreSQL of a test's own, with an empty database in it: for tests that stop and start it. It takes about a second. */
export async function ownServer(): Promise<{ readonly url: string; readonly server: Postgres }> {
  const server = await startPostgres({ folder: tmpdir() });
  return { url: await server.emptyDatabase(), server };
}

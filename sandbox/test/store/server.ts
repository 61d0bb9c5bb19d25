/*
 * The PostgreSQL server that the test files of one run share: a process of its own, which answers every request over HTTP with the URL of an
 * empty database. It ends, and its data with it, when the run that started it does.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { startPostgres, type Postgres } from '../../src/postgres.js';

let postgres: Promise<Postgres> | undefined;

async function answer(response: ServerResponse): Promise<void> {
  try {
    postgres ??= startPostgres({ folder: tmpdir() });
    response.end(await (await postgres).emptyDatabase());
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

// A line kept open would be dropped just when the next file asks.
const server = createServer((_, response) => void answer(response.setHeader('connection', 'close'))).listen(0, '127.0.0.1');
await once(server, 'listening');
process.on('disconnect', () => {
  void postgres?.then((running) => running.stop()).finally(() => process.exit());
  if (!postgres) process.exit();
});
process.send?.(server.address());

import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { locateBinaries, type Binaries } from './cluster/binaries.js';
import { canTraverse, chooseOperatingUser, type OperatingUser } from './cluster/operating-user.js';

export interface PostgresOptions {
  /** Folder for the data; the temporary folder is used instead when PostgreSQL's user cannot enter it. */
  readonly folder: string;
  /** TCP port on 127.0.0.1; 0 lets the system choose. */
  readonly port?: number;
  /** What is committed is on disk. @default false: the sandbox can make its data again at any time */
  readonly durable?: boolean;
}

export interface Postgres {
  readonly port: number;
  /** `postgres://` URL of the superuser on the database `postgres`, with a random password. */
  readonly superuserUrl: string;
  /** Makes an empty database on the server: its `postgres://` URL, for the superuser. */
  emptyDatabase(): Promise<string>;
  /** Stops and starts the server on the same port with the same data. */
  restart(): Promise<void>;
  /** Kills the server without a word, as when its machine fails, and starts it on what it has left. */
  crash(): Promise<void>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/** A port that PostgreSQL cannot listen on. Carries the fields Node puts on its own listen errors. */
class PortTaken extends Error {
  readonly code = 'EADDRINUSE';
  constructor(readonly port: number) {
    super(`PostgreSQL cannot listen on 127.0.0.1:${port}: the port is taken.`);
  }
}

/**
 * Starts a real PostgreSQL with a fresh, empty cluster: UTF-8, locale C, password log-in, 127.0.0.1 only. Throws with `code` EADDRINUSE and `port` when the port is taken.
 */
export async function startPostgres({ folder, port: wanted = 0, durable = false }: PostgresOptions): Promise<Postgres> {
  const user = await chooseOperatingUser();
  const binaries = await locateBinaries(user);
  const home = await makeHome(folder, user);
  const removeHome = (): Promise<void> => rm(home, { recursive: true, force: true, maxRetries: 5 });
  try {
    const password = randomBytes(18).toString('base64url');
    await makeCluster(binaries, home, user, password);
    const port = wanted === 0 ? await freePort() : wanted;
    let server = await startServer(binaries, home, user, port, durable);
    const superuserUrl = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
    return {
      port,
      superuserUrl,
      emptyDatabase: () => makeDatabase(superuserUrl),
      async restart() {
        await stopServer(server);
        server = await startServer(binaries, home, user, port, durable);
      },
      async crash() {
        const closed = once(server, 'close');
        server.kill('SIGKILL');
        await closed;
        server = await startAgain(() => startServer(binaries, home, user, port, durable));
      },
      async stop() {
        await stopServer(server);
        await removeHome();
      },
    };
  } catch (error) {
    await removeHome();
    throw error;
  }
}

async function makeDatabase(superuserUrl: string): Promise<string> {
  const name = `db_${randomBytes(6).toString('hex')}`;
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(superuserUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function makeHome(folder: string, user: OperatingUser): Promise<string> {
  await mkdir(folder, { recursive: true });
  const parent = [folder, tmpdir(), '/tmp', '/var/tmp'].find((candidate) => canTraverse(candidate, user));
  if (parent === undefined) throw new Error(`PostgreSQL's user can enter neither ${folder} nor the temporary folder ${tmpdir()}.`);
  const home = await mkdtemp(join(parent, 'yichuang-postgres-data-'));
  if (user.kind === 'ACCOUNT') await chown(home, user.uid, user.gid);
  return home;
}

async function makeCluster(binaries: Binaries, home: string, user: OperatingUser, password: string): Promise<void> {
  const passwordFile = join(home, 'password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user.kind === 'ACCOUNT') await chown(passwordFile, user.uid, user.gid);
  const cluster = ['-D', join(home, 'cluster'), '-U', 'postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const initdb = spawn(
    binaries.initdb,
    [...cluster, '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'],
    spawnOptions(user, home),
  );
  const lastLines = collect(initdb);
  const [code] = (await once(initdb, 'close')) as [number | null];
  await rm(passwordFile, { force: true });
  if (code !== 0) throw new Error(`PostgreSQL could not make its cluster:\n${lastLines()}`);
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  wal_level: 'minimal',
  max_wal_senders: '0',
  shared_buffers: '64MB',
  max_connections: '300',
  timezone: 'Asia/Shanghai',
  // Statements and row values would carry citizen numbers into the log.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

const MOST_STARTS = 100;
const AGAIN_MS = 100;

const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

async function startServer(binaries: Binaries, home: string, user: OperatingUser, port: number, durable: boolean): Promise<ChildProcess> {
  const settings = Object.entries({ ...SETTINGS, ...(durable ? {} : NOT_DURABLE), port: String(port) }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const server = spawn(binaries.postgres, ['-D', join(home, 'cluster'), ...settings], spawnOptions(user, home));
  const lastLines = collect(server);
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on('data', () => {
      if (lastLines().includes('database system is ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('close', () => {
      const said = lastLines();
      reject(/could not bind|Address already in use/.test(said) ? new PortTaken(port) : new Error(`PostgreSQL did not start:\n${said}`));
    });
  });
  const kill = (): void => void server.kill('SIGQUIT');
  process.once('exit', kill);
  server.once('close', () => process.removeListener('exit', kill));
  return server;
}

/** The processes of a server that was killed hold its memory until they notice; meanwhile none can be started in its place. */
async function startAgain(start: () => Promise<ChildProcess>): Promise<ChildProcess> {
  for (let tries = 1; ; tries++) {
    try {
      return await start();
    } catch (error) {
      if (tries === MOST_STARTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

/** Ends open sessions and the server ("fast shutdown"); insists when it does not go. */
async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const closed = once(server, 'close');
  server.kill('SIGINT');
  const insist = setTimeout(() => server.kill('SIGQUIT'), 5000);
  await closed;
  clearTimeout(insist);
}

function spawnOptions(user: OperatingUser, home: string): SpawnOptions {
  const ids = user.kind === 'ACCOUNT' ? { uid: user.uid, gid: user.gid } : {};
  return { ...ids, cwd: home, env: { PATH: process.env.PATH, LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'pipe'] };
}

/** Keeps the end of what a process says, for the error message if it fails. */
function collect(child: ChildProcess): () => string {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
    });
  }
  return () => said.trim();
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no free port.');
  return address.port;
}

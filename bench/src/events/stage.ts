import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Pool } from 'pg';
import { freshKeys, GATEWAY_FLAGS, type HubKeys } from '@yichuang/sandbox';
import { startPostgres, type Postgres } from '@yichuang/sandbox/postgres';
import { startChild, untilAnswering, type Child } from '../machine/child.js';
import { requireFree } from '../machine/ports.js';
import { HUB, NODE_PROGRAM, ownProgram, ROOT } from '../own-program.js';
import { openIssuer, type OwnIssuer } from './own-issuer.js';

const PORT = 27_671;
const AGENCIES = ['HRSS', 'MARKET_REGULATION', 'POSTAL', 'MEDICAL_INSURANCE'] as const;

/** One gateway process with a store and nothing behind it: what is measured asks no agency. */
export interface Stage {
  readonly url: string;
  readonly gateway: Child;
  readonly issuer: OwnIssuer;
  readonly keys: HubKeys;
  /** Into the store, for who writes events as agencies do. */
  readonly pool: Pool;
  /** Addresses of a receiver of webhooks that never answers, and of one that takes what comes. */
  readonly deadReceiver: string;
  readonly liveReceiver: string;
  /** Asks the gateway. @throws when it refuses */
  ask<T>(token: string, purpose: string | undefined, query: string, variables: object): Promise<T>;
  close(): Promise<void>;
}

/** @param taken called with the id of each event that the living receiver has taken */
export async function openStage(folder: string, taken: (id: string) => void): Promise<Stage> {
  await requireFree(PORT);
  const keys = freshKeys();
  const closing: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closing.reverse()) await one();
  };
  try {
    const server: Postgres = await startPostgres({ folder: join(ROOT, '.data', 'store'), durable: true });
    closing.push(() => server.stop());
    const issuer = await openIssuer();
    closing.push(() => {
      issuer.stop();
    });
    const dead = await receiver(() => undefined);
    const live = await receiver((id, answer) => {
      taken(id);
      answer();
    });
    closing.push(dead.stop, live.stop);
    const gateway = startChild({
      name: 'gateway',
      command: [NODE_PROGRAM, ...GATEWAY_FLAGS, await ownProgram(HUB)],
      cwd: ROOT,
      env: {
        ...keys,
        ...issuer.environment,
        ...Object.fromEntries(AGENCIES.map((name) => [`AGENCY_${name}_URL`, 'http://127.0.0.1:1/graphql'])),
        DATABASE_URL: server.superuserUrl,
        SUPERGRAPH_FILE: join(ROOT, 'schema', 'supergraph.graphql'),
        WEBHOOK_HTTP: 'on',
        WEBHOOK_NETWORKS: '127.0.0.0/8',
        PORT: String(PORT),
        LOG_LEVEL: 'error',
      },
      processor: 'MEASURED',
      logFolder: folder,
    });
    closing.push(() => gateway.stop());
    const url = `http://127.0.0.1:${PORT}`;
    await untilAnswering(`${url}/ready`, gateway);
    const pool = new Pool({ connectionString: server.superuserUrl, max: 10 });
    pool.on('error', () => undefined);
    closing.push(() => pool.end());
    return { url, gateway, issuer, keys, pool, deadReceiver: dead.url, liveReceiver: live.url, ask: asking(url), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function asking(url: string): Stage['ask'] {
  return async <T>(token: string, purpose: string | undefined, query: string, variables: object): Promise<T> => {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      ...(purpose === undefined ? {} : { 'yichuang-purpose': purpose }),
    };
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    const { data, errors } = (await response.json()) as {
      readonly data?: Readonly<Record<string, unknown>> | null;
      readonly errors?: unknown;
    };
    const value = Object.values(data ?? {})[0] ?? null;
    if (errors !== undefined || value === null) throw new Error(`the gateway refused: ${JSON.stringify(errors)}`);
    return value as T;
  };
}

/** @param come called with the id of each message, and how to answer it */
async function receiver(come: (id: string, answer: () => void) => void): Promise<{ readonly url: string; readonly stop: () => void }> {
  const server: Server = createServer((request, response) => {
    request.resume().on('end', () => {
      come(String(request.headers['webhook-id']), () => response.end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

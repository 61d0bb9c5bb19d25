import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SubscriptionSources } from '../../../src/execution/subscription-source.js';
import { startGenericGateway } from '../../../src/generic.js';
import type { RunningGateway } from '../../../src/serving.js';
import type { Answering, Received } from '../../execution/setup/live.js';
import { shop } from '../../execution/setup/shop.js';
import { FakeAgency } from '../../setup/fake-agency.js';

const SUBGRAPHS = ['goods', 'stock', 'prices', 'makers'] as const;

/** The shop behind a gateway of the generic mode, with agencies on real sockets that answer as a test tells them. */
export interface ServedShop {
  readonly gateway: RunningGateway;
  readonly port: number;
  readonly supergraphFile: string;
  /** Every call, in order. */
  readonly calls: Received[];
  readonly log: string[];
  answering: Answering;
  readonly agencies: Readonly<Record<(typeof SUBGRAPHS)[number], FakeAgency>>;
  /** Names of the subgraphs that were called, in order. */
  asked(): string[];
  /** Asks the gateway. */
  post(
    body: { readonly query: string; readonly variables?: Record<string, unknown>; readonly extensions?: Record<string, unknown> },
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** What `/metrics` says. */
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the agencies and the gateway. */
export async function serveShop(events?: SubscriptionSources): Promise<ServedShop> {
  const calls: Received[] = [];
  const log: string[] = [];
  const agencies = await Promise.all(
    SUBGRAPHS.map(async (subgraph) => {
      const agency = new FakeAgency(({ body }, response) => {
        const { query, variables } = JSON.parse(body) as { query: string; variables: Received['variables'] };
        const received: Received = { subgraph, text: query, variables, questionId: '' };
        calls.push(received);
        void Promise.resolve(served.answering(received)).then((answer) => {
          response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
        });
        return undefined;
      });
      return [subgraph, await agency.start()] as const;
    }),
  );
  const urls = new Map(agencies.map(([name, { url }]) => [name as string, url]));
  const folder = await mkdtemp(join(tmpdir(), 'shop-'));
  const supergraphFile = join(folder, 'supergraph.graphql');
  await writeFile(supergraphFile, located(shop().supergraphSdl, urls));
  const gateway = await startGenericGateway({
    supergraphFile,
    port: 0,
    host: '127.0.0.1',
    executor: 'yichuang',
    load: { maxLoopDelayMs: 0 }, // the process is shared with the agencies and the test
    logLevel: 'info',
    logTo: { write: (line: string) => void log.push(line) },
    ...(events ? { events } : {}),
  });
  const served: ServedShop = {
    gateway,
    port: Number(new URL(gateway.url).port),
    supergraphFile,
    calls,
    log,
    answering: () => ({ data: null }),
    agencies: Object.fromEntries(agencies) as ServedShop['agencies'],
    asked: () => calls.map(({ subgraph }) => subgraph),
    post: (body, headers = {}) =>
      fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    metrics: async () => (await fetch(`${gateway.url}/metrics`)).text(),
    stop: async () => {
      await gateway.close();
      await Promise.all(agencies.map(([, agency]) => agency.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
  return served;
}

/** A supergraph of a fixture with the addresses of running subgraphs. */
export function located(supergraphSdl: string, urls: ReadonlyMap<string, string>): string {
  return supergraphSdl.replaceAll(/http:\/\/([\w-]+)\.invalid\/graphql/g, (nowhere, name: string) => urls.get(name) ?? nowhere);
}

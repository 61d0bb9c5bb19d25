import { createHash } from 'node:crypto';
import { ApolloGateway } from '@apollo/gateway';
import { getOperationAST, print, type GraphQLFormattedError } from 'graphql';
import type { GraphFixture } from './graph-fixture.js';
import type { Operation } from './operation-writer.js';
import type { Outcome } from './outcome.js';
import type { Served } from './served.js';

type GatewayRequest = Parameters<ApolloGateway['executor']>[0];

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const noCache = { get: () => Promise.resolve(undefined), set: () => Promise.resolve(), delete: () => Promise.resolve() };

/** Apollo's own planner and executor over the subgraphs, with nothing of the hub in between. */
export class ApolloOracle {
  private constructor(
    readonly gateway: ApolloGateway,
    readonly fixture: GraphFixture,
  ) {}

  static async start(fixture: GraphFixture): Promise<ApolloOracle> {
    process.env['APOLLO_TELEMETRY_DISABLED'] = 'true'; // the constructor starts an exporter otherwise
    const gateway = new ApolloGateway({
      supergraphSdl: fixture.supergraphSdl,
      logger: silent,
      buildService: ({ name }) => ({
        process: ({ request, context }) => (context as Served).answer(name, request.query ?? '', request.variables ?? {}),
      }),
    });
    await gateway.load();
    return new ApolloOracle(gateway, fixture);
  }

  async ask(served: Served, { document, variables }: Operation): Promise<Outcome> {
    const operation = getOperationAST(document);
    if (!operation) throw new Error('a document without an operation');
    const source = print(document);
    const request: GatewayRequest = {
      request: { query: source, variables },
      document,
      operation,
      operationName: null,
      source,
      queryHash: createHash('sha256').update(source).digest('hex'),
      schema: this.fixture.api,
      schemaHash: this.fixture.name as GatewayRequest['schemaHash'],
      context: served,
      cache: noCache,
      logger: silent,
      metrics: {},
      overallCachePolicy: undefined,
    };
    const result = await this.gateway.executor(request);
    const completion = (result.extensions?.['valueCompletion'] ?? []) as readonly GraphQLFormattedError[];
    return { data: result.data ?? null, errors: [...(result.errors ?? []), ...completion], calls: served.calls };
  }

  stop(): Promise<void> {
    return this.gateway.stop();
  }
}

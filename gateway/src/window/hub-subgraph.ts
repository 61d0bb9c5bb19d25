import { buildSubgraphSchema } from '@apollo/subgraph';
import { subgraphSdl, type AccessCatalogue, type CitizenSeal } from '@yichuang/schema';
import { execute, parse, type DocumentNode, type ExecutionResult } from 'graphql';
import { BoundedCache } from '../bounded-cache.js';
import type { AgencyClient } from '../agencies/client.js';
import { readReply } from '../agencies/reply.js';
import type { Subgraph } from '../execution/subgraph.js';
import { hubResolvers } from './resolvers.js';

/** What the hub's own subgraph answers from. */
export interface HubSubgraphOptions {
  readonly seal: CitizenSeal;
  readonly catalogue: AccessCatalogue;
  readonly agencies: ReadonlyMap<string, AgencyClient>;
}

const DOCUMENTS_KEPT = 500;

/** The hub's own subgraph, executed in this process: it hands out references of persons and units, and says how the agencies are doing. */
export function hubSubgraph(options: HubSubgraphOptions): Subgraph {
  const schema = buildSubgraphSchema({ typeDefs: parse(subgraphSdl('hub')), resolvers: hubResolvers(options) });
  const documents = new BoundedCache<string, DocumentNode>(DOCUMENTS_KEPT);
  return {
    name: 'hub',
    maxBatch: Infinity,
    async ask({ query, variables }, question) {
      const document = documents.through(query, () => parse(query));
      const result: ExecutionResult = await execute({ schema, document, variableValues: variables, contextValue: question });
      const errors = result.errors?.map((error) => error.toJSON()) ?? [];
      return (
        readReply({ data: result.data ?? null, errors }) ?? {
          ok: false,
          failure: { code: 'AGENCY_BAD_RESPONSE', detail: { agency: 'hub' } },
        }
      );
    },
  };
}

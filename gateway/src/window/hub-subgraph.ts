import { buildSubgraphSchema } from '@apollo/subgraph';
import { subgraphSdl, type AccessCatalogue, type CitizenSeal } from '@yichuang/schema';
import { execute, parse, type DocumentNode, type ExecutionResult } from 'graphql';
import { BoundedCache } from '../bounded-cache.js';
import type { ActingResolvers } from '../acting/resolvers.js';
import type { AgencyClient } from '../agencies/client.js';
import { readReply, type Reply } from '../agencies/reply.js';
import { writingOf } from '../agencies/text.js';
import type { AccessLogResolvers } from '../evidence/resolvers.js';
import type { Question } from '../execution/question.js';
import type { Subgraph } from '../execution/subgraph.js';
import { hubResolvers } from './resolvers.js';

/** What the hub's own subgraph answers from. */
export interface HubSubgraphOptions {
  readonly seal: CitizenSeal;
  readonly catalogue: AccessCatalogue;
  readonly agencies: ReadonlyMap<string, AgencyClient>;
  readonly accessLog: AccessLogResolvers;
  readonly acting: ActingResolvers;
}

const DOCUMENTS_KEPT = 500;
const BAD_RESPONSE: Reply = { ok: false, failure: { code: 'AGENCY_BAD_RESPONSE', detail: { agency: 'hub' } } };

/** The hub's own subgraph, executed in this process: it hands out references of persons and units, and says how the agencies are doing. */
export function hubSubgraph(options: HubSubgraphOptions): Subgraph {
  const schema = buildSubgraphSchema({ typeDefs: parse(subgraphSdl('hub')), resolvers: hubResolvers(options) });
  const documents = new BoundedCache<string, DocumentNode>(DOCUMENTS_KEPT);
  const answer = async (text: string, variables: string, question: Question): Promise<Reply> => {
    const result: ExecutionResult = await execute({
      schema,
      document: documents.through(text, () => parse(text)),
      variableValues: JSON.parse(variables) as Readonly<Record<string, unknown>>,
      contextValue: question,
    });
    const { data = null, errors = [] } = result;
    return readReply({ data, errors: errors.map((error) => error.toJSON()) }, writingOf(JSON.stringify(data))) ?? BAD_RESPONSE;
  };
  return {
    name: 'hub',
    maxBatch: Infinity,
    ask({ document: { text }, variables }, question, answered) {
      void answer(text, variables, question).then(answered, () => {
        answered(BAD_RESPONSE);
      });
    },
  };
}

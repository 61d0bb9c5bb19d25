import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/index.js';
import { scalars, subgraphSdl, type OWN_SUBGRAPHS } from '@yichuang/schema';
import { execute, parse, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { readReply, type Reply } from '../agencies/reply.js';
import { writingOf } from '../agencies/text.js';
import { BoundedCache } from '../bounded-cache.js';
import type { Question } from '../execution/question.js';
import type { Subgraph } from '../execution/subgraph.js';
import { HUB } from '../graph/own-subgraphs.js';

/** A subgraph that is executed in this process. */
export interface LocalSubgraph extends Subgraph {
  readonly schema: GraphQLSchema;
  /** A document by its text, parsed once. */
  parsed(text: string): DocumentNode;
  /** @param variables JSON text */
  execute(text: string, variables: string, question: Question, rootValue?: unknown): Promise<ExecutionResult>;
}

const DOCUMENTS_KEPT = 500;
const BAD_RESPONSE: Reply = { ok: false, failure: { code: 'AGENCY_BAD_RESPONSE', detail: { agency: HUB } } };

/** Executes one of the hub's own subgraphs. Resolvers are handed the question as their context. */
export function localSubgraph(name: (typeof OWN_SUBGRAPHS)[number], resolvers: GraphQLResolverMap<unknown>): LocalSubgraph {
  const schema = buildSubgraphSchema({ typeDefs: parse(subgraphSdl(name)), resolvers: { ...scalars, ...resolvers } });
  const documents = new BoundedCache<string, DocumentNode>(DOCUMENTS_KEPT);
  const parsed = (text: string): DocumentNode => documents.through(text, () => parse(text));
  const run: LocalSubgraph['execute'] = async (text, variables, question, rootValue) =>
    execute({
      schema,
      document: parsed(text),
      rootValue,
      variableValues: JSON.parse(variables) as Readonly<Record<string, unknown>>,
      contextValue: question,
    });
  const answer = async (text: string, variables: string, question: Question): Promise<Reply> => {
    const { data = null, errors = [] } = await run(text, variables, question);
    return readReply({ data, errors: errors.map((error) => error.toJSON()) }, writingOf(JSON.stringify(data))) ?? BAD_RESPONSE;
  };
  return {
    // Whichever of its subgraphs answers, it is the hub that does.
    name: HUB,
    maxBatch: Infinity,
    schema,
    parsed,
    execute: run,
    ask({ document: { text }, variables }, question, answered) {
      void answer(text, variables, question).then(answered, () => {
        answered(BAD_RESPONSE);
      });
    },
  };
}

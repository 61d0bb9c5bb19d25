import { Supergraph } from '@apollo/federation-internals';
import { scalars } from '@yichuang/schema';
import { buildSchema, GraphQLError, type GraphQLSchema } from 'graphql';
import { buildGraph } from '../../graph/build-graph.js';

/** What a client's documents are checked against. */
export interface ClientSchema {
  readonly schema: GraphQLSchema;
  /** Scalars that are strings on the wire. */
  readonly strings: readonly string[];
}

/**
 * Reads a supergraph, or the schema clients see.
 * @throws Error when the text is neither
 */
export function readClientSchema(sdl: string): ClientSchema {
  if (/https:\/\/specs\.yichuang\.cn\/access\//.test(sdl)) {
    return { schema: buildGraph(sdl).api, strings: Object.keys(scalars) };
  }
  if (/https:\/\/specs\.apollo\.dev\/join\//.test(sdl)) {
    const schema = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema({ includeDefer: true });
    return { schema, strings: [] };
  }
  try {
    return { schema: buildSchema(sdl), strings: [] };
  } catch (error) {
    const [at] = error instanceof GraphQLError ? (error.locations ?? []) : [];
    throw new Error(`${error instanceof Error ? error.message : 'not GraphQL'}${at ? ` (line ${at.line})` : ''}`, { cause: error });
  }
}

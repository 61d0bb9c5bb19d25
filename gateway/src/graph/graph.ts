import { createHash } from 'node:crypto';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { scalars } from '@yichuang/schema';
import { GraphQLError, isScalarType, type GraphQLSchema, type ValueNode } from 'graphql';
import { readAccessMap, type AccessMap } from './access-map.js';

/** One loaded supergraph: what can be asked, and what each field needs. Immutable. */
export interface Graph {
  /** First 16 hexadecimal digits of the SHA-256 of the supergraph text. */
  readonly id: string;
  readonly supergraphSdl: string;
  /** What clients see; scalars are strict. */
  readonly api: GraphQLSchema;
  /** Every field any subgraph serves: what replies are checked against. */
  readonly full: GraphQLSchema;
  readonly access: AccessMap;
  readonly subgraphs: readonly { readonly name: string; /** As the supergraph says; configuration may say otherwise. */ readonly url: string | undefined }[];
}

/** What becomes of a supergraph that says nothing about access: it is refused, or served open to everybody. */
export type Unannotated = 'REFUSED' | 'OPEN';

/**
 * Reads a supergraph.
 * @throws when the text is not a supergraph Apollo's packages accept, or is without access rules and those are not served.
 */
export function buildGraph(supergraphSdl: string, unannotated: Unannotated = 'REFUSED'): Graph {
  const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: true, supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });
  const api = supergraph.apiSchema().toGraphQLJSSchema({ includeDefer: true });
  const access = readAccessMap(supergraph, unannotated);
  if (!access.open) makeScalarsStrict(api);
  return {
    id: createHash('sha256').update(supergraphSdl).digest('hex').slice(0, 16),
    supergraphSdl,
    api,
    full: supergraph.schema.toGraphQLJSSchema(),
    access,
    subgraphs: supergraph.subgraphsMetadata().map(({ name, url }) => ({ name, url })),
  };
}

/** A schema built from SDL has scalars that accept anything. A refusal of a literal carries its position and never its value. */
function makeScalarsStrict(schema: GraphQLSchema): void {
  for (const strict of Object.values(scalars)) {
    const type = schema.getType(strict.name);
    if (!isScalarType(type)) continue;
    type.parseValue = (value) => strict.parseValue(value);
    type.parseLiteral = (node: ValueNode) => {
      try {
        return strict.parseLiteral(node, undefined);
      } catch (error) {
        throw error instanceof GraphQLError ? new GraphQLError(error.message, { nodes: node, extensions: error.extensions }) : error;
      }
    };
  }
}

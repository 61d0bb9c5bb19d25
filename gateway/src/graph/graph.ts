import { createHash } from 'node:crypto';
import { scalars } from '@yichuang/schema';
import { buildASTSchema, GraphQLError, isScalarType, parse, type GraphQLSchema, type ValueNode } from 'graphql';
import { accessMap, type AccessMap } from './access-map.js';
import type { InterfaceObjects } from './interface-objects.js';
import type { SupergraphReading } from './supergraph-reading.js';

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
  readonly interfaceObjects: InterfaceObjects;
  readonly subgraphs: SupergraphReading['subgraphs'];
}

/** The graph of a supergraph that has been read. */
export function graphOf(supergraphSdl: string, reading: SupergraphReading): Graph {
  const access = accessMap(reading.access);
  const api = schemaOf(reading.apiSdl);
  if (!access.open) makeScalarsStrict(api);
  return {
    id: createHash('sha256').update(supergraphSdl).digest('hex').slice(0, 16),
    supergraphSdl,
    api,
    full: schemaOf(reading.fullSdl),
    access,
    interfaceObjects: reading.interfaceObjects,
    subgraphs: reading.subgraphs,
  };
}

/** The text was printed from a schema: it is not checked again. */
function schemaOf(sdl: string): GraphQLSchema {
  return buildASTSchema(parse(sdl, { noLocation: true }), { assumeValid: true, assumeValidSDL: true });
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

import { composeServices } from '@apollo/composition';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, type GraphQLSchema } from 'graphql';
import type { Literals } from './argument-writer.js';
import type { Fields, Scalars } from './world.js';

/** What a graph of the tests is written as. Its data is made up by a `World`. */
export interface GraphSource {
  readonly name: string;
  /** SDL by subgraph, without the link to the federation specification. */
  readonly subgraphs: Readonly<Record<string, string>>;
  /** By subgraph, entity types of which it does not know every one: it answers null. */
  readonly missing?: Readonly<Record<string, readonly string[]>>;
  /** By subgraph, entity types of which it fails to look some up: it answers an error. */
  readonly failing?: Readonly<Record<string, readonly string[]>>;
  /** Fields with a meaning of their own. */
  readonly fields?: Fields;
  /** Entities of one type in a world. */
  readonly entities?: number;
  /** Custom scalars: values in the data, and literals in operations. */
  readonly scalars?: Scalars;
  readonly literals?: Literals;
}

/** A composed graph: the supergraph, what clients see of it, and every subgraph on its own. */
export interface GraphFixture {
  readonly name: string;
  readonly supergraphSdl: string;
  readonly api: GraphQLSchema;
  /** Every field any subgraph serves. */
  readonly full: GraphQLSchema;
  readonly subgraphs: ReadonlyMap<string, GraphQLSchema>;
  readonly missing: Readonly<Record<string, readonly string[]>>;
  readonly failing: Readonly<Record<string, readonly string[]>>;
  readonly fields: Fields;
  readonly entities: number;
  readonly scalars: Scalars;
  readonly literals: Literals;
}

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible", "@interfaceObject", "@context", "@fromContext"
])\n`;

/** @throws when the graph does not compose */
export function composeFixture(source: GraphSource): GraphFixture {
  const parts = Object.entries(source.subgraphs).map(([name, sdl]) => ({
    name,
    url: `http://${name}.invalid/graphql`,
    typeDefs: parse(LINK + sdl),
  }));
  const composed = composeServices(parts);
  if (composed.errors) throw new Error(`${source.name}: ${composed.errors.map(({ message }) => message).join('\n')}`);
  return readFixture(composed.supergraphSdl, parts, source);
}

/** A fixture of a supergraph that is composed already. */
export function readFixture(
  supergraphSdl: string,
  parts: readonly { readonly name: string; readonly typeDefs: ReturnType<typeof parse> }[],
  { name, missing = {}, failing = {}, fields = {}, entities = 5, scalars = {}, literals = {} }: Omit<GraphSource, 'subgraphs'>,
): GraphFixture {
  const supergraph = Supergraph.build(supergraphSdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });
  return {
    name,
    supergraphSdl,
    api: supergraph.apiSchema().toGraphQLJSSchema(),
    full: supergraph.schema.toGraphQLJSSchema(),
    subgraphs: new Map(parts.map((part) => [part.name, buildSubgraphSchema({ typeDefs: part.typeDefs })])),
    missing,
    failing,
    fields,
    entities,
    scalars,
    literals,
  };
}

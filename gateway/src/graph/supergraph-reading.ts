import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { printSchema } from 'graphql';
import type { AccessRules } from './access-map.js';
import { readAccessRules } from './access-rules.js';
import { readInterfaceObjects, type InterfaceObjects } from './interface-objects.js';

/** What becomes of a supergraph that says nothing about access: it is refused, or served open to everybody. */
export type Unannotated = 'REFUSED' | 'OPEN';

/** What a supergraph says, as plain data that can go from one thread to another. */
export interface SupergraphReading {
  /** What clients see. */
  readonly apiSdl: string;
  /** Every field any subgraph serves. */
  readonly fullSdl: string;
  readonly access: AccessRules;
  readonly interfaceObjects: InterfaceObjects;
  /** Their names, and their addresses as the supergraph says; configuration may say otherwise. */
  readonly subgraphs: readonly { readonly name: string; readonly url: string | undefined }[];
}

/** @throws when the text is not a supergraph Apollo's packages accept */
export function buildSupergraph(supergraphSdl: string): Supergraph {
  return Supergraph.build(supergraphSdl, { validateSupergraph: true, supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });
}

/** @throws when the supergraph is without access rules and those are not served */
export function readingOf(supergraph: Supergraph, unannotated: Unannotated): SupergraphReading {
  const interfaceObjects = readInterfaceObjects(supergraph);
  return {
    apiSdl: printSchema(supergraph.apiSchema().toGraphQLJSSchema({ includeDefer: true })),
    fullSdl: printSchema(supergraph.schema.toGraphQLJSSchema()),
    access: readAccessRules(supergraph, interfaceObjects, unannotated),
    interfaceObjects,
    subgraphs: supergraph.subgraphsMetadata().map(({ name, url }) => ({ name, url })),
  };
}

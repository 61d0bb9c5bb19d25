import { composeServices } from '@apollo/composition';
import { visit, type DocumentNode } from 'graphql';
import { placeholderUrl, subgraphSources } from '../../../src/graph/compose.js';
import { readFixture, type GraphFixture } from '../graph-fixture.js';

const ACCESS = new Set(['access', 'public', 'subject', 'predicate', 'about']);

/** The hub's own graph, open to everybody: who may see what has tests of its own. */
export function hubGraph(): GraphFixture {
  const parts = subgraphSources().map(({ name, sdl }) => ({ name, url: placeholderUrl(name), typeDefs: withoutAccess(sdl) }));
  const composed = composeServices(parts);
  if (composed.errors) throw new Error(composed.errors.map(({ message }) => message).join('\n'));
  return readFixture(composed.supergraphSdl, parts, {
    name: 'hub',
    entities: LISTED,
    fields: {
      'CitizenConnection.nodes': () =>
        Array.from({ length: LISTED }, (_, index) => ({ __typename: 'Citizen', type: 'Citizen', key: String(index) })),
    },
  });
}

/** Citizens of every list. */
export const LISTED = 50;

function withoutAccess(sdl: DocumentNode): DocumentNode {
  return visit(sdl, { Directive: ({ name }) => (ACCESS.has(name.value) ? null : undefined) });
}

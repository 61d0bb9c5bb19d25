import { describe, expect, it } from '@jest/globals';
import { buildGraph } from '../src/graph/build-graph.js';
import { composeFixture } from './differential/graph-fixture.js';
import { library } from './differential/graphs/library.js';

describe('a graph with access rules', () => {
  it('is not served with an interface object, whose fetches name no subject', () => {
    const { supergraphSdl } = composeFixture(library);
    expect(() => buildGraph(supergraphSdl)).toThrow('Media is an @interfaceObject, which a graph with access rules cannot hold');
    expect(buildGraph(supergraphSdl, 'OPEN').access.open).toBe(true);
  });

  it('is not served with arguments from around a field, which may be about somebody else', () => {
    const { supergraphSdl } = composeFixture({
      name: 'context',
      subgraphs: {
        shops: `
          type Query { shop: Shop }
          type Shop @key(fields: "id") @context(name: "shop") { id: ID! currency: String ware: Ware }
          type Ware @key(fields: "id") { id: ID! price(currency: String @fromContext(field: "$shop { currency }")): Int }
        `,
      },
    });
    expect(() => buildGraph(supergraphSdl)).toThrow(
      'Ware.price takes an argument with @fromContext, which a graph with access rules cannot hold',
    );
  });
});

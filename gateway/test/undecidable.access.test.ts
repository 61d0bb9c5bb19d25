import { composeServices } from '@apollo/composition';
import { describe, expect, it } from '@jest/globals';
import { concatAST, parse } from 'graphql';
import { buildGraph } from '../src/graph/build-graph.js';
import { placeholderUrl, subgraphSources } from '../src/graph/compose.js';
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

  const RELATIONS = '@access(scope: "pension.relations:read")';
  /** The hub's graph with something more of one agency. */
  const withMore = (text: string): string => {
    const more = parse(text);
    const { supergraphSdl, errors } = composeServices(
      subgraphSources().map(({ name, sdl }) => ({
        name,
        url: placeholderUrl(name),
        typeDefs: name === 'hrss' ? concatAST([sdl, more]) : sdl,
      })),
    );
    if (supergraphSdl === undefined) throw new Error(JSON.stringify(errors));
    return supergraphSdl;
  };
  /** The hub's graph with an interface and a union, of two types that say of one field what they say. */
  const withFaces = (one: string, two: string): string =>
    withMore(`
      extend type Citizen { face: Face @public(reason: "a container") any: Any @public(reason: "a container") }
      interface Face { near: String ${RELATIONS} }
      type One implements Face @public(reason: "a container") { near: String ${one} }
      type Two implements Face ${two} { near: String }
      union Any = One | Two
    `);

  it('requires of a field under the name of an interface what it requires under the names of its types', () => {
    const { access } = buildGraph(withFaces(RELATIONS, RELATIONS));
    const scope = 'pension.relations:read';
    for (const name of ['Face', 'One', 'Two']) expect([name, access.requirement(name, 'near')]).toEqual([name, { kind: 'SCOPE', scope }]);
    for (const name of ['face', 'any'])
      expect([name, access.requirement('Citizen', name)]).toEqual([name, { kind: 'CONTAINER', scopes: [scope] }]);
  });

  it('is not served with an interface whose types require different things of one field', () => {
    for (const two of ['@access(scope: "pension.account:read")', '@public(reason: "said to be open")'])
      expect(() => buildGraph(withFaces(RELATIONS, two))).toThrow('Face.near does not require the same of all types that implement it');
  });

  it.each([
    ['a union', 'union Party = Citizen | One'],
    [
      'an interface',
      'interface Party { id: ID! @public(reason: "a reference") } extend type Enterprise implements Party { id: ID! @public(reason: "r") }',
    ],
  ])('is not served with %s that somebody else may stand behind: who that is shows when they have been asked for', (_, party) => {
    const graph = withMore(`
      extend type Citizen { beside: Party @public(reason: "a container") one: One @public(reason: "a container") }
      type One @public(reason: "a container") { near: String ${RELATIONS} }
      ${party}
    `);
    expect(() => buildGraph(graph)).toThrow('Party can stand for a person or a unit, which a graph with access rules cannot hold');
  });
});

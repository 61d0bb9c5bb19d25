import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { buildSupergraph } from '../../src/graph/supergraph-reading.js';
import { RequiredVariants } from '../../src/planning/required-variants.js';
import { composeFixture } from '../differential/graph-fixture.js';
import { classic } from '../differential/graphs/classic.js';
import { hubGraph } from '../differential/graphs/hub.js';
import { library } from '../differential/graphs/library.js';
import { market } from '../differential/graphs/market.js';

/** A supergraph of two subgraphs: goods, and customs that require of them. */
function supergraph(goods: string, customs: string): string {
  return composeFixture({ name: 'trade', subgraphs: { goods, customs } }).supergraphSdl;
}

/** Fields of a type, with what subgraphs know of them. */
function fieldsOf(sdl: string, type: string): Record<string, string> {
  const fields = buildSupergraph(sdl).schema.type(type);
  if (!fields || !('fields' in fields)) throw new Error(`no type ${type}`);
  return Object.fromEntries(fields.fields().map((field) => [field.name, field.appliedDirectives.map(String).join(' ')]));
}

const GOODS = `
  type Query { goods: [Good!]! }
  type Good @key(fields: "sku") { sku: ID! price(in: String! = "CNY", net: Boolean): Int! price__r0: Int! weight: Int! }
`;
const CUSTOMS = `
  type Good @key(fields: "sku") {
    sku: ID!
    price(in: String! = "CNY", net: Boolean): Int! @external
    weight: Int! @external
    dollars: Int! @requires(fields: "price(in: \\"USD\\", net: true) weight")
    again: Int! @requires(fields: "price(net: true, in: \\"USD\\")")
    euros: Int! @requires(fields: "price(in: \\"EUR\\")")
    yuan: Int! @requires(fields: "price")
  }
`;

describe('a supergraph in which nothing is required in two ways', () => {
  it('is planned on as it is', () => {
    const once = supergraph(GOODS, CUSTOMS.replace(/ {4}(euros|yuan).*\n/g, ''));
    for (const sdl of [once, hubGraph().supergraphSdl, ...[market, classic, library].map((source) => composeFixture(source).supergraphSdl)])
      expect(RequiredVariants.in(sdl)).toBeUndefined();
  });
});

describe('a field that is required with different arguments', () => {
  const required = RequiredVariants.in(supergraph(GOODS, CUSTOMS));
  const sdl = required?.supergraphSdl ?? '';

  it('is a field of its own for each list of arguments, in whatever order, under a name nobody has', () => {
    expect(
      [...(required?.variants ?? [])].map(([name, variant]) => [name, variant.arguments.map(({ name: { value } }) => value).sort()]),
    ).toEqual([
      ['price__r1', ['in', 'net']],
      ['price__r2', ['in']],
      ['price__r3', []],
    ]);
    const { dollars, again, euros, yuan } = fieldsOf(sdl, 'Good');
    expect(dollars).toContain('"price__r1 weight"');
    expect(again).toContain('"price__r1"');
    expect(euros).toContain('"price__r2"');
    expect(yuan).toContain('"price__r3"');
  });

  it('is served by the subgraph that serves the field, and known to the one that requires it', () => {
    const { price, price__r1 } = fieldsOf(sdl, 'Good');
    expect(price).toBe('@join__field(graph: GOODS)');
    expect(price__r1).toBe('@join__field(graph: CUSTOMS, external: true) @join__field(graph: GOODS)');
  });

  it('leaves a supergraph that can be read and divided into subgraphs', () => {
    expect(() => parse(sdl)).not.toThrow();
    expect([...buildSupergraph(sdl).subgraphs()].map(({ name }) => name)).toEqual(['customs', 'goods']);
  });
});

describe('a field of an interface that is required with different arguments', () => {
  it('is several for all that have the interface, whichever of them it is required of', () => {
    const goods = `
      type Query { any: [Ware!]! crate: Crate! }
      interface Ware { price(in: String): Int! }
      type Good implements Ware @key(fields: "sku") { sku: ID! price(in: String): Int! }
      type Crate implements Ware @key(fields: "sku") { sku: ID! price(in: String): Int! holds: [Ware!]! }
    `;
    const customs = `
      type Good @key(fields: "sku") {
        sku: ID! price(in: String): Int! @external dollars: Int! @requires(fields: "price(in: \\"USD\\")")
      }
      type Crate @key(fields: "sku") {
        sku: ID! holds: [Ware!]! @external euros: Int! @requires(fields: "holds { price(in: \\"EUR\\") }")
      }
      interface Ware { price(in: String): Int! }
    `;
    const required = RequiredVariants.in(supergraph(goods, customs));
    const sdl = required?.supergraphSdl ?? '';
    for (const type of ['Ware', 'Good', 'Crate'])
      expect(Object.keys(fieldsOf(sdl, type))).toEqual(expect.arrayContaining(['price', 'price__r0', 'price__r1']));
    expect(() => buildSupergraph(sdl).subgraphs()).not.toThrow();
  });
});

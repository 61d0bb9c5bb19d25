import { composeFixture, type GraphFixture } from '../../differential/graph-fixture.js';
import { entities, type Answering, type Received } from './live.js';

/** Four subgraphs around goods, written for what a test has to see. */
export function shop(): GraphFixture {
  return composeFixture({
    name: 'shop',
    subgraphs: {
      goods: `
        type Query { goods: [Good] best: Good place: Place! }
        type Mutation { restock(sku: ID!): Good rename(sku: ID!, name: String!): Good }
        type Subscription { arrived(kind: String): Good }
        type Place @shareable { city: String street: String }
        type Good @key(fields: "sku") { sku: ID! name: String maker: Maker next: Good }
        type Maker @key(fields: "id") { id: ID! }
      `,
      stock: `
        type Mutation { reserve(sku: ID!): Good }
        type Good @key(fields: "sku") { sku: ID! stock: Int shelf: Shelf }
        type Shelf @shareable { row: Int level: Int }
      `,
      prices: `
        type Good @key(fields: "sku") { sku: ID! price(currency: String): Int! discount: Int tag: Tag }
        type Tag { text: String }
      `,
      makers: `
        type Maker @key(fields: "id") { id: ID! title: String country: String goods: [Good!] }
        type Good @key(fields: "sku", resolvable: false) { sku: ID! }
      `,
    },
  });
}

type Reference = Readonly<Record<string, unknown>>;

/** What a subgraph says to a root fetch, and of each entity. */
export interface Telling {
  readonly root?: (received: Received) => unknown;
  readonly entity?: (reference: Reference, received: Received) => unknown;
}

/** Answers by subgraph: `_entities` entity by entity, anything else as a root. */
export function telling(subgraphs: Readonly<Record<string, Telling>>): Answering {
  return (received) => {
    const { root, entity } = subgraphs[received.subgraph] ?? {};
    if (!received.text.includes('_entities')) return root?.(received);
    return entity && { data: entities(received, (reference) => entity(reference, received)) };
  };
}

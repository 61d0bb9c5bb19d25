import type { GraphSource } from '../graph-fixture.js';
import type { Fields } from '../world.js';

/** Writes the next line of the book: its number shows in which order mutations ran, whichever subgraph ran them. */
const write: Fields[string] = (_thing, _args, state) => {
  const line = (state.get('line') ?? 0) + 1;
  state.set('line', line);
  return { __typename: 'Line', type: 'Line', key: `line ${line}` };
};

/**
 * Everything that makes one subgraph need another: keys of several fields, with other entities in them, some of which only lead away;
 * required fields with arguments, in lists, and in chains; provided, overridden and shared fields, values that come in parts, roots
 * that two subgraphs share, mutations in two subgraphs, and entities that lead back to themselves.
 */
export const market: GraphSource = {
  name: 'market',
  subgraphs: {
    accounts: `
      type Query { me: User! user(email: String, id: ID): User users(first: Int = 2): [User!] report: Report! @shareable }
      type Mutation { sign(text: String): Line! @shareable rename(id: ID!, name: String = "n"): User }
      type Line @shareable { text: String! by: User }
      type Report @shareable { year: Int! accounts: [Int] }
      type User @key(fields: "id") @key(fields: "email") {
        id: ID! email: String! name: String! @shareable nick(short: Boolean! = false): String
        address: Address @shareable org: Org boss: User
      }
      type Address @shareable { city: String! street: String lines: [Part!]! }
      type Part @shareable { text: String number: Int! }
      type Org @key(fields: "id") { id: ID! title: String }
    `,
    goods: `
      type Query { products(first: Int): [Product] product(sku: ID!): Product report: Report! @shareable }
      type Report @shareable { year: Int! sold: Float best: Product }
      type Product @key(fields: "sku") @key(fields: "org { id } code") {
        sku: ID! code: ID! org: Org! name: String price(currency: Currency! = USD): Int weight: Int!
        stock: Int parts(first: Int): [Piece!] size: Size similar: [Product!]
        wrap: Wrap
      }
      type Org @key(fields: "id") { id: ID! products: [Product!]! }
      type Size { width: Int height(unit: Unit = CM): Float }
      type Piece { name: String! weight(unit: Unit! = CM): Int price: Int }
      union Wrap = Paper | Crate
      type Paper { colour: String }
      type Crate { width: Int wood: String! }
      enum Currency { USD EUR CNY }
      enum Unit { CM INCH }
    `,
    shipping: `
      type Query { carriers: [Carrier] }
      type Carrier { name: String! ships: [Product] at: Place }
      type Place { city: String! }
      type Product @key(fields: "org { id } code") {
        org: Org! code: ID!
        price(currency: Currency! = USD): Int @external
        weight: Int! @external
        size: Size @external
        parts(first: Int): [Piece!] @external
        wrap: Wrap @external
        estimate(express: Boolean): Int @requires(fields: "price(currency: EUR) weight")
        box: String @requires(fields: "size { width height(unit: INCH) } parts(first: 7) { weight(unit: INCH) }")
        handling: [Int!] @requires(fields: "wrap { ... on Crate { width } ... on Paper { colour } }")
        stock: Int @override(from: "goods")
      }
      type Org @key(fields: "id", resolvable: false) { id: ID! }
      type Size @external { width: Int height(unit: Unit = CM): Float }
      type Piece @external { weight(unit: Unit! = CM): Int }
      union Wrap = Paper | Crate
      type Paper @external { colour: String }
      type Crate @external { width: Int }
      enum Currency { USD EUR CNY }
      enum Unit { CM INCH }
      type User @key(fields: "email") { email: String! address: Address @shareable parcels: [Parcel!] }
      type Address @shareable { city: String! zip: Int }
      type Parcel { weight: Int! product: Product! to: User }
    `,
    reviews: `
      type Query { reviews(first: Int = 3): [Review!] }
      type Mutation { sign(text: String): Line! @shareable note(text: String!): Line! review(sku: ID!): Review }
      type Line @shareable { text: String! by: User }
      type Review @key(fields: "id") { id: ID! body(max: Int): String! stars: Int author: User! @provides(fields: "name") product: Product }
      type User @key(fields: "id") { id: ID! name: String! @external reviews(first: Int): [Review] wrote: Int! }
      type Product @key(fields: "sku") { sku: ID! reviews: [Review!] rating: Float estimate(express: Boolean): Int @external
        worth: Float @requires(fields: "estimate") }
    `,
  },
  missing: { reviews: ['User'] },
  failing: { reviews: ['Product'] },
  fields: { 'Mutation.sign': write, 'Mutation.note': write },
};

import type { GraphSource } from '../graph-fixture.js';

/** Two fields of one subgraph require the same field with different arguments. */
const twoPrices: GraphSource = {
  name: 'two prices',
  subgraphs: {
    goods: `
      type Query { goods: [Good!]! }
      type Good @key(fields: "sku") { sku: ID! name: String! price(currency: String! = "CNY"): Int! weight: Int! maker: Maker! }
      type Maker { turnover(currency: String!): Int! }
    `,
    customs: `
      type Good @key(fields: "sku") {
        sku: ID!
        price(currency: String! = "CNY"): Int! @external
        weight: Int! @external
        maker: Maker! @external
        dutyInDollars: Int! @requires(fields: "price(currency: \\"USD\\") weight")
        dutyInEuros: Int! @requires(fields: "price(currency: \\"EUR\\") weight")
        large: Boolean! @requires(fields: "maker { turnover(currency: \\"USD\\") }")
      }
      type Maker @external { turnover(currency: String!): Int! }
    `,
  },
};

/** A required field with arguments is served by the subgraph that requires it, and what is below it by another. */
const letters: GraphSource = {
  name: 'letters',
  subgraphs: {
    post: `
      type Query { letters: [Letter!]! }
      type Letter @key(fields: "id") { id: ID! }
      type Page @key(fields: "id") { id: ID! hand: ID! text: String! }
    `,
    archive: `
      type Letter @key(fields: "id") {
        id: ID!
        pages(first: Int!): [Page!]!
        writer: Writer! @requires(fields: "pages(first: 3) { hand }")
      }
      type Page @key(fields: "id") { id: ID! hand: ID! @external }
      type Writer { name: String! }
    `,
  },
  // As many pages as were asked for: a list of another length shows in the answer.
  fields: {
    'Letter.pages': ({ key }, { first }) =>
      Array.from({ length: Math.min(Number(first), 4) }, (_, index) => ({
        __typename: 'Page',
        type: 'Page',
        key: String((Number(key) + index) % 5),
      })),
  },
};

/** Each subgraph knows an entity by several keys and can be asked by only one of them, which is not the same. */
const keyrings: GraphSource = {
  name: 'keyrings',
  subgraphs: {
    depot: `
      type Parcel
        @key(fields: "id")
        @key(fields: "code", resolvable: false)
        @key(fields: "label { area line }", resolvable: false)
        @key(fields: "id label { line box }", resolvable: false) {
        id: ID! code: ID! label: Label! contents: String!
      }
      type Label { area: ID! line: ID! box: ID! }
    `,
    route: `
      type Query { route: Route! }
      type Route @key(fields: "id") { id: ID! parcels: [Parcel!]! }
      type Parcel
        @key(fields: "label { area line }", resolvable: false)
        @key(fields: "id label { line box }")
        @key(fields: "code", resolvable: false)
        @key(fields: "id", resolvable: false) {
        id: ID! code: ID! label: Label! contents: String! @external
        slip: String! @requires(fields: "contents")
      }
      type Label { area: ID! line: ID! box: ID! }
    `,
  },
};

/** An interface without a single kind in its own subgraph; another adds a field to it but cannot be asked by key. */
const orphans: GraphSource = {
  name: 'orphans',
  subgraphs: {
    names: `
      type Query { thing: Node bread: Food }
      interface Node @key(fields: "id") { id: ID! }
      type Food @key(fields: "id") @interfaceObject { id: ID! grade: Int! }
    `,
    marks: `
      type Query { marked: Node snack: Snack }
      type Node @key(fields: "id", resolvable: false) @interfaceObject { id: ID! mark: String }
      interface Food @key(fields: "id") { id: ID! label: String! }
      type Loaf implements Food @key(fields: "id") { id: ID! label: String! }
      union Snack = Loaf
    `,
  },
};

/** A required field itself requires one of another subgraph, and stands in the subgraph where the question begins. */
const boards: GraphSource = {
  name: 'boards',
  subgraphs: {
    sawmill: `
      type Board @key(fields: "id") { id: ID! size: Int! }
    `,
    joinery: `
      type Query { board: Board }
      type Board @key(fields: "id") { id: ID! size: Int! @external area: Int! @requires(fields: "size") }
    `,
    notes: `
      type Board @key(fields: "id") { id: ID! area: Int! @external note: String! @requires(fields: "area") }
    `,
  },
};

/** A required field requires one of the subgraph that requires it. */
const fences: GraphSource = {
  name: 'fences',
  subgraphs: {
    yard: `
      type Query { fence: Fence! }
      type Fence @key(fields: "id") { id: ID! length: Int! @external posts: Int! @requires(fields: "length") }
    `,
    survey: `
      type Fence @key(fields: "id") { id: ID! length: Int! posts: Int! @external painted: Int! @requires(fields: "posts") }
    `,
  },
};

/** All of them as one graph: they have nothing to do with each other, and one is faster to start than six. */
export const plannerFaults: GraphSource = {
  name: 'planner faults',
  subgraphs: {
    ...twoPrices.subgraphs,
    ...letters.subgraphs,
    ...keyrings.subgraphs,
    ...orphans.subgraphs,
    ...boards.subgraphs,
    ...fences.subgraphs,
  },
  fields: letters.fields ?? {},
};

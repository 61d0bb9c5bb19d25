import type { GraphSource } from '../graph-fixture.js';

/**
 * Fields that require fields: in chains of up to five, back and forth between the same subgraphs, below lists, objects and unions, of
 * interfaces and of interface objects; and one field with different arguments, enums, numbers and objects, by fields of one subgraph and
 * of several, at one place and below each other.
 */
export const requirements: GraphSource = {
  name: 'requirements',
  subgraphs: {
    core: `
      type Query { parts(first: Int = 2): [Part!]! part: Part! things: [Thing!]! tool: Tool! any: Any! }
      interface Thing @key(fields: "id") { id: ID! cost(currency: Currency! = CNY): Int! }
      type Part implements Thing @key(fields: "id") @key(fields: "code") {
        id: ID! code: ID! cost(currency: Currency! = CNY): Int! size(unit: Unit! = MM): Int! maker: Tool!
        pieces(first: Int = 2): [Piece!]! twin: Part!
        fee: Int! @external
        total(times: Int! = 1): Int! @requires(fields: "fee")
      }
      type Tool implements Thing @key(fields: "id") { id: ID! cost(currency: Currency! = CNY): Int! parts: [Part!]! box: Box! }
      type Piece { weight(unit: Unit! = MM): Int! name: String! }
      type Box { volume(scale: Scale): Int! holds: Any! }
      union Any = Part | Tool
      input Scale { unit: Unit! factor: Int = 1 }
      enum Currency { USD EUR CNY }
      enum Unit { MM INCH }
    `,
    tax: `
      type Query { taxed: [Part!]! }
      type Part @key(fields: "code") {
        code: ID!
        cost(currency: Currency! = CNY): Int! @external
        size(unit: Unit! = MM): Int! @external
        pieces(first: Int = 2): [Piece!]! @external
        total(times: Int! = 1): Int! @external
        band(level: Int): Int!
        dollars: Int! @requires(fields: "cost(currency: USD)")
        euros: Int! @requires(fields: "cost(currency: EUR) size")
        yuan(times: Int): Int! @requires(fields: "size(unit: INCH) cost")
        light: Int! @requires(fields: "pieces(first: 1) { weight }")
        heavy: Int! @requires(fields: "pieces(first: 1) { weight(unit: INCH) name }")
        bulk: Int! @requires(fields: "pieces(first: 3) { weight(unit: INCH) } cost(currency: USD)")
        once: Int! @requires(fields: "total(times: 1)")
        twice: Int! @requires(fields: "total(times: 2)")
      }
      type Piece @external { weight(unit: Unit! = MM): Int! name: String! }
      enum Currency { USD EUR CNY }
      enum Unit { MM INCH }
    `,
    freight: `
      type Query { loaded: [Part!]! }
      type Part @key(fields: "id") {
        id: ID!
        cost(currency: Currency! = CNY): Int! @external
        dollars: Int! @external
        euros: Int! @external
        once: Int! @external
        twice: Int! @external
        band(level: Int): Int! @external
        weight: Int!
        fee: Int! @requires(fields: "dollars cost(currency: EUR)")
        rebate: Int! @requires(fields: "euros cost(currency: CNY) band(level: 1)")
        slip: Int! @requires(fields: "once twice band(level: 2)")
      }
      type Tool @key(fields: "id") {
        id: ID!
        cost(currency: Currency! = CNY): Int! @external
        parts: [Part!]! @external
        box: Box! @external
        haul: Int! @requires(fields: "parts { dollars cost(currency: USD) }")
        load: Int! @requires(fields: "parts { cost(currency: EUR) } box { volume(scale: { unit: INCH }) } cost(currency: USD)")
        stow: Int! @requires(fields: "box { volume(scale: { unit: INCH, factor: 2 }) holds { ... on Part { cost(currency: EUR) } ... on Tool { cost(currency: USD) } } }")
        pack: Int! @requires(fields: "box { volume holds { ... on Part { cost(currency: USD) } } }")
      }
      type Box @external { volume(scale: Scale): Int! holds: Any! }
      union Any = Part | Tool
      input Scale { unit: Unit! factor: Int = 1 }
      enum Currency { USD EUR CNY }
      enum Unit { MM INCH }
    `,
    shelf: `
      type Thing @key(fields: "id") @interfaceObject {
        id: ID!
        cost(currency: Currency! = CNY): Int! @external
        stock: Int!
        label: Int! @requires(fields: "cost(currency: USD)")
        tag: Int! @requires(fields: "cost(currency: EUR)")
      }
      enum Currency { USD EUR CNY }
    `,
  },
};

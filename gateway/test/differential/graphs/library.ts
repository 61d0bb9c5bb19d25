import type { GraphSource } from '../graph-fixture.js';

/**
 * Interfaces and unions over three subgraphs: an interface with a key, fields that an `@interfaceObject` adds to all its kinds, a
 * union whose members are looked up one by one, lists of lists, and non-null in every combination.
 */
export const library: GraphSource = {
  name: 'library',
  subgraphs: {
    catalogue: `
      type Query {
        media(kind: Kind = BOOK, first: Int): [Media]
        item(id: ID!): Media
        shelf: [[Media!]]!
        search(text: String = "any", filter: Filter): [Hit]
        best: Book!
        any: Hit
      }
      interface Media @key(fields: "id") { id: ID! title: String! kind: Kind related(limit: Int! = 2): [Media!] }
      type Book implements Media @key(fields: "id") {
        id: ID! title: String! kind: Kind related(limit: Int! = 2): [Media!]
        pages: Int! secret: String @inaccessible isbn: String author: Author! chapters: [[Chapter]!]!
      }
      type Film implements Media @key(fields: "id") {
        id: ID! title: String! kind: Kind related(limit: Int! = 2): [Media!]
        minutes: Int cast: [Author]! trailer: Film
      }
      type Score implements Media @key(fields: "id") {
        id: ID! title: String! kind: Kind related(limit: Int! = 2): [Media!]
        bars: [[Int!]!] composer: Author
      }
      type Draft implements Media @key(fields: "id") @inaccessible {
        id: ID! title: String! kind: Kind related(limit: Int! = 2): [Media!]
      }
      type Chapter { title: String! length: Int! notes: [String!]! }
      type Author @key(fields: "id") { id: ID! }
      union Hit = Book | Film | Author | Chapter
      enum Kind { BOOK FILM SCORE SECRET @inaccessible }
      input Filter { kinds: [Kind!] text: String = "x" not: Filter between: [[Int]] }
    `,
    people: `
      type Query { author(id: ID): Author authors: [Author!]! }
      type Author @key(fields: "id") { id: ID! name(style: Style! = FULL): String! born: Int friends(first: Int): [Author!]! favourite: Liked }
      enum Style { FULL SHORT }
      union Liked = Author | Book
      type Book @key(fields: "id", resolvable: false) { id: ID! }
    `,
    lending: `
      type Query { lent: [Media!]! }
      type Media @key(fields: "id") @interfaceObject { id: ID! loans(open: Boolean): [Loan!] available: Boolean! rating: Float lender: Author }
      type Loan { days: Int! reader: String media: Media! }
      type Author @key(fields: "id") { id: ID! borrowed: [Media] card: Card! }
      type Card { number: String! kinds: [Sort!]! }
      enum Sort { ADULT CHILD }
    `,
  },
  missing: { people: ['Author'] },
  failing: { lending: ['Book'] },
};

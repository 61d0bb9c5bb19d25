import type { GraphSource } from '../graph-fixture.js';

/** Fields that are of an interface or a union in one subgraph, and of one of its object types in another. */
export const narrowed: GraphSource = {
  name: 'narrowed',
  subgraphs: {
    library: `
      type Query { featured: Media @shareable many: [Media] @shareable mixed: Any @shareable shelf: Shelf }
      interface Media { id: ID! title: String }
      type Book implements Media @shareable { id: ID! title: String like: Media }
      type Film implements Media { id: ID! title: String minutes: Int }
      union Any = Book | Film
      type Shelf @key(fields: "id") { id: ID! top: Media @shareable all: [Media!]! @shareable }
    `,
    books: `
      type Query { featured: Book @shareable many: [Book] @shareable mixed: Book @shareable bookShelf: Shelf }
      type Book @shareable { id: ID! title: String like: Book pages: Int author: Author }
      type Author { name: String }
      type Shelf @key(fields: "id") { id: ID! top: Book @shareable all: [Book!]! @shareable colour: String }
    `,
  },
};

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';

type Resolvers = Readonly<Record<string, Readonly<Record<string, GraphQLFieldResolver<never, unknown>>>>>;

const PRODUCTS = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { products: [Product!] }
  type Product @key(fields: "upc") { upc: ID! name: String price: Float }
`;
const REVIEWS = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Product @key(fields: "upc") { upc: ID! reviews: [Review!] }
  type Review { stars: Int! }
`;
const STOCK = [
  { upc: '1', name: 'table', price: 120.5 },
  { upc: '2', name: 'chair', price: 40 },
];

/** A graph of two subgraphs on loopback that has nothing to do with social insurance. */
export interface ThirdParty {
  /** With the subgraphs' true addresses. */
  readonly supergraphSdl: string;
  readonly urls: Readonly<Record<'products' | 'reviews', string>>;
  stop(): Promise<void>;
}

/** Starts the two subgraphs and composes their supergraph. */
export async function startThirdParty(): Promise<ThirdParty> {
  const services = { products: await serve(PRODUCTS, PRODUCTS_RESOLVERS), reviews: await serve(REVIEWS, REVIEWS_RESOLVERS) };
  const urls = { products: services.products.url, reviews: services.reviews.url };
  const composition = composeServices([
    { name: 'products', url: urls.products, typeDefs: parse(PRODUCTS) },
    { name: 'reviews', url: urls.reviews, typeDefs: parse(REVIEWS) },
  ]);
  if (composition.errors) throw composition.errors[0] ?? new Error('the graph does not compose');
  return {
    supergraphSdl: composition.supergraphSdl,
    urls,
    stop: async () => {
      await Promise.all(Object.values(services).map(({ server }) => stopped(server)));
    },
  };
}

const PRODUCTS_RESOLVERS: Resolvers = {
  Query: { products: () => STOCK },
  Product: { __resolveReference: ({ upc }: { upc: string }) => STOCK.find((product) => product.upc === upc) },
};
const REVIEWS_RESOLVERS: Resolvers = {
  Product: {
    __resolveReference: (reference: object) => reference,
    reviews: ({ upc }: { upc: string }) => [{ stars: Number(upc) }, { stars: 5 }],
  },
};

async function serve(sdl: string, resolvers: Resolvers): Promise<{ readonly server: Server; readonly url: string }> {
  const schema: GraphQLSchema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as { query: string; variables?: Record<string, unknown> };
      const result = await graphql({ schema, source: query, variableValues: variables });
      response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` };
}

async function stopped(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

import { Client, fetchExchange } from '@urql/vue';
import { fetchWhole } from './whole.js';

/**
 * The one way to the hub: its public graph, by documents it was told of when these pages were built. Nothing is cached: a copy of
 * somebody's record in a browser helps nobody.
 */
export const client = new Client({
  url: '/graphql',
  exchanges: [fetchExchange],
  preferGetMethod: false,
  requestPolicy: 'network-only',
  fetch: fetchWhole,
});

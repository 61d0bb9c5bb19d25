import type { IncomingHttpHeaders } from 'node:http';

/** The client's name for itself, from `yichuang-client` or else `graphql-client-name`. */
export function statedClient(headers: IncomingHttpHeaders): string | undefined {
  for (const name of ['yichuang-client', 'graphql-client-name']) {
    const value = headers[name];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
  }
  return undefined;
}

/**
 * A URL without the hashes it names documents by, encoded or not: a hash may hold eighteen digits in a row by chance, which is not a
 * citizen number.
 */
export function withoutDocumentHashes(url: string): string {
  return url.replace(/(\bsha256(?::|%3A)|sha256Hash(?:"|%22)(?::|%3A)\s*(?:"|%22))[0-9a-f]{64}(?![0-9A-Za-z])/gi, '$1');
}

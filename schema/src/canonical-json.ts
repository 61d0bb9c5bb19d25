import canonicalize from 'canonicalize';

/**
 * One text for equal values (RFC 8785), to hash and to sign.
 * @throws for what is not JSON
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('only JSON values have a canonical text');
  return text;
}

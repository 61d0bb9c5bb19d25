import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TrustedDocuments, type NamedRequest, type TrustMode } from '../../src/trusted/documents.js';
import { documentHash, type TrustedManifest } from '../../src/trusted/manifest.js';
import { statedClient, withoutDocumentHashes } from '../../src/trusted/request.js';

const WHO = 'query who { viewer { role } }';
const AGENCIES = 'query agencies { agencies { code } }';
const OTHER = 'query other { __typename }';
const manifest = (client: string, ...texts: string[]): TrustedManifest => ({
  client,
  documents: new Map(texts.map((text) => [documentHash(text), text])),
});
const documents = (mode: TrustMode): TrustedDocuments =>
  new TrustedDocuments(mode, [manifest('console', WHO), manifest('kiosk', WHO, AGENCIES)]);
const id = (text: string): string => `sha256:${documentHash(text)}`;
const apollo = (text: string): NamedRequest['extensions'] => ({ persistedQuery: { version: 1, sha256Hash: documentHash(text) } });
const answerTo = (mode: TrustMode, request: NamedRequest): unknown => {
  const resolution = documents(mode).resolve(request);
  return resolution.ok ? resolution.text : `${resolution.status} ${String(resolution.errors[0]?.extensions?.['code'])}`;
};

describe('a request that names its document', () => {
  it('is given the text by documentId', () => {
    expect(answerTo('prefer', { documentId: id(AGENCIES) })).toBe(AGENCIES);
    expect(answerTo('only', { documentId: id(AGENCIES) })).toBe(AGENCIES);
  });

  it('is given the text by the persistedQuery extension', () => {
    expect(answerTo('only', { extensions: apollo(AGENCIES) })).toBe(AGENCIES);
    expect(answerTo('only', { query: '', extensions: apollo(AGENCIES) })).toBe(AGENCIES);
  });

  it.each([
    ['the hash of no document', { documentId: id(OTHER) }],
    ['another method than SHA-256', { documentId: 'md5:d41d8cd98f00b204e9800998ecf8427e' }],
    ['a hash in capitals', { documentId: id(WHO).toUpperCase() }],
    ['a bare hash', { documentId: documentHash(WHO) }],
    ['a name of Object', { documentId: 'constructor' }],
    ['an extension with an unknown hash', { extensions: apollo(OTHER) }],
    ['an extension of another version', { extensions: { persistedQuery: { version: 2, sha256Hash: documentHash(WHO) } } }],
  ])('is told that it is not there when it names %s', (_, request) => {
    expect(answerTo('prefer', request)).toBe('404 DOCUMENT_NOT_FOUND');
  });

  it('finds nothing where trusted documents are off', () => {
    expect(answerTo('off', { documentId: id(WHO) })).toBe('404 DOCUMENT_NOT_FOUND');
  });

  it('never gets one of the answers on which Apollo clients send the text again', () => {
    for (const mode of ['off', 'prefer', 'only'] as const) {
      const resolution = documents(mode).resolve({ extensions: apollo(OTHER) });
      expect(resolution.ok ? [] : resolution.errors).toHaveLength(1);
      // Older versions send it on status 400 and 500 too.
      expect(resolution).not.toMatchObject({ status: 400 });
      expect(JSON.stringify(resolution)).not.toMatch(/persisted.?query/i);
    }
  });
});

describe('a request that sends a text', () => {
  it('is served when texts are', () => {
    expect(answerTo('off', { query: OTHER })).toBe(OTHER);
    expect(answerTo('prefer', { query: OTHER })).toBe(OTHER);
  });

  it('is refused where only trusted documents are served, introspection too', () => {
    expect(answerTo('only', { query: OTHER })).toBe('403 DOCUMENT_NOT_TRUSTED');
    expect(answerTo('only', { query: '{ __schema { types { name } } }' })).toBe('403 DOCUMENT_NOT_TRUSTED');
  });

  it('is served there when the text is that of a trusted document, to the letter', () => {
    expect(answerTo('only', { query: WHO })).toBe(WHO);
    expect(answerTo('only', { query: `${WHO} ` })).toBe('403 DOCUMENT_NOT_TRUSTED');
  });

  it('cannot register it: the hash sent with it is not kept', () => {
    const trusted = documents('prefer');
    expect(trusted.resolve({ query: OTHER, extensions: apollo(OTHER) })).toEqual({ ok: true, text: OTHER });
    expect(trusted.resolve({ extensions: apollo(OTHER) })).toMatchObject({ ok: false, status: 404 });
  });

  it('cannot borrow the trust of the document whose hash it sends beside', () => {
    expect(answerTo('only', { query: OTHER, documentId: id(WHO), extensions: apollo(WHO) })).toBe('403 DOCUMENT_NOT_TRUSTED');
  });

  it('is no question when it is missing and nothing is named', () => {
    expect(answerTo('prefer', {})).toBe('400 BAD_REQUEST');
    expect(answerTo('only', { query: '', documentId: '', extensions: null })).toBe('400 BAD_REQUEST');
  });
});

describe('a client that says its name', () => {
  it('is given the documents of its own manifest only', () => {
    expect(answerTo('only', { documentId: id(WHO), client: 'console' })).toBe(WHO);
    expect(answerTo('only', { documentId: id(AGENCIES), client: 'console' })).toBe('404 DOCUMENT_NOT_FOUND');
    expect(answerTo('only', { query: AGENCIES, client: 'console' })).toBe('403 DOCUMENT_NOT_TRUSTED');
    expect(answerTo('prefer', { query: AGENCIES, client: 'console' })).toBe(AGENCIES);
  });

  it('is given none when it has no manifest', () => {
    expect(answerTo('only', { documentId: id(WHO), client: 'stranger' })).toBe('404 DOCUMENT_NOT_FOUND');
    expect(answerTo('only', { query: WHO, client: '__proto__' })).toBe('403 DOCUMENT_NOT_TRUSTED');
  });

  it('says it in a header', () => {
    expect(statedClient({ 'graphql-client-name': ' console ' })).toBe('console');
    expect(statedClient({ 'graphql-client-name': 'console', 'yichuang-client': 'kiosk' })).toBe('kiosk');
    expect(statedClient({ 'yichuang-client': '' })).toBeUndefined();
  });
});

it('lists every document once per client', () => {
  expect(documents('prefer').documents()).toEqual([
    { client: 'console', hash: documentHash(WHO), text: WHO },
    { client: 'kiosk', hash: documentHash(WHO), text: WHO },
    { client: 'kiosk', hash: documentHash(AGENCIES), text: AGENCIES },
  ]);
});

it('only ever hands out texts of manifests where only trusted documents are served', () => {
  const trusted = documents('only');
  const part = fc.oneof(fc.constantFrom(WHO, AGENCIES, OTHER, id(WHO), id(OTHER), 'console', 'kiosk', ''), fc.string());
  fc.assert(
    fc.property(fc.record({ query: part, documentId: part, client: part }, { requiredKeys: [] }), (request) => {
      const resolution = trusted.resolve(request);
      if (resolution.ok) expect([WHO, AGENCIES]).toContain(resolution.text);
      else expect([400, 403, 404]).toContain(resolution.status);
    }),
  );
});

it('takes hashes, and nothing else, out of a URL before it is searched for numbers of persons', () => {
  const hash = `1234567890123456789${'a'.repeat(45)}`;
  expect(withoutDocumentHashes(`/graphql?documentId=sha256:${hash}&variables=%7B%7D`)).toBe('/graphql?documentId=sha256:&variables=%7B%7D');
  expect(withoutDocumentHashes(`/graphql?documentId=sha256%3A${hash}`)).toBe('/graphql?documentId=sha256%3A');
  const extensions = encodeURIComponent(JSON.stringify({ persistedQuery: { version: 1, sha256Hash: hash } }));
  expect(withoutDocumentHashes(`/graphql?extensions=${extensions}`)).not.toContain('1234567890');
  const number = `/graphql?documentId=sha256:${hash.slice(0, 63)}&q=99000019900101001X`;
  expect(withoutDocumentHashes(number)).toBe(number);
});

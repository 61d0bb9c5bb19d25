import { createHash } from 'node:crypto';
import { GraphQLError, parse } from 'graphql';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';

/** Lower-case hexadecimal SHA-256 of a document's text. */
export type DocumentHash = string;

/** What one client may ask: the documents it was built with. */
export interface TrustedManifest {
  readonly client: string;
  /** Text by hash. */
  readonly documents: ReadonlyMap<DocumentHash, string>;
}

export type ReadManifest =
  { readonly ok: true; readonly manifest: TrustedManifest } | { readonly ok: false; readonly problems: readonly string[] };

const HASH = /^[0-9a-f]{64}$/;
const CLIENT_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$';

const ManifestFile = Type.Object(
  {
    version: Type.Literal(1),
    client: Type.String({ pattern: CLIENT_PATTERN }),
    documents: Type.Record(Type.String({ pattern: HASH.source }), Type.String({ minLength: 1 }), { additionalProperties: false }),
  },
  { additionalProperties: false },
);

/** True for a name a manifest may carry: letters, digits, `.`, `_` and `-`, 64 at most, the first a letter or digit. */
export function isClientName(name: string): boolean {
  return new RegExp(CLIENT_PATTERN).test(name);
}

/** Names a document: lower-case hexadecimal SHA-256 of its text in UTF-8. */
export function documentHash(text: string): DocumentHash {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** The text of a manifest file; the same documents give the same bytes. */
export function manifestText({ client, documents }: TrustedManifest): string {
  const sorted = [...documents].sort(([one], [other]) => (one < other ? -1 : 1));
  return `${JSON.stringify({ version: 1, client, documents: Object.fromEntries(sorted) } satisfies Static<typeof ManifestFile>, undefined, 2)}\n`;
}

/** Reads a manifest file. Every problem names the entry: these are the operators' own files, and hold no values of persons. */
export function readManifest(text: string): ReadManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problems: ['is not JSON'] };
  }
  if (!Value.Check(ManifestFile, value)) return { ok: false, problems: [...new Set(shapeProblems(value))] };
  const problems = repeated(text).map((hash) => `${hash} stands in it twice`);
  for (const [hash, document] of Object.entries(value.documents)) {
    const actual = documentHash(document);
    if (actual !== hash) problems.push(`the entry ${hash} holds another text, whose hash is ${actual}`);
    else problems.push(...syntaxProblems(hash, document));
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, manifest: { client: value.client, documents: new Map(Object.entries(value.documents)) } };
}

function shapeProblems(value: unknown): string[] {
  const problems: string[] = [];
  for (const error of Value.Errors(ManifestFile, value)) {
    const [, at = '', key] = error.instancePath.split('/');
    if (at === 'version') problems.push('version must be 1');
    else if (at === 'client') problems.push(`client must be a name like ${CLIENT_PATTERN}`);
    else if (at === 'documents' && key !== undefined && HASH.test(key)) problems.push(`the entry ${key} must hold the text of a document`);
    else if (at === 'documents') problems.push(...strangeKeys(value));
    else problems.push('must be an object of version, client and documents, and nothing else');
  }
  return problems;
}

function strangeKeys(value: unknown): string[] {
  const documents = typeof value === 'object' && value !== null && 'documents' in value ? value.documents : undefined;
  const keys = typeof documents === 'object' && documents !== null ? Object.keys(documents) : [];
  const strange = keys.filter((key) => !HASH.test(key));
  return strange.length > 0
    ? strange.map((key) => `the entry ${key} is not named by a lower-case hexadecimal SHA-256`)
    : ['documents must be an object of texts by hash'];
}

/** JSON.parse keeps the last of two entries and says nothing. Inside a text quotation marks are escaped, so only names match. */
function repeated(text: string): string[] {
  const hashes = [...text.matchAll(/"([0-9a-f]{64})"\s*:/g)].map(([, hash = '']) => hash);
  return [...new Set(hashes.filter((hash, i) => hashes.indexOf(hash) !== i))];
}

function syntaxProblems(hash: DocumentHash, document: string): string[] {
  try {
    parse(document, { noLocation: true });
    return [];
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return [`the entry ${hash} is not GraphQL: ${error.message}`];
  }
}

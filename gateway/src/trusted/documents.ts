import { refuse, type Refusal } from '../graph/operations.js';
import type { DocumentHash, TrustedManifest } from './manifest.js';

/**
 * How far documents of the manifests are relied on. `off`: texts only. `prefer`: texts, and documents by name. `only`: nothing but what
 * stands in a manifest, by name or by its full text.
 */
export type TrustMode = 'off' | 'prefer' | 'only';

/** The ways in which a request says which document it means. */
export interface NamedRequest {
  readonly query?: string | undefined;
  /** `sha256:` and the hash, as the appendix on persisted documents of GraphQL over HTTP has it. */
  readonly documentId?: string | undefined;
  /** `persistedQuery` with `version` 1 and `sha256Hash`, as Apollo's and Relay's clients send it. */
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
  /** The client's name for itself; limits the look-up to its own manifest. Not a proof of anything. */
  readonly client?: string | undefined;
}

export type Resolution = { readonly ok: true; readonly text: string } | Refusal;

/** One document of a manifest. */
export interface TrustedDocument {
  readonly client: string;
  readonly hash: DocumentHash;
  readonly text: string;
}

/** The documents that clients were built with. Immutable. */
export class TrustedDocuments {
  readonly #all: Catalogue;
  readonly #byClient: ReadonlyMap<string, Catalogue>;

  constructor(
    readonly mode: TrustMode,
    readonly manifests: readonly TrustedManifest[],
  ) {
    this.#all = catalogueOf(manifests.flatMap(({ documents }) => [...documents]));
    this.#byClient = new Map(manifests.map(({ client, documents }) => [client, catalogueOf([...documents])]));
  }

  /**
   * The text of the document a request means: the one it sends, or the one it names. Refused with DOCUMENT_NOT_FOUND when it names one
   * that is not here, with DOCUMENT_NOT_TRUSTED when only trusted ones are served and its text is none, with BAD_REQUEST when it does
   * neither. A hash sent beside a text is not looked at: nothing is ever registered by a request.
   */
  resolve({ query, documentId, extensions, client }: NamedRequest): Resolution {
    const known = client === undefined ? this.#all : this.#byClient.get(client);
    if (query !== undefined && query !== '')
      return this.mode !== 'only' || known?.texts.has(query) ? { ok: true, text: query } : refuse('DOCUMENT_NOT_TRUSTED');
    const named = documentId === undefined || documentId === '' ? persistedQuery(extensions) : hashOfId(documentId);
    if (named.kind === 'NONE') return refuse('BAD_REQUEST', { detail: 'Send query, or documentId.' });
    const text = named.kind === 'HASH' && this.mode !== 'off' ? known?.byHash.get(named.hash) : undefined;
    return text === undefined ? refuse('DOCUMENT_NOT_FOUND') : { ok: true, text };
  }

  /** Every document once per client, for planning ahead. */
  documents(): readonly TrustedDocument[] {
    return this.manifests.flatMap(({ client, documents }) => [...documents].map(([hash, text]) => ({ client, hash, text })));
  }
}

interface Catalogue {
  readonly byHash: ReadonlyMap<DocumentHash, string>;
  readonly texts: ReadonlySet<string>;
}

function catalogueOf(entries: readonly (readonly [DocumentHash, string])[]): Catalogue {
  return { byHash: new Map(entries), texts: new Set(entries.map(([, text]) => text)) };
}

type Named = { readonly kind: 'NONE' } | { readonly kind: 'UNKNOWN_METHOD' } | { readonly kind: 'HASH'; readonly hash: string };

function hashOfId(documentId: string): Named {
  const hash = /^sha256:([0-9a-f]{64})$/.exec(documentId)?.[1];
  return hash === undefined ? { kind: 'UNKNOWN_METHOD' } : { kind: 'HASH', hash };
}

function persistedQuery(extensions: NamedRequest['extensions']): Named {
  const named = extensions?.['persistedQuery'];
  if (typeof named !== 'object' || named === null) return { kind: 'NONE' };
  if (!('version' in named && named.version === 1 && 'sha256Hash' in named && typeof named.sha256Hash === 'string'))
    return { kind: 'UNKNOWN_METHOD' };
  return { kind: 'HASH', hash: named.sha256Hash };
}

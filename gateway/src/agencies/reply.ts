import type { AgencyFailureDetail, ErrorCode, Release } from '@yichuang/schema';
import type { Caller } from '../access/principal.js';
import { isDivision, isSystemId, isTime } from './fact-shapes.js';

/** Position in a reply: response keys and list positions. */
export type ReplyPath = readonly (string | number)[];

/** An error as a subgraph reported it; nothing of it has been checked but its outer shape. */
export interface ReportedError {
  readonly path: ReplyPath | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;
  /** May be about a person: passes only where a graph has no access rules. */
  readonly message?: string;
}

/** Where a part of a reply comes from, as a subgraph reported it. */
export interface ReportedProvenance {
  readonly path: ReplyPath;
  readonly system: string;
  readonly jurisdiction?: string | undefined;
  readonly asOf?: string | undefined;
  readonly freshness: 'LIVE' | 'STALE';
}

/** Why an agency gave no usable reply. */
export interface AgencyFailure {
  readonly code: Extract<
    ErrorCode,
    'AGENCY_UNAVAILABLE' | 'AGENCY_TIMEOUT' | 'AGENCY_BAD_RESPONSE' | 'AGENCY_RATE_LIMITED' | 'QUESTION_TIMEOUT'
  >;
  readonly detail: AgencyFailureDetail;
}

/** What is known of the characters of all strings in a JSON text. */
export interface Writing {
  /** They are all ASCII. */
  readonly ascii: boolean;
  /** Strings may hold what JSON escapes: quotation marks, backslashes, control characters, lone surrogates (RFC 8259, section 7). */
  readonly escaped: boolean;
}

/** Nothing is known. */
export const ANY_WRITING: Writing = { ascii: false, escaped: true };

export type Reply =
  | {
      readonly ok: true;
      readonly data: Readonly<Record<string, unknown>> | null;
      readonly errors: readonly ReportedError[];
      readonly provenance: readonly ReportedProvenance[];
      readonly writing: Writing;
    }
  | { readonly ok: false; readonly failure: AgencyFailure };

/** A reply that could be read. */
export type ReadReply = Extract<Reply, { ok: true }>;

/** A document a subgraph is asked, made once and kept. */
export interface FetchDocument {
  readonly text: string;
  /** Beginning of a request body, up to where the JSON text of the variables stands: `{"query":"…","variables":`. */
  readonly head: string;
  readonly mutation: boolean;
  /** Reads replies to it in a quicker way; undefined for a reply to be read as JSON. */
  readonly reader?: { read(bytes: Buffer, worthFrom?: number): ReadReply | undefined } | undefined;
}

/** What is asked of a subgraph. */
export interface Ask {
  readonly document: FetchDocument;
  /** JSON text of the variables, an object. */
  readonly variables: string;
  /** True when nobody waits for the reply any more. @default as the question says */
  readonly abandoned?: () => boolean;
  /** What was decided that the reply may hold of whom. @default nothing personal */
  readonly release?: Release | undefined;
}

/** Makes a document ready to be asked. */
export function fetchDocument(text: string, mutation = false, reader?: FetchDocument['reader']): FetchDocument {
  return { text, head: `{"query":${JSON.stringify(text)},"variables":`, mutation, reader };
}

/** What a subgraph must know of the question it is part of. */
export interface AskContext {
  /** UUID of the question: a subgraph shares look-ups within one. */
  readonly questionId: string;
  /** Milliseconds the whole question still has. */
  remainingMs(): number;
  /** Nobody waits for its answer any more: queries of it that have not been sent need not be. */
  readonly abandoned?: boolean;
  /** Who asks, for what. Absent where nobody but the hub itself does. */
  readonly profile?: { readonly caller: Caller };
}

const NONE: readonly never[] = [];

/**
 * Reads a GraphQL response. Undefined when it is none.
 * @param writing what is known of the text it was read from
 */
export function readReply(body: unknown, writing = ANY_WRITING): ReadReply | undefined {
  if (!isRecord(body)) return undefined;
  const { data, errors, extensions } = body;
  if (data === undefined && errors === undefined) return undefined;
  if (data !== undefined && data !== null && !isRecord(data)) return undefined;
  const reported = errors === undefined || errors === null ? NONE : readErrors(errors);
  if (!reported) return undefined;
  return {
    ok: true,
    data: data ?? null,
    errors: reported,
    provenance: provenanceIn(extensions),
    writing,
  };
}

/** Where a reply's data comes from, as its extensions say. */
export function provenanceIn(extensions: unknown): readonly ReportedProvenance[] {
  const provenance = isRecord(extensions) ? extensions['provenance'] : undefined;
  return Array.isArray(provenance) ? provenance.flatMap(readProvenance) : NONE;
}

function readErrors(errors: unknown): readonly ReportedError[] | undefined {
  if (!Array.isArray(errors)) return undefined;
  return errors.filter(isRecord).map((error) => ({
    path: isPath(error['path']) ? error['path'] : undefined,
    extensions: isRecord(error['extensions']) ? error['extensions'] : {},
    ...(typeof error['message'] === 'string' ? { message: error['message'] } : {}),
  }));
}

/** Reads one entry of `extensions.provenance`; an entry that does not fit is left out. */
function readProvenance(entry: unknown): ReportedProvenance[] {
  if (!isRecord(entry) || !isPath(entry['path']) || !isSystemId(entry['system'])) return [];
  const { path, system, jurisdiction, asOf, freshness } = entry;
  if (freshness !== 'LIVE' && freshness !== 'STALE') return [];
  return [
    {
      path,
      system,
      jurisdiction: isDivision(jurisdiction) ? jurisdiction : undefined,
      asOf: isTime(asOf) ? asOf : undefined,
      freshness,
    },
  ];
}

/** True for a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPath(value: unknown): value is ReplyPath {
  return (
    Array.isArray(value) &&
    value.every((step) => typeof step === 'string' || (typeof step === 'number' && Number.isInteger(step) && step >= 0))
  );
}

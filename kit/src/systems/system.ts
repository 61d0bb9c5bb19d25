import type { AgencyFailureDetail, ErrorCode } from '@yichuang/schema';
import type { OrderCounter } from '../offices/papers.js';

/** How a legacy system is reached. */
export type Transport = 'sql' | 'soap' | 'rest' | 'envelope' | 'batch';

/** One row as a connector read it: source column → text exactly as the source holds it; null only where the source says NULL. */
export type RawRow = Readonly<Record<string, string | null>>;

/** What the keys of a question are. */
export type KeyKind = 'citizen' | 'unit' | 'outlet';

/** One batch question to one legacy system. */
export interface SystemQuestion {
  readonly by: KeyKind;
  /** Canonical keys: 18-character citizen numbers, credit codes or filing numbers. Never empty, never longer than the system's batch limit. */
  readonly keys: readonly string[];
  /** Parts of the record asked for: names of tables, result sets or transactions that the connector's settings define. Never empty. */
  readonly parts: readonly string[];
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

export type Freshness = 'LIVE' | 'STALE';

/** What a system answered. */
export interface SystemAnswer {
  /** Rows per part; a part that was asked for is present even when it has none. */
  readonly rows: ReadonlyMap<string, readonly RawRow[]>;
  /** The moment the source says its data is of: for live systems the time of the answer, for files the file's date. */
  readonly asOf: Date;
  readonly freshness: Freshness;
}

/**
 * A connector bound to one system. It makes exactly one call to the source per question (files: none), checks that the answer is
 * whole, and leaves the values as they are: cleaning is the mapping's business.
 * @throws AgencyFault for everything that can go wrong.
 */
export interface LegacySystem {
  ask(question: SystemQuestion): Promise<SystemAnswer>;
  /** Where orders of transfers go; absent where the agency file says nothing of them. */
  readonly orders?: OrderCounter;
  /** Does ahead what the first question would otherwise have to wait for; never rejects. */
  open?(): Promise<void>;
  close(): Promise<void>;
}

/** The codes an agency's failure can carry. */
export type AgencyFaultCode = Extract<ErrorCode, `AGENCY_${string}` | 'SUBJECT_MISMATCH' | 'NOT_SUPPORTED_HERE'>;

/** A failure of a legacy system, with what the caller may know. The message is for the log and never holds personal data. */
export class AgencyFault extends Error {
  override readonly name = 'AgencyFault';
  constructor(
    readonly code: AgencyFaultCode,
    message: string,
    readonly detail: Partial<Omit<AgencyFailureDetail, 'agency' | 'system'>> = {},
    options: { readonly cause?: unknown; readonly transient?: boolean; readonly counts?: boolean } = {},
  ) {
    super(message, { cause: options.cause });
    this.transient = options.transient ?? false;
    this.counts = options.counts ?? true;
  }
  /** True when the same question may succeed at once on a fresh connection (a connection broke before any answer). */
  readonly transient: boolean;
  /** False when the failure says nothing against the system. */
  readonly counts: boolean;
}

import { canonicalJson } from '@yichuang/schema';
import { sha256, type CheckCodes } from './check-code.js';
import type { Gathered } from './gather.js';
import type { Missing } from './missing.js';

/** The form of the JSON; goes up when a field changes its meaning. */
export const ARCHIVE_FORMAT = 'yichuang-archive/1';

/** 电子档案袋: everything that was gathered of a person, by where it stands in the graph. */
export interface ArchiveContent {
  readonly format: typeof ARCHIVE_FORMAT;
  readonly issuedAt: string;
  /** Names of pieces (`pension.contributions`) to their rows, each with its provenance; null where the piece is missing or empty. */
  readonly record: Readonly<Record<string, unknown>>;
  /** What is not in it, and why. */
  readonly missing: readonly Missing[];
}

export interface Archive {
  readonly content: ArchiveContent;
  /** Canonical (RFC 8785). */
  readonly json: string;
  /** Of the JSON text, hexadecimal. */
  readonly sha256: string;
  readonly checkCode: string;
}

/** Puts an archive together and gives it its check code. */
export function archiveOf({ pieces, missing }: Gathered, codes: CheckCodes, now = new Date()): Archive {
  const content: ArchiveContent = {
    format: ARCHIVE_FORMAT,
    issuedAt: now.toISOString(),
    record: Object.fromEntries([...pieces].map(([name, value]) => [name, value ?? null])),
    missing,
  };
  // Undefined is nothing in JSON: what is written is what is signed.
  const plain: unknown = JSON.parse(JSON.stringify(content));
  const json = canonicalJson(plain);
  const hash = sha256(json);
  return { content, json, sha256: hash, checkCode: codes.of(hash) };
}

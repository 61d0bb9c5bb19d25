import type { CitizenRef } from '@yichuang/schema';
import { isRecord } from '../agencies/reply.js';
import type { Question } from '../execution/question.js';
import { askWithin, type AskWithin } from './ask-within.js';
import { cursorOf, gatherDocument } from './gather-document.js';
import { missingFrom, withheldPieces, type Missing } from './missing.js';
import { PIECES, type Piece } from './parts.js';

/** What the agencies hold of a person, as far as the caller may see it. */
export interface Gathered {
  /** By the path of its piece, joined with dots; rows of all pages in one list, without the gaps. */
  readonly pieces: ReadonlyMap<string, unknown>;
  readonly missing: readonly Missing[];
}

/** 6,000 rows of one scheme are more than a life has. */
const MOST_PAGES = 10;

/**
 * Asks all agencies for the record of a person, as the caller of a question and by the same way as any other: every piece is decided
 * upon, and on record. What the caller could never see is not asked for.
 */
export async function gather(
  question: Question,
  ref: CitizenRef,
  ask: AskWithin,
  wanted: (piece: Piece) => boolean = () => true,
): Promise<Gathered> {
  const pieces = PIECES.filter(wanted);
  const { open, withheld } = withheldPieces(pieces, question.profile.prospects);
  const found = new Map<string, unknown>();
  const rows = new Map<string, readonly Readonly<Record<string, unknown>>[]>();
  const missing: Missing[] = [...withheld];
  let todo: readonly Piece[] = open;
  let cursors: Readonly<Record<string, string>> = {};
  for (let page = 0; page < MOST_PAGES && todo.length > 0; page++) {
    const { data, errors } = await askWithin({ query: gatherDocument(todo), variables: { id: ref, ...cursors } }, question, ask);
    const person = isRecord(data) ? data['citizen'] : undefined;
    missing.push(...missingFrom(errors, todo));
    const next: { readonly piece: Piece; readonly after: string }[] = [];
    for (const piece of todo) {
      const value = at(person, piece.path);
      const key = piece.path.join('.');
      if (!piece.paged) {
        // Null elements are gaps, and named in errors.
        found.set(key, Array.isArray(value) ? value.filter((row) => row !== null) : value);
        continue;
      }
      if (isRecord(value)) rows.set(key, [...(rows.get(key) ?? []), ...rowsOf(value)]);
      // A list that is withheld or missing is null, and not one without rows.
      found.set(key, rows.get(key) ?? null);
      const after = cursorAfter(value);
      if (after !== undefined) next.push({ piece, after });
    }
    todo = next.map(({ piece }) => piece);
    cursors = Object.fromEntries(next.map(({ piece, after }) => [cursorOf(todo, piece), after]));
  }
  return { pieces: found, missing: eachOnce(missing) };
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isRecord(inner) ? inner[name] : undefined), value);
}

function rowsOf(connection: unknown): readonly Readonly<Record<string, unknown>>[] {
  const edges = isRecord(connection) ? connection['edges'] : undefined;
  return Array.isArray(edges) ? edges.flatMap((edge: unknown) => (isRecord(edge) && isRecord(edge['node']) ? [edge['node']] : [])) : [];
}

function cursorAfter(connection: unknown): string | undefined {
  const info = isRecord(connection) ? connection['pageInfo'] : undefined;
  return isRecord(info) && info['hasNextPage'] === true && typeof info['endCursor'] === 'string' ? info['endCursor'] : undefined;
}

function eachOnce(missing: readonly Missing[]): readonly Missing[] {
  const known = new Map<string, Missing>();
  for (const one of missing) {
    const key = JSON.stringify([one.agency, one.jurisdiction, one.code]);
    const before = known.get(key);
    known.set(
      key,
      before
        ? { ...before, parts: [...new Set([...before.parts, ...one.parts])], pieces: [...new Set([...before.pieces, ...one.pieces])] }
        : one,
    );
  }
  return [...known.values()];
}

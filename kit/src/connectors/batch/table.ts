import { setImmediate as pause } from 'node:timers/promises';
import { parseCitizenNumber, parseCreditCode } from '@yichuang/schema';
import type { KeyKind, RawRow } from '../../systems/system.js';
import { EncodingError, isMistakenUtf8 } from '../encoding.js';
import { BatchRefusal, delimitedLines, fixedLines, type Line, type LineFormat, type Place } from './lines.js';
import type { FileSettings } from './settings.js';

/** A whole file, checked and indexed. Rows stay bytes until they are looked up. */
export interface BatchTable {
  /** Records between header and trailer. */
  readonly records: number;
  /** Records that no look-up can find, because they do not say usably whom or what they are about. */
  readonly unusableKeys: number;
  /** Rows of a part about the keys, in the order of the file. */
  rows(part: string, keys: readonly string[]): RawRow[];
}

/** What the name of a file says. `day` is yyyyMMdd. */
export interface FileIdentity {
  readonly day: string;
  readonly sequence: number;
}

/** Lines read between two pauses, so that a large file does not hold up the answers to others. */
const STRIDE = 4000;

/**
 * Checks a file against its header, trailer and layout and indexes it by key.
 * @throws BatchRefusal when it is not whole, or not what its name says.
 */
export async function readTable(bytes: Buffer, settings: FileSettings, identity: FileIdentity): Promise<BatchTable> {
  if (isMistakenUtf8(bytes)) throw new BatchRefusal('WRONG_ENCODING');
  const layout = settings.fixed ?? settings.delimited;
  if (!layout) throw new Error('a file needs a layout');
  const format = settings.fixed ? fixedLines(settings.fixed) : settings.delimited ? delimitedLines(settings.delimited) : undefined;
  if (!format) throw new Error('a file needs a layout');
  const lines = new Lines(bytes);
  if (lines.count === 0) throw new BatchRefusal('EMPTY');

  const first = layout.header ? 1 : 0;
  const last = lines.count - (layout.trailer ? 1 : 0);
  if (layout.header) checkHeader(readFrame(format, lines, 0, 'header'), layout.header.columns, identity);
  const trailer = layout.trailer ? readFrame(format, lines, lines.count - 1, 'trailer') : undefined;
  const records = Math.max(0, last - first);
  if (trailer && layout.trailer && has(layout.trailer.columns, 'count') && !equalsNumber(trailer.cell('count'), records))
    throw new BatchRefusal('COUNT_MISMATCH');

  const parts = layout.records.map((record) =>
    Object.entries(record.parts).map(([part, key]) => ({ part, ...key, index: new Map<string, number[]>() })),
  );
  const controlled = layout.records.findIndex((record) => layout.control !== undefined && layout.control.part in record.parts);
  const keyOf = keyReader();
  let fen = 0;
  let unusableKeys = 0;
  for (let at = first; at < last; at += STRIDE) {
    const upTo = Math.min(at + STRIDE, last);
    for (const [i, line] of readLines(format, lines, at, upTo, 'record').entries()) {
      if (!line) throw new BatchRefusal('RECORD_MALFORMED', at + i + 1);
      if (line.kind === controlled && layout.control) fen += fenOf(line.cell(layout.control.column));
      for (const { by, column, index } of parts[line.kind] ?? []) {
        const key = keyOf(by, line.cell(column));
        const known = key === undefined ? undefined : index.get(key);
        if (known) known.push(at + i);
        else if (key === undefined) unusableKeys++;
        else index.set(key, [at + i]);
      }
    }
    await pause();
  }
  if (trailer && layout.control && !equalsNumber(trailer.cell('sum'), fen)) throw new BatchRefusal('SUM_MISMATCH');

  return {
    records,
    unusableKeys,
    rows(part, keys) {
      const found = parts.flat().flatMap((held) => (held.part === part ? keys.flatMap((key) => held.index.get(key) ?? []) : []));
      found.sort((a, b) => a - b);
      return format
        .read(
          found.map((line) => lines.at(line)),
          'record',
        )
        .flatMap((line) => (line ? [line.row()] : []));
    },
  };
}

/** The lines of a file, found by their number. A line end is never part of a GB18030 character. */
class Lines {
  readonly count: number;
  readonly #starts: Uint32Array;

  constructor(private readonly bytes: Buffer) {
    const starts = [0];
    for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) starts.push(at + 1);
    if (starts.at(-1) !== bytes.length) starts.push(bytes.length);
    this.#starts = Uint32Array.from(starts);
    this.count = starts.length - 1;
  }

  at(line: number): Buffer {
    const from = this.#starts[line] ?? 0;
    let to = this.#starts[line + 1] ?? from;
    if (to > from && this.bytes[to - 1] === 0x0a) to--;
    if (to > from && this.bytes[to - 1] === 0x0d) to--;
    return this.bytes.subarray(from, to);
  }
}

function readLines(format: LineFormat, lines: Lines, from: number, to: number, place: Place): (Line | undefined)[] {
  const span = Array.from({ length: to - from }, (_, i) => lines.at(from + i));
  try {
    return format.read(span, place);
  } catch (error) {
    if (error instanceof EncodingError) throw new BatchRefusal('WRONG_ENCODING');
    throw new BatchRefusal('RECORD_MALFORMED');
  }
}

function readFrame(format: LineFormat, lines: Lines, at: number, place: 'header' | 'trailer'): Line {
  const [line] = readLines(format, lines, at, at + 1, place);
  if (!line) throw new BatchRefusal(place === 'header' ? 'HEADER_MISSING' : 'TRAILER_MISSING');
  return line;
}

type Columns = Readonly<Record<string, number>> | readonly string[];
const has = (columns: Columns, column: string): boolean => (Array.isArray(columns) ? columns.includes(column) : column in columns);

function checkHeader(header: Line, columns: Columns, identity: FileIdentity): void {
  if (has(columns, 'date') && header.cell('date') !== identity.day) throw new BatchRefusal('ANOTHER_DAY');
  if (has(columns, 'sequence') && !equalsNumber(header.cell('sequence'), identity.sequence)) throw new BatchRefusal('ANOTHER_SEQUENCE');
}

function equalsNumber(text: string, figure: number): boolean {
  return /^-?\d{1,18}$/.test(text.trim()) && Number(text) === figure;
}

/** An amount in yuan as fen for the control sum; 0 where it cannot be read, as the sender counts it. */
function fenOf(text: string): number {
  const match = /^(-?)(\d{1,13})(?:\.(\d{1,2}))?$/.exec(text.trim().replaceAll(',', ''));
  if (!match) return 0;
  const fen = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'));
  return match[1] === '-' ? -fen : fen;
}

/** Reads keys in whatever form the file holds them; the rows of one person stand together, so the last reading is kept. */
function keyReader(): (by: KeyKind, text: string) => string | undefined {
  const last = new Map<KeyKind, { readonly text: string; readonly key: string | undefined }>();
  return (by, text) => {
    const known = last.get(by);
    if (known?.text === text) return known.key;
    const key = readKey(by, text);
    last.set(by, { text, key });
    return key;
  };
}

function readKey(by: KeyKind, text: string): string | undefined {
  switch (by) {
    case 'citizen':
      return parseCitizenNumber(text);
    case 'unit':
      return parseCreditCode(text);
    case 'outlet':
      return text.normalize('NFKC').trim() || undefined;
  }
}

import { isAscii } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import { decodeSlice, EncodingError, wholeCharacters } from '../encoding.js';
import type { DelimitedLayout, FixedLayout } from './settings.js';

/** Why a file is not taken. */
export type Refusal =
  | 'EMPTY'
  | 'WRONG_ENCODING'
  | 'HEADER_MISSING'
  | 'TRAILER_MISSING'
  | 'ANOTHER_DAY'
  | 'ANOTHER_SEQUENCE'
  | 'COUNT_MISMATCH'
  | 'SUM_MISMATCH'
  | 'RECORD_MALFORMED';

/** A file that cannot be taken. Its message names the reason and the line, never what stands there. */
export class BatchRefusal extends Error {
  override readonly name = 'BatchRefusal';
  constructor(
    readonly reason: Refusal,
    readonly line?: number,
  ) {
    super(line === undefined ? reason : `${reason} in line ${line}`);
  }
}

/** Where in the file a line may stand. */
export type Place = 'header' | 'record' | 'trailer';

/** One line, read: which kind of record it is (its place in the layout) and its cells by column, without padding at the end. */
export interface Line {
  readonly kind: number;
  cell(column: string): string;
  row(): Record<string, string>;
}

/** How the lines of a layout are read. */
export interface LineFormat {
  /** Reads lines that all stand in one kind of place; undefined for one that is of no kind the layout has there. @throws EncodingError */
  read(lines: readonly Buffer[], place: Place): (Line | undefined)[];
}

interface Kind<Columns> {
  readonly type?: string;
  readonly columns: Columns;
}

/** The kinds of record that may stand at a place. */
function kindsAt<Columns>(
  layout: { readonly header?: Kind<Columns>; readonly trailer?: Kind<Columns>; readonly records: readonly Kind<Columns>[] },
  place: Place,
): readonly Kind<Columns>[] {
  if (place === 'record') return layout.records;
  const frame = layout[place];
  return frame ? [frame] : [];
}

/** Records whose columns have fixed widths in bytes. Characters never decide where a column begins. */
export function fixedLines(layout: FixedLayout): LineFormat {
  const compile = (place: Place) =>
    kindsAt(layout, place).map(({ type = '', columns }) => {
      let at = Buffer.byteLength(type);
      const spans = new Map(Object.entries(columns).map(([column, width]) => [column, { from: at, to: (at += width) }]));
      return { type: Buffer.from(type), spans, width: at };
    });
  const kinds = { header: compile('header'), record: compile('record'), trailer: compile('trailer') };
  return {
    read(lines, place) {
      return lines.map((line) => {
        const kind = kinds[place].findIndex(({ type, width }) => line.length === width && line.subarray(0, type.length).equals(type));
        const found = kinds[place][kind];
        if (!found) return undefined;
        // Most lines are digits, of which a table of characters has nothing to say.
        const ascii = isAscii(line) ? line.toString('latin1') : undefined;
        if (ascii === undefined) {
          for (const { from, to } of found.spans.values())
            if (wholeCharacters(line.subarray(from, to)) === undefined) throw new EncodingError('INVALID_BYTES');
        }
        const cell = (column: string): string => {
          const span = found.spans.get(column);
          if (!span) return '';
          return ascii === undefined ? readField(line.subarray(span.from, span.to)) : withoutPadding(ascii.slice(span.from, span.to));
        };
        return { kind, cell, row: () => Object.fromEntries([...found.spans.keys()].map((column) => [column, cell(column)])) };
      });
    },
  };
}

/** The text of a fixed-width field: without the beginning of a character that the field's width cut, and without padding. */
function readField(field: Buffer): string {
  return withoutPadding(decodeSlice(field.subarray(0, wholeCharacters(field))));
}

function withoutPadding(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === ' ') end--;
  return text.slice(0, end);
}

const NEWLINE = Buffer.from('\n');

/** Records whose columns a delimiter parts. The delimiter's byte may be the second half of a character, so text is parted, not bytes. */
export function delimitedLines(layout: DelimitedLayout): LineFormat {
  const kinds = { header: kindsAt(layout, 'header'), record: kindsAt(layout, 'record'), trailer: kindsAt(layout, 'trailer') };
  return {
    read(lines, place) {
      const text = decodeSlice(Buffer.concat(lines.flatMap((line) => [line, NEWLINE])));
      const records = parse(text, {
        delimiter: layout.delimiter,
        quote: layout.quote ?? false,
        relax_column_count: true,
        record_delimiter: '\n',
      });
      // A quoted line break would make one record of two lines, and none of them could be found again.
      if (records.length !== lines.length) return lines.map(() => undefined);
      return records.map((cells) => {
        const kind = kinds[place].findIndex(
          ({ type, columns }) =>
            (type === undefined || cells[0] === type) && cells.length === columns.length + (type === undefined ? 0 : 1),
        );
        const found = kinds[place][kind];
        if (!found) return undefined;
        const shift = found.type === undefined ? 0 : 1;
        const cell = (column: string): string => cells[found.columns.indexOf(column) + shift] ?? '';
        return { kind, cell, row: () => Object.fromEntries(found.columns.map((column, i) => [column, cells[i + shift] ?? ''])) };
      });
    },
  };
}

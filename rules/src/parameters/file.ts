import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { dateFrom } from '../calendar/civil-date.js';
import { readCell, readColumn, type Column } from './columns.js';

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const WrittenSource = Type.Object(
  {
    document: Type.String({ minLength: 1 }),
    number: Type.Optional(Type.String({ minLength: 1 })),
    date: Type.Optional(Type.String({ pattern: '^\\d{4}(-\\d{2}){0,2}$' })),
    reference: Type.String({ minLength: 1 }),
    certainty: Type.Union(['seen', 'secondary', 'memory', 'derived'].map((word) => Type.Literal(word))),
  },
  { additionalProperties: false },
);
const WrittenFile = Type.Object(
  {
    title: Type.Object({ zh: Type.String(), en: Type.String() }, { additionalProperties: false }),
    columns: Type.Record(Type.String({ pattern: '^[a-z][A-Za-z0-9]*$' }), Type.String()),
    key: Type.Optional(Type.Array(Type.String())),
    source: WrittenSource,
    rows: Type.Array(
      Type.Object(
        {
          year: Type.Optional(Type.Integer({ minimum: 1949, maximum: 2199 })),
          validFrom: Type.Optional(Day),
          validTo: Type.Optional(Day),
          jurisdiction: Type.Optional(Type.String({ pattern: '^(CN|[1-9]\\d{5})$' })),
          source: Type.Optional(WrittenSource),
        },
        { additionalProperties: true },
      ),
      { minItems: 1 },
    ),
  },
  { additionalProperties: false },
);

type WrittenRow = Static<typeof WrittenFile>['rows'][number];

/** A parameter file that holds together. */
export interface ParameterFile {
  readonly title: { readonly zh: string; readonly en: string };
  readonly columns: ReadonlyMap<string, Column>;
  readonly source: Static<typeof WrittenSource>;
  readonly rows: readonly {
    readonly from: number;
    readonly to: number | undefined;
    readonly jurisdiction: string;
    /** TypeScript of every value, by column. */
    readonly cells: ReadonlyMap<string, string>;
    readonly source: Static<typeof WrittenSource> | undefined;
  }[];
}

/**
 * Reads a parameter file: a title, a source, the columns with what they hold, and rows that each say from when, until when and where they
 * hold. `year: 2016` stands for the whole of that year; a row without a place holds in all of China.
 * @throws Error naming the file and the row when something does not fit, or when two rows with the same key hold at the same time and place
 */
export function readParameterFile(name: string, text: string): ParameterFile {
  const written: unknown = parse(text, { merge: true });
  if (!Value.Check(WrittenFile, written)) {
    const [first] = Value.Errors(WrittenFile, written);
    throw new Error(`${name}: ${first?.instancePath ?? ''} ${first?.message ?? 'is no parameter file'}`);
  }
  const columns = new Map(Object.entries(written.columns).map(([column, kind]) => [column, readColumn(kind, `${name}: column ${column}`)]));
  const key = written.key ?? [];
  for (const column of key) if (!columns.has(column)) throw new Error(`${name}: the key names ${column}, which is no column`);
  const rows = written.rows.map((row, index) => ({ ...readRow(row, columns, `${name}: row ${index + 1}`), source: row.source }));
  refuseOverlaps(name, key, rows);
  return { title: written.title, columns, source: written.source, rows };
}

/** What every row may say beside its columns. */
const ENVELOPE = new Set(['year', 'validFrom', 'validTo', 'jurisdiction', 'source']);

function readRow(row: WrittenRow, columns: ReadonlyMap<string, Column>, where: string) {
  const { year, validFrom, validTo, jurisdiction = 'CN' } = row;
  if ((year === undefined) === (validFrom === undefined)) throw new Error(`${where}: says either year or validFrom`);
  const from = dateFrom(validFrom ?? `${year ?? 0}-01-01`, `${where}: validFrom`);
  const last = validTo ?? (year === undefined ? undefined : `${year}-12-31`);
  const to = last === undefined ? undefined : dateFrom(last, `${where}: validTo`);
  if (to !== undefined && to < from) throw new Error(`${where}: ends before it begins`);
  const cells = new Map<string, string>();
  const given = new Map<string, unknown>(Object.entries(row).filter(([name]) => !ENVELOPE.has(name)));
  for (const [column, kind] of columns) {
    const value = given.get(column);
    given.delete(column);
    if (value !== undefined && value !== null) cells.set(column, readCell(kind, value, `${where}: ${column}`));
    else if (!kind.optional) throw new Error(`${where}: lacks ${column}`);
  }
  const [unknown] = given.keys();
  if (unknown !== undefined) throw new Error(`${where}: ${unknown} is no column`);
  return { from, to, jurisdiction, cells };
}

function refuseOverlaps(
  name: string,
  key: readonly string[],
  rows: readonly Pick<ParameterFile['rows'][number], 'from' | 'to' | 'jurisdiction' | 'cells'>[],
) {
  const ends = new Map<string, number>();
  const inTime = [...rows].sort((a, b) => a.from - b.from);
  for (const row of inTime) {
    const same = [row.jurisdiction, ...key.map((column) => row.cells.get(column) ?? '')].join(' ');
    const before = ends.get(same);
    if (before !== undefined && before >= row.from) throw new Error(`${name}: two rows hold for ${same} on ${row.from}`);
    ends.set(same, row.to ?? Number.POSITIVE_INFINITY);
  }
}

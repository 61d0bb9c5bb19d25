import { Type, type Static } from 'typebox';
import type { KeyKind } from '../systems/system.js';

const closed = { additionalProperties: false } as const;
const NAME = '[a-z_][a-z0-9_]*';
const Name = Type.String({ pattern: `^${NAME}$` });

/** One table or view that may be read, and what of it. Nothing outside this list can stand in a statement. */
export const SqlTable = Type.Object(
  {
    from: Type.String({ pattern: `^${NAME}(\\.${NAME})?$` }),
    /** Column that holds the key, per kind of key; the table is not read for other kinds. */
    key: Type.Object({ citizen: Type.Optional(Name), unit: Type.Optional(Name), outlet: Type.Optional(Name) }, closed),
    /** True when the key column is CHAR(n): it is compared as such, so that its index serves. */
    padded: Type.Optional(Type.Boolean()),
    columns: Type.Array(Name, { minItems: 1, maxItems: 100, uniqueItems: true }),
  },
  closed,
);
export type SqlTable = Static<typeof SqlTable>;

/** A statement and the meaning of its rows: the number of the part, and the part's columns in order. */
export interface SqlStatement {
  readonly text: string;
  readonly parts: readonly { readonly part: string; readonly columns: readonly string[] }[];
}

interface StatementOptions {
  readonly tables: Readonly<Record<string, SqlTable>>;
  /** Column that names the jurisdiction in systems that hold several. */
  readonly divisionColumn: string | undefined;
  readonly rowCap: number;
}

/**
 * One statement for any set of parts: $1 the keys, $2 the jurisdictions (only with a division column). Each row is its part's number
 * and a JSON list of the columns, whose values keep their padding and every digit. Undefined when no part is kept by this kind of key.
 */
export function composeStatement(options: StatementOptions, by: KeyKind, parts: readonly string[]): SqlStatement | undefined {
  const branches: string[] = [];
  const read: { part: string; columns: readonly string[] }[] = [];
  for (const part of parts) {
    const table = Object.hasOwn(options.tables, part) ? options.tables[part] : undefined;
    const key = table?.key[by];
    if (!table || key === undefined) continue;
    const keys = table.padded ? '$1::text[]::bpchar[]' : '$1::text[]';
    const divisions = options.divisionColumn === undefined ? '' : ` AND ${options.divisionColumn} = ANY($2::text[])`;
    branches.push(
      `SELECT ${read.length} AS part, json_build_array(${table.columns.join(', ')})::text AS line FROM ${table.from} WHERE ${key} = ANY(${keys})${divisions}`,
    );
    read.push({ part, columns: table.columns.map((column) => column.toUpperCase()) });
  }
  if (read.length === 0) return undefined;
  // One row more than allowed, so that reaching the cap is seen.
  return { text: `${branches.join(' UNION ALL ')} LIMIT ${options.rowCap + 1}`, parts: read };
}

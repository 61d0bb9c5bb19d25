import { TABLE_COLUMNS } from './hrss-columns.js';
import type { TableName } from '../people/tables.js';

/**
 * Types as cores of this kind have them: CHAR keys and codes with their padding, numbers for counts and for months, text for what
 * older releases wrote as text. AAE003 and the money of AC43, SC51 and SC61 are text, dates CHAR(8), because the dirt these registers
 * hold (month 13, thousands commas, 00000000) would not fit another type.
 */
const TYPES: Readonly<Record<string, string>> = {
  AAC001: 'CHAR(20)',
  AAC002: 'CHAR(20)',
  AAC003: 'VARCHAR(60)',
  AAC004: 'CHAR(1)',
  AAC006: 'CHAR(8)',
  AAC013: 'CHAR(3)',
  AAC031: 'CHAR(3)',
  AAC049: 'NUMERIC(6)',
  AAC060: 'CHAR(1)',
  AAC066: 'CHAR(3)',
  AAB001: 'VARCHAR(20)',
  AAB004: 'VARCHAR(200)',
  AAB051: 'CHAR(3)',
  AAB191: 'CHAR(8)',
  AAB301: 'VARCHAR(60)',
  AAA027: 'VARCHAR(12)',
  AAE001: 'NUMERIC(4)',
  AAE003: 'VARCHAR(8)',
  AAE030: 'CHAR(8)',
  AAE031: 'CHAR(8)',
  AAE041: 'NUMERIC(6)',
  AAE042: 'NUMERIC(6)',
  AAE044: 'VARCHAR(200)',
  AAE116: 'CHAR(3)',
  AAE138: 'CHAR(8)',
  AAE140: 'CHAR(3)',
  AAE200: 'NUMERIC(5)',
  AAE201: 'NUMERIC(5)',
  AAE202: 'NUMERIC(3)',
  AAE473: 'CHAR(1)',
  SAB010: 'CHAR(20)',
  SAB120: 'NUMERIC(10)',
  SAB121: 'NUMERIC(10)',
  SAB130: 'NUMERIC(14,2)',
};
const MONEY_TEXT = 'VARCHAR(18)';

/** The column a caseworker looks rows up by, and so the one that is indexed. */
const keyOf = (table: TableName): string => (table === 'AB01' ? 'SAB010' : 'AAC002');

/** AA10 代码表: what the codes of a column mean, for people who look at the database. */
const CODES: readonly (readonly [column: string, code: string, meaning: string])[] = [
  ['AAC004', '1', '男'],
  ['AAC004', '2', '女'],
  ['AAC031', '1', '参保缴费'],
  ['AAC031', '2', '暂停缴费'],
  ['AAC031', '3', '终止参保'],
  ['AAC060', '1', '健在'],
  ['AAC060', '2', '死亡'],
  ['AAC066', '1', '职工'],
  ['AAC066', '2', '灵活就业人员'],
  ['AAC066', '3', '城乡居民'],
  ['AAC066', '4', '离退休人员'],
  ['AAE116', '1', '正常发放'],
  ['AAE116', '2', '暂停发放'],
  ['AAE116', '3', '终止发放'],
  ['AAE140', '110', '企业职工基本养老保险'],
  ['AAE140', '120', '机关事业单位养老保险'],
  ['AAE140', '170', '城乡居民基本养老保险'],
  ['AAE140', '210', '失业保险'],
  ['AAE140', '410', '工伤保险'],
  ['AAE473', '1', '一般账户'],
  ['AAE473', '2', '临时账户'],
];

const tables = Object.entries(TABLE_COLUMNS) as [TableName, readonly string[]][];

/** Statements that make the empty tables and the code table. AAB299 says whose rows they are: one database serves several provinces. */
export function createTables(): string {
  const creations = tables.map(([table, columns]) => {
    const lines = [...columns.map((column) => `${column} ${TYPES[column] ?? MONEY_TEXT}`), 'AAB299 CHAR(6) NOT NULL'];
    return `CREATE TABLE core.${table} (${lines.join(', ')});`;
  });
  const codes = CODES.map((row) => `(${row.map((text) => `'${text}'`).join(', ')})`).join(', ');
  return `CREATE SCHEMA core; ${creations.join(' ')}
    CREATE TABLE core.AA10 (AAA100 VARCHAR(10), AAA102 VARCHAR(6), AAA103 VARCHAR(60)); INSERT INTO core.AA10 VALUES ${codes};`;
}

/** Statements, after the load, that index the tables and let the reading account see views and nothing else. */
export function openViews(reader: string): string {
  const indexes = tables.map(([table]) => `CREATE INDEX ON core.${table} (${keyOf(table)});`);
  const views = [...tables.map(([table]) => table), 'AA10'].map(
    (table) => `CREATE VIEW v_${table} AS SELECT * FROM core.${table}; GRANT SELECT ON v_${table} TO ${reader};`,
  );
  return `${indexes.join(' ')} ${views.join(' ')} ANALYZE;`;
}

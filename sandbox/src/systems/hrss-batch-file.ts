import iconv from 'iconv-lite';
import type { Register, TableName } from '../people/tables.js';

/** The fixed widths of a record, in bytes, after its type character. */
type Widths<Column extends string> = readonly (readonly [Column, number])[];

/** What the provinces agreed on with whoever fetches their files: one type character per table, and the width of each column in bytes. */
const RECORDS: {
  readonly [Table in TableName]: { readonly type: string; readonly widths: Widths<keyof Register[Table][number] & string> };
} = {
  AC01: {
    type: '1',
    widths: [
      ['AAC001', 12],
      ['AAC002', 18],
      ['AAC003', 20],
      ['AAC004', 1],
      ['AAC006', 8],
      ['AAC060', 1],
      ['AAE138', 8],
    ],
  },
  AC02: {
    type: '2',
    widths: [
      ['AAC001', 12],
      ['AAC002', 18],
      ['AAE140', 3],
      ['AAC031', 1],
      ['AAE473', 1],
      ['AAC066', 1],
      ['AAC049', 6],
      ['AAE042', 6],
      ['AAE201', 4],
      ['AAE200', 4],
      ['AAA027', 6],
      ['AAB301', 60],
    ],
  },
  AC43: {
    type: '3',
    widths: [
      ['AAC001', 12],
      ['AAC002', 18],
      ['AAE140', 3],
      ['AAE003', 6],
      ['AAE180', 12],
      ['AAE020', 12],
      ['AAE022', 12],
      ['AAE381', 12],
      ['AAB191', 8],
      ['AAB001', 12],
      ['SAB010', 18],
      ['AAE044', 60],
    ],
  },
  SC51: {
    type: '4',
    widths: [
      ['AAC001', 12],
      ['AAC002', 18],
      ['AAE140', 3],
      ['AAE001', 4],
      ['AAE202', 2],
      ['AAE381', 12],
      ['AAE269', 12],
      ['AAE382', 14],
    ],
  },
  SC61: {
    type: '5',
    widths: [
      ['AAC001', 12],
      ['AAC002', 18],
      ['AAE140', 3],
      ['AAE116', 1],
      ['AAE041', 6],
      ['AAE042', 6],
      ['AAE129', 12],
    ],
  },
  SC70: {
    type: '6',
    widths: [
      ['AAC002', 18],
      ['SAB010', 18],
      ['AAE044', 60],
      ['AAE030', 8],
      ['AAE031', 8],
      ['AAC013', 1],
    ],
  },
  AB01: {
    type: '7',
    widths: [
      ['AAB001', 12],
      ['SAB010', 18],
      ['AAB004', 60],
      ['AAB051', 1],
      ['AAE003', 6],
      ['SAB120', 8],
      ['SAB121', 8],
      ['SAB130', 14],
    ],
  },
};

/** How a source may write a file wrongly. */
export interface FileDefects {
  /** UTF-8 where GB18030 was agreed. */
  readonly utf8?: boolean;
  /** Every record twice, and counted twice. */
  readonly doubled?: boolean;
}

/** The records of a register as its files hold them, whatever day a file is of. */
export interface FileBody {
  readonly jurisdiction: string;
  readonly records: number;
  /** Sum of AAE022. */
  readonly fen: number;
  readonly bytes: Buffer;
}

/** Text is cut where its bytes do not fit, also in the middle of a character, as such programs do. */
export function fileBody(register: Register, defects: FileDefects = {}): FileBody {
  const copies = defects.doubled === true ? 2 : 1;
  const tables = Object.keys(RECORDS) as TableName[];
  const fieldOf = fieldWriter(defects.utf8 === true ? (text) => Buffer.from(text) : (text) => iconv.encode(text, 'gb18030'));
  return {
    jurisdiction: register.jurisdiction,
    records: tables.reduce((sum, table) => sum + register[table].length, 0) * copies,
    fen: register.AC43.reduce((sum, row) => sum + fenOf(row.AAE022), 0) * copies,
    bytes: Buffer.concat(tables.map((table) => Buffer.from(recordsOf(register, table, fieldOf, copies), 'latin1'))),
  };
}

/**
 * The daily file of one register: `0` header with jurisdiction, day and sequence number, the records, `9` trailer with their number and
 * the sum of AAE022 in fen.
 * @param day yyyyMMdd
 */
export function batchFile({ jurisdiction, records, fen, bytes }: FileBody, day: string, sequence: number): Buffer {
  return Buffer.concat([
    Buffer.from(`0${jurisdiction}${day}${String(sequence).padStart(2, '0')}\r\n`),
    bytes,
    Buffer.from(`9${String(records).padStart(10, '0')}${signed(fen, 18)}\r\n`),
  ]);
}

/** A field of so many bytes, each byte as one character. */
type FieldOf = (text: string, bytes: number) => string;

function fieldWriter(encode: (text: string) => Buffer): FieldOf {
  // Names of units and offices stand in row after row.
  const known = new Map<string, string>();
  return (text, bytes) => {
    // Most fields are digits and need no table of characters.
    if (/^[\x20-\x7e]*$/.test(text)) return text.slice(0, bytes).padEnd(bytes);
    const key = `${bytes} ${text}`;
    let field = known.get(key);
    if (field === undefined) known.set(key, (field = encode(text).toString('latin1').slice(0, bytes).padEnd(bytes)));
    return field;
  };
}

function recordsOf(register: Register, table: TableName, fieldOf: FieldOf, copies: number): string {
  const { type, widths } = RECORDS[table];
  const rows: readonly Readonly<Record<string, string>>[] = register[table];
  let text = '';
  for (const row of rows) {
    let record = type;
    for (const [column, bytes] of widths) record += fieldOf(row[column] ?? '', bytes);
    text += `${record}\r\n`.repeat(copies);
  }
  return text;
}

/** An amount in yuan as fen; 0 where it is no amount. */
function fenOf(text: string): number {
  const match = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(text.replaceAll(',', ''));
  if (!match) return 0;
  const fen = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'));
  return match[1] === '-' ? -fen : fen;
}

function signed(figure: number, width: number): string {
  return figure < 0 ? `-${String(-figure).padStart(width - 1, '0')}` : String(figure).padStart(width, '0');
}

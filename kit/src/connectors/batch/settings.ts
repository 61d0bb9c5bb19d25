import { Type, type Static } from 'typebox';
import type { ConnectorContext } from '../connector.js';
import { readSettings } from '../settings.js';

/** Parts that a kind of record belongs to, and the column that says whom or what a record is about. */
const Parts = Type.Record(
  Type.String(),
  Type.Object({ by: Type.Enum(['citizen', 'unit', 'outlet']), column: Type.String() }, { additionalProperties: false }),
  { minProperties: 1 },
);

/** Fixed width: name → width in bytes, in the order of the record. Delimited: names in order. */
const Widths = Type.Record(Type.String(), Type.Integer({ minimum: 1 }), { minProperties: 1 });
const Names = Type.Array(Type.String(), { minItems: 1 });

/**
 * A frame record is the first or last line. Of its columns, `date` (yyyyMMdd) must be the day of the file's name, `sequence` its
 * sequence number, `count` the number of records between header and trailer and `sum` the control sum; others are not looked at.
 */
const layout = <Columns extends typeof Widths | typeof Names>(columns: Columns) =>
  Type.Object(
    {
      header: Type.Optional(Type.Object({ type: Type.Optional(Type.String({ minLength: 1 })), columns }, { additionalProperties: false })),
      trailer: Type.Optional(Type.Object({ type: Type.Optional(Type.String({ minLength: 1 })), columns }, { additionalProperties: false })),
      /** Column whose amounts in yuan add up to the trailer's `sum`, which is in fen. An amount that cannot be read counts as 0. */
      control: Type.Optional(Type.Object({ part: Type.String(), column: Type.String() }, { additionalProperties: false })),
      /** The kinds of record, each with the type text that it begins with; without one where a file holds one kind only. */
      records: Type.Array(
        Type.Object({ type: Type.Optional(Type.String({ minLength: 1 })), columns, parts: Parts }, { additionalProperties: false }),
        { minItems: 1 },
      ),
    },
    { additionalProperties: false },
  );

export const FixedLayout = layout(Widths);
export type FixedLayout = Static<typeof FixedLayout>;
const DelimitedFields = layout(Names);
export const DelimitedLayout = Type.Object(
  {
    ...DelimitedFields.properties,
    delimiter: Type.String({ minLength: 1, default: '|' }),
    /** Quote character; none where nothing is said. A record is one line either way. */
    quote: Type.Optional(Type.String({ minLength: 1, maxLength: 1 })),
  },
  { additionalProperties: false },
);
export type DelimitedLayout = Static<typeof DelimitedLayout>;

const File = Type.Object(
  {
    /** Pattern of the file's name with `{date}` (yyyyMMdd) and, where a day can have several, `{sequence}`: a higher one replaces a lower. */
    name: Type.String({ pattern: '\\{date\\}' }),
    /** How the source says that a file is whole: `flag` = an empty file of the same name with `.ok` after it; `trailer` = its last line. */
    complete: Type.Enum(['flag', 'trailer']),
    fixed: Type.Optional(FixedLayout),
    delimited: Type.Optional(DelimitedLayout),
  },
  { additionalProperties: false },
);
export type FileSettings = Static<typeof File>;

/** Where orders of transfers are put, and where the answers of the night are found; file names begin with `ZY` and `HZ`. */
const OrderFiles = Type.Object(
  {
    /** Under an account of their own. */
    source: Type.String({ pattern: '^(sftp|file)://' }),
    /** Inside the folder of the daily files. */
    outgoing: Type.String({ pattern: '^[a-z]+$', default: 'in' }),
    answers: Type.String({ pattern: '^[a-z]+$', default: 'out' }),
  },
  { additionalProperties: false },
);

/** Settings of the transport `batch`. */
export const BatchSettings = Type.Object(
  {
    /** sftp://user:password@host:port, or file:///folder. */
    source: Type.String({ pattern: '^(sftp|file)://' }),
    /** For SFTP: fingerprint of the host's key, `SHA256:…`. */
    hostKey: Type.Optional(Type.String({ pattern: '^SHA256:[A-Za-z0-9+/]{43}$' })),
    folder: Type.String(),
    /** When the file of a day is due, HH:MM in Asia/Shanghai, so many days later. What is served after that without it is STALE. */
    due: Type.Object(
      { at: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' }), days: Type.Integer({ minimum: 0, default: 0 }) },
      { additionalProperties: false },
    ),
    /** True for a source that never cleans its folder up: a file that is gone was withdrawn, and the one before it holds again. */
    keepsFiles: Type.Boolean({ default: false }),
    /** Milliseconds between two looks; text where it comes from the environment. */
    pollMs: Type.Union([Type.Integer({ minimum: 100 }), Type.String({ pattern: '^[1-9]\\d{2,8}$' })], { default: 60_000 }),
    connectMs: Type.Integer({ minimum: 100, default: 5000 }),
    /** Longest time one look at the folder may take, all transfers included. */
    visitMs: Type.Integer({ minimum: 100, default: 60_000 }),
    files: Type.Array(File, { minItems: 1 }),
    /** Absent where the office takes no orders by files. */
    orders: Type.Optional(OrderFiles),
  },
  { additionalProperties: false },
);
export type BatchSettings = Static<typeof BatchSettings>;

/** Reads the settings of one system. @throws Error naming the system and the setting that does not fit. */
export function readBatchSettings(settings: unknown, context: ConnectorContext): BatchSettings {
  const full = readSettings(BatchSettings, settings, context);
  if (full.source.startsWith('sftp:') && full.hostKey === undefined)
    throw new Error(`system ${context.id}: setting hostKey is needed for SFTP`);
  for (const file of full.files) {
    if ((file.fixed === undefined) === (file.delimited === undefined))
      throw new Error(`system ${context.id}: ${file.name} must be either fixed or delimited`);
    const layout = file.fixed ?? file.delimited;
    if (layout && layout.records.length > 1 && layout.records.some((record) => record.type === undefined)) {
      throw new Error(`system ${context.id}: ${file.name} holds several kinds of record, so each needs its type`);
    }
    if (file.complete === 'trailer' && !layout?.trailer)
      throw new Error(`system ${context.id}: ${file.name} has no trailer to tell that it is whole`);
  }
  return full;
}

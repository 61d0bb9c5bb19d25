import { Type, type Static } from 'typebox';

/** How the text of one source column becomes a value of the standard record. */
export const FieldSpec = Type.Object(
  {
    /** Source column, after the system's spelling was undone. */
    from: Type.String(),
    /** `text`: numbers and signs, full-width forms undone. `wording`: what people read, in the characters that were registered. */
    as: Type.Enum([
      'text',
      'wording',
      'name',
      'code',
      'date',
      'month',
      'year',
      'integer',
      'yuan',
      'flag',
      'division',
      'creditCode',
      'citizenNumber',
      'dateTime',
    ]),
    /** For `code`: source code → standard value. `14##` stands for 14 with any two further digits. An unknown code is a finding, never a guess. */
    codes: Type.Optional(Type.Record(Type.String(), Type.String())),
    /** For dates of an end: 99991231 means that it is open, and is no finding. */
    openEnd: Type.Optional(Type.Boolean()),
    /** For integers. */
    min: Type.Optional(Type.Integer()),
    max: Type.Optional(Type.Integer()),
  },
  { additionalProperties: false },
);
export type FieldSpec = Static<typeof FieldSpec>;
export type FieldKind = FieldSpec['as'];

/** How one part of a system's answer becomes standard records. */
export const RecordSpec = Type.Object(
  {
    /** The part (table, result set) the rows come from. */
    part: Type.String(),
    /** Column that names whom or what the row is about, and how to read it: checked against what was asked. */
    subject: Type.Object(
      { from: Type.String(), as: Type.Union([Type.Literal('citizenNumber'), Type.Literal('creditCode'), Type.Literal('text')]) },
      { additionalProperties: false },
    ),
    fields: Type.Record(Type.String(), FieldSpec),
  },
  { additionalProperties: false },
);
export type RecordSpec = Static<typeof RecordSpec>;

/** A mapping file: standard record name → how to make it. */
export const MappingFile = Type.Object({ records: Type.Record(Type.String(), RecordSpec) }, { additionalProperties: false });
export type MappingFile = Static<typeof MappingFile>;

const spellingRules = {
  /** Part → (own column → expected column). Parts and columns not named are taken as they are. */
  columns: Type.Optional(Type.Record(Type.String(), Type.Record(Type.String(), Type.String()))),
  /** Expected column → (own code → expected code). Codes are compared after full-width forms and padding are undone, on both sides. */
  codes: Type.Optional(Type.Record(Type.String(), Type.Record(Type.String(), Type.String()))),
  /** Expected column → unit its figures are in; yuan where nothing is said. `wan` = 万元. */
  units: Type.Optional(Type.Record(Type.String(), Type.Union([Type.Literal('fen'), Type.Literal('wan')]))),
  /** Expected date columns that hold epoch milliseconds of midnight in UTC+8. */
  epochMillis: Type.Optional(Type.Array(Type.String())),
};
export const SpellingRules = Type.Object(spellingRules, { additionalProperties: false });
export type SpellingRules = Static<typeof SpellingRules>;

/** How one system spells what the mapping file expects: its own column names, code lists and units. */
export const Spelling = Type.Object(
  {
    ...spellingRules,
    /** For a system whose rows come from several registers, each with a spelling of its own. */
    variants: Type.Optional(
      Type.Object(
        {
          /** Own columns that name the register; the first that a row has counts. */
          columns: Type.Array(Type.String(), { minItems: 1 }),
          spellings: Type.Record(Type.String(), SpellingRules),
          /** Register → its spellings by name, later ones laid over earlier ones and all over the system's own. */
          registers: Type.Record(Type.String(), Type.Array(Type.String(), { minItems: 1 })),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type Spelling = Static<typeof Spelling>;

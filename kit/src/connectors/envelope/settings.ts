import { Type, type Static } from 'typebox';

const closed = { additionalProperties: false } as const;
const Infno = Type.String({ pattern: '^[0-9A-Z]{4}$' });
const Division = Type.String({ pattern: '^[1-9]\\d{5}$' });
const DotPath = Type.String({ pattern: '^[^.\\[\\]]+(\\[\\])?(\\.[^.\\[\\]]+(\\[\\])?)*$' });
const Data = Type.Record(Type.String(), Type.String());
/** Part → where its rows are under `output`: `insuinfo`. Parts not named here are not answered by the transaction. */
const Rows = Type.Record(Type.String(), DotPath);
const Milliseconds = (usual: number) => Type.Integer({ minimum: 1, default: usual });

/** A transaction about one person, such as 1101 人员信息获取. */
export const OnePersonTransaction = Type.Object(
  {
    infno: Infno,
    /** Members that `input.data` always has. */
    data: Type.Optional(Data),
    /** Member of `input.data` that takes the citizen number. */
    key: Type.String({ minLength: 1 }),
    /** Where `output` says whom it is about; rows get it as a column of the same name. */
    subject: Type.Object({ at: DotPath, column: Type.String({ minLength: 1 }) }, closed),
    rows: Rows,
  },
  closed,
);
export type OnePersonTransaction = Static<typeof OnePersonTransaction>;

/** A transaction about many persons, on the agency's side of the platform. */
export const ManyPersonsTransaction = Type.Object(
  {
    infno: Infno,
    data: Type.Optional(Data),
    /** Member of `input.data` that takes the list of citizen numbers; `output` repeats it there. */
    keys: Type.String({ minLength: 1 }),
    /** Member of `input.data` that takes the list of tables wanted. */
    tables: Type.Optional(Type.String({ minLength: 1 })),
    rows: Rows,
  },
  closed,
);
export type ManyPersonsTransaction = Static<typeof ManyPersonsTransaction>;

/** How orders of transfers are sent, and found again. */
export const EnvelopeOrders = Type.Object(
  {
    /** Transactions that take an order, and that tell what became of one. */
    order: Infno,
    inquiry: Infno,
    /** Members of `input.data` that take the paper's head and its rows. */
    head: Type.String({ minLength: 1 }),
    rows: Type.String({ minLength: 1 }),
    /** Where `output` has the receipt and the rows of its sheet. */
    receipt: DotPath,
    lines: DotPath,
    /** Column of the papers (`../../offices/papers.ts`) → the platform's own word. Columns not named here keep their name. */
    columns: Type.Record(Type.String(), Type.String({ minLength: 1 })),
  },
  closed,
);
export type EnvelopeOrders = Static<typeof EnvelopeOrders>;

/** What an agency file says about a platform that speaks the envelope of 国家医保信息平台. */
export const EnvelopeSettings = Type.Object(
  {
    /** The one address of the platform; never holds a credential or a key. */
    url: Type.String({ pattern: '^https?://' }),
    /** fixmedins_code and fixmedins_name. */
    institution: Type.Object(
      { code: Type.String({ pattern: '^[0-9A-Z]{12}$' }), name: Type.String({ minLength: 1, maxLength: 20 }) },
      closed,
    ),
    /** mdtrtarea_admvs: place of care. */
    careArea: Division,
    /** insuplc_admdvs: place of insurance. */
    insuranceArea: Division,
    /** recer_sys_code. */
    receiver: Type.String({ minLength: 1, maxLength: 10 }),
    device: Type.Object(
      {
        number: Type.String({ default: '', maxLength: 100 }),
        safeInfo: Type.String({ default: '', maxLength: 2000 }),
        mac: Type.String({ default: '' }),
        ip: Type.String({ default: '' }),
      },
      { ...closed, default: {} },
    ),
    /** Kind 1 clerk, 2 self-service terminal, 3 mobile. */
    operator: Type.Object(
      {
        kind: Type.Enum(['1', '2', '3']),
        number: Type.String({ minLength: 1, maxLength: 30 }),
        name: Type.String({ minLength: 1, maxLength: 50 }),
      },
      closed,
    ),
    /** infver. */
    version: Type.String({ default: 'V1.0' }),
    signature: Type.Object(
      {
        /** SM2 private key by which the messages are signed, hexadecimal. */
        privateKey: Type.String({ pattern: '^[0-9a-fA-F]{64}$' }),
        /** The platform's SM2 public key. Where it is given, an answer without a good signature is refused. */
        platformPublicKey: Type.Optional(Type.String()),
        form: Type.Enum(['raw', 'der'], { default: 'raw' }),
      },
      closed,
    ),
    /** Serial numbers this process may use, so that several processes of one institution never make the same msgid. */
    serials: Type.Object(
      { from: Type.Integer({ minimum: 0, maximum: 9999, default: 0 }), to: Type.Integer({ minimum: 0, maximum: 9999, default: 9999 }) },
      { ...closed, default: {} },
    ),
    signIn: Type.Object(
      { infno: Type.String({ pattern: '^[0-9A-Z]{4}$', default: '9001' }), deadlineMs: Milliseconds(2000) },
      { ...closed, default: {} },
    ),
    /** At least one; `one` is taken where it answers everything that is asked about a single person. */
    transactions: Type.Object(
      { one: Type.Optional(OnePersonTransaction), many: Type.Optional(ManyPersonsTransaction) },
      { ...closed, minProperties: 1 },
    ),
    /** Absent where the platform takes no orders. */
    orders: Type.Optional(EnvelopeOrders),
    /** infcode → what it means; 0 is good, everything else is an unusable answer. */
    refusals: Type.Record(
      Type.String(),
      Type.Enum(['SIGN_IN_AGAIN', 'NO_RECORD', 'NOT_SUPPORTED_HERE', 'AGENCY_CLOSED', 'AGENCY_RATE_LIMITED', 'AGENCY_UNAVAILABLE']),
      { default: {} },
    ),
    /** Longest answer in bytes. */
    maxBytes: Type.Integer({ minimum: 1, default: 16 << 20 }),
    connections: Type.Integer({ minimum: 1, default: 8 }),
    connectMs: Milliseconds(2000),
    headersMs: Milliseconds(10_000),
    bodyMs: Milliseconds(10_000),
  },
  closed,
);
export type EnvelopeSettings = Static<typeof EnvelopeSettings>;

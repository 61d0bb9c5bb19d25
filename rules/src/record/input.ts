import { Type, type Static } from 'typebox';
import { CountInput, DateInput, DivisionInput, MoneyInput, MonthInput } from '../input.js';

/*
 * The JSON of a lifetime record, in the words of the cases: `segments` of months with one base, or single `months`, with `from` and `to`
 * as YYYYMM and money as yuan text. Everything is optional; what stands there is read strictly.
 */

const Place = { province: Type.Optional(DivisionInput), jurisdiction: Type.Optional(DivisionInput), area: Type.Optional(DivisionInput) };
const SchemeInput = Type.Union([Type.String({ maxLength: 32 }), Type.Integer()], { description: '险种代码（AAE140）' });
const KindInput = Type.String({ maxLength: 32 });
const Code = Type.String({ maxLength: 64 });
const Span = { from: Type.Optional(MonthInput), to: Type.Optional(MonthInput), month: Type.Optional(MonthInput) };
const Spell = {
  from: Type.Optional(Type.Union([MonthInput, DateInput])),
  to: Type.Optional(Type.Union([MonthInput, DateInput])),
};

const BookingInput = Type.Object({
  ...Place,
  ...Span,
  scheme: Type.Optional(SchemeInput),
  base: Type.Optional(MoneyInput),
  personal: Type.Optional(MoneyInput),
  employer: Type.Optional(MoneyInput),
  credited: Type.Optional(MoneyInput),
  paidOn: Type.Optional(DateInput),
  unit: Type.Optional(Code),
  /** ACTUAL, DEEMED or TEMPORARY. */
  type: Type.Optional(KindInput),
  accountKind: Type.Optional(KindInput),
  /** 欠费: such months do not count. */
  unpaid: Type.Optional(Type.Boolean()),
});

const PersonInput = Type.Object({
  sex: Type.Optional(Type.Union([Type.String({ maxLength: 8 }), Type.Integer()])),
  birthMonth: Type.Optional(MonthInput),
  birthDate: Type.Optional(DateInput),
  hukouProvince: Type.Optional(DivisionInput),
  hukou: Type.Optional(DivisionInput),
  deathMonth: Type.Optional(MonthInput),
  diedOn: Type.Optional(DateInput),
  category: Type.Optional(KindInput),
  identityConflicts: Type.Optional(
    Type.Array(Type.Union([KindInput, Type.Object({ kind: KindInput, jurisdiction: Type.Optional(DivisionInput) })])),
  ),
});

/** The whole record. What is said of the person may stand in `person` or beside the segments. */
export const LifeRecordInput = Type.Object({
  ...PersonInput.properties,
  person: Type.Optional(PersonInput),
  asOf: Type.Optional(Type.Union([MonthInput, DateInput])),
  segments: Type.Optional(Type.Array(BookingInput)),
  months: Type.Optional(Type.Array(BookingInput)),
  contributions: Type.Optional(Type.Array(BookingInput)),
  relations: Type.Optional(
    Type.Array(
      Type.Object({
        ...Place,
        scheme: Type.Optional(SchemeInput),
        accountKind: Type.Optional(KindInput),
        state: Type.Optional(KindInput),
        insuredAs: Type.Optional(KindInput),
        firstMonth: Type.Optional(MonthInput),
        lastMonth: Type.Optional(MonthInput),
        monthsActual: Type.Optional(CountInput),
        monthsDeemed: Type.Optional(CountInput),
      }),
    ),
  ),
  accounts: Type.Optional(
    Type.Array(
      Type.Object({
        ...Place,
        scheme: Type.Optional(SchemeInput),
        accountKind: Type.Optional(KindInput),
        balance: Type.Optional(MoneyInput),
        years: Type.Optional(
          Type.Array(
            Type.Object({
              year: Type.Integer({ minimum: 1949, maximum: 2199 }),
              months: Type.Optional(CountInput),
              credited: Type.Optional(MoneyInput),
              interest: Type.Optional(MoneyInput),
              balance: Type.Optional(MoneyInput),
            }),
          ),
        ),
      }),
    ),
  ),
  benefits: Type.Optional(
    Type.Array(
      Type.Object({
        ...Place,
        ...Spell,
        scheme: Type.Optional(SchemeInput),
        state: Type.Optional(KindInput),
        monthlyAmount: Type.Optional(MoneyInput),
      }),
    ),
  ),
  employments: Type.Optional(Type.Array(Type.Object({ ...Place, ...Spell, unit: Type.Optional(Code), kind: Type.Optional(KindInput) }))),
  engagements: Type.Optional(
    Type.Array(
      Type.Object({
        ...Place,
        ...Spell,
        trade: Type.Optional(KindInput),
        unit: Type.Optional(Code),
        platform: Type.Optional(Code),
        activeMonths: Type.Optional(Type.Array(MonthInput)),
      }),
    ),
  ),
  injuryCover: Type.Optional(Type.Array(Type.Object({ ...Place, ...Span, unit: Type.Optional(Code) }))),
  medicalCovers: Type.Optional(
    Type.Array(
      Type.Object({
        ...Spell,
        scheme: Type.Optional(SchemeInput),
        poolingArea: DivisionInput,
        state: Type.Optional(KindInput),
        payments: Type.Optional(Type.Array(Type.Object({ ...Span, paidOn: Type.Optional(DateInput) }))),
        claims: Type.Optional(Type.Array(MonthInput)),
      }),
    ),
  ),
  transfers: Type.Optional(
    Type.Array(
      Type.Object({
        scheme: Type.Optional(SchemeInput),
        from: DivisionInput,
        to: DivisionInput,
        month: Type.Optional(MonthInput),
        state: Type.Optional(KindInput),
      }),
    ),
  ),
  units: Type.Optional(
    Type.Array(
      Type.Object({
        unit: Code,
        state: Type.Optional(Type.Union([Type.String({ maxLength: 32 }), Type.Integer()])),
        stateSince: Type.Optional(Type.Union([MonthInput, DateInput])),
        established: Type.Optional(Type.Union([MonthInput, DateInput])),
        express: Type.Optional(
          Type.Object({
            licensed: Type.Optional(Type.Boolean()),
            licensedUntil: Type.Optional(Type.Union([MonthInput, DateInput])),
            licenceEnded: Type.Optional(Type.Boolean()),
            unfiledOutlets: Type.Optional(CountInput),
          }),
        ),
        insured: Type.Optional(CountInput),
        insuredShortlyBeforeRetirement: Type.Optional(CountInput),
      }),
    ),
  ),
  missing: Type.Optional(
    Type.Array(
      Type.Object({
        agency: Type.String({ maxLength: 64 }),
        jurisdiction: Type.Optional(DivisionInput),
        parts: Type.Optional(Type.Array(KindInput)),
      }),
    ),
  ),
});

export type LifeRecordJson = Static<typeof LifeRecordInput>;

import { Type, type Static } from 'typebox';
import { dateFrom, monthOfDate } from '../../calendar/civil-date.js';
import { pensionProvinceFrom, type Province } from '../../divisions/division.js';
import { DateInput, DivisionInput, MonthInput } from '../../input.js';
import { defineKind } from '../../kind.js';
import { monthFrom, monthText, type Month } from '../../month.js';
import { RuleRefusal } from '../../refusal.js';
import { transferEligibility, type Eligibility } from './eligibility.js';

const Input = Type.Object({
  sex: Type.Union([Type.String({ maxLength: 8 }), Type.Integer()], { description: 'M or F, 1 or 2 (GB/T 2261)' }),
  birthMonth: Type.Optional(MonthInput),
  birthDate: Type.Optional(DateInput),
  hukouProvince: DivisionInput,
  fromProvince: Type.Optional(DivisionInput),
  toProvince: DivisionInput,
  firstPaidMonth: MonthInput,
  notYetPaid: Type.Optional(Type.Boolean()),
  alreadyReceiving: Type.Optional(Type.Boolean()),
  cashOut: Type.Optional(Type.Boolean()),
  settlesAbroad: Type.Optional(Type.Boolean()),
  officialTransfer: Type.Optional(Type.Boolean()),
  insuredThereSince: Type.Optional(MonthInput),
  merelyInterrupted: Type.Optional(Type.Boolean()),
  temporaryAccountIn: Type.Optional(DivisionInput),
  hukouMovedIn: Type.Optional(MonthInput),
  statutoryMonth: Type.Optional(MonthInput),
});

/** `transfer_eligibility`: who may move, and which account is opened. */
export const transferEligibilityKind = defineKind({
  kind: 'transfer_eligibility',
  title: { zh: '能否转移养老保险关系', en: 'whether a pension relation may move' },
  input: Input,
  evaluate(input, options) {
    const place = (value: string | number | undefined, field: string): Province | undefined =>
      value === undefined ? undefined : pensionProvinceFrom(value, field);
    const month = (value: string | number | undefined, field: string): Month | undefined =>
      value === undefined ? undefined : monthFrom(value, field);
    const ruled = transferEligibility(
      {
        sex: sexFrom(input.sex, 'sex'),
        birthMonth: birthOf(input),
        hukou: pensionProvinceFrom(input.hukouProvince, 'hukouProvince'),
        origin: place(input.fromProvince, 'fromProvince'),
        destination: pensionProvinceFrom(input.toProvince, 'toProvince'),
        firstPaid: monthFrom(input.firstPaidMonth, 'firstPaidMonth'),
        notYetPaid: input.notYetPaid,
        alreadyReceiving: input.alreadyReceiving,
        cashOut: input.cashOut,
        settlesAbroad: input.settlesAbroad,
        officialTransfer: input.officialTransfer,
        insuredThereSince: month(input.insuredThereSince, 'insuredThereSince'),
        merelyInterrupted: input.merelyInterrupted,
        temporaryAccountIn: place(input.temporaryAccountIn, 'temporaryAccountIn'),
        hukouMovedIn: month(input.hukouMovedIn, 'hukouMovedIn'),
        statutoryMonth: month(input.statutoryMonth, 'statutoryMonth'),
      },
      options,
    );
    return { ...ruled, figures: figures(ruled.figures) };
  },
});

function birthOf(input: Static<typeof Input>): Month {
  if (input.birthMonth !== undefined) return monthFrom(input.birthMonth, 'birthMonth');
  if (input.birthDate !== undefined) return monthOfDate(dateFrom(input.birthDate, 'birthDate'));
  throw new RuleRefusal('INPUT_INVALID', 'birthMonth');
}

const SEXES: ReadonlyMap<string, 'M' | 'F'> = new Map<string, 'M' | 'F'>([
  ...['M', 'MALE', 'MAN', '1', '男'].map((word) => [word, 'M'] as const),
  ...['F', 'FEMALE', 'WOMAN', '2', '女'].map((word) => [word, 'F'] as const),
]);

function sexFrom(value: string | number, field: string): 'M' | 'F' {
  const sex = SEXES.get(String(value).normalize('NFKC').trim().toUpperCase());
  if (sex === undefined) throw new RuleRefusal('INPUT_INVALID', field);
  return sex;
}

function figures(found: Eligibility) {
  return {
    allowed: found.allowed,
    reason: found.reason,
    ...(found.allowed ? {} : { error: found.reason }),
    relation: found.relation,
    accountKind: found.accountKind ?? null,
    relationProvince: found.relationProvince ?? null,
    ageMonths: found.ageMonths,
    limitMonths: found.limitMonths,
    sealedIn: found.sealedIn ?? null,
    ordinaryFrom: found.ordinaryFrom === undefined ? null : monthText(found.ordinaryFrom),
  };
}

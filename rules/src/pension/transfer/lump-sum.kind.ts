import { Type, type Static } from 'typebox';
import { dateFrom, dateText, monthOfDate, type CivilDate } from '../../calendar/civil-date.js';
import { provinceFrom } from '../../divisions/division.js';
import { CountInput, DateInput, DivisionInput, MonthInput } from '../../input.js';
import { defineKind } from '../../kind.js';
import { monthsIn, rangeFrom, type MonthRange } from '../../month.js';
import { RuleRefusal } from '../../refusal.js';
import { Working } from '../../result.js';
import { judgeLumpSum } from './lump-sum.js';
import { PaperInput, papersFrom, type Paper } from './papers.js';

const paymentFields = {
  paidOn: DateInput,
  months: Type.Optional(CountInput),
  from: Type.Optional(MonthInput),
  to: Type.Optional(MonthInput),
  papers: Type.Optional(Type.Array(PaperInput)),
  commitment: Type.Optional(Type.Boolean({ description: '转出地书面承诺书' })),
  province: Type.Optional(DivisionInput),
};
const Payment = Type.Object(paymentFields);
const Input = Type.Union([Type.Object({ payments: Type.Array(Payment, { minItems: 1 }) }), Payment]);

interface Paid {
  readonly paidOn: CivilDate;
  readonly months: number;
  readonly range: MonthRange | undefined;
  readonly papers: readonly Paper[];
  readonly province: string | undefined;
  readonly field: string;
}

/** `lump_sum_check`: which payments of many months may move. Entries of one day are one lump sum. */
export const lumpSumKind = defineKind({
  kind: 'lump_sum_check',
  title: { zh: '一次性缴费能否转移', en: 'whether lump sums may move' },
  input: Input,
  evaluate(input, options) {
    const working = new Working(options);
    const payments = 'payments' in input ? input.payments.map((one, index) => paidFrom(one, `payments[${index}].`)) : [paidFrom(input, '')];
    const versions = new Set<string>();
    const results = payments.map((paid) => {
      const together = payments.filter(({ paidOn }) => paidOn === paid.paidOn);
      const verdict = judgeLumpSum(
        {
          paidOn: paid.paidOn,
          months: together.reduce((sum, { months }) => sum + months, 0),
          papers: together.flatMap(({ papers }) => papers),
          field: `${paid.field}paidOn`,
        },
        working,
      );
      versions.add(verdict.version);
      working.step(() => ({
        text: {
          zh: `${dateText(paid.paidOn)}缴纳${paid.months}个月：${verdict.movable ? '可以转移' : '不予转移，退回缴费地'}`,
          en: `${paid.months} months paid on ${dateText(paid.paidOn)}: ${verdict.movable ? 'they move' : 'they do not move and go back to where they were paid'}`,
        },
        article: '人社厅发〔2019〕94号',
        amount: verdict.reason,
      }));
      return {
        paidOn: dateText(paid.paidOn),
        months: paid.months,
        movable: verdict.movable,
        reason: verdict.reason,
        required: verdict.required,
        returnedTo: verdict.movable ? null : (paid.province ?? null),
        riskFlag: isRisky(paid, together),
      };
    });
    const total = (movable: boolean) => results.filter((one) => one.movable === movable).reduce((sum, { months }) => sum + months, 0);
    return working.ruled(
      {
        movable: results.every(({ movable }) => movable),
        movableMonths: total(true),
        heldMonths: total(false),
        riskFlag: results.some(({ riskFlag }) => riskFlag),
        results,
      },
      {
        rule: 'Lump sums of 36 months or more move with the source’s commitment (paid before 人社部规〔2016〕5号) or with legal papers made before the payment; all other months move in full',
        article: '人社厅发〔2019〕94号',
        version: [...versions].sort().join(', '),
      },
    );
  },
});

function paidFrom(payment: Static<typeof Payment>, field: string): Paid {
  const at = field === '' ? '' : field.slice(0, -1);
  const range = payment.from === undefined || payment.to === undefined ? undefined : rangeFrom(payment.from, payment.to, at);
  const months = payment.months ?? (range === undefined ? undefined : monthsIn(range));
  if (months === undefined) throw new RuleRefusal('INPUT_INVALID', `${field}months`);
  const papers = papersFrom(payment.papers ?? [], `${field}papers`);
  return {
    paidOn: dateFrom(payment.paidOn, `${field}paidOn`),
    months,
    range,
    papers: payment.commitment === true ? [...papers, { kind: 'COMMITMENT', issuedOn: undefined }] : papers,
    province: payment.province === undefined ? undefined : provinceFrom(payment.province, `${field}province`),
    field,
  };
}

const RISKY_MONTHS = 36;

/** A block of 36 or more months paid on one day, or a month paid more than 36 months after it was due. */
function isRisky(paid: Paid, together: readonly Paid[]): boolean {
  const block = together.reduce((sum, { months }) => sum + months, 0) >= RISKY_MONTHS;
  return block || (paid.range !== undefined && monthOfDate(paid.paidOn) - paid.range.from > RISKY_MONTHS);
}

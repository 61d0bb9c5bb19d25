import { Type, type Static } from 'typebox';
import { MoneyInput, MonthInput } from '../../input.js';
import { defineKind } from '../../kind.js';
import { fen, fenFromYuan, yuan, type Fen } from '../../money.js';
import { rangeFrom } from '../../month.js';
import { schemeFrom } from '../../record/schemes.js';
import { RuleRefusal } from '../../refusal.js';
import { doubleBenefits, totals, type DrawnBenefit } from './double-benefits.js';

const Benefit = Type.Object({
  id: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
  scheme: Type.Union([Type.String({ maxLength: 40 }), Type.Number()]),
  from: MonthInput,
  to: Type.Optional(MonthInput),
  monthly: MoneyInput,
  accountBalance: Type.Optional(MoneyInput),
  governmentSubsidies: Type.Optional(MoneyInput),
});

const Input = Type.Object({
  benefits: Type.Array(Benefit, { minItems: 1, maxItems: 100 }),
  keep: Type.Optional(Type.String({ maxLength: 40 })),
  asOf: Type.Optional(MonthInput),
});

/** `double_benefits`: pensions drawn twice. A pension without an id is named by its place in the list, from 0. */
export const doubleBenefitsKind = defineKind({
  kind: 'double_benefits',
  title: { zh: '重复领取养老金的处理', en: 'pensions drawn twice' },
  input: Input,
  evaluate(input, options) {
    const ids = new Set<string>();
    const benefits = input.benefits.map((benefit, index) => {
      const read = benefitFrom(benefit, index, input.asOf);
      if (ids.has(read.id)) throw new RuleRefusal('RELATION_TWICE', `${read.field}.id`);
      ids.add(read.id);
      return read;
    });
    const ruled = doubleBenefits(benefits, input.keep, options);
    const sum = totals(ruled.figures.cleared);
    return {
      ...ruled,
      figures: {
        keep: ruled.figures.keep,
        reason: ruled.figures.reason,
        repay: yuan(sum.repay),
        payout: yuan(sum.payout),
        cleared: ruled.figures.cleared.map((one) => ({
          id: one.id,
          doubleMonths: one.doubleMonths,
          repayMonths: one.repayMonths,
          repay: yuan(one.repay),
          accountReturned: yuan(one.accountReturned),
          setOffFromAccount: yuan(one.setOffFromAccount),
          setOffFromPension: yuan(one.setOffFromPension),
          payout: yuan(one.payout),
        })),
      },
    };
  },
});

function benefitFrom(benefit: Static<typeof Benefit>, index: number, asOf: string | number | undefined): DrawnBenefit {
  const field = `benefits[${index}]`;
  const scheme = schemeFrom(benefit.scheme, `${field}.scheme`);
  if (scheme !== '110' && scheme !== '120' && scheme !== '170') throw new RuleRefusal('OTHER_RULE_APPLIES', `${field}.scheme`);
  const to = benefit.to ?? asOf;
  if (to === undefined) throw new RuleRefusal('INPUT_INVALID', `${field}.to`);
  const money = (value: string | number | undefined, name: string): Fen =>
    value === undefined ? fen(0) : fenFromYuan(value, `${field}.${name}`);
  return {
    ...rangeFrom(benefit.from, to, field),
    id: benefit.id ?? String(index),
    scheme,
    monthly: money(benefit.monthly, 'monthly'),
    account: money(benefit.accountBalance, 'accountBalance'),
    subsidies: money(benefit.governmentSubsidies, 'governmentSubsidies'),
    field,
  };
}

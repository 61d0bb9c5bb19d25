import { Type, type Static } from 'typebox';
import { pensionProvinceFrom } from '../../divisions/division.js';
import { DivisionInput, MoneyInput, MonthInput } from '../../input.js';
import { defineKind } from '../../kind.js';
import { fenFromYuan, yuan } from '../../money.js';
import { monthFrom, rangeFrom } from '../../month.js';
import { schemeFrom, schemeInForce } from '../../record/schemes.js';
import { RuleRefusal } from '../../refusal.js';
import { RatesByYearInput } from '../account/inputs.js';
import { ratesByYearFrom } from '../account/rates.js';
import { MOBILE_SCHEME, mobileScheme, type MobilePayment } from './mobile-scheme.js';

const Payment = Type.Object({
  from: MonthInput,
  to: Type.Optional(MonthInput),
  amount: MoneyInput,
  employerAmount: Type.Optional(MoneyInput),
  province: DivisionInput,
});

const Input = Type.Object({
  scheme: Type.Optional(Type.Union([Type.String({ maxLength: 40 }), Type.Number()])),
  payments: Type.Array(Payment),
  retireMonth: MonthInput,
  retireProvince: DivisionInput,
  ratesByYear: Type.Optional(RatesByYearInput),
});

/** `mobile_scheme_proposal`: the proposed insurance of mobile workers; its code is X-MOBILE and nothing else. */
export const mobileSchemeKind = defineKind({
  kind: 'mobile_scheme_proposal',
  title: { zh: '流动劳务人员养老保险（提案）', en: 'proposed insurance of mobile workers, not law' },
  input: Input,
  evaluate(input, options) {
    if (schemeFrom(input.scheme ?? MOBILE_SCHEME, 'scheme') !== MOBILE_SCHEME) throw new RuleRefusal('PROPOSAL_NOT_MIXED', 'scheme');
    const retireMonth = monthFrom(input.retireMonth, 'retireMonth');
    const given = input.ratesByYear === undefined ? undefined : ratesByYearFrom(input.ratesByYear, 'ratesByYear');
    const ruled = mobileScheme(
      {
        payments: input.payments.map((payment, index) => paymentFrom(payment, `payments[${index}]`, retireMonth)),
        retireMonth,
        retireIn: pensionProvinceFrom(input.retireProvince, 'retireProvince'),
        rates: given && {
          at(year) {
            const rate = given.get(year);
            if (rate === undefined) throw new RuleRefusal('CREDITING_RATE_MISSING', `ratesByYear.${year}`);
            return rate;
          },
        },
      },
      options,
    );
    const { months, balance, kept, moves, roles } = ruled.figures;
    return {
      ...ruled,
      figures: {
        schemeCode: MOBILE_SCHEME,
        proposal: true,
        inLaw: false,
        months,
        balance: yuan(balance),
        employerShare: '0.00',
        keptBy: Object.fromEntries([...kept].map(([place, amount]) => [place, yuan(amount)])),
        moves: moves.map(({ from, to, amount }) => ({ from, to, amount: yuan(amount) })),
        roles,
      },
    };
  },
});

function paymentFrom(payment: Static<typeof Payment>, field: string, retireMonth: number): MobilePayment {
  const range = rangeFrom(payment.from, payment.to ?? payment.from, field);
  if (!schemeInForce(MOBILE_SCHEME, range.from)) throw new RuleRefusal('SCHEME_NOT_YET', `${field}.from`);
  if (range.to > retireMonth) throw new RuleRefusal('MONTHS_AFTER_MOVE', `${field}.to`);
  if (payment.employerAmount !== undefined && fenFromYuan(payment.employerAmount, `${field}.employerAmount`) > 0) {
    throw new RuleRefusal('ONLY_THE_PERSON_PAYS', `${field}.employerAmount`);
  }
  return {
    ...range,
    monthly: fenFromYuan(payment.amount, `${field}.amount`),
    province: pensionProvinceFrom(payment.province, `${field}.province`),
  };
}

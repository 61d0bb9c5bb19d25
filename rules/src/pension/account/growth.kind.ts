import { Type, type Static } from 'typebox';
import { pensionProvinceFrom } from '../../divisions/division.js';
import { DivisionInput, MoneyInput, MonthInput, RateInput } from '../../input.js';
import { defineKind } from '../../kind.js';
import { fen, fenFromYuan, sumFen, yuan, type Rate } from '../../money.js';
import { monthFrom, monthOf, yearOf, type Month } from '../../month.js';
import { RuleRefusal } from '../../refusal.js';
import { Working } from '../../result.js';
import { ContributionInput, contributionsFrom, shareFrom } from '../contributions.js';
import { creditShareOf, Deposits, growAccount, interestMethodOf, type InterestMethod } from './growth.js';
import { interestMethodFrom, RatesByYearInput, yearEndFrom } from './inputs.js';
import { creditingRates, ratesByYearFrom } from './rates.js';

const Input = Type.Object({
  province: Type.Optional(DivisionInput),
  openingBalance: Type.Optional(MoneyInput),
  openingBalanceAsOf: Type.Optional(MonthInput),
  segments: Type.Optional(Type.Array(ContributionInput)),
  deposits: Type.Optional(Type.Array(Type.Object({ month: MonthInput, amount: MoneyInput }))),
  personalRate: Type.Optional(RateInput),
  interestMethod: Type.Optional(Type.String({ maxLength: 40 })),
  ratesByYear: Type.Optional(RatesByYearInput),
  throughYear: Type.Optional(MonthInput),
});

/** `account_growth`: a personal account from year end to year end. */
export const accountGrowthKind = defineKind({
  kind: 'account_growth',
  title: { zh: '个人账户记账与计息', en: 'growth of a personal pension account' },
  input: Input,
  evaluate(input, options) {
    const working = new Working(options);
    const province = input.province === undefined ? undefined : pensionProvinceFrom(input.province, 'province');
    const deposits = depositsOf(input);
    const asOf = input.openingBalanceAsOf === undefined ? undefined : yearEndFrom(input.openingBalanceAsOf, 'openingBalanceAsOf');
    const openingYear = asOf ?? (deposits.firstYear === undefined ? undefined : deposits.firstYear - 1);
    if (openingYear === undefined) throw new RuleRefusal('INPUT_INVALID', 'openingBalanceAsOf');
    const through = input.throughYear === undefined ? deposits.lastYear : yearEndFrom(input.throughYear, 'throughYear');
    if (through === undefined) throw new RuleRefusal('INPUT_INVALID', 'throughYear');
    if (through < openingYear) throw new RuleRefusal('RANGE_REVERSED', 'throughYear');
    const opening = input.openingBalance === undefined ? fen(0) : fenFromYuan(input.openingBalance, 'openingBalance');
    const { balance, years } = growAccount(
      {
        opening,
        openingYear,
        through,
        deposits,
        method: methodOf(input.interestMethod) ?? ((year) => interestMethodOf(province, year)),
        rates: creditingRates(province, ratesByYearFrom(input.ratesByYear ?? {}, 'ratesByYear')),
      },
      working,
    );
    return working.ruled(
      {
        openingBalance: yuan(opening),
        balance: yuan(balance),
        principal: yuan(sumFen(years.map(({ principal }) => principal))),
        interest: yuan(sumFen(years.map(({ interest }) => interest))),
        yearEndBalances: Object.fromEntries(years.map((end) => [String(end.year), yuan(end.balance)])),
        years: years.map((end) => ({
          year: end.year,
          principal: yuan(end.principal),
          interest: yuan(end.interest),
          balance: yuan(end.balance),
        })),
      },
      {
        rule: 'Balance brought forward and deposits bear the crediting rate of the year; rounded half up to the fen at each year end',
        article: '劳办发〔1997〕116号',
        version: 'account-interest-methods@1997-12-22 劳办发〔1997〕116号',
      },
    );
  },
});

function methodOf(given: string | undefined): InterestMethod | undefined {
  const method = interestMethodFrom(given, 'interestMethod');
  // An account that is to grow has to say how.
  if (method === 'GIVEN_BALANCE') throw new RuleRefusal('INTEREST_METHOD_UNKNOWN', 'interestMethod');
  return method;
}

const FIRST_MONTH = monthOf(1998, 1);
const CREDIT_OF_2006 = monthOf(2006, 1);

function depositsOf(input: Static<typeof Input>): Deposits {
  const deposits = new Deposits();
  const given = shareFrom(input.personalRate, 'personalRate');
  const share = (own: Rate | undefined) => (month: Month) => {
    if (month < FIRST_MONTH) return undefined;
    return own ?? (month >= CREDIT_OF_2006 ? given : undefined) ?? creditShareOf(month);
  };
  for (const part of contributionsFrom(input.segments ?? [], 'segments')) {
    if (part.state !== 'PAID') continue;
    // What was paid before 1998 is known by its sum only; it belongs into the opening balance.
    if (part.from < FIRST_MONTH && yearOf(part.from) > openingYearOf(input)) {
      throw new RuleRefusal('BALANCE_BEFORE_1998_MISSING', `${part.field}.from`);
    }
    deposits.add(part, part.base, share(part.creditShare));
  }
  for (const [index, deposit] of (input.deposits ?? []).entries()) {
    const month = monthFrom(deposit.month, `deposits[${index}].month`);
    deposits.addAmount(month, fenFromYuan(deposit.amount, `deposits[${index}].amount`));
  }
  return deposits;
}

function openingYearOf(input: Static<typeof Input>): number {
  return input.openingBalanceAsOf === undefined ? Number.NEGATIVE_INFINITY : yearEndFrom(input.openingBalanceAsOf, 'openingBalanceAsOf');
}

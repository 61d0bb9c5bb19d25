import { Type, type Static } from 'typebox';
import { pensionProvinceFrom } from '../../divisions/division.js';
import { DivisionInput, MoneyInput, MonthInput, RateInput } from '../../input.js';
import { defineKind } from '../../kind.js';
import { fenFromYuan, yuan, type Rate } from '../../money.js';
import { monthFrom } from '../../month.js';
import { schemeFrom } from '../../record/schemes.js';
import { RuleRefusal } from '../../refusal.js';
import type { Ruled } from '../../result.js';
import { interestMethodOf } from '../account/growth.js';
import { interestMethodFrom, RatesByYearInput, yearEndFrom } from '../account/inputs.js';
import { creditingRates, ratesByYearFrom } from '../account/rates.js';
import { accountKindFrom, ContributionInput, contributionsFrom, shareFrom, type AccountKind } from '../contributions.js';
import { transferAmount, type TransferAmount, type TransferAmountInput } from './amount.js';

const Input = Type.Object({
  personType: Type.Optional(Type.String({ maxLength: 40, description: 'ENTERPRISE_EMPLOYEE or FLEXIBLE' })),
  scheme: Type.Optional(Type.Union([Type.String({ maxLength: 40 }), Type.Number()])),
  accountKind: Type.Optional(Type.String({ maxLength: 20, description: 'ORDINARY or TEMPORARY' })),
  fromProvince: DivisionInput,
  toProvince: DivisionInput,
  transferOutMonth: MonthInput,
  segments: Type.Array(ContributionInput),
  personalRate: Type.Optional(RateInput),
  employerRate: Type.Optional(RateInput),
  openingBalance: Type.Optional(MoneyInput),
  openingBalanceAsOf: Type.Optional(MonthInput),
  pre1998PersonalWithInterest: Type.Optional(MoneyInput),
  interestMethod: Type.Optional(Type.String({ maxLength: 40 })),
  ratesByYear: Type.Optional(RatesByYearInput),
  alreadyReceiving: Type.Optional(Type.Boolean()),
  rounding: Type.Optional(
    Type.String({
      maxLength: 80,
      description: '说明而已：年末四舍五入到分，不因此改变 · a note: it is half up to the fen at each year end',
    }),
  ),
});

/** `pension_transfer_amount`: the money that moves with a relation. */
export const transferAmountKind = defineKind({
  kind: 'pension_transfer_amount',
  title: { zh: '养老保险关系转移金额', en: 'money that moves with a pension relation' },
  input: Input,
  evaluate(input, options) {
    const ruled = transferAmount(read(input), options);
    return { ...ruled, figures: figures(ruled) };
  },
});

function read(input: Static<typeof Input>): TransferAmountInput {
  if (input.alreadyReceiving === true) throw new RuleRefusal('ALREADY_RECEIVING', 'alreadyReceiving');
  if (schemeFrom(input.scheme, 'scheme') !== '110') throw new RuleRefusal('OTHER_RULE_APPLIES', 'scheme');
  const payer = payerFrom(input.personType);
  const accountKind = input.accountKind === undefined ? 'ORDINARY' : accountKindFrom(input.accountKind, 'accountKind');
  const from = pensionProvinceFrom(input.fromProvince, 'fromProvince');
  const month = monthFrom(input.transferOutMonth, 'transferOutMonth');
  return {
    accountKind,
    payer,
    from,
    to: pensionProvinceFrom(input.toProvince, 'toProvince'),
    month,
    contributions: contributionsFrom(input.segments, 'segments'),
    opening: openingOf(input),
    before1998:
      input.pre1998PersonalWithInterest === undefined
        ? undefined
        : fenFromYuan(input.pre1998PersonalWithInterest, 'pre1998PersonalWithInterest'),
    method: interestMethodFrom(input.interestMethod, 'interestMethod') ?? ((year) => interestMethodOf(from, year)),
    rates: creditingRates(from, ratesByYearFrom(input.ratesByYear ?? {}, 'ratesByYear')),
    personalShare: personalShareOf(shareFrom(input.personalRate, 'personalRate'), payer, accountKind),
    employerShare: shareFrom(input.employerRate, 'employerRate'),
  };
}

function openingOf(input: Static<typeof Input>): TransferAmountInput['opening'] {
  if (input.openingBalance === undefined) return undefined;
  return {
    balance: fenFromYuan(input.openingBalance, 'openingBalance'),
    year: input.openingBalanceAsOf === undefined ? undefined : yearEndFrom(input.openingBalanceAsOf, 'openingBalanceAsOf'),
  };
}

/**
 * A flexible worker's own rate is 20 %, of which 8 points are credited to an ordinary account and all to a temporary one; a case may give
 * either figure.
 */
function personalShareOf(rate: Rate | undefined, payer: TransferAmountInput['payer'], account: AccountKind): Rate | undefined {
  if (rate === undefined || payer === 'EMPLOYEE') return rate;
  const whole = rate > MOST_CREDITED;
  return whole === (account === 'TEMPORARY') ? rate : undefined;
}

/** 11 %, the largest share that was ever credited to an account. */
const MOST_CREDITED = 11_000_000;

const PAYERS: ReadonlyMap<string, TransferAmountInput['payer']> = new Map<string, TransferAmountInput['payer']>([
  ['ENTERPRISE_EMPLOYEE', 'EMPLOYEE'],
  ['EMPLOYEE', 'EMPLOYEE'],
  ['URBAN_EMPLOYEE', 'EMPLOYEE'],
  ['MIGRANT_WORKER', 'EMPLOYEE'],
  ['RURAL_MIGRANT_WORKER', 'EMPLOYEE'],
  ['FLEXIBLE', 'FLEXIBLE'],
  ['FLEXIBLE_WORKER', 'FLEXIBLE'],
  ['FLEXIBLE_EMPLOYEE', 'FLEXIBLE'],
  ['FLEXIBLE_EMPLOYED', 'FLEXIBLE'],
  ['FLEXIBLE_EMPLOYMENT', 'FLEXIBLE'],
  ['PLATFORM_WORKER', 'FLEXIBLE'],
  ['SELF_EMPLOYED', 'FLEXIBLE'],
  ['INDIVIDUAL_BUSINESS', 'FLEXIBLE'],
]);

function payerFrom(personType: string | undefined): TransferAmountInput['payer'] {
  const word = personType?.normalize('NFKC').trim().toUpperCase() ?? 'EMPLOYEE';
  if (/RESIDENT|INSTITUTION|CIVIL_SERVANT|GOVERNMENT/.test(word)) throw new RuleRefusal('OTHER_RULE_APPLIES', 'personType');
  if (/^(RETIREE|RETIRED|PENSIONER)$/.test(word)) throw new RuleRefusal('ALREADY_RECEIVING', 'personType');
  const payer = PAYERS.get(word);
  if (payer === undefined) throw new RuleRefusal('PERSON_TYPE_UNKNOWN', 'personType');
  return payer;
}

function figures({ figures: amount }: Ruled<TransferAmount>) {
  const [pa, pool, total] = [yuan(amount.personalAccountTransfer), yuan(amount.pooledTransfer), yuan(amount.total)];
  return {
    moneyMoves: amount.moneyMoves,
    balanceEndOfPreviousYear: yuan(amount.balanceEndOfPreviousYear),
    currentYearPrincipal: yuan(amount.currentYearPrincipal),
    personalAccountTransfer: pa,
    pooledTransfer: pool,
    total,
    yearEndBalances: Object.fromEntries(amount.yearEnds.map(({ year, balance }) => [String(year), yuan(balance)])),
    months: amount.months,
    /** The money fields of the information sheet (信息表). */
    informationSheet: {
      AIC093: yuan(amount.before1998),
      AIC089: yuan(amount.balanceEndOfPreviousYear),
      AIC082: yuan(amount.currentYearPrincipal),
      AIC083: pa,
      AIC084: pool,
      AIC102: total,
    },
  };
}

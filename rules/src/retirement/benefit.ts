import { accountDivisors } from '../generated/account-divisors.js';
import { fen, mulDiv, mulRate, RATE_ONE, rateText, roundedProduct, sumFen, unitsText, yuan, type Fen, type Rate } from '../money.js';
import type { Month } from '../month.js';
import { versionOf } from '../parameters/table.js';
import { RuleRefusal } from '../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../result.js';
import type { TransitionBasis } from './benefit-terms.js';
import { accountDivisor, divisorText, type Divisor } from './divisor.js';
import { contributionYears, yearsText, type ContributionYears, type YearsRounding } from './contribution-years.js';

/** Years that carry a transition pension. */
export interface TransitionPart {
  readonly basis: TransitionBasis;
  readonly months: number;
  readonly coefficient: Rate;
}

export interface BenefitQuestion {
  /** 计发基数 C of the receiving province. */
  readonly calculationBase: Fen;
  /** 平均缴费指数 i. */
  readonly averageIndex: Rate;
  readonly actualMonths: number;
  readonly deemedMonths: number;
  readonly transition: readonly TransitionPart[];
  /** 地方增发: share of C x i for every year. */
  readonly addition: Rate;
  readonly accountBalance: Fen;
  /** In months. */
  readonly retirementAge: number;
  /** Decides between divisors by year and by month; undefined: as since 2025. */
  readonly retirementMonth?: Month | undefined;
  readonly yearsRounding: YearsRounding;
}

export interface Benefit {
  /** C x i. */
  readonly indexedWage: Fen;
  readonly years: ContributionYears;
  readonly divisor: Divisor;
  readonly basic: Fen;
  readonly account: Fen;
  readonly transition: Fen;
  readonly addition: Fen;
  readonly total: Fen;
}

const ARTICLE = '国发〔2005〕38号 第六条';
const [DIVISORS] = accountDivisors.rows;

/**
 * 基本养老金 = basic + account + transition + local addition, each rounded half up to the fen and then added, as result notices do: the indexed
 * wage to the fen first, the years as the agency rounds them.
 * @throws RuleRefusal AGE_NOT_IN_DIVISOR_TABLE, MONEY_OUT_OF_RANGE
 */
export function benefitEstimate(question: BenefitQuestion, options: RuleOptions = {}): Ruled<Benefit> {
  const { calculationBase, averageIndex, actualMonths, deemedMonths, accountBalance, yearsRounding } = question;
  if (DIVISORS === undefined) throw new RuleRefusal('NO_PARAMETER', 'retireAgeMonths');
  const working = new Working(options);
  const indexedWage = mulRate(calculationBase, averageIndex);
  const years = contributionYears(actualMonths + deemedMonths, yearsRounding);
  const divisor = accountDivisor(question.retirementAge, question.retirementMonth);
  const basic = mulDiv(calculationBase + indexedWage, years.units, years.perYear * 200);
  const account = mulDiv(accountBalance, 10 ** divisor.places, divisor.units);
  working.step(() => ({
    text: {
      zh: `指数化月平均缴费工资 = 计发基数 ${yuan(calculationBase)} × 平均缴费指数 ${rateText(averageIndex)}`,
      en: `indexed monthly wage = calculation base ${yuan(calculationBase)} x average index ${rateText(averageIndex)}`,
    },
    article: ARTICLE,
    amount: yuan(indexedWage),
  }));
  working.step(() => ({
    text: {
      zh: `缴费年限 =（实际 ${actualMonths} + 视同 ${deemedMonths}）÷ 12`,
      en: `contribution years = (${actualMonths} paid + ${deemedMonths} deemed) / 12`,
    },
    article: ARTICLE,
    amount: yearsText(years),
  }));
  working.step(() => ({
    text: {
      zh: `基础养老金 =（${yuan(calculationBase)} + ${yuan(indexedWage)}）÷ 2 × ${yearsText(years)} × 1%`,
      en: `basic pension = (${yuan(calculationBase)} + ${yuan(indexedWage)}) / 2 x ${yearsText(years)} x 1 %`,
    },
    article: ARTICLE,
    amount: yuan(basic),
  }));
  working.step(() => ({
    text: {
      zh: `个人账户养老金 = 储存额 ${yuan(accountBalance)} ÷ 计发月数 ${divisorText(divisor)}`,
      en: `account pension = balance ${yuan(accountBalance)} / divisor ${divisorText(divisor)}`,
    },
    article: `${ARTICLE}及附件`,
    amount: yuan(account),
  }));
  const transition = sumFen(question.transition.map((part) => transitionPart(part, question, indexedWage, working)));
  const addition = mulDiv(indexedWage, years.units * question.addition, years.perYear * RATE_ONE);
  if (question.addition > 0) {
    working.step(() => ({
      text: {
        zh: `地方增发 = ${yuan(indexedWage)} × ${rateText(question.addition)} × ${yearsText(years)}`,
        en: `local addition = ${yuan(indexedWage)} x ${rateText(question.addition)} x ${yearsText(years)}`,
      },
      article: '省级规定',
      amount: yuan(addition),
    }));
  }
  const total = sumFen([basic, account, transition, addition]);
  working.step(() => ({
    text: { zh: '每月基本养老金合计', en: 'pension per month in all' },
    article: ARTICLE,
    amount: yuan(total),
  }));
  return working.ruled(
    { indexedWage, years, divisor, basic, account, transition, addition, total },
    {
      rule: '(C + C x i) / 2 x years x 1 % + balance / divisor + transition pension + local addition; every part rounded to the fen, then added',
      article: ARTICLE,
      version: versionOf(accountDivisors, DIVISORS),
    },
  );
}

function transitionPart(part: TransitionPart, question: BenefitQuestion, indexedWage: Fen, working: Working): Fen {
  const { calculationBase, yearsRounding } = question;
  const { basis, months, coefficient } = part;
  if (months === 0) return fen(0);
  const years = contributionYears(months, yearsRounding);
  // Twice the basis, so that the mean of the two wages is not rounded on the way.
  const doubled = { AVERAGE: calculationBase + indexedWage, INDEXED: 2 * indexedWage, CALCULATION_BASE: 2 * calculationBase }[basis];
  const amount = mulDiv(doubled, years.units * coefficient, 2 * years.perYear * RATE_ONE);
  working.step(() => ({
    text: {
      zh: `过渡性养老金 = ${yuanOfHalf(doubled)} × ${yearsText(years)} 年 × ${rateText(coefficient)}`,
      en: `transition pension = ${yuanOfHalf(doubled)} x ${yearsText(years)} years x ${rateText(coefficient)}`,
    },
    article: '省级规定',
    amount: yuan(amount),
  }));
  return amount;
}

/** Half of an amount, to the tenth of a fen: 743268.5 fen is "7432.685". */
function yuanOfHalf(doubled: number): string {
  return doubled % 2 === 0 ? yuan(fen(doubled / 2)) : unitsText(roundedProduct(doubled, 5, 1), 3);
}

import { fen, mulRate, rateText, yuan, type Fen, type Rate } from '../money.js';
import { RuleRefusal } from '../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../result.js';
import { contributionLimits, flexibleTerms, type ContributionLimits, type LimitsQuestion } from './contribution-limits.js';

/** How often a flexible worker pays. */
export type PaymentRhythm = 'MONTHLY' | 'QUARTERLY' | 'HALF_YEARLY' | 'YEARLY';

export interface FlexibleContributionQuestion extends LimitsQuestion {
  /** Share of the base that is paid; the dated parameter when undefined. */
  readonly rate?: Rate | undefined;
  /** Share of the base that goes to the personal account. */
  readonly accountRate?: Rate | undefined;
  /** Bases the person thinks of. */
  readonly choices: readonly Fen[];
  readonly rhythm?: PaymentRhythm | undefined;
}

export type FlexibleChoice =
  | {
      readonly base: Fen;
      readonly valid: true;
      readonly monthly: Fen;
      readonly toAccount: Fen;
      readonly toPool: Fen;
      /** What is paid at once in the chosen rhythm. */
      readonly perPayment: Fen;
    }
  | { readonly base: Fen; readonly valid: false; readonly error: 'BELOW_FLOOR' | 'ABOVE_CEILING' };

export interface FlexibleContribution {
  readonly limits: ContributionLimits;
  readonly choices: readonly FlexibleChoice[];
}

const MONTHS: Readonly<Record<PaymentRhythm, number>> = { MONTHLY: 1, QUARTERLY: 3, HALF_YEARLY: 6, YEARLY: 12 };
const ARTICLE = '国办发〔2019〕13号; 国发〔2005〕38号 第三条';

/**
 * 灵活就业人员缴费: what a base costs a month and where the money goes. Floor and ceiling themselves may be chosen. The pool takes what the account
 * does not, so that no fen is lost.
 * @throws RuleRefusal RATES_INCONSISTENT, LIMITS_REVERSED, NO_PARAMETER
 */
export function flexibleContribution(question: FlexibleContributionQuestion, options: RuleOptions = {}): Ruled<FlexibleContribution> {
  const working = new Working(options);
  const terms = flexibleTerms(question.month);
  const limits = contributionLimits(question, working);
  const rate = question.rate ?? terms.rate;
  const accountRate = question.accountRate ?? terms.accountRate;
  if (accountRate > rate) throw new RuleRefusal('RATES_INCONSISTENT', 'accountRate');
  working.step(() => ({
    text: {
      zh: `缴费基数在 ${yuan(limits.floor)} 与 ${yuan(limits.ceiling)} 之间选择`,
      en: `the base is chosen between ${yuan(limits.floor)} and ${yuan(limits.ceiling)}`,
    },
    article: ARTICLE,
  }));
  const choices = question.choices.map((base): FlexibleChoice => {
    if (base < limits.floor) return { base, valid: false, error: 'BELOW_FLOOR' };
    if (base > limits.ceiling) return { base, valid: false, error: 'ABOVE_CEILING' };
    const monthly = mulRate(base, rate);
    const toAccount = mulRate(base, accountRate);
    const toPool = fen(monthly - toAccount);
    working.step(() => ({
      text: {
        zh: `${yuan(base)} × ${rateText(rate)} = ${yuan(monthly)}，其中个人账户 ${yuan(base)} × ${rateText(accountRate)} = ${yuan(toAccount)}，统筹基金 ${yuan(toPool)}`,
        en: `${yuan(base)} x ${rateText(rate)} = ${yuan(monthly)}: ${yuan(base)} x ${rateText(accountRate)} = ${yuan(toAccount)} to the account, ${yuan(toPool)} to the pool`,
      },
      article: ARTICLE,
      amount: yuan(monthly),
    }));
    return { base, valid: true, monthly, toAccount, toPool, perPayment: fen(monthly * MONTHS[question.rhythm ?? 'MONTHLY']) };
  });
  return working.ruled(
    { limits, choices },
    {
      rule: '20 % of a base chosen between the published floor and ceiling (60 % to 300 % of the average wage); 8 points to the account, the rest to the pool',
      article: ARTICLE,
      version: limits.version,
    },
  );
}

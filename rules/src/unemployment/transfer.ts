import { firstDay } from '../calendar/civil-date.js';
import type { Province } from '../divisions/division.js';
import { unemploymentTerms } from '../generated/unemployment-terms.js';
import { fen, mulDiv, mulRate, sumFen, yuan, type Fen } from '../money.js';
import { monthOf, type Month } from '../month.js';
import { versionOf } from '../parameters/table.js';
import { RuleRefusal } from '../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../result.js';

export interface UnemploymentTransferQuestion {
  readonly status: 'EMPLOYED' | 'UNEMPLOYED';
  readonly fromProvince: Province;
  readonly toProvince: Province;
  /** Where an unemployed person claims. */
  readonly claimAt: 'LAST_PLACE' | 'HUKOU';
  /** Months paid in the source. */
  readonly paidMonths: number;
  /** 失业保险金 a month in the source. */
  readonly monthlyBenefit: Fen;
  /** Months of benefit still due. */
  readonly monthsDue: number;
  /** The benefit is being drawn already: the paying place stays. */
  readonly drawing?: boolean | undefined;
  readonly month?: Month | undefined;
}

export interface UnemploymentTransfer {
  readonly relationMoves: boolean;
  readonly moneyMoves: boolean;
  readonly reason: 'EMPLOYED' | 'SAME_PROVINCE' | 'CLAIMED_AT_LAST_PLACE' | 'PAID_UNDER_ONE_YEAR' | 'CLAIMED_AT_HUKOU';
  readonly benefitTotal: Fen;
  /** Medical care, training and job placement: half of the benefit total. */
  readonly further: Fen;
  readonly total: Fen;
}

const ARTICLE = '失业保险金申领发放办法（劳动保障部令第8号）第二十二条至第二十四条; 社会保险法 第五十二条';
const NOW = monthOf(2199, 1);

/**
 * 失业保险关系转移: the relation follows the employed person and the years add up, but no money moves; for an unemployed person who claims at the
 * hukou, 1.5 times the benefit still due. The destination may not wait for the money.
 * @throws RuleRefusal BENEFIT_ALREADY_DRAWN
 */
export function unemploymentTransfer(question: UnemploymentTransferQuestion, options: RuleOptions = {}): Ruled<UnemploymentTransfer> {
  const { status, claimAt, drawing, paidMonths, monthlyBenefit, monthsDue } = question;
  if (drawing === true) throw new RuleRefusal('BENEFIT_ALREADY_DRAWN', 'drawing');
  const working = new Working(options);
  const row = unemploymentTerms.at(firstDay(question.month ?? NOW));
  if (row === undefined) throw new RuleRefusal('NO_PARAMETER', 'month');
  const sameProvince = question.fromProvince === question.toProvince;
  const basis = {
    rule: 'employed: relation only; unemployed at the hukou: relation and 1.5 x the benefit still due; under one year: relation only',
    article: ARTICLE,
    version: versionOf(unemploymentTerms, row),
  };
  const none = { benefitTotal: fen(0), further: fen(0), total: fen(0), moneyMoves: false };
  const withoutMoney = (reason: UnemploymentTransfer['reason'], relationMoves: boolean): Ruled<UnemploymentTransfer> => {
    working.step(() => ({ text: WITHOUT_MONEY[reason], article: ARTICLE, amount: yuan(fen(0)) }));
    return working.ruled({ ...none, relationMoves, reason }, basis);
  };
  if (sameProvince) {
    working.provisional('INSIDE_PROVINCE_BY_LOCAL_RULE', {
      zh: '省内一般无需转移，以当地规定为准',
      en: 'inside a province normally nothing is transferred; local rules decide',
    });
    return withoutMoney('SAME_PROVINCE', false);
  }
  if (status === 'EMPLOYED') return withoutMoney('EMPLOYED', true);
  if (claimAt === 'LAST_PLACE') return withoutMoney('CLAIMED_AT_LAST_PLACE', false);
  if (paidMonths < row.values.transferMinimum) return withoutMoney('PAID_UNDER_ONE_YEAR', true);
  const benefitTotal = mulDiv(monthlyBenefit, monthsDue, 1);
  const further = mulRate(benefitTotal, row.values.furtherShare);
  const total = sumFen([benefitTotal, further]);
  working.step(() => ({
    text: { zh: `失业保险金 ${yuan(monthlyBenefit)} × ${monthsDue} 个月`, en: `benefit ${yuan(monthlyBenefit)} x ${monthsDue} months` },
    article: ARTICLE,
    amount: yuan(benefitTotal),
  }));
  working.step(() => ({
    text: {
      zh: '医疗补助金和职业培训、职业介绍补贴按失业保险金总额的一半计算',
      en: 'medical care, training and job placement: half of the benefit total',
    },
    article: ARTICLE,
    amount: yuan(further),
  }));
  working.step(() => ({ text: { zh: '划转金额合计', en: 'money that moves' }, article: ARTICLE, amount: yuan(total) }));
  return working.ruled({ relationMoves: true, moneyMoves: total > 0, reason: 'CLAIMED_AT_HUKOU', benefitTotal, further, total }, basis);
}

const WITHOUT_MONEY: Readonly<Record<UnemploymentTransfer['reason'], { readonly zh: string; readonly en: string }>> = {
  EMPLOYED: {
    zh: '在职或已再就业：关系随同转移，缴费年限累计，不划转资金',
    en: 'employed: the relation moves, the years add up, no money moves',
  },
  SAME_PROVINCE: { zh: '省内流动，一般无需转移', en: 'inside one province: normally nothing is transferred' },
  CLAIMED_AT_LAST_PLACE: { zh: '在最后参保地申领，关系不转移', en: 'claimed at the last place of insurance: nothing moves' },
  PAID_UNDER_ONE_YEAR: {
    zh: '转出地缴费不满一年：只转关系，不划转资金',
    en: 'paid under one year there: the relation moves without money',
  },
  CLAIMED_AT_HUKOU: { zh: '在户籍地申领：关系与资金一并转移', en: 'claimed at the hukou: relation and money move' },
};

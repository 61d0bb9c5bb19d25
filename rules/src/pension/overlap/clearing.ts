import { provinceName, type Province } from '../../divisions/division.js';
import { fen, sumFen, yuan, type Fen } from '../../money.js';
import { addMonths, eachMonth, monthOf, monthText, yearOf, type Month, type MonthRange } from '../../month.js';
import { RuleRefusal } from '../../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../../result.js';
import { creditShareOf, Deposits, growAccount, interestMethodOf, type InterestMethod } from '../account/growth.js';
import type { CreditingRates } from '../account/rates.js';
import type { Contribution } from '../contributions.js';
import { markRuleInTime } from '../transfer/money-moves.js';

/** One of several relations of a person in the enterprise scheme. */
export interface OverlappingRelation {
  readonly id: string;
  readonly province: Province;
  readonly contributions: readonly Contribution[];
  readonly field: string;
}

export interface ClearingInput {
  readonly relations: readonly OverlappingRelation[];
  /** Which relation keeps the months that several claim: the first of this list that has them. */
  readonly keep: readonly string[];
  /** Where everything was transferred to; it does the clearing. */
  readonly destination?: Province | undefined;
  /** When the account is paid back; with it the cleared deposits bear interest up to the end of the year before. */
  readonly settledIn?: Month | undefined;
  readonly method?: InterestMethod | undefined;
  readonly rates: (province: Province) => CreditingRates;
}

export interface ClearedRelation {
  readonly id: string;
  readonly province: Province;
  readonly paidMonths: number;
  readonly keptMonths: number;
  readonly clearedMonths: number;
  readonly cleared: readonly MonthRange[];
  /** Account part of the cleared months: paid back to the person. */
  readonly refund: Fen;
}

export interface Clearing {
  /** Every month once. */
  readonly countedMonths: number;
  /** Months that more than one relation claims. */
  readonly overlappingMonths: number;
  readonly relations: readonly ClearedRelation[];
  readonly refund: Fen;
}

const ARTICLE = '人社部发〔2010〕70号；人社部发〔2009〕187号';
const ACCOUNTS_SINCE = monthOf(1998, 1);

/**
 * Clears months that several relations claim (重复缴费清退): for these months the person keeps one relation, by agreement with the agency; the
 * account part of the others is paid back, the pooled part is not, and the months count once. First everything is transferred, then the
 * destination clears (先转后清).
 * @throws RuleRefusal KEEP_NOT_CHOSEN when months overlap and nothing says which relation keeps them, CLEARED_BEFORE_1998 when the account
 *   part of a month cannot be known
 */
export function clearOverlaps(input: ClearingInput, options: RuleOptions = {}): Ruled<Clearing> {
  const working = new Working(options);
  if (input.settledIn !== undefined) markRuleInTime(input.settledIn, working);
  const order = keepingOrder(input);
  const claims = claimsByMonth(input.relations);
  const lost = new Map<string, Month[]>(input.relations.map(({ id }) => [id, []]));
  let overlapping = 0;
  for (const [month, claimants] of [...claims].sort(([a], [b]) => a - b)) {
    if (claimants.length < 2) continue;
    overlapping++;
    const keeper = order.find((id) => claimants.includes(id));
    if (keeper === undefined) throw new RuleRefusal('KEEP_NOT_CHOSEN', 'keep');
    for (const id of claimants) if (id !== keeper) lost.get(id)?.push(month);
  }
  const relations = input.relations.map((relation) => cleared(relation, lost.get(relation.id) ?? [], input, working));
  const refund = sumFen(relations.map((relation) => relation.refund));
  working.step(() => ({
    text: {
      zh: `重复${overlapping}个月，每月只计一次，共计${claims.size}个月；退还个人账户部分，统筹部分不退`,
      en: `${overlapping} months are claimed more than once; each counts once, ${claims.size} in all; the account part is paid back, the pooled part is not`,
    },
    article: ARTICLE,
    amount: yuan(refund),
  }));
  return working.ruled(
    { countedMonths: claims.size, overlappingMonths: overlapping, relations, refund },
    {
      rule: 'One relation keeps the overlapping months, the account part of the others is paid back, months count once; the destination clears after the transfer',
      article: ARTICLE,
      version: '人社部发〔2010〕70号',
    },
  );
}

function keepingOrder({ relations, keep }: ClearingInput): readonly string[] {
  const ids = new Set(relations.map(({ id }) => id));
  for (const [index, id] of keep.entries())
    if (!ids.has(id)) throw new RuleRefusal('KEEP_UNKNOWN', keep.length === 1 ? 'keep' : `keep[${index}]`);
  return keep;
}

function claimsByMonth(relations: readonly OverlappingRelation[]): ReadonlyMap<Month, readonly string[]> {
  const claims = new Map<Month, string[]>();
  for (const { id, contributions } of relations) {
    for (const part of contributions) {
      if (part.state !== 'PAID') continue;
      for (const month of eachMonth(part)) {
        const claimants = claims.get(month);
        if (claimants) claimants.push(id);
        else claims.set(month, [id]);
      }
    }
  }
  return claims;
}

function cleared(relation: OverlappingRelation, lost: readonly Month[], input: ClearingInput, working: Working): ClearedRelation {
  const paid = relation.contributions.filter(({ state }) => state === 'PAID');
  const paidMonths = paid.reduce((sum, part) => sum + part.to - part.from + 1, 0);
  const refund = lost.length === 0 ? fen(0) : accountOf(relation, new Set(lost), input, working);
  if (lost.length > 0) {
    working.step(() => ({
      text: {
        zh: `${provinceName(relation.province).zh}清退${lost.length}个月（${rangesText(ranges(lost))}）的个人账户部分`,
        en: `${provinceName(relation.province).en}: the account part of ${lost.length} months (${rangesText(ranges(lost))}) is paid back`,
      },
      article: ARTICLE,
      amount: yuan(refund),
    }));
  }
  return {
    id: relation.id,
    province: relation.province,
    paidMonths,
    keptMonths: paidMonths - lost.length,
    clearedMonths: lost.length,
    cleared: ranges(lost),
    refund,
  };
}

/** What was credited in the lost months, with interest when a month of payment is named. */
function accountOf(relation: OverlappingRelation, lost: ReadonlySet<Month>, input: ClearingInput, working: Working): Fen {
  const deposits = new Deposits();
  for (const part of relation.contributions) {
    if (part.state !== 'PAID') continue;
    for (const month of eachMonth(part)) {
      if (!lost.has(month)) continue;
      if (month < ACCOUNTS_SINCE) throw new RuleRefusal('CLEARED_BEFORE_1998', part.field);
      deposits.add({ from: month, to: month }, part.base, () => part.creditShare ?? creditShareOf(month));
    }
  }
  const first = deposits.firstYear;
  const last = deposits.lastYear;
  if (first === undefined || last === undefined) return fen(0);
  const through = input.settledIn === undefined ? last : yearOf(input.settledIn) - 1;
  if (input.settledIn !== undefined && last > yearOf(input.settledIn)) throw new RuleRefusal('MONTHS_AFTER_MOVE', 'settledIn');
  const { balance } = growAccount(
    {
      opening: fen(0),
      openingYear: first - 1,
      through,
      deposits,
      method: input.settledIn === undefined ? 'NONE' : (input.method ?? ((year) => interestMethodOf(relation.province, year))),
      rates: input.rates(relation.province),
    },
    working,
  );
  return input.settledIn === undefined ? balance : fen(balance + deposits.principal(yearOf(input.settledIn)));
}

/** Months in a row as ranges. */
function ranges(months: readonly Month[]): readonly MonthRange[] {
  const found: { from: Month; to: Month }[] = [];
  for (const month of [...months].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last !== undefined && addMonths(last.to, 1) === month) last.to = month;
    else found.push({ from: month, to: month });
  }
  return found;
}

function rangesText(found: readonly MonthRange[]): string {
  return found.map(({ from, to }) => (from === to ? monthText(from) : `${monthText(from)}–${monthText(to)}`)).join(', ');
}

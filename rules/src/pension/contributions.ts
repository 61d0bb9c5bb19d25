import { Type, type Static } from 'typebox';
import { dateFrom, type CivilDate } from '../calendar/civil-date.js';
import { DateInput, MoneyInput, MonthInput, RateInput } from '../input.js';
import { fen, fenFromYuan, RATE_ONE, rateFrom, type Fen, type Rate } from '../money.js';
import { addMonths, monthFrom, rangeFrom, sharedMonths, type Month, type MonthRange } from '../month.js';
import { schemeInForce } from '../record/schemes.js';
import { RuleRefusal } from '../refusal.js';
import { PaperInput, papersFrom, type Paper } from './transfer/papers.js';

/** How a stretch of months counts: paid (实际缴费), deemed (视同缴费), a soldier's service (军龄), or owed and not paid (欠费). */
export type MonthState = 'PAID' | 'DEEMED' | 'SERVICE' | 'UNPAID';

/** Ordinary relation and account, or the temporary account (临时基本养老保险缴费账户) of 66号 art. 5. */
export type AccountKind = 'ORDINARY' | 'TEMPORARY';

/** Months, first to last, that count alike and were paid on one monthly base. */
export interface Contribution extends MonthRange {
  /** Path in the input, for refusals. */
  readonly field: string;
  readonly state: MonthState;
  /** Undefined where the stretch does not say: then it belongs to the account that is asked about. */
  readonly account?: AccountKind | undefined;
  /** Monthly contribution base (缴费基数); 0 where nothing was paid. */
  readonly base: Fen;
  /** Share of the base credited to the personal account, where it is known better than by the date. */
  readonly creditShare?: Rate | undefined;
  readonly employerShare?: Rate | undefined;
  /** The day on which the months were paid at once (一次性缴纳). */
  readonly paidOn?: CivilDate | undefined;
  readonly papers: readonly Paper[];
}

/** What a segment may say of how its months count; every field is optional, and an unmarked segment is paid. */
export const StateInput = {
  type: Type.Optional(Type.String({ maxLength: 32, description: 'ACTUAL, DEEMED, SERVICE, UNPAID or TEMPORARY' })),
  kind: Type.Optional(Type.String({ maxLength: 32, description: 'as type' })),
  status: Type.Optional(Type.String({ maxLength: 32, description: 'as type' })),
  accountKind: Type.Optional(Type.String({ maxLength: 32, description: 'ORDINARY or TEMPORARY' })),
  account: Type.Optional(Type.String({ maxLength: 32, description: 'as accountKind' })),
  paid: Type.Optional(Type.Boolean()),
  unpaid: Type.Optional(Type.Boolean()),
  arrears: Type.Optional(Type.Boolean({ description: '欠费, as unpaid' })),
  deemed: Type.Optional(Type.Boolean()),
  temporary: Type.Optional(Type.Boolean()),
};

/** A stretch of contributions as cases give it. */
export const ContributionInput = Type.Object({
  from: MonthInput,
  to: MonthInput,
  base: Type.Optional(MoneyInput),
  ...StateInput,
  unpaidMonths: Type.Optional(Type.Array(MonthInput, { description: '欠费月份' })),
  accountRate: Type.Optional(RateInput),
  employerRate: Type.Optional(RateInput),
  paidOn: Type.Optional(DateInput),
  papers: Type.Optional(Type.Array(PaperInput)),
});

const STATES: ReadonlyMap<string, MonthState> = new Map<string, MonthState>([
  ['ACTUAL', 'PAID'],
  ['PAID', 'PAID'],
  ['ORDINARY', 'PAID'],
  ['TEMPORARY', 'PAID'],
  ['TEMPORARY_ACCOUNT', 'PAID'],
  ['DEEMED', 'DEEMED'],
  ['DEEMED_YEARS', 'DEEMED'],
  ['SERVICE', 'SERVICE'],
  ['MILITARY', 'SERVICE'],
  ['MILITARY_SERVICE', 'SERVICE'],
  ['SOLDIER', 'SERVICE'],
  ['UNPAID', 'UNPAID'],
  ['ARREARS', 'UNPAID'],
  ['OWED', 'UNPAID'],
]);

type StateGiven = Partial<
  Record<'type' | 'kind' | 'status' | 'accountKind' | 'account', string> &
    Record<'paid' | 'unpaid' | 'arrears' | 'deemed' | 'temporary', boolean>
>;

/**
 * How a segment says its months count.
 * @throws RuleRefusal SEGMENT_TYPE_UNKNOWN for an unknown word, SEGMENT_CONTRADICTS for marks that exclude each other
 */
export function stateOf(given: StateGiven, field: string): { readonly state: MonthState; readonly account: AccountKind | undefined } {
  const said = given.type === undefined ? undefined : wordOf(given.type);
  if (given.type !== undefined && said === undefined) throw new RuleRefusal('SEGMENT_TYPE_UNKNOWN', `${field}.type`);
  const words = [said, wordOf(given.kind), wordOf(given.status)].filter((word) => word !== undefined);
  const states = new Set(words.map(({ state }) => state).filter((state) => state !== 'PAID'));
  if (given.unpaid === true || given.arrears === true || given.paid === false) states.add('UNPAID');
  if (given.deemed === true) states.add('DEEMED');
  const [state = 'PAID', another] = states;
  const owedAndPaid = given.paid === true && state === 'UNPAID';
  if (another !== undefined || owedAndPaid) throw new RuleRefusal('SEGMENT_CONTRADICTS', field);
  const temporary = given.temporary === true || words.some(({ temporary: marked }) => marked) ? 'TEMPORARY' : undefined;
  const named = given.accountKind ?? given.account;
  const account =
    named === undefined ? temporary : accountKindFrom(named, `${field}.${given.accountKind === undefined ? 'account' : 'accountKind'}`);
  if (temporary !== undefined && account !== temporary) throw new RuleRefusal('SEGMENT_CONTRADICTS', field);
  return { state, account };
}

/** Undefined for what is no word of these: a segment may name its kind or status in other respects. */
function wordOf(value: string | undefined): { readonly state: MonthState; readonly temporary: boolean } | undefined {
  const word = value?.normalize('NFKC').trim().toUpperCase() ?? '';
  const state = STATES.get(word);
  return state === undefined ? undefined : { state, temporary: word.startsWith('TEMPORARY') };
}

/**
 * Reads a share of a base or a yearly rate, undefined where none is given. More than all of it is a percentage that lost its sign.
 * @throws RuleRefusal RATE_INVALID naming the field
 */
export function shareFrom(value: string | number | undefined, field: string): Rate | undefined {
  if (value === undefined) return undefined;
  const share = rateFrom(value, field);
  if (share > RATE_ONE) throw new RuleRefusal('RATE_INVALID', field);
  return share;
}

/** Reads the kind of a pension account. @throws RuleRefusal ACCOUNT_KIND_UNKNOWN */
export function accountKindFrom(value: string, field: string): AccountKind {
  const word = value.normalize('NFKC').trim().toUpperCase();
  if (word !== 'ORDINARY' && word !== 'TEMPORARY') throw new RuleRefusal('ACCOUNT_KIND_UNKNOWN', field);
  return word;
}

/**
 * Reads the stretches of one relation. Months that a segment lists as unpaid are cut out of it.
 * @throws RuleRefusal naming the segment when months overlap, end before they begin, lack their base or were paid before the scheme existed
 */
export function contributionsFrom(segments: readonly Static<typeof ContributionInput>[], field: string): readonly Contribution[] {
  const contributions = segments.flatMap((segment, index) => contributionFrom(segment, `${field}[${index}]`));
  refuseOverlaps(contributions);
  return contributions;
}

function contributionFrom(segment: Static<typeof ContributionInput>, field: string): readonly Contribution[] {
  const range = rangeFrom(segment.from, segment.to, field);
  const { state, account } = stateOf(segment, field);
  const base = segment.base === undefined ? undefined : fenFromYuan(segment.base, `${field}.base`);
  if (state === 'PAID' && base === undefined) throw new RuleRefusal('INPUT_INVALID', `${field}.base`);
  if (state === 'PAID' && !schemeInForce('110', range.from)) throw new RuleRefusal('SCHEME_NOT_YET', `${field}.from`);
  const whole: Contribution = {
    ...range,
    field,
    state,
    account,
    base: state === 'PAID' ? (base ?? fen(0)) : fen(0),
    creditShare: shareFrom(segment.accountRate, `${field}.accountRate`),
    employerShare: shareFrom(segment.employerRate, `${field}.employerRate`),
    paidOn: segment.paidOn === undefined ? undefined : dateFrom(segment.paidOn, `${field}.paidOn`),
    papers: papersFrom(segment.papers ?? [], `${field}.papers`),
  };
  const owed = (segment.unpaidMonths ?? []).map((month, index) => owedMonth(month, range, `${field}.unpaidMonths[${index}]`));
  return owed.length === 0 ? [whole] : withoutMonths(whole, new Set(owed));
}

function owedMonth(value: string | number, range: MonthRange, field: string): Month {
  const month = monthFrom(value, field);
  if (month < range.from || month > range.to) throw new RuleRefusal('MONTH_OUTSIDE_SEGMENT', field);
  return month;
}

function withoutMonths(whole: Contribution, owed: ReadonlySet<Month>): readonly Contribution[] {
  const parts: Contribution[] = [];
  let from = whole.from;
  for (const month of [...owed].sort((a, b) => a - b)) {
    if (from < month) parts.push({ ...whole, from, to: addMonths(month, -1) });
    parts.push({ ...whole, from: month, to: month, state: 'UNPAID', base: fen(0) });
    from = addMonths(month, 1);
  }
  if (from <= whole.to) parts.push({ ...whole, from });
  return parts;
}

/** One relation has one base a month: where two segments claim a month, one of them is wrong, or belongs to another relation. */
function refuseOverlaps(contributions: readonly Contribution[]): void {
  const inTime = contributions
    .map((part, index) => ({ part, index }))
    .filter(({ part }) => part.state === 'PAID' || part.state === 'UNPAID');
  inTime.sort((a, b) => a.part.from - b.part.from);
  let last: (typeof inTime)[number] | undefined;
  for (const next of inTime) {
    if (last !== undefined && sharedMonths(last.part, next.part) !== undefined) {
      throw new RuleRefusal('MONTHS_OVERLAP', (last.index > next.index ? last : next).part.field);
    }
    if (last === undefined || next.part.to > last.part.to) last = next;
  }
}

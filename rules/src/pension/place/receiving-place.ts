import { firstDay } from '../../calendar/civil-date.js';
import { provinceName, type Province } from '../../divisions/division.js';
import { receivingCityRules } from '../../generated/receiving-city-rules.js';
import { receivingPlaceMonths } from '../../generated/receiving-place-months.js';
import { monthOf, type Month } from '../../month.js';
import { versionOf } from '../../parameters/table.js';
import { RuleRefusal } from '../../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../../result.js';
import { markRuleInTime } from '../transfer/money-moves.js';
import { countMonths, type MonthsHere, type PlaceStretch } from './month-counts.js';

export type ReceivingPlaceReason = 'RELATION_IN_HUKOU' | 'RELATION_PLACE_10Y' | 'PREVIOUS_PLACE_10Y' | 'HUKOU_FALLBACK';

export interface ReceivingPlaceInput {
  /** 户籍地 when the conditions are met. */
  readonly hukou: Province;
  /** Where the ordinary relation is; undefined: where the last ordinary month was paid. */
  readonly relation?: Province | undefined;
  readonly stretches: readonly PlaceStretch[];
  /** When the conditions are met; decides which wording applies. */
  readonly conditionsMet?: Month | undefined;
  /** When the hukou moved to where it is now, and the month of statutory age: a move after that month may not count. */
  readonly hukouMovedIn?: Month | undefined;
  readonly statutoryMonth?: Month | undefined;
}

/** Something a person can do, or that may happen, and the receiving place it leads to. */
export interface PlaceChange {
  readonly change: 'GO_ON_PAYING' | 'MOVE_HUKOU' | 'MOVE_RELATION_TO_HUKOU';
  /** Where one goes on paying, or where hukou or relation move to. */
  readonly province: Province;
  /** Months still missing, for GO_ON_PAYING. */
  readonly months?: number | undefined;
  readonly receivingProvince: Province;
  readonly reason: ReceivingPlaceReason;
}

export interface ReceivingPlace {
  readonly receivingProvince: Province;
  readonly reason: ReceivingPlaceReason;
  /** Where the ordinary relation is taken to be; undefined when there is none. */
  readonly relationProvince: Province | undefined;
  readonly months: ReadonlyMap<Province, MonthsHere>;
  /** Missing in the relation province to make it the receiving place by its months; 0 when it has them. */
  readonly monthsMissing: number;
  /** Nothing was ever paid in the hukou province that is to pay: it has to register the person and gather the relations (5号 §8). */
  readonly registrationNeeded: boolean;
  /** City or district inside the province, where the province says which and the record names one. */
  readonly receivingArea: string | undefined;
  readonly changes: readonly PlaceChange[];
}

const ARTICLE = '国办发〔2009〕66号 第六条';

/**
 * Where the pension is drawn (待遇领取地; 国办发〔2009〕66号 art. 6, 人社部规〔2016〕5号 §1), by province: the hukou if the relation is there;
 * else the relation's province with 120 months; else the latest other province with 120 months; else the hukou. Months in temporary
 * accounts never count; deemed months count where the work was done; every month counts once.
 * @throws RuleRefusal MONTHS_OVERLAP when ordinary accounts of two provinces claim one month: they are cleared first
 */
export function receivingPlace(input: ReceivingPlaceInput, options: RuleOptions = {}): Ruled<ReceivingPlace> {
  const working = new Working(options);
  if (input.conditionsMet !== undefined) markRuleInTime(input.conditionsMet, working);
  if (input.hukouMovedIn !== undefined && input.statutoryMonth !== undefined && input.hukouMovedIn > input.statutoryMonth) {
    working.provisional('HUKOU_MOVED_AFTER_STATUTORY_AGE', {
      zh: '户籍在达到法定退休年龄后迁入，有的省不予考虑',
      en: 'the hukou moved after statutory age; some provinces leave such a move out of account',
    });
  }
  const day = firstDay(input.conditionsMet ?? RULE_SINCE);
  const row = receivingPlaceMonths.at(day) ?? receivingPlaceMonths.rows[0];
  if (row === undefined) throw new RuleRefusal('NO_PARAMETER', '');
  const enough = row.values.months;
  const counts = countMonths(input.stretches);
  const relation = relationOf(input, counts, working);
  const decided = decide(input.hukou, relation, counts, enough);
  const here = relation === undefined ? 0 : counted(counts.get(relation));
  explain(input, relation, decided, counts, enough, working);
  return working.ruled(
    {
      ...decided,
      relationProvince: relation,
      months: counts,
      monthsMissing: Math.max(0, enough - here),
      registrationNeeded: decided.reason === 'HUKOU_FALLBACK' && counted(counts.get(input.hukou)) === 0,
      receivingArea: areaIn(decided.receivingProvince, input, counts),
      changes: changesOf(input.hukou, relation, decided, counts, enough),
    },
    {
      rule: 'The hukou if the relation is there; else the relation province with 120 months; else the latest earlier province with 120 months; else the hukou',
      article: `${ARTICLE}；人社部规〔2016〕5号 第一条`,
      version: versionOf(receivingPlaceMonths, row),
    },
  );
}

interface Decision {
  readonly receivingProvince: Province;
  readonly reason: ReceivingPlaceReason;
}

const RULE_SINCE = monthOf(2010, 1);

function decide(hukou: Province, relation: Province | undefined, counts: ReadonlyMap<Province, MonthsHere>, enough: number): Decision {
  if (relation === hukou) return { receivingProvince: hukou, reason: 'RELATION_IN_HUKOU' };
  if (relation !== undefined && counted(counts.get(relation)) >= enough)
    return { receivingProvince: relation, reason: 'RELATION_PLACE_10Y' };
  let latest: Province | undefined;
  let last = Number.NEGATIVE_INFINITY;
  for (const [province, here] of counts) {
    if (province === relation || counted(here) < enough || here.lastCounted === undefined || here.lastCounted <= last) continue;
    latest = province;
    last = here.lastCounted;
  }
  if (latest !== undefined) return { receivingProvince: latest, reason: 'PREVIOUS_PLACE_10Y' };
  return { receivingProvince: hukou, reason: 'HUKOU_FALLBACK' };
}

/**
 * While a temporary account is open the ordinary relation is still in the origin, whatever place the last payment names. In the hukou
 * province there are no temporary accounts: a relation said to be there is ordinary.
 */
function relationOf(input: ReceivingPlaceInput, counts: ReadonlyMap<Province, MonthsHere>, working: Working): Province | undefined {
  const origin = lastOrdinary(counts);
  if (input.relation === undefined) {
    if (origin === undefined && input.stretches.length === 0) throw new RuleRefusal('RELATION_NOT_KNOWN', 'relationProvince');
    return origin;
  }
  const named = counts.get(input.relation);
  const temporaryOpen = named?.lastTemporary !== undefined && named.lastTemporary > (named.lastCounted ?? Number.NEGATIVE_INFINITY);
  if (input.relation === input.hukou || !temporaryOpen) return input.relation;
  working.step(() => ({
    text: {
      zh: '所报关系地为临时缴费账户，一般账户关系仍在原参保地',
      en: 'the account at the place named is temporary; the ordinary relation is still at the origin',
    },
    article: '国办发〔2009〕66号 第五条',
    ...(origin === undefined ? {} : { amount: origin }),
  }));
  return origin;
}

function lastOrdinary(counts: ReadonlyMap<Province, MonthsHere>): Province | undefined {
  let place: Province | undefined;
  let last = Number.NEGATIVE_INFINITY;
  for (const [province, { lastActual }] of counts) {
    if (lastActual === undefined || lastActual <= last) continue;
    place = province;
    last = lastActual;
  }
  return place;
}

function counted(here: MonthsHere | undefined): number {
  return here === undefined ? 0 : here.actual + here.deemed;
}

function areaIn(province: Province, input: ReceivingPlaceInput, counts: ReadonlyMap<Province, MonthsHere>): string | undefined {
  const rule = receivingCityRules.at(firstDay(input.conditionsMet ?? RULE_SINCE), province);
  const last = counts.get(province)?.lastCounted;
  if (rule === undefined || last === undefined) return undefined;
  const areas = input.stretches
    .filter((one) => one.province === province && one.from <= last && one.to >= last && one.counts !== 'TEMPORARY')
    .flatMap(({ area }) => (area === undefined || area === province ? [] : [area]));
  // Two cities that were paid in the same last month: neither is the later one.
  return new Set(areas).size === 1 ? areas[0] : undefined;
}

/** What would change the place. */
function changesOf(
  hukou: Province,
  relation: Province | undefined,
  now: Decision,
  counts: ReadonlyMap<Province, MonthsHere>,
  enough: number,
): readonly PlaceChange[] {
  const changes: PlaceChange[] = [];
  const differs = (then: Decision) => then.receivingProvince !== now.receivingProvince;
  if (relation !== undefined && relation !== hukou && counted(counts.get(relation)) < enough) {
    const then: Decision = { receivingProvince: relation, reason: 'RELATION_PLACE_10Y' };
    if (differs(then))
      changes.push({ change: 'GO_ON_PAYING', province: relation, months: enough - counted(counts.get(relation)), ...then });
  }
  for (const province of [...new Set(relation === undefined ? counts.keys() : [relation, ...counts.keys()])].sort()) {
    if (province === hukou) continue;
    const then = decide(province, relation, counts, enough);
    if (differs(then)) changes.push({ change: 'MOVE_HUKOU', province, ...then });
  }
  if (relation !== hukou && now.receivingProvince !== hukou) {
    changes.push({ change: 'MOVE_RELATION_TO_HUKOU', province: hukou, receivingProvince: hukou, reason: 'RELATION_IN_HUKOU' });
  }
  return changes;
}

function explain(
  input: ReceivingPlaceInput,
  relation: Province | undefined,
  decided: Decision,
  counts: ReadonlyMap<Province, MonthsHere>,
  enough: number,
  working: Working,
): void {
  for (const [province, here] of counts) {
    working.step(() => ({
      text: {
        zh: `${provinceName(province).zh}：实际${here.actual}个月，视同${here.deemed}个月，临时账户${here.temporary}个月（不计）`,
        en: `${provinceName(province).en}: ${here.actual} paid, ${here.deemed} deemed, ${here.temporary} in a temporary account, which do not count`,
      },
      article: ARTICLE,
      amount: String(counted(here)),
    }));
  }
  working.step(() => {
    const place = provinceName(decided.receivingProvince);
    const from = relation === undefined ? { zh: '无', en: 'none' } : provinceName(relation);
    return {
      text: {
        zh: `户籍地${provinceName(input.hukou).zh}，关系所在地${from.zh}：待遇领取地${place.zh}（${WHY[decided.reason].zh}，以${enough}个月为准）`,
        en: `hukou in ${provinceName(input.hukou).en}, relation in ${from.en}: drawn in ${place.en} (${WHY[decided.reason].en}; ${enough} months are asked for)`,
      },
      article: ARTICLE,
      amount: decided.receivingProvince,
    };
  });
}

const WHY = {
  RELATION_IN_HUKOU: { zh: '关系在户籍地', en: 'the relation is in the hukou province' },
  RELATION_PLACE_10Y: { zh: '关系所在地缴费满年限', en: 'enough months in the relation province' },
  PREVIOUS_PLACE_10Y: { zh: '转回上一个满年限的参保地', en: 'back to the latest province with enough months' },
  HUKOU_FALLBACK: { zh: '各地均不满年限，归集到户籍地', en: 'no province has enough months; gathered in the hukou province' },
} as const satisfies Record<ReceivingPlaceReason, { zh: string; en: string }>;

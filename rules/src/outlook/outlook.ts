import { provinceName, type Province } from '../divisions/division.js';
import { addMonths, laterMonth, monthLabel, type Month } from '../month.js';
import type { ReceivingPlace } from '../pension/place/receiving-place.js';
import { EMPLOYEE_PENSIONS, type LifeRecord, type MissingSource } from '../record/record.js';
import { RuleRefusal } from '../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../result.js';
import { yearsOfBases } from '../retirement/average-index.js';
import { minimumMonthsIn } from '../retirement/minimum-months.js';
import { retirementDate, type RetirementCategory, type RetirementDates } from '../retirement/retirement-ages.js';
import { attempt } from './attempt.js';
import { accountForecast } from './account-forecast.js';
import { goingOn, type GoingOn } from './going-on.js';
import { outlookOption, placeThen, type OptionGround, type OutlookChoice, type OutlookOption } from './option.js';
import { pensionMonths, type PensionMonths } from './pension-months.js';
import { categoryOf, type OutlookWish } from './wish.js';

/** 养老待遇预测: where, when, what is missing, and how much. An estimate; the agency decides. */
export interface Outlook {
  readonly asOf: Month;
  readonly category: RetirementCategory | undefined;
  /** Neither the registers nor the question say the group. */
  readonly categoryAssumed: boolean;
  readonly monthsPaid: number;
  readonly monthsDeemed: number;
  /** Calendar months that two places claim; they are counted once. */
  readonly monthsDoubled: number;
  /** As things stand in the month of the record; undefined where it cannot be decided. */
  readonly receivingPlace: ReceivingPlace | undefined;
  /** Undefined where birth or sex is not known. */
  readonly retirement: RetirementDates | undefined;
  /** What is assumed to be paid from now on; undefined: nothing. */
  readonly goingOn: GoingOn | undefined;
  /** First month not before the statutory one in which the minimum is met, when the person goes on paying; undefined without payment. */
  readonly minimumMetIn: Month | undefined;
  readonly options: readonly Ruled<OutlookOption>[];
}

/**
 * Computes the outlook of one life from its records.
 * @param wish what-if: retire in another month, go on paying on another base or not at all, move, change the hukou
 * @throws RuleRefusal PERSON_HAS_DIED, ALREADY_RECEIVING
 */
export function outlook(record: LifeRecord, wish: OutlookWish = {}, options: RuleOptions = {}): Ruled<Outlook> {
  const working = new Working(options);
  refuseWhereNothingIsAhead(record);
  noteMissing(record.missing, working);
  const held = pensionMonths(record);
  if (held.doubled > 0) {
    working.provisional('OVERLAP_NOT_CLEARED', {
      zh: `${held.doubled} 个月在两地重复缴费，按一个月计算，须先转后清`,
      en: `${held.doubled} months were paid in two places and count once; the double payment is cleared after the transfer`,
    });
  }
  const hukou = wish.hukou ?? record.person.hukouProvince;
  const taken = categoryOf(record, wish, working);
  const paying = goingOn(record, held, hukou, wish, working);
  const place = placeThen({ asOf: record.asOf, hukou, held, goingOn: undefined }, 0, undefined, working, options);
  const dates = datesOf(record, taken?.category, working, options);
  const months = dates === undefined ? [] : choices(dates, record.asOf, wish);
  const ground = dates === undefined ? undefined : groundOf(record, dates, held, paying, hukou, months, working);
  return working.ruled(
    {
      asOf: record.asOf,
      category: taken?.category,
      categoryAssumed: taken?.assumed ?? false,
      monthsPaid: held.actual,
      monthsDeemed: held.deemed,
      monthsDoubled: held.doubled,
      receivingPlace: place,
      retirement: dates,
      goingOn: paying,
      minimumMetIn: dates === undefined || paying === undefined ? undefined : minimumMet(record.asOf, dates, held),
      options: ground === undefined ? [] : months.map(([choice, month]) => outlookOption(choice, month, ground, options)),
    },
    {
      rule: 'the months of all places counted once; receiving place, retirement months, minimum and benefit by the rules in force, figures of the future standing still',
      article: '国办发〔2009〕66号 第六条、第七条; 国发〔2005〕38号; 全国人大常委会关于实施渐进式延迟法定退休年龄的决定（2024-09-13）',
      version: 'retirement-ages@2025-01-01',
    },
  );
}

function refuseWhereNothingIsAhead({ person, benefits }: LifeRecord): void {
  if (person.deathMonth !== undefined) throw new RuleRefusal('PERSON_HAS_DIED', 'person.deathMonth');
  const drawn = benefits.findIndex(({ scheme, state }) => EMPLOYEE_PENSIONS.has(scheme) && state !== 'ENDED');
  if (drawn >= 0) throw new RuleRefusal('ALREADY_RECEIVING', `benefits[${drawn}]`);
}

/** Parts of the record that the outlook reads. */
const READ: ReadonlySet<string> = new Set(['person', 'relations', 'bookings', 'accounts', 'benefits']);

function noteMissing(missing: readonly MissingSource[], working: Working): void {
  const absent = missing.filter(({ parts }) => parts.some((part) => READ.has(part)));
  if (absent.length === 0) return;
  const places = [...new Set(absent.flatMap(({ jurisdiction }) => (jurisdiction === undefined ? [] : [jurisdiction])))];
  working.provisional('RECORD_INCOMPLETE', {
    zh: `有登记机构未答复${named(places, 'zh')}，其月份和账户未计入：待遇领取地、缴费月数和金额都可能变化`,
    en: `registers did not answer${named(places, 'en')}; their months and accounts are not counted: the receiving place, the months and the amounts may change`,
  });
}

function named(places: readonly Province[], language: 'zh' | 'en'): string {
  if (places.length === 0) return '';
  const names = places.map((place) => provinceName(place)[language]);
  return language === 'zh' ? `（${names.join('、')}）` : ` (${names.join(', ')})`;
}

function datesOf(
  { person: { birthMonth } }: LifeRecord,
  category: RetirementCategory | undefined,
  working: Working,
  options: RuleOptions,
): RetirementDates | undefined {
  if (birthMonth === undefined || category === undefined) {
    working.provisional('BIRTH_OR_SEX_UNKNOWN', {
      zh: '出生年月或性别未知，无法推算退休时间',
      en: 'birth or sex is not known, so no retirement month can be computed',
    });
    return undefined;
  }
  const answer = retirementDate(category, birthMonth, options);
  working.takeOver(answer);
  return answer.figures;
}

function choices(
  { statutoryMonth, elastic }: RetirementDates,
  asOf: Month,
  { retireIn }: OutlookWish,
): readonly (readonly [OutlookChoice, Month])[] {
  const now: (readonly [OutlookChoice, Month])[] = statutoryMonth < asOf ? [['NOW', addMonths(asOf, 1)]] : [];
  const legal: (readonly [OutlookChoice, Month])[] =
    elastic === undefined
      ? [['STATUTORY', statutoryMonth], ...now]
      : [['EARLIEST', elastic.earliestMonth], ['STATUTORY', statutoryMonth], ...now, ['LATEST', elastic.latestMonth]];
  return retireIn === undefined ? legal : [...legal, ['CHOSEN', retireIn]];
}

function groundOf(
  record: LifeRecord,
  dates: RetirementDates,
  held: PensionMonths,
  paying: GoingOn | undefined,
  hukou: Province | undefined,
  months: readonly (readonly [OutlookChoice, Month])[],
  working: Working,
): OptionGround {
  const { asOf } = record;
  const last = months.reduce((latest, [, month]) => laterMonth(latest, month), asOf);
  const future = paying === undefined || last < paying.from ? undefined : { ...paying, to: last };
  if (future !== undefined) {
    working.provisional('GOING_ON_AS_NOW', {
      zh: `假定自 ${monthLabel(future.from)} 起按现有或所选基数持续缴费，工资、计发基数和记账利率不变`,
      en: `assumes payment on the present or chosen base from ${monthLabel(future.from)}, with wages, calculation base and crediting rate as they are now`,
    });
  }
  const past = yearsOfBases(held.runs);
  const account = attempt(working, 'ACCOUNT_NOT_COMPUTED', () => accountForecast(record, held.runs, future, last, working));
  return { asOf, hukou, dates, held, past, goingOn: paying, account };
}

/** Twelve months are paid a year and at most six more are asked for, so this ends. */
function minimumMet(asOf: Month, { statutoryMonth }: RetirementDates, held: PensionMonths): Month {
  let month = laterMonth(statutoryMonth, asOf);
  while (held.actual + held.deemed + (month - asOf) < minimumMonthsIn(month)) month = addMonths(month, 1);
  return month;
}

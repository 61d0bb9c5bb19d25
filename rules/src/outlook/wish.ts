import type { Province } from '../divisions/division.js';
import type { Fen } from '../money.js';
import type { Month } from '../month.js';
import { EMPLOYEE_PENSIONS, type CivilFacts, type LifeRecord } from '../record/record.js';
import { RuleRefusal } from '../refusal.js';
import type { Working } from '../result.js';
import { retirementDates, type RetirementCategory } from '../retirement/retirement-ages.js';
import type { Text } from '../text.js';

/** What-if: everything is left out where things go on as they are. */
export interface OutlookWish {
  /** Retire in this month. */
  readonly retireIn?: Month | undefined;
  /** Go on paying until retirement on this monthly base; the last one when undefined. */
  readonly base?: Fen | undefined;
  readonly stopPaying?: boolean | undefined;
  /** Go on in this province from the next month. */
  readonly moveTo?: Province | undefined;
  /** Move the hukou there. */
  readonly hukou?: Province | undefined;
  /** Retirement group, where the registers do not say it. */
  readonly category?: RetirementCategory | undefined;
}

export interface CategoryTaken {
  readonly category: RetirementCategory;
  /** Neither the registers nor the question say it. */
  readonly assumed: boolean;
}

/**
 * The retirement group: as asked, as registered, men M60; women by how they are insured, which is an assumption: those of government bodies and
 * public institutions (120: management, technical posts, cadres), in most provinces flexible workers, and who is still insured after the
 * statutory month of F50, F55; else F50. Undefined when the sex is not known.
 * @throws RuleRefusal CATEGORY_NOT_OF_SEX when the group that is asked for is not for the sex on record
 */
export function categoryOf(record: LifeRecord, wish: OutlookWish, working: Working): CategoryTaken | undefined {
  const { sex, category }: CivilFacts = record.person;
  if (wish.category !== undefined && sex !== undefined && (wish.category === 'M60') !== (sex === 'M'))
    throw new RuleRefusal('CATEGORY_NOT_OF_SEX', 'whatIf.category');
  const said = wish.category ?? category;
  if (said !== undefined) return { category: said, assumed: false };
  if (sex === 'M') return { category: 'M60', assumed: false };
  if (sex === undefined) return undefined;
  const { category: assumed, text } = ASSUMED[insuredAs(record)];
  working.provisional('RETIREMENT_GROUP_ASSUMED', text);
  return { category: assumed, assumed: true };
}

function insuredAs({ person: { birthMonth }, relations, bookings }: LifeRecord): keyof typeof ASSUMED {
  const going = relations.filter(({ scheme, state }) => EMPLOYEE_PENSIONS.has(scheme) && state !== 'ENDED');
  if (going.some(({ scheme }) => scheme === '120')) return 'PUBLIC';
  if (going.some((relation) => relation.insuredAs === 'FLEXIBLE')) return 'FLEXIBLE';
  if (birthMonth === undefined) return 'WORKER';
  const { statutoryMonth } = retirementDates('F50', birthMonth);
  const later = bookings.some(({ scheme, month, actual }) => EMPLOYEE_PENSIONS.has(scheme) && actual && month > statutoryMonth);
  return later ? 'INSURED_PAST_50' : 'WORKER';
}

const ASSUMED = {
  PUBLIC: {
    category: 'F55',
    text: {
      zh: '未登记退休类别：在机关事业单位参保，按管理、技术岗位 55 周岁推定；工勤人员为 50 周岁，以岗位认定为准',
      en: 'the retirement group is not on record: insured with a government body or public institution, taken as management or technical staff (55); workers there retire at 50, the post decides',
    },
  },
  FLEXIBLE: {
    category: 'F55',
    text: {
      zh: '未登记退休类别：灵活就业人员多数省份按 55 周岁，据此推定',
      en: 'the retirement group is not on record: a flexible worker, taken as 55 as in most provinces',
    },
  },
  INSURED_PAST_50: {
    category: 'F55',
    text: {
      zh: '未登记退休类别：过了按 50 周岁计算的法定月份仍在缴费，按管理、技术岗位 55 周岁推定，以岗位认定为准',
      en: 'the retirement group is not on record: still insured after the statutory month of workers (50), so taken as management or technical staff (55); the post decides',
    },
  },
  WORKER: {
    category: 'F50',
    text: {
      zh: '未登记退休类别：按工人 50 周岁推定；管理、技术岗位为 55 周岁，以岗位认定为准',
      en: 'the retirement group is not on record: taken as a worker (50); management and technical posts retire at 55, the post decides',
    },
  },
} as const satisfies Record<string, { readonly category: RetirementCategory; readonly text: Text }>;

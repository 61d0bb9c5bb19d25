import type { Province } from '../divisions/division.js';
import type { Fen } from '../money.js';
import type { Month } from '../month.js';
import type { CivilFacts, LifeRecord } from '../record/record.js';
import type { Working } from '../result.js';
import type { RetirementCategory } from '../retirement/retirement-ages.js';

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
 * The retirement group: as asked, as registered, men M60; women by how they are insured, which is an assumption: flexible workers F55 in most
 * provinces, else F50. Undefined when the sex is not known.
 */
export function categoryOf(record: LifeRecord, wish: OutlookWish, working: Working): CategoryTaken | undefined {
  const { sex, category }: CivilFacts = record.person;
  const said = wish.category ?? category;
  if (said !== undefined) return { category: said, assumed: false };
  if (sex === 'M') return { category: 'M60', assumed: false };
  if (sex === undefined) return undefined;
  working.provisional('RETIREMENT_GROUP_ASSUMED', {
    zh: '未登记退休类别：按参保身份推定，灵活就业人员按 55 周岁，其他按 50 周岁',
    en: 'the retirement group is not on record: taken from how the person is insured, 55 for flexible workers, else 50',
  });
  const flexible = record.relations.some(({ insuredAs, state }) => insuredAs === 'FLEXIBLE' && state !== 'ENDED');
  return { category: flexible ? 'F55' : 'F50', assumed: true };
}

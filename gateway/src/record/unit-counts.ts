import { unitsToCount, type LifeRecord } from '@yichuang/rules';
import { isRecord } from '../agencies/reply.js';
import type { Question } from '../execution/question.js';
import { askWithin, type AskWithin } from './ask-within.js';

const SCOPE = 'enterprise.headcount:count';
/** A life that joined more new units than these shortly before retirement is looked at without their counts. */
const MOST_UNITS = 10;

/**
 * The record with the counts that R09 needs: how many a new unit insures, and how many of them joined shortly before retirement. Asked only
 * of units that may be conspicuous, as the caller, by the way of every question; the register where the unit is founded counts, no person is
 * named. Who may not see counts of units gets the record as it is, and R09 stays undecided.
 */
export async function withUnitCounts(record: LifeRecord, question: Question, ask: AskWithin): Promise<LifeRecord> {
  const units = unitsToCount(record).slice(0, MOST_UNITS);
  if (units.length === 0 || question.profile.prospects.of(SCOPE, 'UNIT').kind !== 'POSSIBLE') return record;
  const fields = units.map((_, i) => `u${i}: enterprise(creditCode: $u${i}) { insuredHeadcount insuredNearRetirement }`);
  const { data } = await askWithin(
    {
      query: `query UnitCounts(${units.map((__, i) => `$u${i}: CreditCode!`).join(', ')}) { ${fields.join(' ')} }`,
      variables: Object.fromEntries(units.map((unit, i) => [`u${i}`, unit])),
    },
    question,
    ask,
  );
  const counts = new Map(units.map((unit, i) => [unit, countsIn(isRecord(data) ? data[`u${i}`] : undefined)]));
  return { ...record, units: record.units.map((one) => ({ ...one, ...counts.get(one.unit) })) };
}

function countsIn(unit: unknown): { readonly insured?: number; readonly insuredShortlyBeforeRetirement?: number } {
  if (!isRecord(unit)) return {};
  const { insuredHeadcount: insured, insuredNearRetirement: late } = unit;
  return typeof insured === 'number' && typeof late === 'number' ? { insured, insuredShortlyBeforeRetirement: late } : {};
}

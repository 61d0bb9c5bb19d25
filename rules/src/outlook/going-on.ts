import type { Province } from '../divisions/division.js';
import { addMonths, type Month } from '../month.js';
import { transferEligibility } from '../pension/transfer/eligibility.js';
import type { LifeRecord } from '../record/record.js';
import type { Working } from '../result.js';
import type { PaidRun, PensionMonth, PensionMonths } from './pension-months.js';
import type { OutlookWish } from './wish.js';

/** What is paid from the month after the record's on, and how it counts. */
export interface GoingOn extends Omit<PaidRun, 'to'> {
  readonly counts: 'ACTUAL' | 'TEMPORARY';
  /** Where the ordinary relation is then. */
  readonly relation: Province | undefined;
}

/** Registers lag: who paid within so many months still pays. */
const LAG = 3;

/**
 * What the person goes on to pay: as asked, else as in the last months; undefined when nobody pays. With a move, the account the new place opens
 * is that of 66号 art. 5.
 */
export function goingOn(
  record: LifeRecord,
  held: PensionMonths,
  hukou: Province | undefined,
  wish: OutlookWish,
  working: Working,
): GoingOn | undefined {
  if (wish.stopPaying === true) return undefined;
  const last = held.months.findLast(({ counts, base }) => counts !== 'DEEMED' && base !== undefined);
  const asked = wish.base !== undefined || wish.moveTo !== undefined;
  const still = last !== undefined && (record.asOf - last.month < LAG || paysIn(record, last.province));
  const base = wish.base ?? last?.base;
  const province = wish.moveTo ?? last?.province;
  if (base === undefined || province === undefined || !(asked || still)) return undefined;
  const from = addMonths(record.asOf, 1);
  if (wish.moveTo === undefined || wish.moveTo === last?.province) {
    return {
      from,
      province,
      base,
      counts: last?.counts === 'TEMPORARY' ? 'TEMPORARY' : 'ACTUAL',
      relation: held.relation ?? originOf(held),
    };
  }
  return { from, province, base, ...accountThere(wish.moveTo, from, record, held, hukou, working) };
}

function accountThere(
  destination: Province,
  firstPaid: Month,
  { person: { sex, birthMonth } }: LifeRecord,
  held: PensionMonths,
  hukou: Province | undefined,
  working: Working,
): Pick<GoingOn, 'counts' | 'relation'> {
  const origin = held.relation ?? originOf(held);
  if (sex === undefined || birthMonth === undefined || hukou === undefined) return { counts: 'ACTUAL', relation: destination };
  const before = held.months.find(({ province }) => province === destination);
  const answer = transferEligibility({ sex, birthMonth, hukou, origin, destination, firstPaid, insuredThereSince: before?.month });
  working.takeOver(answer);
  const { accountKind, relationProvince } = answer.figures;
  return { counts: accountKind === 'TEMPORARY' ? 'TEMPORARY' : 'ACTUAL', relation: relationProvince ?? origin };
}

function paysIn({ relations }: LifeRecord, province: Province): boolean {
  return relations.some(({ jurisdiction, state }) => jurisdiction === province && state === 'PAYING');
}

function originOf({ months }: PensionMonths): Province | undefined {
  return months.findLast(({ counts }: PensionMonth) => counts === 'ACTUAL')?.province;
}

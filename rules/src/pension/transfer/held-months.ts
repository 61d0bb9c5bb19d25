import { dateText, type CivilDate } from '../../calendar/civil-date.js';
import { monthsIn } from '../../month.js';
import type { Working } from '../../result.js';
import type { Contribution } from '../contributions.js';
import { judgeLumpSum } from './lump-sum.js';

/**
 * Sets apart the months of lump sums that cannot move. Months paid on one day are one lump sum; all other months still move in full
 * (应转尽转).
 */
export function movableOnly(
  contributions: readonly Contribution[],
  working: Working,
): { readonly movable: readonly Contribution[]; readonly held: number } {
  const byDay = new Map<CivilDate, Contribution[]>();
  for (const part of contributions) {
    if (part.paidOn === undefined || part.state !== 'PAID') continue;
    const together = byDay.get(part.paidOn);
    if (together) together.push(part);
    else byDay.set(part.paidOn, [part]);
  }
  const kept = new Set<Contribution>();
  let held = 0;
  for (const [paidOn, parts] of byDay) {
    const months = parts.reduce((sum, part) => sum + monthsIn(part), 0);
    const [first] = parts;
    const verdict = judgeLumpSum({ paidOn, months, papers: parts.flatMap(({ papers }) => papers), field: first?.field ?? '' }, working);
    if (verdict.movable) continue;
    for (const part of parts) kept.add(part);
    held += months;
    working.step(() => ({
      text: {
        zh: `${dateText(paidOn)}一次性缴纳${months}个月，材料不符合要求，不予转移，其余月份照转`,
        en: `${months} months paid at once on ${dateText(paidOn)} lack the papers they need and do not move; all others do`,
      },
      article: '人社厅发〔2019〕94号',
    }));
  }
  return { movable: contributions.filter((part) => !kept.has(part)), held };
}

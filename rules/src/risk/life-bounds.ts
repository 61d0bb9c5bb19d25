import { monthLabel, type Month } from '../month.js';
import { eachMonth } from '../month.js';
import { calendarMonths, paidMonths, type PaidMonth } from '../record/paid-months.js';
import type { CivilFacts, Scheme } from '../record/record.js';
import { retirementDates } from '../retirement/retirement-ages.js';
import { evidence, type Evidence, type RiskRule } from './finding.js';
import { monthsText } from './months-text.js';

/** 法定最低就业年龄, months. */
const WORKING_AGE = 16 * 12;
/** Schemes that people pay because they work. */
const OF_WORK: ReadonlySet<Scheme> = new Set<Scheme>(['110', '120', '210', '410']);

/** R07. */
export const outsideOfLife: RiskRule = {
  code: 'R07',
  title: {
    zh: '死亡后、未满十六周岁或超龄仍有缴费或待遇',
    en: 'Contributions or benefits after death, before sixteen or long after retirement age',
  },
  article: '社会保险经办条例 第二十五条、第二十六条；劳动法 第十五条',
  wayOut: {
    zh: '由经办机构核对公安、民政信息；死亡后发放的待遇应追回，误记的月份更正。',
    en: 'The agency checks with the police and civil affairs; benefits paid after death are recovered, months booked in error are corrected.',
  },
  reads: ['person', 'bookings', 'benefits'],
  withoutSource: 'MORE',
  find(record) {
    const { person, asOf } = record;
    const paid = paidMonths(record).filter(({ actual }) => actual);
    const found: Evidence[] = [];
    const { deathMonth, birthMonth } = person;
    if (deathMonth !== undefined) {
      add(
        found,
        paid.filter(({ month }) => month > deathMonth),
        (months) => ({
          zh: `${monthLabel(deathMonth)}死亡后仍有缴费（${months.zh}）。`,
          en: `Contributions after death in ${monthLabel(deathMonth)} (${months.en}).`,
        }),
      );
      for (const benefit of record.benefits) {
        // Suspended or ended without a last month: nobody knows how long it was paid.
        const to = benefit.to ?? (benefit.state === 'PAYING' ? asOf : undefined);
        if (to === undefined || to <= deathMonth) continue;
        const months = [...eachMonth({ from: benefit.from, to })].filter((month) => month > deathMonth);
        const text = monthsText(months);
        found.push(
          evidence(
            {
              zh: `${monthLabel(deathMonth)}死亡后仍发放待遇（${text.zh}）。`,
              en: `A benefit was paid after death in ${monthLabel(deathMonth)} (${text.en}).`,
            },
            { months, schemes: [benefit.scheme], places: [benefit.jurisdiction] },
          ),
        );
      }
    }
    if (birthMonth !== undefined) {
      const working = paid.filter(({ scheme }) => OF_WORK.has(scheme));
      add(
        found,
        // The resident scheme, too, is for those of sixteen and more.
        paid.filter(({ scheme, month }) => (OF_WORK.has(scheme) || scheme === '170') && month < birthMonth + WORKING_AGE),
        (months) => ({
          zh: `未满16周岁时有缴费（${months.zh}）。`,
          en: `Contributions before the age of sixteen (${months.en}).`,
        }),
      );
      const latest = latestRetirement(person, birthMonth);
      add(found, latest === undefined ? [] : working.filter(({ month }) => month > latest), (months) => ({
        zh: `超过法定退休年龄36个月后仍有缴费（${months.zh}）；为补足最低缴费年限而继续缴费的除外。`,
        en: `Contributions more than 36 months after the statutory age (${months.en}); not where the minimum is still being made up.`,
      }));
    }
    return found;
  },
};

function add(
  found: Evidence[],
  months: readonly PaidMonth[],
  reason: (months: { zh: string; en: string }) => { zh: string; en: string },
): void {
  if (months.length === 0) return;
  const each = calendarMonths(months);
  found.push(
    evidence(reason(monthsText(each)), {
      months: each,
      schemes: months.map(({ scheme }) => scheme),
      places: months.map(({ jurisdiction }) => jurisdiction),
    }),
  );
}

/** 36 months after the statutory month. Of a woman whose group no source says, that of the later one: a hint must not rest on a guess. */
function latestRetirement({ category, sex }: CivilFacts, birthMonth: Month): number | undefined {
  const group = category ?? (sex === 'M' ? 'M60' : sex === 'F' ? 'F55' : undefined);
  return group && retirementDates(group, birthMonth).statutoryMonth + 36;
}

import { eachMonth, monthLabel } from '../month.js';
import { paidMonths } from '../record/paid-months.js';
import type { Scheme } from '../record/record.js';
import { evidence, type Evidence, type RiskRule } from './finding.js';
import { monthsText } from './months-text.js';
import { addPaid } from './paid-evidence.js';
import { statutoryMonth } from './statutory-month.js';

/** 法定最低就业年龄, months. */
const WORKING_AGE = 16 * 12;
/** Months by which retirement may be put off. */
const LONG_AFTER = 36;
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
  lacks: ({ person, bookings }) =>
    bookings.length === 0 || statutoryMonth(person) !== undefined
      ? undefined
      : { zh: '出生年月或性别未知', en: 'birth or sex is not known' },
  find(record) {
    const { person, asOf } = record;
    const paid = paidMonths(record).filter(({ actual }) => actual);
    const found: Evidence[] = [];
    const { deathMonth, birthMonth } = person;
    if (deathMonth !== undefined) {
      addPaid(
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
      addPaid(
        found,
        // The resident scheme, too, is for those of sixteen and more.
        paid.filter(({ scheme, month }) => (OF_WORK.has(scheme) || scheme === '170') && month < birthMonth + WORKING_AGE),
        (months) => ({
          zh: `未满16周岁时有缴费（${months.zh}）。`,
          en: `Contributions before the age of sixteen (${months.en}).`,
        }),
      );
      const statutory = statutoryMonth(person);
      addPaid(found, statutory === undefined ? [] : working.filter(({ month }) => month > statutory + LONG_AFTER), (months) => ({
        zh: `超过法定退休年龄36个月后仍有缴费（${months.zh}）；为补足最低缴费年限而继续缴费的除外。`,
        en: `Contributions more than 36 months after the statutory age (${months.en}); not where the minimum is still being made up.`,
      }));
    }
    return found;
  },
};

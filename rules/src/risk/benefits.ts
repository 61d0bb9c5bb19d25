import { provinceName } from '../divisions/division.js';
import { earlierMonth, eachMonth, sharedMonths, type Month, type MonthRange } from '../month.js';
import { calendarMonths, paidMonths } from '../record/paid-months.js';
import { PENSIONS, type Benefit, type LifeRecord, type Scheme } from '../record/record.js';
import { schemeName } from '../record/schemes.js';
import { evidence, type RiskRule } from './finding.js';
import { monthsText } from './months-text.js';

/** R02. */
export const payingPensioner: RiskRule = {
  code: 'R02',
  title: { zh: '领取养老金期间仍缴费', en: 'Contributions while a pension is being drawn' },
  article: '国办发〔2009〕66号 第三条；人社部发〔2014〕17号 第七条',
  wayOut: {
    zh: '停止缴费，多缴月份由缴费地退还个人缴费；对领取资格有疑义的，向发放地经办机构申请核定。',
    en: 'Stop contributing; what the person paid for these months is paid back where it was paid. If the pension itself is in doubt, ask the paying agency to determine it.',
  },
  reads: ['bookings', 'benefits'],
  withoutSource: 'MORE',
  find(record) {
    const drawn = drawnMonths(record, PENSIONS);
    const paid = paidMonths(record, PENSIONS).filter(({ month, actual }) => actual && drawn.has(month));
    if (paid.length === 0) return [];
    const months = calendarMonths(paid);
    const text = monthsText(months);
    return [
      evidence(
        {
          zh: `领取养老金期间缴纳了${months.length}个月养老保险费（${text.zh}）。`,
          en: `${months.length} months of pension contributions while a pension was drawn (${text.en}).`,
        },
        { months, schemes: paid.map(({ scheme }) => scheme), places: paid.map(({ jurisdiction }) => jurisdiction) },
      ),
    ];
  },
};

/** R03. */
export const twoPensions: RiskRule = {
  code: 'R03',
  title: { zh: '重复领取养老金', en: 'Two pensions drawn at the same time' },
  article: '人社部规〔2016〕5号；人社厅发〔2021〕77号；人社部发〔2014〕17号 第七条',
  wayOut: {
    zh: '保留一个待遇，清理其余关系并退还个人账户余额；重复领取的部分应退还，可依次从清理的账户和今后待遇中抵扣。',
    en: 'Keep one, end the other relations and have the rest of their accounts paid out; what was drawn twice is repaid, or set off against the cleared account and then the running pension.',
  },
  reads: ['benefits'],
  withoutSource: 'MORE',
  find(record) {
    const pensions = record.benefits.filter(({ scheme }) => PENSIONS.has(scheme));
    const pairs = pensions.flatMap((one, i) => pensions.slice(i + 1).map((other) => [one, other] as const));
    const shared = pairs.flatMap(([one, other]) => {
      const [a, b] = [spellOf(one, record), spellOf(other, record)];
      const both = a && b && sharedMonths(a, b);
      return both ? [{ both, one, other }] : [];
    });
    if (shared.length === 0) return [];
    const months = [...new Set(shared.flatMap(({ both }) => [...eachMonth(both)]))].sort((a, b) => a - b);
    const drawn = [...new Set(shared.flatMap(({ one, other }) => [one, other]))];
    const text = monthsText(months);
    const names = drawn.map(({ scheme, jurisdiction }) => ({ scheme, ...provinceName(jurisdiction) }));
    return [
      evidence(
        {
          zh: `同时领取${names.map(({ zh, scheme }) => `${zh}（${schemeName(scheme).zh}）`).join('、')}的养老金，共${months.length}个月（${text.zh}）。`,
          en: `Pensions of ${names.map(({ en, scheme }) => `${en} (${schemeName(scheme).en})`).join(', ')} were drawn together for ${months.length} months (${text.en}).`,
        },
        { months, schemes: drawn.map(({ scheme }) => scheme), places: drawn.map(({ jurisdiction }) => jurisdiction) },
      ),
    ];
  },
};

/** R13. */
export const workingClaimant: RiskRule = {
  code: 'R13',
  title: { zh: '领取失业保险金期间以单位职工身份缴费', en: 'Unemployment benefit while an employer pays contributions' },
  article: '社会保险法 第五十一条；社会保险经办条例 第二十四条',
  wayOut: {
    zh: '已重新就业的，向发放地经办机构办理停领并退还相应月份待遇；缴费有误的，由单位更正申报。',
    en: 'Who works again stops the benefit at the paying agency and repays those months; a wrong declaration is corrected by the employer.',
  },
  reads: ['bookings', 'benefits'],
  withoutSource: 'MORE',
  find(record) {
    const drawn = drawnMonths(record, UNEMPLOYMENT);
    const employed = paidMonths(record, OF_EMPLOYEES).filter(
      ({ month, actual, employer, units }) => actual && drawn.has(month) && ((employer ?? 0) > 0 || units.size > 0),
    );
    if (employed.length === 0) return [];
    const months = calendarMonths(employed);
    const text = monthsText(months);
    return [
      evidence(
        {
          zh: `领取失业保险金的${months.length}个月里（${text.zh}）有单位为其缴费。`,
          en: `In ${months.length} months of unemployment benefit (${text.en}) an employer paid contributions.`,
        },
        {
          months,
          schemes: employed.map(({ scheme }) => scheme),
          places: employed.map(({ jurisdiction }) => jurisdiction),
          units: employed.flatMap(({ units }) => [...units]),
        },
      ),
    ];
  },
};

const UNEMPLOYMENT: ReadonlySet<Scheme> = new Set<Scheme>(['210']);
const OF_EMPLOYEES: ReadonlySet<Scheme> = new Set<Scheme>(['110', '120', '210', '310', '410']);

/** Months for which some benefits are certainly drawn. */
function drawnMonths(record: LifeRecord, schemes: ReadonlySet<Scheme>): ReadonlySet<Month> {
  return new Set(
    record.benefits.flatMap((benefit) => {
      const spell = schemes.has(benefit.scheme) ? spellOf(benefit, record) : undefined;
      return spell ? [...eachMonth(spell)] : [];
    }),
  );
}

/** Of a benefit that is suspended or ended without a last month nobody knows how long it was drawn. */
function spellOf({ state, from, to }: Benefit, { asOf }: Pick<LifeRecord, 'asOf'>): MonthRange | undefined {
  if (to === undefined && state !== 'PAYING') return undefined;
  const end = to === undefined ? asOf : earlierMonth(to, asOf);
  return end < from ? undefined : { from, to: end };
}

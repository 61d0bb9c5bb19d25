import { paidMonths, calendarMonths } from '../record/paid-months.js';
import { EMPLOYEE_PENSIONS } from '../record/record.js';
import { eachMonth, type Month } from '../month.js';
import { evidence, type RiskRule } from './finding.js';
import { monthsText } from './months-text.js';

/** N01. */
export const gapsInPension: RiskRule = {
  code: 'N01',
  title: { zh: '养老保险缴费中断', en: 'Gaps in pension contributions' },
  article: '社会保险法 第十六条、第十九条',
  wayOut: {
    zh: '中断不影响以前年限的累计；单位漏缴的，可要求单位补缴；否则可继续以灵活就业身份缴费，一般不能补缴过去月份。',
    en: 'Earlier months still count. What an employer failed to pay it has to pay; otherwise go on as a flexible worker, past months can as a rule not be paid.',
  },
  reads: ['bookings'],
  withoutSource: 'UNDECIDED',
  find(record) {
    const months = calendarMonths(paidMonths(record, EMPLOYEE_PENSIONS));
    const missing: Month[] = [];
    months.forEach((month, i) => {
      const next = months[i + 1];
      if (next !== undefined) missing.push(...[...eachMonth({ from: month, to: next })].slice(1, -1));
    });
    if (missing.length === 0) return [];
    const text = monthsText(missing);
    return [
      evidence(
        {
          zh: `养老保险有${missing.length}个月没有缴费（${text.zh}）。`,
          en: `${missing.length} months without pension contributions (${text.en}).`,
        },
        { months: missing, schemes: ['110'] },
      ),
    ];
  },
};

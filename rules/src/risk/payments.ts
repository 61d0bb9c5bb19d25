import type { Month } from '../month.js';
import { provinceName, type Province } from '../divisions/division.js';
import { monthOfDate } from '../calendar/civil-date.js';
import { yuan, fen } from '../money.js';
import { paidMonths, type PaidMonth } from '../record/paid-months.js';
import { PENSIONS, type Scheme } from '../record/record.js';
import { schemeName } from '../record/schemes.js';
import { baseLimitsAt } from './base-limits.js';
import { evidence, type Evidence, type RiskRule } from './finding.js';
import { monthsText } from './months-text.js';

/** From so many months on, payments for past months need papers (人社厅发〔2019〕94号). */
const LUMP_SUM_MONTHS = 36;

/** R01. */
export const twoProvinces: RiskRule = {
  code: 'R01',
  title: { zh: '同月多地重复缴费', en: 'The same scheme paid in two provinces in one month' },
  article: '人社部发〔2010〕70号',
  wayOut: {
    zh: '与经办机构协商保留其中一个关系，重复月份清退个人账户部分；先转移后清理，由转入地办理。',
    en: 'Agree with the agency which relation to keep; the personal account part of the other months is paid back. First transfer, then clear: the destination does it.',
  },
  reads: ['bookings'],
  withoutSource: 'MORE',
  find(record) {
    const places = new Map<Scheme, Map<Month, Set<Province>>>();
    for (const { scheme, month, jurisdiction, actual } of paidMonths(record)) {
      if (!actual) continue;
      const months = places.get(scheme) ?? new Map<Month, Set<Province>>();
      places.set(scheme, months);
      months.set(month, (months.get(month) ?? new Set()).add(jurisdiction));
    }
    return [...places].flatMap(([scheme, byMonth]) => {
      const twice = [...byMonth].filter(([, where]) => where.size > 1);
      if (twice.length === 0) return [];
      const months = twice.map(([month]) => month).sort((a, b) => a - b);
      const where = [...new Set(twice.flatMap(([, provinces]) => [...provinces]))].sort();
      const text = monthsText(months);
      return [
        evidence(
          {
            zh: `${schemeName(scheme).zh}在${where.map((one) => provinceName(one).zh).join('、')}同时缴费，共${months.length}个月（${text.zh}）。`,
            en: `Contributions to ${schemeName(scheme).en} were paid in ${where.map((one) => provinceName(one).en).join(', ')} at the same time, ${months.length} months (${text.en}).`,
          },
          { months, schemes: [scheme], places: where },
        ),
      ];
    });
  },
};

/** R04. */
export const lumpSums: RiskRule = {
  code: 'R04',
  title: { zh: '一次性补缴满三年', en: 'Three years or more paid at once' },
  article: '人社部规〔2016〕5号；人社厅发〔2019〕94号',
  wayOut: {
    zh: '提供缴费前已生效的法院、审计、劳动监察或仲裁文书；没有的，相应月份退回缴费地，其余月份应转尽转。',
    en: 'Show papers of a court, audit office, labour inspection or arbitration made before the payment; without them these months go back to the place of the payment and all others still move.',
  },
  reads: ['bookings'],
  withoutSource: 'MORE',
  find(record) {
    const byScheme = new Map<string, PaidMonth[]>();
    for (const month of paidMonths(record, PENSIONS)) {
      if (!month.actual || month.paidOn === undefined) continue;
      const key = `${month.scheme} ${month.jurisdiction}`;
      byScheme.set(key, [...(byScheme.get(key) ?? []), month]);
    }
    return [...byScheme.values()].flatMap(lumpSumsOf);
  },
};

function lumpSumsOf(months: readonly PaidMonth[]): Evidence[] {
  const [first] = months;
  if (!first) return [];
  const perDay = new Map<number, number>();
  for (const { paidOn = 0 } of months) perDay.set(paidOn, (perDay.get(paidOn) ?? 0) + 1);
  const late = ({ paidOn, month }: PaidMonth): boolean => paidOn !== undefined && monthOfDate(paidOn) - month > LUMP_SUM_MONTHS;
  const found = months.filter((one) => late(one) || (perDay.get(one.paidOn ?? 0) ?? 0) >= LUMP_SUM_MONTHS);
  if (found.length === 0) return [];
  const text = monthsText(found.map(({ month }) => month));
  const { zh, en } = provinceName(first.jurisdiction);
  return [
    evidence(
      {
        zh: `${zh}有${found.length}个月（${text.zh}）是一次性补缴：同日缴纳${LUMP_SUM_MONTHS}个月以上，或晚于所属期${LUMP_SUM_MONTHS}个月以上。`,
        en: `${found.length} months in ${en} (${text.en}) were paid ${LUMP_SUM_MONTHS} or more on one day, or more than ${LUMP_SUM_MONTHS} months late.`,
      },
      { months: found.map(({ month }) => month), schemes: [first.scheme], places: [first.jurisdiction] },
    ),
  ];
}

/** R05. */
export const baseOutOfBounds: RiskRule = {
  code: 'R05',
  title: { zh: '缴费基数低于下限或高于上限', en: 'Contribution base below the floor or above the ceiling' },
  article: '国办发〔2019〕13号',
  wayOut: {
    zh: '请缴费地经办机构核对当年公布的上下限，由单位补差或退还多缴部分。',
    en: 'Ask the agency to check against the limits published for the year; the employer pays the difference, or what is too much is paid back.',
  },
  reads: ['bookings'],
  withoutSource: 'MORE',
  find(record) {
    const out = paidMonths(record, EMPLOYEES).flatMap((one) => {
      const limits = one.base === undefined ? undefined : baseLimitsAt(one.jurisdiction, one.month);
      if (!limits || one.base === undefined) return [];
      const side =
        limits.floor !== undefined && one.base < limits.floor
          ? 'BELOW'
          : limits.ceiling !== undefined && one.base > limits.ceiling
            ? 'ABOVE'
            : undefined;
      return side ? [{ ...one, side, bound: side === 'BELOW' ? limits.floor : limits.ceiling }] : [];
    });
    const groups = new Map<string, typeof out>();
    for (const one of out) {
      const key = `${one.jurisdiction} ${one.side} ${one.bound ?? 0}`;
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    return [...groups.values()].flatMap((group) => {
      const [first] = group;
      if (first?.bound === undefined) return [];
      const months = group.map(({ month }) => month);
      const { zh, en } = provinceName(first.jurisdiction);
      const text = monthsText(months);
      const bound = yuan(fen(first.bound));
      return [
        evidence(
          first.side === 'BELOW'
            ? { zh: `${zh}${text.zh}缴费基数低于下限${bound}元。`, en: `In ${en}, ${text.en}: base below the floor of ${bound} yuan.` }
            : { zh: `${zh}${text.zh}缴费基数高于上限${bound}元。`, en: `In ${en}, ${text.en}: base above the ceiling of ${bound} yuan.` },
          { months, schemes: ['110'], places: [first.jurisdiction], units: group.flatMap(({ units }) => [...units]) },
        ),
      ];
    });
  },
};

const EMPLOYEES: ReadonlySet<Scheme> = new Set<Scheme>(['110']);

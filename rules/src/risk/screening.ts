import { provinceName } from '../divisions/division.js';
import { monthLabel } from '../month.js';
import { paidMonths } from '../record/paid-months.js';
import type { LifeRecord, MissingSource } from '../record/record.js';
import { Working, type RuleOptions, type Ruled } from '../result.js';
import type { Text } from '../text.js';
import { baseLimitsAt } from './base-limits.js';
import type { Evidence, RiskCode, RiskRule } from './finding.js';
import { RISK_RULES } from './rules.js';

/** A hint for an officer and for the person, never a ground to refuse anything by itself. */
export interface Finding extends Evidence, Pick<RiskRule, 'code' | 'title' | 'article' | 'wayOut'> {
  /** How to have it looked at again. */
  readonly appeal: Text;
}

/** A source that did not answer, and what it would change. */
export interface Shortfall {
  readonly source: MissingSource;
  /** Rules that may find more with it. */
  readonly mayAdd: readonly RiskCode[];
  /** Rules that were not examined without it. */
  readonly undecided: readonly RiskCode[];
  readonly text: Text;
}

export interface Screening {
  readonly findings: readonly Finding[];
  /** Rules that were examined. */
  readonly examined: readonly RiskCode[];
  /** Rules that were not: a source is missing whose records could prove them wrong, or the record does not say what they look at. */
  readonly undecided: readonly RiskCode[];
  readonly shortfalls: readonly Shortfall[];
}

/** Agencies as sentences name them; another one goes by its code. */
const AGENCIES: Readonly<Record<string, Text | undefined>> = {
  hrss: { zh: '人社', en: 'human resources and social security' },
  'market-regulation': { zh: '市场监管', en: 'market regulation' },
  postal: { zh: '邮政', en: 'the postal administration' },
  'medical-insurance': { zh: '医保', en: 'medical insurance' },
};

const APPEAL: Text = {
  zh: '本提示不作为拒绝办理的依据。有异议可向经办机构申请核查更正，也可依法申请行政复议或者提起行政诉讼。',
  en: 'This hint is no ground to refuse anything. Ask the agency to check and correct it; administrative review and court remain open.',
};

/**
 * Screens a record by all rules (R01–R14, and our own notices N01, N02). A rule whose finding a missing source could disprove is left
 * undecided, and so is one of which the record does not say what it looks at; every other finding stands whatever the missing source holds.
 */
export function screen(record: LifeRecord, options: RuleOptions = {}): Ruled<Screening> {
  const working = new Working(options);
  const shortfalls = record.missing.map((source) => shortfallOf(source));
  const undecided = new Set(shortfalls.flatMap((one) => one.undecided));
  const examined: RiskRule[] = [];
  const findings: Finding[] = [];
  for (const rule of RISK_RULES.filter(({ code }) => !undecided.has(code))) {
    const { code, title, article, wayOut } = rule;
    const found = rule.find(record);
    // What is found stands; that nothing is found says nothing where the record does not hold what the rule looks at.
    const lacking = found.length > 0 ? undefined : rule.lacks?.(record);
    if (lacking) {
      undecided.add(code);
      working.provisional(`NOT_EXAMINED_${code}`, {
        zh: `${lacking.zh}，未按${code}核对。`,
        en: `${code} was not examined: ${lacking.en}.`,
      });
      continue;
    }
    examined.push(rule);
    for (const one of found) {
      working.step(() => ({ text: { zh: `${code} ${one.reason.zh}`, en: `${code} ${one.reason.en}` }, article }));
      findings.push({ code, title, article, wayOut, ...one, appeal: APPEAL });
    }
  }
  for (const { source, text } of shortfalls)
    working.provisional(
      `SOURCE_MISSING_${source.agency.toUpperCase().replaceAll('-', '_')}${source.jurisdiction ? `_${source.jurisdiction}` : ''}`,
      text,
    );
  noteLimitsNotOnFile(record, working);
  return working.ruled(
    { findings, examined: examined.map(({ code }) => code), undecided: [...undecided].sort(), shortfalls },
    {
      rule: 'rules R01–R14 over the whole record; a finding is a hint, the agency decides',
      article: '社会保险经办条例 第四十九条、第五十二条、第五十五条',
      version: `screening@2026-11, record of ${monthLabel(record.asOf)}`,
    },
  );
}

function shortfallOf(source: MissingSource): Shortfall {
  const concerned = RISK_RULES.filter(({ reads }) => reads.some((part) => source.parts.includes(part)));
  const of = (kind: RiskRule['withoutSource']): RiskCode[] =>
    concerned.flatMap(({ code, withoutSource }) => (withoutSource === kind ? [code] : []));
  const [mayAdd, undecided] = [of('MORE'), of('UNDECIDED')];
  const place = source.jurisdiction && provinceName(source.jurisdiction);
  const { zh: agency, en: called } = AGENCIES[source.agency] ?? { zh: source.agency, en: source.agency };
  const name = { zh: `${agency}${place ? `（${place.zh}）` : ''}`, en: `${called}${place ? ` (${place.en})` : ''}` };
  const zh = [
    ...(mayAdd.length > 0 ? [`补齐后${mayAdd.join('、')}可能有更多提示`] : []),
    ...(undecided.length > 0 ? [`${undecided.join('、')}暂不能判断`] : []),
  ];
  const en = [
    ...(mayAdd.length > 0 ? [`with it ${mayAdd.join(', ')} may show more`] : []),
    ...(undecided.length > 0 ? [`without it ${undecided.join(', ')} cannot be decided`] : []),
  ];
  return {
    source,
    mayAdd,
    undecided,
    text: {
      zh: `缺少${name.zh}的记录：${zh.join('，') || '不影响提示'}。`,
      en: `records of ${name.en} are missing: ${en.join('; ') || 'no rule depends on it'}.`,
    },
  };
}

function noteLimitsNotOnFile(record: LifeRecord, working: Working): void {
  const without = paidMonths(record, new Set(['110'])).some(
    ({ base, jurisdiction, month }) => base !== undefined && !baseLimitsAt(jurisdiction, month),
  );
  if (without)
    working.provisional('BASE_LIMITS_NOT_ON_FILE', {
      zh: '部分年度、地区的缴费基数上下限未收录，这些月份未按R05核对。',
      en: 'Limits of the base are not on file for some years and places; those months were not held against R05.',
    });
}

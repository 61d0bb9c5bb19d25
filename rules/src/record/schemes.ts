import { monthOf, type Month } from '../month.js';
import { RuleRefusal } from '../refusal.js';
import type { Text } from '../text.js';
import type { Scheme } from './record.js';

/** By code, the month from which a contribution to the scheme can stand in a record. */
const IN_FORCE: Readonly<Record<Scheme, Month>> = {
  // Months of work from before the 1990s are deemed months; personal contributions to pensions were tried from 1986 on (国发〔1986〕77号).
  '110': monthOf(1986, 10),
  '120': monthOf(1986, 10),
  // 国发〔2014〕8号 joined the rural scheme of 2009 (国发〔2009〕32号) and the urban one of 2011 under this code.
  '170': monthOf(2009, 9),
  // 国发〔1986〕77号, as 待业保险.
  '210': monthOf(1986, 10),
  // 国发〔1998〕44号; the trials began in 1994.
  '310': monthOf(1994, 1),
  // 国发〔2007〕20号; the rural 新农合 before it has its own code.
  '390': monthOf(2007, 1),
  // 劳部发〔1996〕266号.
  '410': monthOf(1996, 10),
  // 劳部发〔1994〕504号.
  '510': monthOf(1995, 1),
  // A proposal of 2022; see pension/mobile.
  'X-MOBILE': monthOf(2022, 3),
};

const BY_NAME: ReadonlyMap<string, Scheme> = new Map<string, Scheme>([
  ['EMPLOYEE_PENSION', '110'],
  ['ENTERPRISE_EMPLOYEE', '110'],
  ['EMPLOYEE', '110'],
  ['PUBLIC_INSTITUTION_PENSION', '120'],
  ['PUBLIC_INSTITUTION', '120'],
  ['RESIDENT_PENSION', '170'],
  ['RESIDENT', '170'],
  ['UNEMPLOYMENT', '210'],
  ['EMPLOYEE_MEDICAL', '310'],
  ['RESIDENT_MEDICAL', '390'],
  ['WORK_INJURY', '410'],
  ['MATERNITY', '510'],
]);

const IN_WORDS: Readonly<Record<Scheme, Text>> = {
  '110': { zh: '职工养老保险', en: 'employees’ pension' },
  '120': { zh: '机关事业单位养老保险', en: 'pension of public institutions' },
  '170': { zh: '居民养老保险', en: 'residents’ pension' },
  '210': { zh: '失业保险', en: 'unemployment insurance' },
  '310': { zh: '职工医保', en: 'employees’ medical insurance' },
  '390': { zh: '居民医保', en: 'residents’ medical insurance' },
  '410': { zh: '工伤保险', en: 'work-injury insurance' },
  '510': { zh: '生育保险', en: 'maternity insurance' },
  'X-MOBILE': { zh: '流动劳务人员养老保险（建议）', en: 'pension of mobile workers (a proposal)' },
};

/** What sentences call a scheme. */
export function schemeName(scheme: Scheme): Text {
  return IN_WORDS[scheme];
}

/**
 * The scheme a code or name means; 企业职工基本养老保险 where none is given.
 * @throws RuleRefusal SCHEME_UNKNOWN naming the field
 */
export function schemeFrom(value: string | number | undefined, field: string): Scheme {
  if (value === undefined) return '110';
  const text = String(value).normalize('NFKC').trim().toUpperCase();
  const scheme = isScheme(text) ? text : BY_NAME.get(text);
  if (scheme === undefined) throw new RuleRefusal('SCHEME_UNKNOWN', field);
  return scheme;
}

/** Whether a contribution to a scheme can be of that month. */
export function schemeInForce(scheme: Scheme, month: Month): boolean {
  return month >= IN_FORCE[scheme];
}

function isScheme(text: string): text is Scheme {
  return Object.hasOwn(IN_FORCE, text);
}

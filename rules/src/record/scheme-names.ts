import type { Text } from '../text.js';
import type { Scheme } from './record.js';

const NAMES: Readonly<Record<Scheme, Text>> = {
  110: { zh: '职工养老保险', en: 'employees’ pension' },
  120: { zh: '机关事业单位养老保险', en: 'pension of public institutions' },
  170: { zh: '居民养老保险', en: 'residents’ pension' },
  210: { zh: '失业保险', en: 'unemployment insurance' },
  310: { zh: '职工医保', en: 'employees’ medical insurance' },
  390: { zh: '居民医保', en: 'residents’ medical insurance' },
  410: { zh: '工伤保险', en: 'work-injury insurance' },
  510: { zh: '生育保险', en: 'maternity insurance' },
  'X-MOBILE': { zh: '新业态职业伤害保障', en: 'occupational-injury protection of platform workers' },
};

/** What sentences call a scheme (险种, AAE140). */
export function schemeName(scheme: Scheme): Text {
  return NAMES[scheme];
}

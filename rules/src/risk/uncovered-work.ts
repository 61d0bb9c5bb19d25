import { eachMonth, earlierMonth, type Month } from '../month.js';
import { firstDay } from '../calendar/civil-date.js';
import { occupationalInjuryPlaces } from '../generated/occupational-injury-places.js';
import { paidMonths } from '../record/paid-months.js';
import type { Engagement, LifeRecord, Scheme } from '../record/record.js';
import { evidence, type RiskRule } from './finding.js';
import { monthsText } from './months-text.js';

const INJURY: ReadonlySet<Scheme> = new Set<Scheme>(['410']);

/** R10. */
export const uncoveredWork: RiskRule = {
  code: 'R10',
  title: { zh: '快递员、平台骑手无工伤或职业伤害保障', en: 'Courier or platform work without work-injury cover' },
  article: '工伤保险条例 第二条；人社部发〔2021〕110号；人社部发〔2025〕24号',
  wayOut: {
    zh: '由快递企业为快递员参加工伤保险；平台企业在试点地区按单缴纳职业伤害保障费，劳动者本人不缴费。',
    en: 'The express company insures its couriers (410); in the places of the occupational-injury protection the platform pays per order. The worker pays nothing.',
  },
  reads: ['engagements', 'bookings', 'injuryCover'],
  // What a missing register may hold is just the cover that seems to be lacking.
  withoutSource: 'UNDECIDED',
  find(record) {
    const covered = new Set<Month>([
      ...paidMonths(record, INJURY).map(({ month }) => month),
      ...record.injuryCover.map(({ month }) => month),
    ]);
    return record.engagements.flatMap((engagement) => {
      const months = activeMonths(engagement, record).filter((month) => !covered.has(month));
      if (months.length === 0) return [];
      const { trade, jurisdiction, unit, platform } = engagement;
      const text = monthsText(months);
      const last = months[months.length - 1];
      const rolledOut = jurisdiction === undefined || last === undefined || occupationalInjuryPlaces.at(firstDay(last), jurisdiction);
      const note =
        trade === 'EXPRESS' || rolledOut
          ? { zh: '', en: '' }
          : { zh: '当地当时尚未纳入职业伤害保障试点。', en: ' The occupational-injury protection had not reached the place by then.' };
      return [
        evidence(
          {
            zh: `${TRADES[trade].zh}从业的${months.length}个月（${text.zh}）没有工伤保险或职业伤害保障记录。${note.zh}`,
            en: `${months.length} months of ${TRADES[trade].en} (${text.en}) without work-injury insurance or occupational-injury cover.${note.en}`,
          },
          {
            months,
            schemes: ['410'],
            places: jurisdiction === undefined ? [] : [jurisdiction],
            units: [unit ?? platform].flatMap((one) => one ?? []),
          },
        ),
      ];
    });
  },
};

const TRADES = {
  EXPRESS: { zh: '快递', en: 'work as a courier' },
  RIDE_HAILING: { zh: '网约车', en: 'ride-hailing' },
  INSTANT_DELIVERY: { zh: '即时配送', en: 'instant delivery' },
  CITY_FREIGHT: { zh: '同城货运', en: 'city freight' },
} as const;

function activeMonths({ from, to, activeMonths: active }: Engagement, { asOf }: LifeRecord): readonly Month[] {
  if (active) return [...new Set(active)].filter((month) => month <= asOf).sort((a, b) => a - b);
  const end = to === undefined ? asOf : earlierMonth(to, asOf);
  return end < from ? [] : [...eachMonth({ from, to: end })];
}

import { monthIndex, monthText, type MonthIndex } from './calendar.js';
import type { InjuryCover, PlatformEngagement } from './model.js';
import { mix } from './rng.js';

const { imul, max, min, round } = Math;

export interface EngagementFacts extends Omit<PlatformEngagement, 'months'> {
  readonly jurisdiction: string;
  readonly firstMonth: MonthIndex;
  readonly lastMonth: MonthIndex;
  /** Names the stream of the activity. */
  readonly key: number;
  /** 1 is full time. */
  readonly intensity: number;
}

/** An engagement that computes its months of activity when asked, like BookedRelation. */
export class BookedEngagement implements PlatformEngagement {
  readonly platform: string;
  readonly unit: string;
  readonly trade: PlatformEngagement['trade'];
  readonly division: string;
  readonly from: string;
  declare readonly to?: string;
  readonly #facts: EngagementFacts;

  constructor(facts: EngagementFacts) {
    this.platform = facts.platform;
    this.unit = facts.unit;
    this.trade = facts.trade;
    this.division = facts.division;
    this.from = facts.from;
    if (facts.to !== undefined) this.to = facts.to;
    this.#facts = facts;
  }

  get months(): PlatformEngagement['months'] {
    const { firstMonth, lastMonth, key, intensity, trade } = this.#facts;
    const months: PlatformEngagement['months'][number][] = [];
    for (let month = firstMonth; month <= lastMonth; month++) {
      const noise = mix(key ^ imul(month, 0x9e3779b1));
      const activeDays = max(1, min(29, round((16 + (noise % 13)) * intensity)));
      const perDay = trade === 'INSTANT_DELIVERY' ? 24 : trade === 'RIDE_HAILING' ? 15 : 4;
      const orders = max(activeDays, round(activeDays * perDay * (0.75 + ((noise >>> 8) % 50) / 100)));
      months.push({ month: monthText(month), activeDays, orders });
    }
    return months;
  }

  /** 职业伤害保障 of the months in which the place had it; the platform pays by the order. */
  injuryCover(): InjuryCover[] {
    const start = injuryCoverStart(this.#facts.jurisdiction);
    return this.months
      .filter(({ month }) => monthIndex(month) >= start)
      .map(({ month, activeDays, orders }) => ({
        unit: this.unit,
        platform: this.platform,
        month,
        days: activeDays,
        orders,
        paid: orders * PER_ORDER[this.trade],
        jurisdiction: this.#facts.jurisdiction,
      }));
  }

  toJSON(): PlatformEngagement {
    const { platform, unit, trade, division, from, to, months } = this;
    return { platform, unit, trade, division, from, ...(to === undefined ? {} : { to }), months };
  }
}

/** Fen for one order (人社部发〔2025〕24号). */
const PER_ORDER: Readonly<Record<PlatformEngagement['trade'], number>> = { RIDE_HAILING: 1, INSTANT_DELIVERY: 25, CITY_FREIGHT: 18 };

const FIRST = new Set(['110000', '310000', '320000', '440000', '460000', '500000', '510000']);
const SECOND = new Set(['120000', '130000', '210000', '330000', '340000', '350000', '370000', '420000', '450000', '640000']);

/** First month of 职业伤害保障 in a jurisdiction: seven provinces from 2022-07, ten more from 2025-07, all from 2026-07. */
export function injuryCoverStart(jurisdiction: string): MonthIndex {
  return monthIndex(FIRST.has(jurisdiction) ? '2022-07' : SECOND.has(jurisdiction) ? '2025-07' : '2026-07');
}

import type { CivilDate } from '../calendar/civil-date.js';
import { Working, type RuleOptions, type Ruled } from '../result.js';
import { injuryCoverage, type InjuryCoverageQuestion } from './coverage.js';

/** What the record of an order must hold, so that an injury can be judged. */
export type OrderFact = 'orderId' | 'start' | 'end' | 'place';

export interface OrderEventQuestion extends InjuryCoverageQuestion {
  readonly on: CivilDate;
  /** Moments as milliseconds since 1970. */
  readonly injuredAt: number;
  readonly start: number | undefined;
  readonly end: number | undefined;
  /** Facts that the record lacks. */
  readonly lacking: readonly OrderFact[];
}

export interface OrderEvent {
  readonly covered: boolean;
  readonly reason: 'DURING_ORDER' | 'OUTSIDE_ORDER' | 'ORDER_RECORD_INCOMPLETE' | 'PLACE_NOT_YET' | 'PLATFORM_NOT_YET';
  readonly lacking: readonly OrderFact[];
}

const ARTICLE = '人社部发〔2021〕110号';

/** 职业伤害: whether an injury happened while an order was carried out, from taking it to handing it over, both included. */
export function orderEvent(question: OrderEventQuestion, options: RuleOptions = {}): Ruled<OrderEvent> {
  const working = new Working(options);
  const coverage = injuryCoverage(question, options);
  working.takeOver(coverage);
  const reason = reasonOf(question, coverage.figures.reason);
  working.step(() => ({ text: TEXTS[reason], article: ARTICLE }));
  return working.ruled(
    { covered: reason === 'DURING_ORDER', reason, lacking: question.lacking },
    {
      rule: 'the protection applies to the time of carrying out an order; the record needs order, start, end and place',
      article: ARTICLE,
      version: coverage.version,
    },
  );
}

function reasonOf({ start, end, injuredAt, lacking }: OrderEventQuestion, coverage: 'COVERED' | 'PLACE_NOT_YET' | 'PLATFORM_NOT_YET') {
  if (coverage !== 'COVERED') return coverage;
  if (start === undefined || end === undefined) return 'ORDER_RECORD_INCOMPLETE';
  if (injuredAt < start || injuredAt > end) return 'OUTSIDE_ORDER';
  return lacking.length > 0 ? 'ORDER_RECORD_INCOMPLETE' : 'DURING_ORDER';
}

const TEXTS: Readonly<Record<OrderEvent['reason'], { readonly zh: string; readonly en: string }>> = {
  DURING_ORDER: { zh: '发生在执行订单期间', en: 'it happened while the order was carried out' },
  OUTSIDE_ORDER: { zh: '不在执行订单期间', en: 'it did not happen while the order was carried out' },
  ORDER_RECORD_INCOMPLETE: { zh: '订单记录不完整，须补充', en: 'the record of the order is incomplete' },
  PLACE_NOT_YET: { zh: '该地区尚未开展试点', en: 'the place takes no part yet' },
  PLATFORM_NOT_YET: { zh: '该平台尚未纳入', en: 'the platform takes no part yet' },
};

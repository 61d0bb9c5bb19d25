import { Type } from 'typebox';
import { dateFrom, firstDay, type CivilDate } from '../calendar/civil-date.js';
import { CountLike, countFrom } from '../count.js';
import { provinceFrom } from '../divisions/division.js';
import { DateInput, DivisionInput, MoneyInput, MonthInput } from '../input.js';
import { defineKind, type Kind } from '../kind.js';
import { fenFromYuan, yuan } from '../money.js';
import { monthFrom } from '../month.js';
import { RuleRefusal } from '../refusal.js';
import { injuryContribution, type InjuryTrade } from './contribution.js';
import { injuryCoverage } from './coverage.js';
import { orderEvent } from './order-event.js';

const PlaceAndDay = {
  province: DivisionInput,
  platform: Type.Optional(Type.String({ maxLength: 100 })),
  date: Type.Optional(DateInput),
  month: Type.Optional(MonthInput),
};
const OrdersInput = Type.Object({
  trade: Type.String(),
  orders: CountLike,
  level: Type.Optional(Type.Union([Type.Literal('LOW'), Type.Literal('HIGH')])),
  newPlatform: Type.Optional(Type.Boolean()),
  rate: Type.Optional(MoneyInput),
});

/** 外卖 and 即时配送 are one trade since July 2025. */
const TRADE_NAMES: ReadonlyMap<string, InjuryTrade> = new Map([
  ['RIDE_HAILING', 'RIDE_HAILING'],
  ['INSTANT_DELIVERY', 'INSTANT_DELIVERY'],
  ['FOOD_DELIVERY', 'INSTANT_DELIVERY'],
  ['CITY_FREIGHT', 'CITY_FREIGHT'],
]);

const coverage = defineKind({
  kind: 'occupational_injury_coverage',
  title: { zh: '职业伤害保障覆盖', en: 'whether orders are covered by the occupational injury protection' },
  input: Type.Object(PlaceAndDay),
  evaluate(input, options) {
    const answer = injuryCoverage(questionFrom(input), options);
    const { covered, reason, step } = answer.figures;
    return { ...answer, figures: { covered, reason, step: step ?? null } };
  },
});

const contribution = defineKind({
  kind: 'occupational_injury_contribution',
  title: { zh: '职业伤害保障费', en: 'occupational injury contribution per order' },
  input: Type.Object({ ...PlaceAndDay, orders: Type.Array(OrdersInput) }),
  evaluate(input, options) {
    const counts = input.orders.map(({ trade, orders, level, newPlatform, rate }, index) => {
      const known = TRADE_NAMES.get(trade.normalize('NFKC').trim().toUpperCase());
      if (known === undefined) throw new RuleRefusal('TRADE_UNKNOWN', `orders[${index}].trade`);
      return {
        trade: known,
        orders: countFrom(orders, `orders[${index}].orders`),
        level: level ?? (newPlatform === true ? ('LOW' as const) : undefined),
        rate: rate === undefined ? undefined : fenFromYuan(rate, `orders[${index}].rate`),
      };
    });
    const answer = injuryContribution({ ...questionFrom(input), counts }, options);
    const { covered, lines, total, worker } = answer.figures;
    return {
      ...answer,
      figures: {
        covered,
        lines: lines.map(({ trade, orders, perOrder, amount }) => ({ trade, orders, perOrder: yuan(perOrder), amount: yuan(amount) })),
        total: yuan(total),
        paidByWorker: yuan(worker),
      },
    };
  },
});

const event = defineKind({
  kind: 'occupational_injury_event',
  title: { zh: '执行订单期间的职业伤害', en: 'whether an injury happened while an order was carried out' },
  input: Type.Object({
    province: DivisionInput,
    platform: Type.Optional(Type.String({ maxLength: 100 })),
    injuredAt: Type.String({ maxLength: 40 }),
    orderId: Type.Optional(Type.String({ maxLength: 100 })),
    start: Type.Optional(Type.String({ maxLength: 40 })),
    end: Type.Optional(Type.String({ maxLength: 40 })),
    place: Type.Optional(Type.String({ maxLength: 200 })),
  }),
  evaluate(input, options) {
    const { platform, start, end } = input;
    const order = {
      start: start === undefined ? undefined : momentFrom(start, 'start'),
      end: end === undefined ? undefined : momentFrom(end, 'end'),
    };
    if (order.start !== undefined && order.end !== undefined && order.end < order.start) throw new RuleRefusal('RANGE_REVERSED', 'end');
    const injuredAt = momentFrom(input.injuredAt, 'injuredAt');
    const facts = ['orderId', 'start', 'end', 'place'] as const;
    const answer = orderEvent(
      {
        province: provinceFrom(input.province, 'province'),
        platform,
        on: dayInChina(injuredAt),
        injuredAt,
        ...order,
        lacking: facts.filter((fact) => input[fact] === undefined || input[fact] === ''),
      },
      options,
    );
    return { ...answer, figures: { ...answer.figures } };
  },
});

/**
 * A moment: `2026-03-01T12:30:00+08:00`; without a zone it is that of China.
 * @throws RuleRefusal DATE_INVALID naming the field
 */
function momentFrom(text: string, field: string): number {
  const parts = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?$/.exec(text);
  const moment = parts === null ? Number.NaN : Date.parse(`${parts[1] ?? ''}T${parts[2] ?? ''}${parts[3] ?? '+08:00'}`);
  if (parts === null || Number.isNaN(moment)) throw new RuleRefusal('DATE_INVALID', field);
  dateFrom(parts[1] ?? '', field);
  return moment;
}

const EIGHT_HOURS = 8 * 3_600_000;

/** The civil day, Asia/Shanghai. */
function dayInChina(moment: number): CivilDate {
  return dateFrom(new Date(moment + EIGHT_HOURS).toISOString().slice(0, 10), 'injuredAt');
}

function questionFrom(input: { province: string | number; platform?: string; date?: string | number; month?: string | number }) {
  const { province, platform, date, month } = input;
  return { province: provinceFrom(province, 'province'), platform, on: dayOf(date, month) };
}

/** A month stands for its first day: places and platforms joined on first days. */
function dayOf(date: string | number | undefined, month: string | number | undefined): CivilDate {
  if (date !== undefined) return dateFrom(date, 'date');
  if (month === undefined) throw new RuleRefusal('INPUT_INVALID', 'date');
  return firstDay(monthFrom(month, 'month'));
}

export const injuryKinds: readonly Kind[] = [coverage, contribution, event];

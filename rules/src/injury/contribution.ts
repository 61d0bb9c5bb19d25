import type { CivilDate } from '../calendar/civil-date.js';
import { occupationalInjuryRates, type OccupationalInjuryRatesValues } from '../generated/occupational-injury-rates.js';
import { fen, mulDiv, sumFen, yuan, type Fen } from '../money.js';
import { versionOf } from '../parameters/table.js';
import { RuleRefusal } from '../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../result.js';
import { injuryCoverage, type InjuryCoverageQuestion } from './coverage.js';

export type InjuryTrade = OccupationalInjuryRatesValues['trade'];
/** Instant delivery is charged on two levels by the platform's experience; new platforms on the lower. */
export type InjuryLevel = OccupationalInjuryRatesValues['level'];

export interface OrderCount {
  readonly trade: InjuryTrade;
  readonly orders: number;
  readonly level?: InjuryLevel | undefined;
  /** Per order, where the place charges another amount. */
  readonly rate?: Fen | undefined;
}

export interface InjuryContributionQuestion extends InjuryCoverageQuestion {
  readonly counts: readonly OrderCount[];
}

export interface InjuryContribution {
  readonly covered: boolean;
  readonly lines: readonly { readonly trade: InjuryTrade; readonly orders: number; readonly perOrder: Fen; readonly amount: Fen }[];
  /** Paid by the platform. */
  readonly total: Fen;
  readonly worker: Fen;
}

const ARTICLE = '人社部发〔2025〕24号';

/**
 * 职业伤害保障费: so much per order (按单计费), paid by the platform; the worker pays nothing. Nothing is due where the platform's orders are not covered.
 * @throws RuleRefusal NO_PARAMETER before July 2025 unless the rate is given; DELIVERY_LEVEL_MISSING
 */
export function injuryContribution(question: InjuryContributionQuestion, options: RuleOptions = {}): Ruled<InjuryContribution> {
  const working = new Working(options);
  const coverage = injuryCoverage(question, options);
  working.takeOver(coverage);
  const { covered } = coverage.figures;
  let version = coverage.version;
  const lines = question.counts.map(({ trade, orders, level, rate }, index) => {
    if (!covered) return { trade, orders, perOrder: fen(0), amount: fen(0) };
    const row = rate === undefined ? rateRow(question.on, trade, level, `orders[${index}]`) : undefined;
    if (row !== undefined) version = versionOf(occupationalInjuryRates, row);
    const perOrder = rate ?? row?.values.amount ?? fen(0);
    const amount = mulDiv(perOrder, orders, 1);
    working.step(() => ({
      text: {
        zh: `${TRADES[trade].zh} ${orders} 单 × ${yuan(perOrder)} 元`,
        en: `${TRADES[trade].en}: ${orders} orders x ${yuan(perOrder)} yuan`,
      },
      article: ARTICLE,
      amount: yuan(amount),
    }));
    return { trade, orders, perOrder, amount };
  });
  const total = sumFen(lines.map(({ amount }) => amount));
  return working.ruled(
    { covered, lines, total, worker: fen(0) },
    { rule: 'orders x amount per order of the trade, paid by the platform', article: ARTICLE, version },
  );
}

function rateRow(on: CivilDate, trade: InjuryTrade, level: InjuryLevel | undefined, field: string) {
  const rows = occupationalInjuryRates.all(on).filter(({ values }) => values.trade === trade);
  if (rows.length === 0) throw new RuleRefusal('NO_PARAMETER', `${field}.rate`);
  if (rows.length > 1 && level === undefined) throw new RuleRefusal('DELIVERY_LEVEL_MISSING', `${field}.level`);
  const row = rows.length > 1 ? rows.find(({ values }) => values.level === level) : rows[0];
  if (row === undefined) throw new RuleRefusal('NO_PARAMETER', `${field}.rate`);
  return row;
}

const TRADES: Readonly<Record<InjuryTrade, { readonly zh: string; readonly en: string }>> = {
  RIDE_HAILING: { zh: '出行', en: 'ride hailing' },
  INSTANT_DELIVERY: { zh: '即时配送', en: 'instant delivery' },
  CITY_FREIGHT: { zh: '同城货运', en: 'city freight' },
};

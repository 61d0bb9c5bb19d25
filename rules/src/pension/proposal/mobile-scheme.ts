import { firstDay } from '../../calendar/civil-date.js';
import { provinceName, type Province } from '../../divisions/division.js';
import { mobileSchemeRoles } from '../../generated/mobile-scheme-roles.js';
import { fen, sumFen, yuan, type Fen } from '../../money.js';
import { eachMonth, yearOf, type Month, type MonthRange } from '../../month.js';
import { RuleRefusal } from '../../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../../result.js';
import type { Text } from '../../text.js';
import { Deposits, growAccount } from '../account/growth.js';
import type { CreditingRates } from '../account/rates.js';

/** Own code of the proposal. It is never mixed with 110. */
export const MOBILE_SCHEME = 'X-MOBILE';

export interface MobilePayment extends MonthRange {
  /** Paid by the person every month. */
  readonly monthly: Fen;
  /** Whose agency keeps the money. */
  readonly province: Province;
}

export interface MobileScheme {
  /** Months with a payment, each once. */
  readonly months: number;
  readonly balance: Fen;
  /** Kept by the local agency of each place. */
  readonly kept: ReadonlyMap<Province, Fen>;
  /** What moves to the place of retirement; everything is there afterwards. */
  readonly moves: readonly { readonly from: Province; readonly to: Province; readonly amount: Fen }[];
  readonly roles: readonly ({ readonly party: string } & Text)[];
}

/**
 * The proposed insurance of mobile workers (流动劳务人员养老保险, proposal of March 2022): paid by the person alone into one account under the
 * citizen number; the money stays with the local agencies, the information is shared; the person retires anywhere and moves the own money
 * there. No such scheme exists in law, and every result says so.
 * @param rates crediting rates to assume; undefined: the proposal names none, and only what was paid is summed
 */
export function mobileScheme(
  input: {
    readonly payments: readonly MobilePayment[];
    readonly retireMonth: Month;
    readonly retireIn: Province;
    readonly rates?: CreditingRates | undefined;
  },
  options: RuleOptions = {},
): Ruled<MobileScheme> {
  const working = new Working(options);
  working.provisional('PROPOSAL_NOT_LAW', {
    zh: '流动劳务人员养老保险仅为提案，法律上并无此险种',
    en: 'the insurance of mobile workers is a proposal; no such scheme exists in law',
  });
  const deposits = new Map<Province, Deposits>();
  const months = new Set<Month>();
  for (const payment of input.payments) {
    const here = deposits.get(payment.province) ?? new Deposits();
    deposits.set(payment.province, here);
    for (const month of eachMonth(payment)) {
      months.add(month);
      here.addAmount(month, payment.monthly);
    }
  }
  const kept = new Map([...deposits].sort(([a], [b]) => a.localeCompare(b)).map(([place, paid]) => [place, keptBy(paid, input, working)]));
  const balance = sumFen(kept.values());
  const moves = [...kept]
    .filter(([place, amount]) => place !== input.retireIn && amount > 0)
    .map(([from, amount]) => ({ from, to: input.retireIn, amount }));
  for (const [place, amount] of kept) {
    const { zh, en } = provinceName(place);
    working.step(() => ({ text: { zh: `${zh}保管`, en: `kept in ${en}` }, article: '提案（2022年3月）', amount: yuan(amount) }));
  }
  return working.ruled(
    { months: months.size, balance, kept, moves, roles: mobileSchemeRoles.all(firstDay(input.retireMonth)).map(({ values }) => values) },
    {
      rule: 'Proposal, not law: the person alone pays into one account, local agencies keep the money, and it moves to the place where the person retires',
      article: '流动劳务人员养老保险提案（2022年3月）',
      version: 'mobile-scheme-roles@2022-03-01',
    },
  );
}

function keptBy(
  paid: Deposits,
  input: { readonly retireMonth: Month; readonly rates?: CreditingRates | undefined },
  working: Working,
): Fen {
  const first = paid.firstYear;
  if (first === undefined) return fen(0);
  const retireYear = yearOf(input.retireMonth);
  if ((paid.lastYear ?? first) > retireYear) throw new RuleRefusal('MONTHS_AFTER_MOVE', 'retireMonth');
  const none: CreditingRates = {
    at: () => {
      throw new RuleRefusal('CREDITING_RATE_MISSING', 'ratesByYear');
    },
  };
  const { balance } = growAccount(
    {
      opening: fen(0),
      openingYear: first - 1,
      through: retireYear - 1,
      deposits: paid,
      method: input.rates === undefined ? 'NONE' : 'MONTH_PRODUCT',
      rates: input.rates ?? none,
    },
    working,
  );
  return fen(balance + paid.principal(retireYear));
}

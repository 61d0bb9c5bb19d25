import { fenOf } from '@yichuang/kit';
import { fen, monthFrom, type Fen, type MedicalScheme, type Month } from '@yichuang/rules';
import { jurisdictionOfDivision } from '@yichuang/schema';
import type { EnrolmentRecord, PaymentRecord } from '../records.js';
import type { MedicalFacts } from './facts.js';

/** By scheme of the graph its national code (insutype). */
export const CODES = { EMPLOYEE: '310', RESIDENT: '390' } as const satisfies Readonly<Record<string, MedicalScheme>>;
export type MovableScheme = keyof typeof CODES;

/** The cover of one scheme in one pooling area, however often the person joined and left there. */
export interface MedicalRelation {
  readonly scheme: MovableScheme;
  readonly area: string;
  readonly covers: readonly EnrolmentRecord[];
  readonly payments: readonly PaymentRecord[];
  /** Months paid for, in order. */
  readonly months: readonly PaidMonth[];
  /** A cover is running. */
  readonly active: boolean;
  /** In retiree cover (退休人员医保待遇). */
  readonly retired: boolean;
  /** Of the personal account; undefined where the platform's figure cannot be read. */
  readonly balance: Fen | undefined;
  /** The employer of the running cover. */
  readonly employer: string | null;
}

export interface PaidMonth {
  readonly month: Month;
  /** Paid in a later month than it is for. */
  readonly late: boolean;
}

/** Relations of a scheme in a province, or in one pooling area of it, that there is anything of to move or to join. */
export function relationsIn(
  facts: MedicalFacts,
  province: string,
  scheme: MovableScheme,
  area?: string | boolean,
): readonly MedicalRelation[] {
  const here = facts.covers.filter(
    (cover) =>
      cover.scheme === scheme &&
      cover.poolingArea !== null &&
      jurisdictionOfDivision(cover.poolingArea) === province &&
      (typeof area !== 'string' || cover.poolingArea === area),
  );
  return [...new Set(here.map(({ poolingArea }) => poolingArea ?? ''))]
    .map((one) => relationOf(facts, scheme, one))
    .filter(({ active, retired, months, balance }) => active || retired || months.length > 0 || balance !== 0);
}

function relationOf(facts: MedicalFacts, scheme: MovableScheme, area: string): MedicalRelation {
  const covers = facts.covers.filter((cover) => cover.scheme === scheme && cover.poolingArea === area);
  const payments = facts.payments.filter((payment) => payment.scheme === scheme && payment.poolingArea === area);
  const running = covers.filter(({ state }) => state === 'NORMAL');
  return {
    ...{ scheme, area, covers, payments },
    months: paidMonthsOf(payments),
    active: running.length > 0,
    retired: covers.some(({ personType }) => personType === 'RETIRED'),
    balance: balanceOf(covers),
    employer: running.find(({ employerName }) => employerName !== null)?.employerName ?? null,
  };
}

/** What was booked for a month and sums to more than nothing: corrections are rows with negative amounts. A resident pays for a year at once. */
export function paidMonthsOf(payments: readonly PaymentRecord[]): readonly PaidMonth[] {
  const booked = new Map<number, { amount: bigint; late: boolean; month: Month }>();
  for (const { month, lastMonth, personal, employer, paidOn } of payments) {
    if (month === null) continue;
    const first = monthFrom(month, 'payments');
    const last = lastMonth === null ? first : Math.min(monthFrom(lastMonth, 'payments'), first + 11);
    const amount = yuanOrNone(personal) + yuanOrNone(employer);
    const paid = paidOn === null ? undefined : monthFrom(paidOn.slice(0, 7), 'payments');
    for (let at = first; at <= last; at = (at + 1) as Month) {
      const known = booked.get(at) ?? { amount: 0n, late: false, month: at };
      booked.set(at, { month: at, amount: known.amount + amount, late: known.late || (paid !== undefined && paid > at) });
    }
  }
  return [...booked.values()]
    .filter(({ amount }) => amount > 0n)
    .sort((a, b) => a.month - b.month)
    .map(({ month, late }) => ({ month, late }));
}

/** Residents have no account: the platform leaves the balance empty. */
function balanceOf(covers: readonly EnrolmentRecord[]): Fen | undefined {
  if (covers.some(({ balance, provenance }) => balance === null && provenance.quality.some(({ field }) => field === 'balance')))
    return undefined;
  return fen(Number(covers.reduce((sum, { balance }) => sum + yuanOrNone(balance), 0n)));
}

const yuanOrNone = (yuan: string | null): bigint => (yuan === null ? 0n : fenOf(yuan));

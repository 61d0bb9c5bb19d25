import type { Life, MedicalEnrolment } from '../../../sandbox/src/people/model.js';

/** What the graph must say of a life whose data is clean, worked out from the life alone. */

const SCHEMES = { '310': 'EMPLOYEE', '390': 'RESIDENT' } as const;
export const yuan = (fen: number | undefined): string | null => (fen === undefined ? null : (fen / 100).toFixed(2));

export function enrolmentsOf(life: Life): object[] {
  return sortedNewestFirst(life.medical, (enrolment) => enrolment.from).map((enrolment) => ({
    scheme: SCHEMES[enrolment.scheme],
    poolingArea: enrolment.poolingArea,
    state: enrolment.state,
    personType: enrolment.personType,
    from: enrolment.from,
    to: enrolment.to ?? null,
    employerName: enrolment.employerName ?? null,
  }));
}

export function accountOf(life: Life): object | null {
  const parts = life.medical.filter(({ balance }) => balance !== undefined);
  if (parts.length === 0) return null;
  return {
    balance: yuan(parts.reduce((sum, { balance = 0 }) => sum + balance, 0)),
    parts: parts.map((part) => ({ poolingArea: part.poolingArea, scheme: SCHEMES[part.scheme], balance: yuan(part.balance) })),
  };
}

export function paymentsOf(life: Life): object[] {
  const rows = life.medical.flatMap((enrolment: MedicalEnrolment) => enrolment.payments.map((payment) => ({ enrolment, payment })));
  return sortedNewestFirst(rows, ({ payment }) => payment.month).map(({ enrolment, payment }) => ({
    scheme: SCHEMES[enrolment.scheme],
    poolingArea: enrolment.poolingArea,
    month: payment.month,
    base: yuan(payment.base),
    personal: yuan(payment.personal),
    employer: yuan(payment.employer),
    paidOn: payment.paidOn,
    employerName: payment.employerName ?? null,
  }));
}

/** Walks back month by month as a clerk would, over what each month was paid for. */
export function continuousMonthsOf(life: Life, thisMonth: string, seen: (month: string) => boolean = () => true): number {
  const covered = new Set<string>();
  for (const { scheme, payments } of life.medical) {
    for (const { month } of payments) {
      const year = month.slice(0, 4);
      if (scheme === '390') for (let m = Number(month.slice(5)); m <= 12; m++) covered.add(`${year}-${String(m).padStart(2, '0')}`);
      else covered.add(month);
    }
  }
  let month = [...covered]
    .filter((candidate) => candidate <= thisMonth && seen(candidate))
    .sort()
    .at(-1);
  let months = 0;
  for (; month !== undefined && covered.has(month) && seen(month); months++) month = before(month);
  return months;
}

function before(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 1 ? `${year - 1}-12` : `${year}-${String(number - 1).padStart(2, '0')}`;
}

function sortedNewestFirst<T>(items: readonly T[], when: (item: T) => string): T[] {
  return items
    .map((item, at) => ({ item, at }))
    .sort((a, b) => when(b.item).localeCompare(when(a.item)) || a.at - b.at)
    .map(({ item }) => item);
}

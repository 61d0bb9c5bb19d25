import type { CaseFigures, Difference } from './case.js';
import type { TransferFigures } from './office.js';

const FIELDS = ['before1998', 'balance', 'principal', 'account', 'pool', 'total'] as const;

/**
 * Every money field on which the rules, the source's information sheet and the money that was paid do not agree; the same list is shown to
 * both offices. Empty: all that is known agrees to the fen, and the sums are sums.
 */
export function differencesOf({ ours, source, paid }: CaseFigures): readonly Difference[] {
  const expected =
    ours?.figures && source && ours.before1998FromSheet === true ? withBefore1998(ours.figures, source.before1998) : ours?.figures;
  const known = [expected, source, paid].filter((one) => one !== undefined);
  return FIELDS.filter((field) => new Set(known.map((one) => one[field])).size > 1 || known.some((one) => !adds(one, field))).map(
    (field) => ({
      field,
      ours: expected?.[field] ?? null,
      source: source?.[field] ?? null,
      paid: paid?.[field] ?? null,
    }),
  );
}

/** A figure that is the sum of others is it. */
function adds(figures: TransferFigures, field: keyof TransferFigures): boolean {
  if (field === 'account') return figures.account === figures.before1998 + figures.balance + figures.principal;
  return field !== 'total' || figures.total === figures.account + figures.pool;
}

function withBefore1998(figures: TransferFigures, before1998: number): TransferFigures {
  const more = before1998 - figures.before1998;
  return { ...figures, before1998, account: figures.account + more, total: figures.total + more };
}

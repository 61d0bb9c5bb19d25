/** One line of a booking: an account's name and whole fen. */
export interface Line {
  readonly account: string;
  readonly fen: number;
}

/** The person's account of one scheme under one person number in one jurisdiction. */
export const personAccount = (jurisdiction: string, scheme: string, personNumber: string): string =>
  `account ${jurisdiction} ${scheme} ${personNumber}`;
export const poolOf = (jurisdiction: string): string => `pool ${jurisdiction}`;
/** What the national clearing account holds for one case. */
export const clearingOf = (caseNumber: string): string => `clearing ${caseNumber}`;

/** What a jurisdiction has paid back to persons. */
export const refundsOf = (jurisdiction: string): string => `refunds ${jurisdiction}`;

/** Sums in whole fen, for the audit. */
export interface LedgerSums {
  readonly accounts: number;
  readonly pools: number;
  readonly clearing: number;
  /** Paid back to persons: account money of months that were paid twice. */
  readonly refunds: number;
}

/** What was booked since the opening of the books: double entry, so that money is moved and never made. */
export class Bookings {
  readonly #balances = new Map<string, number>();

  /** @throws RangeError for a booking that is not balanced or not in whole fen: a defect of the office, never of an order. */
  book(lines: readonly Line[]): void {
    let sum = 0;
    for (const { fen } of lines) {
      if (!Number.isSafeInteger(fen)) throw new RangeError('a booking is in whole fen');
      sum += fen;
    }
    if (sum !== 0) throw new RangeError('a booking that is not balanced');
    for (const { account, fen } of lines) this.#balances.set(account, this.of(account) + fen);
  }

  /** What was booked to an account since the opening. */
  of(account: string): number {
    return this.#balances.get(account) ?? 0;
  }

  /** Changes since the opening, by kind of account. */
  changes(): LedgerSums {
    const sums = { accounts: 0, pools: 0, clearing: 0, refunds: 0 };
    for (const [account, fen] of this.#balances) {
      if (account.startsWith('account ')) sums.accounts += fen;
      else if (account.startsWith('pool ')) sums.pools += fen;
      else if (account.startsWith('refunds ')) sums.refunds += fen;
      else sums.clearing += fen;
    }
    return sums;
  }

  /** Accounts of clearing that are not even: cases whose money is under way. */
  underWay(): number {
    let open = 0;
    for (const [account, fen] of this.#balances) if (account.startsWith('clearing ') && fen !== 0) open++;
    return open;
  }
}

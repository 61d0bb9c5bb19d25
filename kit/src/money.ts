/** Money is summed in whole fen: exact, whatever the number of rows. On the wire it is yuan as text with two places. */

/** Fen of an amount in yuan as the mapping gives it (`-1234.50`). @throws RangeError for any other text. */
export function fenOf(yuan: string): bigint {
  const match = /^(-?)(\d+)\.(\d{2})$/.exec(yuan);
  if (!match) throw new RangeError('not an amount in yuan with two places');
  const fen = BigInt(`${match[2] ?? ''}${match[3] ?? ''}`);
  return match[1] ? -fen : fen;
}

/** Yuan with two places of an amount in fen. */
export function yuanOf(fen: bigint): string {
  const digits = String(fen < 0n ? -fen : fen).padStart(3, '0');
  return `${fen < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Sum of amounts in yuan; null as soon as one of them is unknown, for a sum without it would be a guess. */
export function sumOfYuan(amounts: Iterable<string | null>): string | null {
  let sum = 0n;
  for (const amount of amounts) {
    if (amount === null) return null;
    sum += fenOf(amount);
  }
  return yuanOf(sum);
}

/** Asia/Shanghai has kept UTC+8 without summer time since September 1991, ms. */
export const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

/** The civil day in Asia/Shanghai of a moment since 1992, YYYY-MM-DD. @throws RangeError for what is no moment */
export function shanghaiDay(at: Date): string {
  return new Date(at.getTime() + SHANGHAI_OFFSET_MS).toISOString().slice(0, 'YYYY-MM-DD'.length);
}

/** The month before the one it is in Asia/Shanghai, YYYY-MM: the last one that is over, for which contributions can be expected. */
export function lastWholeMonth(at: Date): string {
  const [year = 0, month = 0] = shanghaiDay(at).split('-').map(Number);
  return month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, '0')}`;
}

const CLOCK = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short' });

/** The month before the one it is in Asia/Shanghai, YYYY-MM: the last one that is over, for which contributions can be expected. */
export function lastWholeMonth(now: Date): string {
  const [year = 0, month = 0] = CLOCK.format(now).split('-').map(Number);
  return month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, '0')}`;
}

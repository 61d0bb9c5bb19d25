import { monthLabel, type Month } from '../month.js';
import type { Text } from '../text.js';

/** Months in words, runs of them as ranges: "2024-01–2024-03, 2024-06", at most four pieces. */
export function monthsText(months: readonly Month[]): Text {
  const runs: { from: Month; to: Month }[] = [];
  for (const month of months) {
    const last = runs.at(-1);
    if (last && month === last.to + 1) last.to = month;
    else runs.push({ from: month, to: month });
  }
  const shown = runs.slice(0, 4).map(({ from, to }) => (from === to ? monthLabel(from) : `${monthLabel(from)}–${monthLabel(to)}`));
  const more = runs.length > 4;
  return { zh: `${shown.join('、')}${more ? '等' : ''}`, en: `${shown.join(', ')}${more ? ', …' : ''}` };
}

/** The value below which the given share of the values lies; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const ascending = [...values].sort((one, other) => one - other);
  return ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? NaN;
}

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const ascending = [...values].sort((one, other) => one - other);
  const upper = ascending[ascending.length >> 1] ?? NaN;
  return ascending.length % 2 === 1 ? upper : (upper + (ascending[(ascending.length >> 1) - 1] ?? NaN)) / 2;
}

/** With so many places, or a dash when there is nothing to show. */
export function shown(value: number, places: number): string {
  return Number.isFinite(value) ? value.toFixed(places) : '–';
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

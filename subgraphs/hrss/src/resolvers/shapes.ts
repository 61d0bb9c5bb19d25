/** A reference to a unit that market regulation knows by its code; null where the code is missing or cannot be read. */
export function unitReference(creditCode: string | null): { readonly creditCode: string } | null {
  return creditCode === null ? null : { creditCode };
}

/** Newest first by a date or month; records without one come last. The order of equals is kept. */
export function newestFirst<T>(records: readonly T[], when: (record: T) => string | null): T[] {
  return [...records].sort((a, b) => {
    const [left, right] = [when(a) ?? '', when(b) ?? ''];
    return left < right ? 1 : left > right ? -1 : 0;
  });
}

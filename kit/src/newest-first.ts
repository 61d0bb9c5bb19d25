/** Newest first by a date or month; records without one come last. The order of equals is kept. */
export function newestFirst<T>(records: readonly T[], when: (record: T) => string | null): T[] {
  return [...records].sort((a, b) => {
    const [left, right] = [when(a) ?? '', when(b) ?? ''];
    return left < right ? 1 : left > right ? -1 : 0;
  });
}

/** What stands at a place. */
export function valueAt(object: Readonly<Record<string, unknown>>, at: readonly (string | number)[]): unknown {
  return at.reduce<unknown>((holder, step) => (holder as Readonly<Record<string | number, unknown>> | null | undefined)?.[step], object);
}

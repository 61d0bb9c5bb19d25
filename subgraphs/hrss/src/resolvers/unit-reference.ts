/** A reference to a unit that market regulation knows by its code; null where the code is missing or cannot be read. */
export function unitReference(creditCode: string | null): { readonly creditCode: string } | null {
  return creditCode === null ? null : { creditCode };
}

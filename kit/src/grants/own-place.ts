import type { GrantedCall } from '@yichuang/schema';

/** Purpose of the office that a relation leaves. */
const LEAVING = 'TRANSFER_OUT';

/**
 * Pension jurisdiction whose books alone may be answered from; undefined: no bound. The office that a relation leaves looks at what its own
 * place holds: so the purpose tells the person (schema/access/purposes.yaml), and no more is needed for what it does. An official of nowhere
 * sees nothing.
 */
export function ownPlaceOf({ purpose, act }: GrantedCall): string | undefined {
  return purpose === LEAVING ? (act.jurisdiction ?? '') : undefined;
}

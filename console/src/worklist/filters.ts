import type { LocationQuery } from 'vue-router';
import type { TransferKind, TransferState, TransferWorklistFilter } from '../generated/console.js';

/** Which side of transfers an office looks at. */
export type Side = 'in' | 'out';

/** What of the list is looked at, as it stands in the address. Names no case and no person. */
export interface Filters {
  readonly side: Side;
  readonly state: TransferState | '';
  readonly kind: TransferKind | '';
  readonly ours: boolean;
  readonly overdue: boolean;
  /** YYYY-MM-DD, or empty. */
  readonly before: string;
}

/** States of cases that have not ended. */
export const OPEN_STATES = [
  'APPLIED',
  'LETTER_SENT',
  'SOURCE_ACCEPTED',
  'SHEET_SENT',
  'FUND_SENT',
  'RECONCILED',
  'MERGED',
] as const satisfies readonly TransferState[];
export const KINDS = [
  'PENSION',
  'PENSION_TEMPORARY',
  'RESIDENT_LINK',
  'UNEMPLOYMENT',
  'MEDICAL',
  'COLLECTIVE',
] as const satisfies readonly TransferKind[];

/** The purpose under which an office looks at a side. */
export function purposeOf(side: Side): 'TRANSFER_IN' | 'TRANSFER_OUT' {
  return side === 'in' ? 'TRANSFER_IN' : 'TRANSFER_OUT';
}

/** Reads an address; what it says wrongly is not looked at. */
export function filtersIn(query: LocationQuery): Filters {
  const { side, state, kind, ours, overdue, before } = query;
  return {
    side: side === 'out' ? 'out' : 'in',
    state: OPEN_STATES.find((one) => one === state) ?? '',
    kind: KINDS.find((one) => one === kind) ?? '',
    ours: ours === '1',
    overdue: overdue === '1',
    before: typeof before === 'string' && /^\d{4}-\d\d-\d\d$/.test(before) ? before : '',
  };
}

/** The address of filters, without what is usual. */
export function queryOf({ side, state, kind, ours, overdue, before }: Filters): Record<string, string> {
  return {
    ...(side === 'in' ? {} : { side }),
    ...(state === '' ? {} : { state }),
    ...(kind === '' ? {} : { kind }),
    ...(ours ? { ours: '1' } : {}),
    ...(overdue ? { overdue: '1' } : {}),
    ...(before === '' ? {} : { before }),
  };
}

/** Filters as the graph takes them. */
export function filterOf({ state, kind, ours, overdue, before }: Filters, number: string): TransferWorklistFilter {
  return {
    ...(state === '' ? {} : { states: [state] }),
    ...(kind === '' ? {} : { kinds: [kind] }),
    ...(before === '' ? {} : { dueBefore: before }),
    ...(number === '' ? {} : { number }),
    awaitsUs: ours,
    overdue,
  };
}

import type { TransferCardFragment } from '../generated/console.js';

/** A case as the head of a page shows it. */
export interface CaseSummary {
  readonly number: string;
  readonly kind: string;
  readonly source: string;
  readonly target: string;
  readonly state: string;
  readonly awaits: string | null;
  readonly deadline: string | null;
  readonly late: boolean;
  readonly provisional: boolean;
  readonly held: string | null;
  readonly appliedAt: string;
  readonly endedAt: string | null;
}

/** A case of somebody who has signed in. */
export function summaryOf(one: TransferCardFragment): CaseSummary {
  return { ...one, late: one.overdue !== null, provisional: one.deadlineProvisional, held: one.hold?.code ?? null };
}

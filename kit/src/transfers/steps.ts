import type { JobStep, OfficeStep, Order, Overlap, Progress, Side, TransferState } from './case.js';
import type { OfficeAction } from './office.js';

interface StepPlan {
  /** What the office is told. */
  readonly action: OfficeAction;
  readonly side: Side;
  /** The state that the case is in once it is done; undefined: as before. */
  readonly reaches: (progress: Progress) => TransferState | undefined;
  /** What is done then. */
  readonly then: (progress: Progress) => readonly JobStep[];
}

const stays = (): undefined => undefined;
const nothing = (): readonly JobStep[] => [];

/**
 * The way of a case. Between APPLIED and LETTER_SENT the target decides, between LETTER_SENT and SOURCE_ACCEPTED the source; the rest goes
 * by itself while nothing is wrong.
 */
export const STEPS: Readonly<Record<OfficeStep, StepPlan>> = {
  OPEN: { action: 'OPEN', side: 'target', reaches: () => 'LETTER_SENT', then: nothing },
  FREEZE: {
    action: 'FREEZE',
    side: 'source',
    reaches: ({ seals }) => (seals ? 'TEMP_SEALED' : 'SOURCE_ACCEPTED'),
    then: ({ seals }) => (seals ? [] : ['ASSESS']),
  },
  EXPORT: { action: 'EXPORT', side: 'source', reaches: () => 'SHEET_SENT', then: whenArrived },
  PAY: { action: 'PAY', side: 'source', reaches: () => 'FUND_SENT', then: whenArrived },
  IMPORT: {
    action: 'IMPORT',
    side: 'target',
    reaches: ({ money }) => (money ? undefined : 'MERGED'),
    then: ({ money }) => (money ? ['RECEIVE'] : ['END']),
  },
  RECEIVE: { action: 'RECEIVE', side: 'target', reaches: () => 'MERGED', then: () => ['END'] },
  END: { action: 'CONFIRM', side: 'source', reaches: stays, then: () => ['JOIN'] },
  JOIN: {
    action: 'CONFIRM',
    side: 'target',
    reaches: (progress) => (overlapOf(progress) ? undefined : 'NOTIFIED'),
    then: (progress) => (overlapOf(progress) && progress.figures.clearing ? ['CLEAR'] : []),
  },
  CLEAR: { action: 'CLEAR', side: 'target', reaches: () => 'NOTIFIED', then: nothing },
  UNRECEIVE: { action: 'REFUND', side: 'target', reaches: stays, then: nothing },
  REPAY: { action: 'REFUND', side: 'source', reaches: stays, then: nothing },
  RELEASE: { action: 'RELEASE', side: 'source', reaches: stays, then: nothing },
};

/** Months that both places were paid for; undefined where there are none. First everything moves, then the destination clears (先转后清). */
export function overlapOf({ figures }: Pick<Progress, 'figures'>): Overlap | undefined {
  return figures.ours?.overlap;
}

/** What undoes what, in the order in which it is done. What OPEN did harms nobody and stays. */
export const UNDOING: readonly { readonly undoes: readonly OfficeStep[]; readonly by: OfficeStep }[] = [
  { undoes: ['RECEIVE', 'IMPORT'], by: 'UNRECEIVE' },
  { undoes: ['PAY'], by: 'REPAY' },
  { undoes: ['FREEZE'], by: 'RELEASE' },
];

/** What the source does as soon as it is known what should move: both at once, and either may be done first. */
export function sourceSteps({ money, orders }: Progress): readonly JobStep[] {
  const wanted: readonly OfficeStep[] = money ? ['EXPORT', 'PAY'] : ['EXPORT'];
  return wanted.filter((step) => orders[step]?.state !== 'DONE');
}

/** Both the sheet and the fund are there, or no fund goes. */
export function hasArrived({ orders, money }: Progress): boolean {
  return orders.EXPORT?.state === 'DONE' && (!money || orders.PAY?.state === 'DONE');
}

function whenArrived(progress: Progress): readonly JobStep[] {
  return hasArrived(progress) ? ['RECONCILE'] : [];
}

/** The step is one that an office does. */
export function isOfficeStep(step: JobStep): step is OfficeStep {
  return step !== 'ASSESS' && step !== 'RECONCILE';
}

/** What is to be done by itself with a case as it stands: what an office was told and has not done, and what comes of what is there. */
export function openSteps(progress: Progress): readonly JobStep[] {
  const { state, orders, figures, hold, ending } = progress;
  const told = (Object.entries(orders) as [OfficeStep, Order][])
    .filter(([, order]) => order.state === 'ORDERED' || order.state === 'PENDING')
    .map(([step]) => step);
  const assesses = state === 'SOURCE_ACCEPTED' && figures.ours === undefined;
  const compares = isComparable(state) && hasArrived(progress) && hold === null && ending === null;
  return [...told, ...(assesses ? (['ASSESS'] as const) : []), ...(compares ? (['RECONCILE'] as const) : [])];
}

/** The figures can be compared: nothing has been taken over yet. */
export function isComparable(state: TransferState): boolean {
  return state === 'SHEET_SENT' || state === 'FUND_SENT';
}

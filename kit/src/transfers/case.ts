import type { CitizenRef } from '@yichuang/schema';
import type { Text } from '@yichuang/rules';
import type { InformationSheet, TransferFigures } from './office.js';

/**
 * What moves: the relation of the employees' pension, a temporary account of it (临时缴费账户), the link of employees' and residents' pension
 * (城乡养老保险制度衔接), unemployment insurance, medical insurance; or the employees' pension of a whole unit (成建制划转), one case a person.
 */
export type TransferKind = 'PENSION' | 'PENSION_TEMPORARY' | 'RESIDENT_LINK' | 'UNEMPLOYMENT' | 'MEDICAL' | 'COLLECTIVE';

/**
 * How far a case has come. SHEET_SENT and FUND_SENT come in any order, and the later of them stands there. REJECTED, NOTIFIED, TEMP_SEALED,
 * RETURNED and CANCELLED are ends.
 */
export type TransferState =
  | 'APPLIED'
  | 'REJECTED'
  | 'LETTER_SENT'
  | 'SOURCE_ACCEPTED'
  | 'SHEET_SENT'
  | 'FUND_SENT'
  | 'RECONCILED'
  | 'MERGED'
  | 'NOTIFIED'
  | 'TEMP_SEALED'
  | 'RETURNED'
  | 'CANCELLED';

const ENDS: ReadonlySet<TransferState> = new Set<TransferState>(['REJECTED', 'NOTIFIED', 'TEMP_SEALED', 'RETURNED', 'CANCELLED']);

/** Whether nothing more happens to a case in this state. */
export function isEnd(state: TransferState): boolean {
  return ENDS.has(state);
}

export type Side = 'source' | 'target';

/** Steps that an office does when it is told to. The last three undo. */
export type OfficeStep =
  'OPEN' | 'FREEZE' | 'EXPORT' | 'PAY' | 'RECEIVE' | 'IMPORT' | 'END' | 'JOIN' | 'CLEAR' | 'UNRECEIVE' | 'REPAY' | 'RELEASE';
/** Steps that a worker does: an office's, or one of its own (what should move is computed; figures are compared). */
export type JobStep = OfficeStep | 'ASSESS' | 'RECONCILE';

/** What became of an order to an office. */
export interface Order {
  /** ORDERED: it may have been sent, nothing is known. */
  readonly state: 'ORDERED' | 'PENDING' | 'DONE' | 'REFUSED';
  /** The office's own number of the booking. */
  readonly reference?: string;
  /** Counts up when a corrected answer was asked for; from 1. */
  readonly round?: number;
}
export type Orders = Readonly<Partial<Record<OfficeStep, Order>>>;

/** Why a case stands still until somebody decides. */
export interface Hold {
  readonly code: 'AMOUNT_MISMATCH' | 'OFFICE_REFUSED' | 'DISPUTED' | 'OVERLAP_CLEARING' | 'PARKED';
  readonly since: string;
  readonly step?: JobStep;
  /** In the words of the office, or of the person who disputes. */
  readonly text?: string;
  /** The office's own code, or that of the fault. */
  readonly reason?: string;
}

/** Side states that stop nothing: what somebody has to be told, with the article. */
export interface SideNote {
  readonly code: 'LUMP_SUM_HOLD' | 'OVERLAP_CLEARING' | 'SEALED_ELSEWHERE' | 'PROVISIONAL' | 'WAITING_PERIOD' | 'EFFECTIVE_LATER';
  readonly text: Text;
  readonly article?: string;
  /** Months concerned. */
  readonly months?: number;
  /** Until when the person must have been told, YYYY-MM-DD. */
  readonly due?: string;
}

/** Where a case goes that does not go on: what was done is undone first. */
export interface Ending {
  readonly to: 'REJECTED' | 'RETURNED' | 'CANCELLED';
  readonly code: string;
  readonly reason: string;
}

/** Days on which the clocks of a case were started, YYYY-MM-DD. */
export interface CaseClock {
  readonly accepted: string;
  readonly letterReceived?: string;
  readonly sheetReceived?: string;
  readonly fundReceived?: string;
  readonly finished?: string;
}

/** The last day of one step. */
export interface StepDeadline {
  readonly step: 'LETTER' | 'SHEET_AND_FUND' | 'FINISH';
  readonly side: Side;
  readonly from: string;
  readonly due: string;
  /** The clock has not started: the step before is taken to use all of its time. */
  readonly projected: boolean;
  /** It was counted through a year without an official list of holidays. */
  readonly provisional: boolean;
  readonly article: string;
}

/** What should move by the rules, with the article and the arithmetic. */
export interface Expectation {
  /** Undefined where the rules cannot say it; then `refused` says why. */
  readonly figures?: TransferFigures;
  readonly refused?: { readonly code: string; readonly text: Text };
  /** The source alone holds what was paid before 1998 (AIC093): that figure is taken from its sheet. */
  readonly before1998FromSheet?: boolean;
  readonly overlap?: Overlap;
  readonly moneyMoves: boolean;
  readonly article: string;
  readonly version: string;
  readonly steps: readonly { readonly text: Text; readonly article: string; readonly amount?: string }[];
  readonly provisional: readonly { readonly reason: string; readonly text: Text }[];
  readonly notes: readonly SideNote[];
}

/**
 * Months that both places were paid for (重复缴费). They count once: the person says whose are kept, and the personal account part of the others
 * is paid back.
 */
export interface Overlap {
  /** YYYY-MM, in their order. */
  readonly months: readonly string[];
  /** What is paid back where one side's months are kept: the account part of the other's, fen. Null where the rules cannot say it. */
  readonly refund: { readonly keepSource: number | null; readonly keepTarget: number | null };
  /** Whose are kept by law, where the person has nothing to choose. */
  readonly kept?: Clearing['keep'];
  readonly article: string;
}

/** How overlapping months were cleared. */
export interface Clearing {
  /** Whose months are kept. */
  readonly keep: 'SOURCE' | 'TARGET';
  /** The office's own figure was accepted with a reason. */
  readonly byOffice?: boolean;
  /** What the office paid back to the person, fen. */
  readonly refunded?: number;
}

/** One money field on which ours, the source's sheet and the money that was paid do not agree. Fen. */
export interface Difference {
  readonly field: keyof TransferFigures;
  readonly ours: number | null;
  readonly source: number | null;
  readonly paid: number | null;
}

/** All figures of a case: ours and the source's are both kept. */
export interface CaseFigures {
  /** Month of the move (转移时间), YYYY-MM. */
  readonly month?: string;
  readonly ours?: Expectation;
  readonly source?: TransferFigures;
  readonly paid?: TransferFigures;
  readonly received?: TransferFigures;
  readonly differences?: readonly Difference[];
  readonly clearing?: Clearing;
}

/** What a decision changes, and nothing else of a case. */
export interface Progress {
  readonly state: TransferState;
  /** Whether the fund goes with the relation. */
  readonly money: boolean;
  /** The account is only sealed where it is (封存); nothing moves. */
  readonly seals: boolean;
  readonly orders: Orders;
  readonly hold: Hold | null;
  readonly ending: Ending | null;
  readonly clock: CaseClock;
  readonly figures: CaseFigures;
  readonly sheet: InformationSheet | null;
  readonly notes: readonly SideNote[];
}

/** Who has to act next. SYSTEM: nobody, or an operator where the case is parked. */
export type Awaited = 'TARGET' | 'SOURCE' | 'PERSON' | 'SYSTEM';

/** One case of transfer as it stands. */
export interface TransferCase extends Progress {
  readonly id: string;
  /** Public number; with its PIN it shows how far the case is. */
  readonly number: string;
  readonly agency: string;
  readonly kind: TransferKind;
  readonly citizen: CitizenRef;
  /** National scheme codes (AAE140): of the relation that moves, and of the one it goes into; different only for a link of two schemes. */
  readonly scheme: string;
  readonly targetScheme: string;
  readonly accountKind: 'ORDINARY' | 'TEMPORARY';
  /** Jurisdictions: divisions of six digits. */
  readonly source: string;
  readonly target: string;
  /** Of a collective move. */
  readonly collective: string | null;
  /** Why it may move, or may not. */
  readonly ground: Ground;
  readonly deadlines: readonly StepDeadline[];
  /** The step whose clock runs, and its last day; null where none runs. */
  readonly dueStep: StepDeadline['step'] | null;
  readonly deadline: string | null;
  readonly deadlineProvisional: boolean;
  /** The step that is late. */
  readonly overdue: StepDeadline['step'] | null;
  readonly awaits: Awaited | null;
  /** Why it was given back; null for one that was not. */
  readonly refused: string | null;
  /** An office that is asked again and again because it does not answer. */
  readonly fault: { readonly step: JobStep; readonly code: string; readonly since: string } | null;
  readonly version: number;
  readonly appliedAt: Date;
  readonly changedAt: Date;
  readonly endedAt: Date | null;
}

/** Reason by the rules, with the article and the wording that decided. */
export interface Ground {
  readonly reason: string;
  readonly article: string;
  readonly version: string;
}

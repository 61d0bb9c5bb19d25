import type { TransferActor, TransferLimit, TransferState } from '../generated/console.js';
import type { Words } from '../words/words.js';

/** The parts of a transfer as people count them. */
export type StageName = keyof Words['transfers']['stage'];

/** One part of the way of a case. */
export interface Stage {
  readonly name: StageName;
  readonly state: 'DONE' | 'NOW' | 'NEXT';
  /** When it was done. */
  readonly at: string | undefined;
  /** By when the law wants it done. */
  readonly due: string | undefined;
  /** Its time has not begun. */
  readonly projected: boolean;
  /** Counted through a year whose holidays are not published. */
  readonly provisional: boolean;
  readonly article: string | undefined;
  readonly side: 'SOURCE' | 'TARGET' | undefined;
  /** Where a case ended that did not go its whole way. */
  readonly end: TransferState | undefined;
}

/** What is known of a case, signed in or not. */
export interface Way {
  readonly state: string;
  readonly steps: readonly { readonly to: string; readonly at: string }[];
  readonly deadlines: readonly {
    readonly step: string;
    readonly due: string;
    readonly projected: boolean;
    readonly provisional: boolean;
    readonly article: string;
  }[];
}

interface Plan {
  readonly name: StageName;
  /** It is done once the case has been in one of these. */
  readonly reached: readonly TransferState[];
  readonly side?: 'SOURCE' | 'TARGET';
  readonly limit?: TransferLimit;
}

const PLAN: readonly Plan[] = [
  { name: 'APPLIED', reached: ['APPLIED'] },
  { name: 'LETTER', reached: ['LETTER_SENT'], side: 'TARGET', limit: 'LETTER' },
  { name: 'SOURCE', reached: ['SOURCE_ACCEPTED', 'TEMP_SEALED'], side: 'SOURCE' },
  { name: 'SHEET_AND_FUND', reached: [], side: 'SOURCE', limit: 'SHEET_AND_FUND' },
  { name: 'RECONCILED', reached: ['RECONCILED'], side: 'TARGET' },
  { name: 'MERGED', reached: ['MERGED'], side: 'TARGET', limit: 'FINISH' },
  { name: 'NOTIFIED', reached: ['NOTIFIED'] },
];
const ENDS: ReadonlySet<string> = new Set<TransferState>(['REJECTED', 'RETURNED', 'CANCELLED', 'TEMP_SEALED']);

/** Whether nothing more happens to a case in this state. */
export function hasEnded(state: string): boolean {
  return state === 'NOTIFIED' || ENDS.has(state);
}

/** The way of a case in its stages: what was done and when, what is under way, what comes by when. */
export function stagesOf({ state, steps, deadlines }: Way): readonly Stage[] {
  const reachedAt = (states: readonly string[]): string | undefined => steps.find(({ to }) => states.includes(to))?.at;
  const arrived = reachedAt(['RECONCILED']) === undefined ? [] : steps.filter(({ to }) => to === 'SHEET_SENT' || to === 'FUND_SENT');
  const done = PLAN.map(({ name, reached }) => (name === 'SHEET_AND_FUND' ? arrived.at(-1)?.at : reachedAt(reached)));
  // What comes later in the way says of the earlier that it was done, even where no step says so.
  const last = done.findLastIndex((at) => at !== undefined);
  const short = ENDS.has(state);
  const stages = PLAN.map(({ name, side, limit }, index): Stage => {
    const deadline = deadlines.find(({ step }) => step === limit);
    return {
      ...{ name, side, at: done[index], end: undefined },
      state: index <= last ? 'DONE' : index === last + 1 && !short ? 'NOW' : 'NEXT',
      due: deadline?.due,
      projected: deadline?.projected ?? false,
      provisional: deadline?.provisional ?? false,
      article: deadline?.article,
    };
  });
  if (!short) return stages;
  const ended: Stage = {
    ...{ name: 'ENDED', state: 'DONE', at: reachedAt([state]), due: undefined, projected: false },
    ...{ provisional: false, article: undefined, side: undefined, end: state as TransferState },
  };
  return [...stages.slice(0, last + 1), ended];
}

/** Who has to act, named with the place where that is an office. */
export function placeOfActor(actor: string | null, { source, target }: { readonly source: string; readonly target: string }): string {
  const places: Partial<Record<TransferActor, string>> = { SOURCE: source, TARGET: target };
  return places[actor as TransferActor] ?? '';
}

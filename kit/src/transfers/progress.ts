import type { Clearing, Difference, Ending, Expectation, Hold, JobStep, OfficeStep, Order, Progress } from './case.js';
import type { OfficeReceipt } from './office.js';
import { isComparable, isOfficeStep, openSteps, overlapOf, sourceSteps, STEPS, UNDOING } from './steps.js';

/** What can happen to a case, whoever says so. */
export type Happening =
  | { readonly what: 'ACCEPTED'; readonly side: 'source' | 'target' }
  | { readonly what: 'ANSWERED'; readonly step: OfficeStep; readonly receipt: OfficeReceipt; readonly day: string; readonly at: string }
  | { readonly what: 'ASSESSED'; readonly expectation: Expectation; readonly month: string }
  | { readonly what: 'COMPARED'; readonly differences: readonly Difference[]; readonly at: string }
  | { readonly what: 'LOOKED_AGAIN' }
  | { readonly what: 'OVERRIDDEN' }
  | { readonly what: 'DISPUTED'; readonly text: string; readonly at: string }
  | { readonly what: 'CHOSEN'; readonly keep: Clearing['keep'] }
  | { readonly what: 'ENDING'; readonly ending: Ending }
  | { readonly what: 'PARKED'; readonly step?: JobStep; readonly reason: string; readonly at: string }
  | { readonly what: 'RESUMED' }
  | { readonly what: 'RETRIED' };

/** What follows from it. */
export interface Advance {
  readonly progress: Progress;
  /** Steps that a worker has to do now. */
  readonly wants: readonly JobStep[];
}

/**
 * The case after something happened. Pure, and safe to be told twice: what is known already changes nothing (undefined).
 */
export function advance(progress: Progress, happening: Happening): Advance | undefined {
  switch (happening.what) {
    case 'ACCEPTED':
      return order(progress, [happening.side === 'target' ? 'OPEN' : 'FREEZE']);
    case 'ANSWERED':
      return answered(progress, happening);
    case 'ASSESSED': {
      if (progress.figures.ours !== undefined) return undefined;
      const { expectation, month } = happening;
      const keep = expectation.overlap?.kept;
      const assessed: Progress = {
        ...progress,
        money: expectation.moneyMoves,
        figures: { ...progress.figures, ours: expectation, month, ...(keep === undefined ? {} : { clearing: { keep } }) },
        notes: [...progress.notes, ...expectation.notes],
      };
      return goOn(assessed, sourceSteps(assessed));
    }
    case 'COMPARED': {
      if (progress.state === 'RECONCILED' || progress.hold !== null || !isComparable(progress.state)) return undefined;
      const { differences, at } = happening;
      const compared: Progress = { ...progress, figures: { ...progress.figures, differences } };
      if (differences.length > 0) return { progress: { ...compared, hold: { code: 'AMOUNT_MISMATCH', since: at } }, wants: [] };
      return reconciled(compared);
    }
    case 'OVERRIDDEN': {
      const lifted: Progress = { ...byOffice(progress), hold: null };
      const differs = (progress.figures.differences ?? []).length > 0;
      return differs && isComparable(progress.state) ? reconciled(lifted) : resumed(lifted, undefined);
    }
    case 'LOOKED_AGAIN': {
      const round = (progress.orders.EXPORT?.round ?? 1) + 1;
      return resumed({ ...progress, hold: null, orders: { ...progress.orders, EXPORT: { state: 'ORDERED', round } } }, undefined);
    }
    case 'DISPUTED':
      return { progress: { ...progress, hold: { code: 'DISPUTED', since: happening.at, text: happening.text } }, wants: [] };
    case 'CHOSEN':
      return chosen(progress, happening.keep);
    case 'ENDING':
      return unwind({ ...progress, hold: null, ending: happening.ending });
    case 'PARKED': {
      const { step, reason, at } = happening;
      if (progress.hold !== null) return undefined;
      return { progress: { ...progress, hold: { code: 'PARKED', since: at, reason, ...(step === undefined ? {} : { step }) } }, wants: [] };
    }
    case 'RETRIED':
      return progress.hold === null ? resumed(progress, undefined) : undefined;
    case 'RESUMED':
      return progress.hold === null ? undefined : resumed({ ...progress, hold: null }, progress.hold.step);
  }
}

/** What was chosen for the months that both places were paid for; the case goes on where it waited for that. */
function chosen(progress: Progress, keep: Clearing['keep']): Advance | undefined {
  const { hold, figures, orders } = progress;
  const state = orders.CLEAR?.state;
  if (state === 'ORDERED' || state === 'PENDING' || state === 'DONE') return undefined;
  const waits = hold?.code === 'OVERLAP_CLEARING' || state === 'REFUSED';
  const known: Progress = { ...progress, figures: { ...figures, clearing: { keep } }, hold: waits ? null : hold };
  return waits ? order(known, ['CLEAR']) : { progress: known, wants: [] };
}

/** An office that pays back another sum than ours goes by its own books once that is accepted with a reason. */
function byOffice(progress: Progress): Progress {
  const { hold, figures } = progress;
  if (hold?.step !== 'CLEAR' || figures.clearing === undefined) return progress;
  return { ...progress, figures: { ...figures, clearing: { ...figures.clearing, byOffice: true } } };
}

/** From here the case goes on only: nothing is returned any more unless the target refuses. */
function reconciled(progress: Progress): Advance {
  return order({ ...progress, state: 'RECONCILED' }, ['IMPORT']);
}

/** Writes down that something is told to an office before it is told: what may have been sent is never forgotten. */
function order(progress: Progress, steps: readonly JobStep[]): Advance {
  const orders: Record<string, Order> = { ...progress.orders };
  for (const step of steps) if (isOfficeStep(step)) orders[step] = { ...orders[step], state: 'ORDERED' };
  return { progress: { ...progress, orders }, wants: steps };
}

function goOn(progress: Progress, steps: readonly JobStep[]): Advance {
  return progress.ending === null ? order(progress, steps) : unwind(progress);
}

function answered(progress: Progress, happening: Extract<Happening, { what: 'ANSWERED' }>): Advance | undefined {
  const { step, receipt } = happening;
  const known = progress.orders[step];
  // An answer that comes late or twice, and one to a question nobody asked, changes nothing.
  if (known === undefined || known.state === 'DONE' || known.state === 'REFUSED') return undefined;
  const set = (state: Order['state'], more: Partial<Order> = {}): Progress => ({
    ...progress,
    orders: { ...progress.orders, [step]: { ...known, state, ...more } },
  });
  switch (receipt.state) {
    case 'PENDING':
      return known.state === 'PENDING' ? undefined : { progress: set('PENDING'), wants: [] };
    case 'REFUSED':
      return refused(set('REFUSED'), step, { code: receipt.code, text: receipt.text, at: happening.at });
    case 'DONE': {
      const noted = noteAnswer(set('DONE', { reference: receipt.reference }), step, receipt, happening.day);
      const reached = STEPS[step].reaches(noted);
      const done = reached === undefined || noted.ending !== null ? noted : { ...noted, state: reached };
      if (step === 'JOIN' && overlapOf(done) && !done.figures.clearing)
        return { progress: { ...done, hold: done.hold ?? { code: 'OVERLAP_CLEARING', since: happening.at } }, wants: [] };
      return goOn(done, STEPS[step].then(done));
    }
  }
}

/** What the answer says of sheet, figures and clocks. */
function noteAnswer(progress: Progress, step: OfficeStep, receipt: Extract<OfficeReceipt, { state: 'DONE' }>, day: string): Progress {
  const { figures, clock } = progress;
  const said = receipt.figures;
  switch (step) {
    case 'OPEN':
      return { ...progress, clock: { ...clock, letterReceived: day } };
    case 'EXPORT':
      return {
        ...progress,
        sheet: receipt.sheet ?? null,
        figures: said === undefined ? figures : { ...figures, source: said },
        clock: { ...clock, sheetReceived: clock.sheetReceived ?? day },
      };
    case 'PAY':
      return {
        ...progress,
        figures: said === undefined ? figures : { ...figures, paid: said },
        clock: { ...clock, fundReceived: day },
      };
    case 'RECEIVE':
      return { ...progress, figures: said === undefined ? figures : { ...figures, received: said } };
    case 'JOIN':
      return overlapOf(progress) ? progress : { ...progress, clock: { ...clock, finished: day } };
    case 'CLEAR': {
      const { clearing } = figures;
      const refunded =
        said === undefined || clearing === undefined ? figures : { ...figures, clearing: { ...clearing, refunded: said.account } };
      return { ...progress, figures: refunded, clock: { ...clock, finished: day } };
    }
    case 'FREEZE':
    case 'IMPORT':
    case 'END':
    case 'UNRECEIVE':
    case 'REPAY':
    case 'RELEASE':
      return progress;
  }
}

/** The target that cannot open, or the source that cannot freeze, ends the case; whatever is refused later waits for somebody. */
function refused(
  progress: Progress,
  step: OfficeStep,
  { code, text, at }: { readonly code: string; readonly text: string; readonly at: string },
): Advance {
  if (progress.ending !== null && !isUndoing(step)) return unwind(progress);
  if (step === 'OPEN' || step === 'FREEZE') return unwind({ ...progress, ending: { to: 'RETURNED', code, reason: text } });
  const hold: Hold = { code: 'OFFICE_REFUSED', since: at, step, reason: code, text };
  return { progress: { ...progress, hold: progress.hold ?? hold }, wants: [] };
}

function isUndoing(step: OfficeStep): boolean {
  return UNDOING.some(({ by }) => by === step);
}

/**
 * The next step of a case that goes back. What was ordered is first brought to its end, since it may be under way; then what was done is
 * undone, last first; then the case ends.
 */
function unwind(progress: Progress): Advance {
  const { ending, orders } = progress;
  if (ending === null) return { progress, wants: [] };
  const open = ordersOf(progress)
    .filter(([, { state }]) => state === 'ORDERED' || state === 'PENDING')
    .map(([step]) => step);
  if (open.length > 0) return { progress, wants: open };
  const next = UNDOING.find(({ undoes, by }) => undoes.some((step) => orders[step]?.state === 'DONE') && orders[by]?.state !== 'DONE');
  if (next === undefined) return { progress: { ...progress, state: ending.to }, wants: [] };
  return order(progress, [next.by]);
}

/** What still has to be done where a case stood: what was left open or refused, the step that failed, and the comparison when all is there. */
function resumed(progress: Progress, failed: JobStep | undefined): Advance {
  // On the way back only what undoes is tried again: what was refused on the way there had no effect.
  const refusedSteps = ordersOf(progress).flatMap(([step, { state }]) =>
    state === 'REFUSED' && (progress.ending === null || isUndoing(step)) ? [step] : [],
  );
  const wants = new Set<JobStep>([...refusedSteps, ...(failed === undefined ? [] : [failed])]);
  const again = order(progress, [...wants]).progress;
  for (const step of openSteps(again)) wants.add(step);
  return { progress: again, wants: [...wants] };
}

function ordersOf({ orders }: Progress): readonly [OfficeStep, Order][] {
  return Object.entries(orders) as [OfficeStep, Order][];
}

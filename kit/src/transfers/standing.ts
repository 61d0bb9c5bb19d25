import { isEnd, type Awaited, type Progress, type StepDeadline } from './case.js';
import type { Written } from './record.js';
import { hasArrived, STEPS } from './steps.js';

/** What follows from how far a case is: its days, who has to act, whether it has ended. */
export function standingOf(progress: Progress, deadlines: readonly StepDeadline[], now: Date): Written {
  const ended = isEnd(progress.state);
  const running =
    ended || progress.ending !== null ? undefined : (deadlines.find(({ step }) => step === dueStepOf(progress)) ?? deadlines[0]);
  return {
    ...progress,
    deadlines,
    dueStep: running?.step ?? null,
    deadline: running?.due ?? null,
    deadlineProvisional: running?.provisional ?? false,
    awaits: ended ? null : awaitedOf(progress),
    refused: progress.ending?.code ?? null,
    endedAt: ended ? now : null,
  };
}

function dueStepOf(progress: Progress): StepDeadline['step'] {
  if (progress.state === 'APPLIED') return 'LETTER';
  return hasArrived(progress) ? 'FINISH' : 'SHEET_AND_FUND';
}

function awaitedOf({ state, hold, orders, ending }: Progress): Awaited {
  if (hold !== null) {
    if (hold.code === 'PARKED') return 'SYSTEM';
    if (hold.code === 'OVERLAP_CLEARING') return 'PERSON';
    const step = hold.step;
    if (step !== undefined && step !== 'ASSESS' && step !== 'RECONCILE') return STEPS[step].side === 'source' ? 'SOURCE' : 'TARGET';
    return 'TARGET';
  }
  // An office that was told to do something is the one that has to act.
  const told = Object.entries(orders).find(([, order]) => order.state === 'ORDERED' || order.state === 'PENDING')?.[0];
  if (told !== undefined && told in STEPS) return STEPS[told as keyof typeof STEPS].side === 'source' ? 'SOURCE' : 'TARGET';
  if (ending !== null) return 'SYSTEM';
  if (state === 'APPLIED') return 'TARGET';
  return state === 'LETTER_SENT' ? 'SOURCE' : 'SYSTEM';
}

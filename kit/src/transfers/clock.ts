import { civilDateFrom, civilDateText, transferDeadlines, type TransferClock } from '@yichuang/rules';
import type { CaseClock, StepDeadline } from './case.js';

const SIDES = { LETTER: 'target', SHEET_AND_FUND: 'source', FINISH: 'target' } as const;

/** Thousands of cases have the same days, and to count working days is work. */
const COUNTED = new Map<string, readonly StepDeadline[]>();
const MOST_COUNTED = 1_000;

/**
 * Statutory last days of all steps of a case, in working days of the official calendar; provisional where a year without an official list
 * is in between. Empty for a kind without a clock in the law.
 * @param kind whose clock runs; undefined: no statute gives one
 */
export function deadlinesOf(kind: TransferClock | undefined, clock: CaseClock, money: boolean): readonly StepDeadline[] {
  if (kind === undefined) return [];
  const { accepted, letterReceived, sheetReceived, fundReceived, finished } = clock;
  const days = [kind, money, accepted, letterReceived, sheetReceived, fundReceived, finished].join(' ');
  const known = COUNTED.get(days);
  if (known !== undefined) return known;
  if (COUNTED.size === MOST_COUNTED) COUNTED.clear();
  const counted = count(kind, clock, money);
  COUNTED.set(days, counted);
  return counted;
}

function count(kind: TransferClock, clock: CaseClock, money: boolean): readonly StepDeadline[] {
  const day = (text: string | undefined) => (text === undefined ? undefined : civilDateFrom(text, ''));
  const { accepted, letterReceived, sheetReceived, fundReceived, finished } = clock;
  const events = {
    accepted: civilDateFrom(accepted, ''),
    letterReceived: day(letterReceived),
    sheetReceived: day(sheetReceived),
    // Where no fund goes the sheet alone starts the last clock.
    fundReceived: day(money ? fundReceived : sheetReceived),
    finished: day(finished),
  };
  const ruled = transferDeadlines(kind, events, undefined, { explain: true });
  const { steps } = ruled.figures;
  return steps.map(({ step, from, due, projected, provisional }) => ({
    step,
    side: SIDES[step],
    from: civilDateText(from),
    due: civilDateText(due),
    projected,
    provisional,
    article: ruled.article,
  }));
}

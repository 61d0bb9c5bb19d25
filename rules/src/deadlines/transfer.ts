import { dateText, type CivilDate } from '../calendar/civil-date.js';
import { officialCalendar, type WorkingCalendar } from '../calendar/working-days.js';
import { RuleRefusal } from '../refusal.js';
import { Working, type RuleOptions, type Ruled } from '../result.js';
import { deadlineAfter, timeLimit } from './deadline.js';

/** Kinds of transfer with a clock per step. */
export type TransferKind = 'PENSION' | 'INSTITUTION' | 'RESIDENT_LINK' | 'MEDICAL';

/** What has happened so far. */
export interface TransferEvents {
  readonly accepted: CivilDate;
  readonly letterReceived?: CivilDate | undefined;
  readonly sheetReceived?: CivilDate | undefined;
  readonly fundReceived?: CivilDate | undefined;
  readonly finished?: CivilDate | undefined;
}

/** One step with its last day. */
export interface TransferStep {
  readonly step: 'LETTER' | 'SHEET_AND_FUND' | 'FINISH';
  /** The day that starts its clock. */
  readonly from: CivilDate;
  readonly due: CivilDate;
  /** Its clock has not started: the step before is taken to use all of its time. */
  readonly projected: boolean;
  /** It was counted through a year whose official holidays are not on file. */
  readonly provisional: boolean;
}

interface TransferDeadlines {
  readonly steps: readonly TransferStep[];
  /** What started the last clock: the sheet and the fund come separately, and the later one counts. */
  readonly lastClockStartedBy: 'SHEET' | 'FUND' | 'BOTH' | undefined;
  /** The last day of the last step. */
  readonly finishDue: CivilDate;
}

const LIMITS: Readonly<Record<TransferKind, readonly { readonly step: TransferStep['step']; readonly code: string }[]>> = {
  PENSION: [
    { step: 'LETTER', code: 'PENSION_TRANSFER_LETTER' },
    { step: 'SHEET_AND_FUND', code: 'PENSION_TRANSFER_SHEET' },
    { step: 'FINISH', code: 'PENSION_TRANSFER_MERGE' },
  ],
  INSTITUTION: [
    { step: 'LETTER', code: 'INSTITUTION_TRANSFER_STEP' },
    { step: 'SHEET_AND_FUND', code: 'INSTITUTION_TRANSFER_STEP' },
    { step: 'FINISH', code: 'INSTITUTION_TRANSFER_STEP' },
  ],
  RESIDENT_LINK: [
    { step: 'LETTER', code: 'RESIDENT_LINK_LETTER' },
    { step: 'SHEET_AND_FUND', code: 'RESIDENT_LINK_SHEET' },
    { step: 'FINISH', code: 'RESIDENT_LINK_FINISH' },
  ],
  MEDICAL: [
    { step: 'SHEET_AND_FUND', code: 'MEDICAL_TRANSFER_OUT' },
    { step: 'FINISH', code: 'MEDICAL_TRANSFER_IN' },
  ],
};

/**
 * The last day of every step of a transfer (187号 经办规程; 17号; 医保办发〔2021〕43号). A step whose clock has not started is projected
 * from the last day of the one before it. A pension transfer's last clock starts with the later of sheet and fund; the medical one with
 * the sheet.
 * @throws RuleRefusal EVENTS_OUT_OF_ORDER naming the event; NO_PARAMETER before the limits were in force
 */
export function transferDeadlines(
  kind: TransferKind,
  events: TransferEvents,
  calendar: WorkingCalendar = officialCalendar,
  options: RuleOptions = {},
): Ruled<TransferDeadlines> {
  refuseDisorder(events);
  const working = new Working(options);
  const arrived = arrival(kind, events);
  const steps: TransferStep[] = [];
  let from = events.accepted;
  let projected = false;
  let basis = { article: '', version: '' };
  for (const { step, code } of LIMITS[kind]) {
    const limit = timeLimit(code, events.accepted, 'acceptedOn');
    const answer = deadlineAfter(from, limit, calendar, options);
    working.takeOver(answer);
    if (basis.article === '') basis = { article: answer.article, version: answer.version };
    steps.push({ step, from, due: answer.figures.due, projected, provisional: answer.provisional.length > 0 });
    const happened = step === 'LETTER' ? events.letterReceived : step === 'SHEET_AND_FUND' ? arrived?.on : events.finished;
    // Who skipped a paper of the first step has the clock of the second running all the same.
    projected = happened === undefined;
    from = happened ?? answer.figures.due;
  }
  const last = steps.at(-1);
  const figures = { steps, lastClockStartedBy: arrived?.by, finishDue: last?.due ?? events.accepted };
  return working.ruled(figures, { rule: 'Every step of a transfer has its own clock', ...basis });
}

/** For cases: the days as text. */
export function transferDeadlinesJson({ steps, lastClockStartedBy, finishDue }: TransferDeadlines): object {
  return {
    steps: steps.map(({ step, from, due, projected }) => ({ step, from: dateText(from), due: dateText(due), projected })),
    letterDue: dueOf(steps, 'LETTER'),
    sheetAndFundDue: dueOf(steps, 'SHEET_AND_FUND'),
    finishDue: dateText(finishDue),
    lastClockStartedBy: lastClockStartedBy ?? null,
  };
}

function dueOf(steps: readonly TransferStep[], wanted: TransferStep['step']): string | null {
  const found = steps.find(({ step }) => step === wanted);
  return found === undefined ? null : dateText(found.due);
}

function arrival(kind: TransferKind, { sheetReceived, fundReceived }: TransferEvents) {
  if (sheetReceived === undefined) return undefined;
  if (kind === 'MEDICAL') return { on: sheetReceived, by: 'SHEET' as const };
  if (fundReceived === undefined) return undefined;
  if (sheetReceived === fundReceived) return { on: sheetReceived, by: 'BOTH' as const };
  return sheetReceived > fundReceived ? { on: sheetReceived, by: 'SHEET' as const } : { on: fundReceived, by: 'FUND' as const };
}

function refuseDisorder({ accepted, letterReceived, sheetReceived, fundReceived, finished }: TransferEvents): void {
  const sent = letterReceived ?? accepted;
  const pairs = [
    ['letterReceivedOn', accepted, letterReceived],
    ['sheetReceivedOn', sent, sheetReceived],
    ['fundReceivedOn', sent, fundReceived],
    ['finishedOn', Math.max(sent, sheetReceived ?? sent, fundReceived ?? sent), finished],
  ] as const;
  for (const [field, before, after] of pairs) {
    if (after !== undefined && after < before) throw new RuleRefusal('EVENTS_OUT_OF_ORDER', field);
  }
}

import { isDeepStrictEqual } from 'node:util';
import type { Pool } from 'pg';
import { shanghaiDay, type CitizenNumber } from '@yichuang/schema';
import { civilDateFrom, type TransferClock } from '@yichuang/rules';
import { AgencyFault } from '../systems/system.js';
import { differencesOf } from './compare.js';
import { deadlinesOf } from './clock.js';
import { isEnd, type JobStep, type OfficeStep, type StepDeadline, type TransferCase, type TransferKind } from './case.js';
import type { TransferFacts, TransferLaw } from './law.js';
import type { OfficeOrder, OfficeReceipt, TransferOffice } from './office.js';
import { papersOf, type PaperForms } from './papers.js';
import { advance, type Happening } from './progress.js';
import { CASE_COLUMNS, caseOf, change, digestOf, tryAgain } from './record.js';
import type { CaseRow, Change, Entry, KeptCase, Paper, Recorded } from './record.js';
import { standingOf } from './standing.js';
import { isOfficeStep, openSteps, overlapOf, STEPS } from './steps.js';
import type { Timing } from './timing.js';

/** What is needed to do a step. */
export interface Carrier {
  readonly pool: Pool;
  /** Events have been committed. */
  readonly tell: () => void;
  readonly laws: Readonly<Partial<Record<TransferKind, TransferLaw<TransferFacts>>>>;
  readonly officeOf: (jurisdiction: string) => TransferOffice | undefined;
  readonly forms: PaperForms;
  /** What the registers hold of a person. @throws AgencyFault */
  readonly facts: (citizen: CitizenNumber, signal: AbortSignal) => Promise<TransferFacts>;
  readonly citizenOf: (ref: string) => CitizenNumber | undefined;
  readonly now: () => Date;
  readonly timing: Timing;
}

/** What a job says. */
export interface Task {
  readonly case: string;
  readonly step: JobStep;
  readonly tries: number;
  readonly since: string | null;
}

/** Something that happened, and how it is written down. */
interface Done {
  readonly happening: Happening;
  readonly entryOf: (before: KeptCase, after: KeptCase) => Entry;
}

const SYSTEM = { kind: 'SYSTEM' } as const;
/** Somebody else changes the same case at the same moment; more often than this it is not chance. */
const MOST_CLASHES = 50;

/**
 * Does a step of a case, and what follows from it for as long as that goes by itself. The job in hand stands for all of it: what is open is
 * seen from the case, so who comes after a process that died goes on where it was. Safe to be done twice, at the same time or later: the
 * office is asked before it is told.
 * @param goesOn whether what follows is done at once; where it is not, it becomes jobs
 */
export async function carry(given: Carrier, task: Task, goesOn: () => boolean): Promise<void> {
  const carrier: Carrier = { ...given, citizenOf: remembering(given.citizenOf) };
  let one = await readCase(carrier.pool, task.case);
  let steps: readonly JobStep[] = [task.step];
  // These have a job of their own for later.
  const waiting = new Set<JobStep>();
  while (one !== undefined && steps.length > 0 && !isEnd(one.state) && !isParked(one)) {
    const before = one;
    const tried = await Promise.all(steps.map((step) => attempt(carrier, before, step)));
    const follows = goesOn();
    const written = await write(
      carrier,
      before.id,
      tried.flatMap(({ done }) => done ?? []),
      { known: before, follows },
    );
    for (const { step, fault, pending } of tried) {
      if (pending === true) await later(carrier, { ...task, step }, null, carrier.timing.pendingMs);
      else if (fault) await silent(carrier, step === task.step ? task : { case: task.case, step, tries: 0, since: null }, fault);
      else continue;
      waiting.add(step);
    }
    if (!follows) return;
    one = written.one;
    steps = written.wants.filter((step) => !waiting.has(step));
  }
}

/** To open a seal is work, and all steps of a case are for the same person. */
function remembering(citizenOf: Carrier['citizenOf']): Carrier['citizenOf'] {
  let last: { readonly ref: string; readonly number: CitizenNumber | undefined } | undefined;
  return (ref) => {
    if (last?.ref !== ref) last = { ref, number: citizenOf(ref) };
    return last.number;
  };
}

/** An operator has stopped the whole case: nothing at all is done until it is resumed. */
function isParked({ hold }: TransferCase): boolean {
  return hold?.code === 'PARKED' && hold.step === undefined;
}

interface Tried {
  readonly step: JobStep;
  /** Undefined where there was nothing to do. */
  readonly done?: Done | undefined;
  /** The office has the order and has not done it yet. */
  readonly pending?: boolean;
  readonly fault?: AgencyFault;
}

async function attempt(carrier: Carrier, one: KeptCase, step: JobStep): Promise<Tried> {
  try {
    if (isOfficeStep(step)) return await told(carrier, one, step);
    return { step, done: step === 'RECONCILE' ? compared(carrier, one) : await assessed(carrier, one) };
  } catch (error) {
    if (!(error instanceof AgencyFault)) throw error;
    return { step, fault: error };
  }
}

async function told(carrier: Carrier, one: KeptCase, step: OfficeStep): Promise<Tried> {
  const known = one.orders[step];
  if (known === undefined || known.state === 'DONE' || known.state === 'REFUSED') return { step };
  const order = orderOf(carrier, one, step);
  const office = carrier.officeOf(order.jurisdiction);
  if (office === undefined) throw new AgencyFault('NOT_SUPPORTED_HERE', `no office is configured for jurisdiction ${order.jurisdiction}`);
  const signal = AbortSignal.timeout(carrier.timing.callMs);
  const given = await office.inquire(order.jurisdiction, order.key, signal);
  // Offices that keep a refusal tell of the last one: it answers an order that lies there, not one that is handed in again.
  const answers = given !== undefined && (given.state !== 'REFUSED' || known.state === 'PENDING');
  const receipt: OfficeReceipt = answers ? given : await office.act(order, AbortSignal.timeout(carrier.timing.callMs));
  const at = carrier.now();
  const done: Done = {
    happening: { what: 'ANSWERED', step, receipt, day: shanghaiDay(at), at: at.toISOString() },
    entryOf: (before, after) => ({
      step,
      at,
      actor: SYSTEM,
      told: receipt.state === 'DONE' || after.hold !== before.hold || after.state !== before.state,
      reason: receipt.state === 'REFUSED' ? receipt.code : undefined,
      detail: { answer: receipt.state, ...(receipt.state === 'DONE' ? { reference: receipt.reference, at: receipt.at } : {}) },
      requestDigest: digestOf(order),
      answerDigest: digestOf(receipt),
      papers: receipt.state === 'DONE' ? papersOf(after, step, shanghaiDay(at), carrier.forms) : [],
    }),
  };
  return { step, done, pending: receipt.state === 'PENDING' };
}

function orderOf(carrier: Carrier, one: KeptCase, step: OfficeStep): OfficeOrder {
  const plan = STEPS[step];
  const citizenNumber = carrier.citizenOf(one.citizen);
  if (citizenNumber === undefined) throw new Error('the person of a case is sealed with another key');
  const round = one.orders[step]?.round ?? 1;
  const { paid, month } = one.figures;
  // Where an office has several pooling areas, the law has found out which are meant.
  const [from, to] = [areaIn(one, 'sourceArea') ?? one.source, areaIn(one, 'targetArea') ?? one.target];
  return {
    key: `${one.number}:${step}${round === 1 ? '' : `:${round}`}`,
    action: plan.action,
    jurisdiction: plan.side === 'source' ? from : to,
    citizenNumber,
    scheme: plan.side === 'source' ? one.scheme : one.targetScheme,
    ...(one.scheme === one.targetScheme ? {} : { otherScheme: plan.side === 'source' ? one.targetScheme : one.scheme }),
    accountKind: one.accountKind,
    ...{ from, to },
    ...((step === 'EXPORT' || step === 'PAY') && month !== undefined ? { month } : {}),
    ...((step === 'EXPORT' || step === 'PAY') && one.kind === 'UNEMPLOYMENT' && one.money ? { benefitDue: true } : {}),
    ...(step === 'RECEIVE' && paid !== undefined ? { figures: paid } : {}),
    ...(step === 'CLEAR' ? clearingOf(one) : {}),
    ...(step === 'IMPORT' && one.sheet !== null ? { sheet: one.sheet } : {}),
  };
}

function areaIn({ statements }: KeptCase, name: 'sourceArea' | 'targetArea'): string | undefined {
  const area = statements[name];
  return typeof area === 'string' ? area : undefined;
}

/** Whose months are kept, and what is to be paid back for the others: left out where the rules cannot say it, or the office's own figure was accepted. */
function clearingOf(one: TransferCase): Pick<OfficeOrder, 'clearing' | 'figures'> {
  const overlap = overlapOf(one);
  const { clearing } = one.figures;
  if (overlap === undefined || clearing === undefined) throw new Error('nothing was chosen for the months that overlap');
  const { keep } = clearing;
  const account = keep === 'SOURCE' ? overlap.refund.keepSource : overlap.refund.keepTarget;
  return {
    clearing: { keep, months: overlap.months },
    ...(account === null || clearing.byOffice === true
      ? {}
      : { figures: { before1998: 0, balance: account, principal: 0, account, pool: 0, total: account } }),
  };
}

/** Our figures, the source's and the money that was paid, beside each other. */
function compared({ now }: Pick<Carrier, 'now'>, one: TransferCase): Done {
  const at = now();
  const differences = differencesOf(one.money ? one.figures : {});
  return {
    happening: { what: 'COMPARED', differences, at: at.toISOString() },
    entryOf: () => ({
      step: differences.length === 0 ? 'RECONCILE' : 'AMOUNT_MISMATCH',
      at,
      actor: SYSTEM,
      told: true,
      detail: { differences },
    }),
  };
}

/** What should move by the rules and by what the registers hold today; undefined when it is known already. */
async function assessed(carrier: Carrier, one: KeptCase): Promise<Done | undefined> {
  if (one.figures.ours !== undefined) return undefined;
  const at = carrier.now();
  const number = carrier.citizenOf(one.citizen);
  const law = carrier.laws[one.kind];
  if (number === undefined || law === undefined) throw new Error('a case of this kind cannot be assessed here');
  const record = await carrier.facts(number, AbortSignal.timeout(carrier.timing.callMs));
  const silentSource = record.missing.some(({ jurisdiction }) => jurisdiction === one.source);
  if (silentSource) throw new AgencyFault('AGENCY_UNAVAILABLE', `the register of ${one.source} does not answer`);
  const today = shanghaiDay(at);
  const month = today.slice(0, 7);
  const move = {
    source: one.source,
    target: one.target,
    statements: one.statements,
    accountKind: one.accountKind,
    moneyMoves: one.money,
  };
  const expectation = law.expect(move, record, civilDateFrom(today, ''));
  return {
    happening: { what: 'ASSESSED', expectation, month },
    entryOf: () => ({
      step: 'ASSESS',
      at,
      actor: SYSTEM,
      told: expectation.notes.length > 0,
      detail: { article: expectation.article, version: expectation.version, month },
    }),
  };
}

/** A case after something was written down. */
export interface WrittenCase {
  /** Undefined where there is no such case. */
  readonly one: KeptCase | undefined;
  /** What is to be done by itself now, and is no job. */
  readonly wants: readonly JobStep[];
  /** False when what happened was known already. */
  readonly changed: boolean;
}

/**
 * Writes down what happened, one thing after the other, on the case as it is now: when somebody else has changed it since it was read, it is
 * read again. Where the figures can be compared then, they are compared in the same statement.
 * @param known the case as it was read last; it is written only where it still is so
 * @param follows whether who writes goes on with what follows; otherwise it becomes jobs
 */
export async function write(
  carrier: Pick<Carrier, 'pool' | 'tell' | 'laws' | 'forms' | 'now'>,
  id: string,
  all: readonly Done[],
  { known, follows }: { readonly known?: KeptCase; readonly follows: boolean },
): Promise<WrittenCase> {
  for (let clash = 0; clash < MOST_CLASHES; clash++) {
    const before = (clash === 0 ? known : undefined) ?? (await readCase(carrier.pool, id));
    if (before === undefined || isEnd(before.state)) return { one: before, wants: [], changed: false };
    const next = afterAll(carrier, before, all);
    // Who was overtaken goes on from where the other is.
    if (next === undefined) return { one: before, wants: follows ? openSteps(before) : [], changed: false };
    const { written, recorded, wants } = next;
    const jobs = follows ? [] : wants.map((step) => ({ step }));
    const after = await change(carrier.pool, { before, written, recorded, jobs });
    if (after === undefined) continue;
    if (recorded.some(({ entry }) => entry.told)) carrier.tell();
    return { one: after, wants: follows ? wants : [], changed: true };
  }
  throw new Error('a case changes faster than it can be written');
}

interface After extends Pick<Change, 'written' | 'recorded'> {
  readonly wants: readonly JobStep[];
}

/** The case after all that happened; undefined when all of it was known. */
function afterAll(carrier: Pick<Carrier, 'laws' | 'forms' | 'now'>, before: KeptCase, all: readonly Done[]): After | undefined {
  const law = carrier.laws[before.kind];
  const recorded: Recorded[] = [];
  const wants = new Set<JobStep>();
  const left = [...all];
  let one = before;
  for (let done = left.shift(); done !== undefined; done = left.shift()) {
    const next = advance(one, done.happening);
    if (next === undefined) continue;
    const reached = { ...one, ...next.progress };
    const entry = done.entryOf(one, reached);
    const standing = standingOf(next.progress, daysOf(one, reached, law?.clock, law !== undefined), entry.at);
    const notice: readonly Paper[] =
      isEnd(reached.state) && reached.ending !== null ? papersOf(reached, 'REFUSED', shanghaiDay(entry.at), carrier.forms) : [];
    recorded.push({
      entry: { ...entry, papers: [...(entry.papers ?? []), ...notice] },
      ...{ version: before.version + recorded.length + 1, from: one.state, to: reached.state, deadline: standing.deadline },
    });
    one = { ...reached, ...standing };
    for (const step of next.wants) wants.add(step);
    if (wants.delete('RECONCILE')) left.push(compared(carrier, one));
  }
  if (recorded.length === 0) return undefined;
  const open = openSteps(one);
  return { written: one, recorded, wants: [...wants].filter((step) => open.includes(step)) };
}

/**
 * Who does not know the law of a kind leaves its days as they are; what is provisional is counted anew whatever happens.
 * @returns the very same days where none of them has moved, which are not written again then
 */
function daysOf(before: TransferCase, after: TransferCase, clock: TransferClock | undefined, isKnown: boolean): readonly StepDeadline[] {
  const same = before.clock === after.clock && before.money === after.money && !before.deadlines.some(({ provisional }) => provisional);
  if (same || !isKnown) return before.deadlines;
  const counted = deadlinesOf(clock, after.clock, after.money);
  return isDeepStrictEqual(counted, before.deadlines) ? before.deadlines : counted;
}

async function silent(carrier: Carrier, task: Task, fault: AgencyFault): Promise<void> {
  const now = carrier.now();
  const since = task.since ?? now.toISOString();
  if (now.getTime() - Date.parse(since) >= carrier.timing.patienceMs) {
    const happening: Happening = { what: 'PARKED', step: task.step, reason: fault.code, at: now.toISOString() };
    const entryOf = (): Entry => ({ step: 'PARKED', at: now, actor: SYSTEM, told: true, reason: fault.code });
    await write(carrier, task.case, [{ happening, entryOf }], { follows: false });
    return;
  }
  const { firstRetryMs, greatestRetryMs } = carrier.timing;
  const wait = Math.min(greatestRetryMs, firstRetryMs * 2 ** Math.min(task.tries, 20));
  await later(carrier, { ...task, tries: task.tries + 1, since }, { step: task.step, code: fault.code, since }, wait);
}

async function later(
  carrier: Carrier,
  { case: id, step, tries, since }: Task,
  fault: Readonly<Record<string, unknown>> | null,
  ms: number,
) {
  await tryAgain(carrier.pool, id, fault, { step, runAt: new Date(Date.now() + ms), tries, ...(since === null ? {} : { since }) });
}

/** One case by its id. */
export async function readCase(pool: Pool, id: string): Promise<KeptCase | undefined> {
  const { rows } = await pool.query<CaseRow>({
    name: 'transfers-read',
    text: `select ${CASE_COLUMNS} from transfers.transfer_case where id = $1`,
    values: [id],
  });
  return rows[0] === undefined ? undefined : caseOf(rows[0]);
}

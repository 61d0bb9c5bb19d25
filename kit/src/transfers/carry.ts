import type { Pool } from 'pg';
import type { CitizenNumber } from '@yichuang/schema';
import { civilDateFrom } from '@yichuang/rules';
import type { OfficeEntry } from '../agency.js';
import { AgencyFault } from '../systems/system.js';
import { differencesOf } from './compare.js';
import { shanghaiDay } from './clock.js';
import { isEnd, type JobStep, type OfficeStep, type TransferCase, type TransferKind } from './case.js';
import type { TransferFacts, TransferLaw } from './law.js';
import type { OfficeOrder, OfficeReceipt, TransferOffice } from './office.js';
import { papersOf } from './papers.js';
import { advance, type Happening } from './progress.js';
import { CASE_COLUMNS, caseOf, change, digestOf, tryAgain, type CaseRow, type Entry, type Paper } from './record.js';
import { standingOf } from './standing.js';
import { isOfficeStep, overlapOf, STEPS } from './steps.js';
import type { Timing } from './timing.js';

/** What is needed to do a step. */
export interface Carrier {
  readonly pool: Pool;
  readonly laws: Readonly<Partial<Record<TransferKind, TransferLaw<TransferFacts>>>>;
  readonly officeOf: (jurisdiction: string) => TransferOffice | undefined;
  /** How the office of a jurisdiction is reached, for papers. */
  readonly entryOf: (jurisdiction: string) => OfficeEntry | undefined;
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

type KeptCase = TransferCase & Pick<CaseRow, 'statements'>;

const SYSTEM = { kind: 'SYSTEM' } as const;
/** Somebody else changes the same case at the same moment; more often than this it is not chance. */
const MOST_CLASHES = 50;

/** Does one step of one case. Safe to be done twice, at the same time or later: the office is asked before it is told. */
export async function carry(carrier: Carrier, task: Task): Promise<void> {
  const one = await readCase(carrier.pool, task.case);
  if (one === undefined || isEnd(one.state)) return;
  // Parked by an operator, not for one step: nothing at all is done until it is resumed.
  if (one.hold?.code === 'PARKED' && one.hold.step === undefined) return;
  const { step } = task;
  try {
    if (!isOfficeStep(step)) await own(carrier, one, step);
    else if (await told(carrier, one, step)) await later(carrier, task, null, carrier.timing.pendingMs);
  } catch (error) {
    if (!(error instanceof AgencyFault)) throw error;
    await silent(carrier, task, error);
  }
}

/** @returns true when the office has the order and has not done it yet */
async function told(carrier: Carrier, one: KeptCase, step: OfficeStep): Promise<boolean> {
  const known = one.orders[step];
  if (known === undefined || known.state === 'DONE' || known.state === 'REFUSED') return false;
  const order = orderOf(carrier, one, step);
  const office = carrier.officeOf(order.jurisdiction);
  if (office === undefined) throw new AgencyFault('NOT_SUPPORTED_HERE', `no office is configured for jurisdiction ${order.jurisdiction}`);
  const signal = AbortSignal.timeout(carrier.timing.callMs);
  const done = await office.inquire(order.jurisdiction, order.key, signal);
  const receipt: OfficeReceipt = done ?? (await office.act(order, AbortSignal.timeout(carrier.timing.callMs)));
  const at = carrier.now();
  const happening: Happening = { what: 'ANSWERED', step, receipt, day: shanghaiDay(at), at: at.toISOString() };
  const entryOf = (before: TransferCase, after: TransferCase): Entry => ({
    step,
    at,
    actor: SYSTEM,
    told: receipt.state === 'DONE' || after.hold !== before.hold || after.state !== before.state,
    reason: receipt.state === 'REFUSED' ? receipt.code : undefined,
    detail: { answer: receipt.state, ...(receipt.state === 'DONE' ? { reference: receipt.reference, at: receipt.at } : {}) },
    requestDigest: digestOf(order),
    answerDigest: digestOf(receipt),
    papers: receipt.state === 'DONE' ? papersOf(after, step, shanghaiDay(at), carrier.entryOf) : [],
  });
  await write(carrier, one.id, happening, entryOf, one);
  return receipt.state === 'PENDING';
}

function orderOf(carrier: Carrier, one: KeptCase, step: OfficeStep): OfficeOrder {
  const plan = STEPS[step];
  const citizenNumber = carrier.citizenOf(one.citizen);
  if (citizenNumber === undefined) throw new Error('the person of a case is sealed with another key');
  const round = one.orders[step]?.round ?? 1;
  const { paid, month } = one.figures;
  return {
    key: `${one.number}:${step}${round === 1 ? '' : `:${round}`}`,
    action: plan.action,
    jurisdiction: plan.side === 'source' ? one.source : one.target,
    citizenNumber,
    scheme: plan.side === 'source' ? one.scheme : one.targetScheme,
    ...(one.scheme === one.targetScheme ? {} : { otherScheme: plan.side === 'source' ? one.targetScheme : one.scheme }),
    accountKind: one.accountKind,
    // Where an office has several pooling areas, the law has found out which are meant.
    from: areaIn(one, 'sourceArea') ?? one.source,
    to: areaIn(one, 'targetArea') ?? one.target,
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

async function own(carrier: Carrier, one: KeptCase, step: 'ASSESS' | 'RECONCILE'): Promise<void> {
  const at = carrier.now();
  if (step === 'RECONCILE') {
    const differences = differencesOf(one.money ? one.figures : {});
    const entryOf = (): Entry => ({
      step: differences.length === 0 ? 'RECONCILE' : 'AMOUNT_MISMATCH',
      at,
      actor: SYSTEM,
      told: true,
      detail: { differences },
    });
    await write(carrier, one.id, { what: 'COMPARED', differences, at: at.toISOString() }, entryOf, one);
    return;
  }
  if (one.figures.ours !== undefined) return;
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
  const entryOf = (): Entry => ({
    step,
    at,
    actor: SYSTEM,
    told: expectation.notes.length > 0,
    detail: { article: expectation.article, version: expectation.version, month },
  });
  await write(carrier, one.id, { what: 'ASSESSED', expectation, month }, entryOf, one);
}

/**
 * Writes down what happened, on the case as it is now: when somebody else has changed it since it was read, it is read again.
 * @param known the case as it was read last; it is written only where it still is so
 * @returns the case afterwards; undefined when what happened is known already
 */
export async function write(
  carrier: Pick<Carrier, 'pool' | 'laws' | 'entryOf'>,
  id: string,
  happening: Happening,
  entryOf: (before: TransferCase, after: TransferCase) => Entry,
  known?: TransferCase,
): Promise<boolean> {
  for (let clash = 0; clash < MOST_CLASHES; clash++) {
    const before = (clash === 0 ? known : undefined) ?? (await readCase(carrier.pool, id));
    if (before === undefined || isEnd(before.state)) return false;
    const next = advance(before, happening);
    if (next === undefined) return false;
    const after = { ...before, ...next.progress };
    const entry = entryOf(before, after);
    const law = carrier.laws[before.kind];
    // Who does not know the law of a kind leaves its days as they are.
    const written = standingOf(next.progress, law?.clock, entry.at, law === undefined ? before.deadlines : undefined);
    const notice: readonly Paper[] =
      isEnd(after.state) && after.ending !== null ? papersOf(after, 'REFUSED', shanghaiDay(entry.at), carrier.entryOf) : [];
    const whole = { ...entry, papers: [...(entry.papers ?? []), ...notice] };
    if (
      await change(
        carrier.pool,
        before,
        written,
        whole,
        next.wants.map((step) => ({ step })),
      )
    )
      return true;
  }
  throw new Error('a case changes faster than it can be written');
}

async function silent(carrier: Carrier, task: Task, fault: AgencyFault): Promise<void> {
  const now = carrier.now();
  const since = task.since ?? now.toISOString();
  if (now.getTime() - Date.parse(since) >= carrier.timing.patienceMs) {
    const happening: Happening = { what: 'PARKED', step: task.step, reason: fault.code, at: now.toISOString() };
    await write(carrier, task.case, happening, () => ({ step: 'PARKED', at: now, actor: SYSTEM, told: true, reason: fault.code }));
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
export async function readCase(pool: Pool, id: string): Promise<ReturnType<typeof caseOf> | undefined> {
  const { rows } = await pool.query<CaseRow>({
    name: 'transfers-read',
    text: `select ${CASE_COLUMNS} from transfers.transfer_case where id = $1`,
    values: [id],
  });
  return rows[0] === undefined ? undefined : caseOf(rows[0]);
}

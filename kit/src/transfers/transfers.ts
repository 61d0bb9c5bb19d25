import { randomUUID } from 'node:crypto';
import { DatabaseError } from 'pg';
import { newCaseNumber, parseCaseNumber, shanghaiDay, type CitizenNumber, type CitizenRef } from '@yichuang/schema';
import { civilDateFrom, RuleRefusal, type LifeRecord } from '@yichuang/rules';
import { isEnd, type Clearing, type Expectation, type JobStep, type Progress, type TransferCase, type TransferKind } from './case.js';
import { carry, readCase, write, type Carrier } from './carry.js';
import { deadlinesOf } from './clock.js';
import { refuse, type ActRefusalCode, type Actor, type Decision } from './decision.js';
import { Gathering } from './gathering.js';
import type { Allowed, TransferFacts, TransferLaw } from './law.js';
import type { TransferOffice } from './office.js';
import { caseHistory, casePapers, casesOf, type CaseStep, type CasePaper } from './reading.js';
import type { Happening } from './progress.js';
import { firstPapers, type PaperForms } from './papers.js';
import { open, type Entry, type Opened } from './record.js';
import { standingOf } from './standing.js';
import { overlapOf } from './steps.js';
import type { TransferStore } from './store.js';
import { USUAL_TIMING, type Timing } from './timing.js';
import { startWorker, type TransferWorker, type WorkerSettings } from './worker.js';

/** What an agency brings to the machinery. */
export interface TransfersOptions<Facts extends TransferFacts = LifeRecord> {
  readonly store: TransferStore;
  /** The agency's name in the supergraph. */
  readonly agency: string;
  /** The kinds it handles, each with its law. */
  readonly laws: Readonly<Partial<Record<TransferKind, TransferLaw<Facts>>>>;
  /** The office of a jurisdiction; undefined where none is configured. */
  readonly officeOf: (jurisdiction: string) => TransferOffice | undefined;
  /** What papers are filled in with. @default nothing is known of any office, and papers have the national codes */
  readonly forms?: Partial<PaperForms>;
  /** What the registers hold of a person today, for the checks and the figures. @throws AgencyFault when nothing can be said */
  readonly facts: (citizen: CitizenNumber, signal: AbortSignal) => Promise<Facts>;
  /** The person behind a sealed reference; undefined for one of another hub. */
  readonly citizenOf: (ref: string) => CitizenNumber | undefined;
  /** The business clock. @default the system's */
  readonly now?: () => Date;
  readonly timing?: Partial<Timing>;
}

/** What somebody applies for. */
export interface Application {
  readonly citizen: CitizenRef;
  readonly kind: TransferKind;
  /** Jurisdictions: divisions of six digits. */
  readonly source: string;
  readonly target: string;
  readonly actor: Actor;
  /** What the kind of transfer asks the applicant; see the agency's law. */
  readonly statements?: Readonly<Record<string, string | boolean>>;
  /** The same key again is the same application. */
  readonly requestKey?: string | undefined;
  /** Of a collective move: what joins its cases. */
  readonly collective?: string | undefined;
}

/** What would become of an application that were handed in today. */
export interface Prospect {
  readonly judged: Allowed;
  /** What should move; undefined where the relation is only sealed where it is. */
  readonly expected: Expectation | undefined;
}

/** One act of somebody on one case. */
export interface Act {
  readonly actor: Actor;
  /** The same key for the same case again does nothing, and answers with the case as it is. */
  readonly requestKey?: string | undefined;
}

/** The transfers that one agency handles. */
export interface Transfers {
  /** What `apply` would answer, and what should move by the rules: nothing is opened, nothing is kept. */
  foresee(wanted: Pick<Application, 'citizen' | 'kind' | 'source' | 'target' | 'statements'>): Promise<Decision<Prospect>>;
  /** Opens a case, if the law lets the relation move and it is not moving already. */
  apply(application: Application): Promise<Decision<TransferCase>>;
  /** The target accepts the application and sends the contact letter; the source accepts the letter. */
  accept(id: string, act: Act): Promise<Decision<TransferCase>>;
  /** An office gives the case back with a reason: what was done is undone. */
  returnCase(id: string, act: Act & { readonly reason: string }): Promise<Decision<TransferCase>>;
  /** After a difference or a dispute: the source's sheet is asked for anew and compared again. */
  reconcile(id: string, act: Act): Promise<Decision<TransferCase>>;
  /** An office goes on although figures differ or the person disputes, and says why. */
  override(id: string, act: Act & { readonly reason: string }): Promise<Decision<TransferCase>>;
  /** The person calls the case back. */
  withdraw(id: string, act: Act): Promise<Decision<TransferCase>>;
  /** The person disputes: the case stops before anything is merged. */
  dispute(id: string, act: Act & { readonly reason: string }): Promise<Decision<TransferCase>>;
  /**
   * Whose months are kept where both places were paid for them: the person says it, at the counter of the destination as well, and the
   * office agrees by carrying it out. At any time before that is done.
   */
  choose(id: string, act: Act & { readonly keep: Clearing['keep'] }): Promise<Decision<TransferCase>>;
  /** An office, or an operator, lets a step that was refused or given up be tried again. */
  resume(id: string, act: Act): Promise<Decision<TransferCase>>;
  /** An operator stops a case: no step of it is begun until it is resumed. */
  park(id: string, act: Act & { readonly reason: string }): Promise<Decision<TransferCase>>;
  /** An operator lets whatever is open of a case be done now instead of when its turn comes. */
  retry(id: string, act: Act): Promise<Decision<TransferCase>>;
  /** In the order of the ids; undefined for what is no case of this agency. */
  byIds(ids: readonly string[]): Promise<readonly (TransferCase | undefined)[]>;
  /** The number as people write it. */
  byNumber(number: string): Promise<TransferCase | undefined>;
  /** Latest first, in the order of the persons. */
  ofCitizens(refs: readonly CitizenRef[]): Promise<readonly (readonly TransferCase[])[]>;
  /** What was done, by whom, when, on what evidence; in the order of the ids. */
  histories(ids: readonly string[]): Promise<readonly (readonly CaseStep[])[]>;
  papers(ids: readonly string[]): Promise<readonly (readonly CasePaper[])[]>;
  /** Does one step of one case now, whoever should do it. For operators: any worker would do the same. */
  carry(id: string, step: JobStep): Promise<void>;
  startWorker(settings?: WorkerSettings): Promise<TransferWorker>;
}

/** The transfers of one agency over a store. */
export function openTransfers<Facts extends TransferFacts>(options: TransfersOptions<Facts>): Transfers {
  const { agency, laws, store } = options;
  const { pool } = store;
  const now = options.now ?? (() => new Date());
  const carrier: Carrier = {
    pool,
    tell: () => {
      store.tell();
    },
    laws,
    officeOf: options.officeOf,
    forms: { entryOf: () => undefined, worded: (paper) => paper, ...options.forms },
    facts: options.facts,
    citizenOf: options.citizenOf,
    now,
    timing: { ...USUAL_TIMING, ...options.timing },
  };

  const opening = new Gathering((all: readonly Opened[]) => open(pool, all));

  const act = async (
    id: string,
    step: string,
    by: Act & { readonly reason?: string },
    decide: (one: TransferCase) => ActRefusalCode | Happening,
  ): Promise<Decision<TransferCase>> => {
    const one = await readCase(pool, id);
    if (one?.agency !== agency) return refuse('CASE_UNKNOWN');
    const isRepeated = async (): Promise<boolean> => by.requestKey !== undefined && (await wasDone(id, by.requestKey));
    if (await isRepeated()) return { ok: true, value: one };
    if (isEnd(one.state)) return refuse('ALREADY_ENDED');
    const decided = decide(one);
    if (typeof decided === 'string') return refuse(decided);
    // Where the case has changed since it was read, what was decided must still be right.
    const at = now();
    const entryOf = (before: TransferCase): Entry => {
      if (typeof decide(before) === 'string') throw new Overtaken();
      return { step, at, actor: by.actor, requestKey: by.requestKey, reason: by.reason, told: true };
    };
    try {
      const written = await write(carrier, id, [{ happening: decided, entryOf }], { known: one, follows: false });
      if (written.changed && written.one !== undefined) return { ok: true, value: written.one };
    } catch (error) {
      if (!(error instanceof Overtaken) && !isTaken(error, 'transfer_step_request')) throw error;
    }
    // The same request may have come in twice at once, and the other was first.
    if (!(await isRepeated())) return refuse('NOT_NOW');
    const after = await readCase(pool, id);
    return after === undefined ? refuse('CASE_UNKNOWN') : { ok: true, value: after };
  };

  const wasDone = async (id: string, key: string): Promise<boolean> =>
    (await pool.query('select from transfers.transfer_step where case_id = $1 and request_key = $2', [id, key])).rowCount === 1;

  /** By the law of its kind and what the registers hold now. */
  const judgedOf = async (
    { citizen, kind, source, target, statements = {} }: Pick<Application, 'citizen' | 'kind' | 'source' | 'target' | 'statements'>,
    today: string,
  ): Promise<Decision<{ readonly judged: Allowed; readonly record: Facts; readonly law: TransferLaw<Facts> }>> => {
    const law = laws[kind];
    const number = options.citizenOf(citizen);
    if (law === undefined) return refuse('KIND_NOT_HANDLED');
    if (number === undefined) return refuse('CASE_UNKNOWN');
    const record = await options.facts(number, AbortSignal.timeout(carrier.timing.callMs));
    if (record.missing.some(({ jurisdiction }) => jurisdiction === undefined || jurisdiction === source || jurisdiction === target))
      return refuse('REGISTER_SILENT');
    try {
      const judged = law.judge({ source, target, statements }, record, civilDateFrom(today, ''));
      return judged.allowed ? { ok: true, value: { judged, record, law } } : { ok: false, refusal: judged.refusal };
    } catch (error) {
      if (!(error instanceof RuleRefusal)) throw error;
      const { code, field, message, wayOut } = error.refused;
      return { ok: false, refusal: { code, field, text: message, wayOut } };
    }
  };

  return {
    async foresee(wanted) {
      const { citizen, source, target, statements = {} } = wanted;
      const today = shanghaiDay(now());
      const decided = await judgedOf(wanted, today);
      if (!decided.ok) return decided;
      const { judged, record, law } = decided.value;
      const { scheme, accountKind, moneyMoves, seals } = judged;
      const cases = await casesOf(pool, agency, 'citizen', [citizen]);
      if (cases.some((one) => one.endedAt === null && one.scheme === scheme && one.source === source && one.accountKind === accountKind))
        return refuse('TRANSFER_UNDER_WAY');
      const move = { source, target, statements, accountKind, moneyMoves };
      return { ok: true, value: { judged, expected: seals ? undefined : law.expect(move, record, civilDateFrom(today, '')) } };
    },

    async apply(application) {
      const { citizen, kind, source, target, requestKey, actor } = application;
      const known = requestKey === undefined ? undefined : await casesOf(pool, agency, 'request_key', [requestKey]);
      if (known?.[0] !== undefined) return { ok: true, value: known[0] };
      const at = now();
      const today = shanghaiDay(at);
      const decided = await judgedOf(application, today);
      if (!decided.ok) return decided;
      const { judged, law } = decided.value;
      const statements = { ...application.statements, ...judged.statements };
      const caseNumber = newCaseNumber();
      const id = randomUUID();
      const progress = begun(judged, today);
      const about = {
        ...{ id, number: caseNumber, agency, kind, citizen, source, target, statements },
        ...{
          scheme: judged.scheme,
          targetScheme: judged.targetScheme ?? judged.scheme,
          accountKind: judged.accountKind,
          ground: judged.ground,
          collective: application.collective ?? null,
        },
      };
      const papers = firstPapers(caseNumber, application, judged, today, carrier.forms);
      const entry = { step: 'APPLIED', at, actor, requestKey, told: true, papers };
      const written = standingOf(progress, deadlinesOf(law.clock, progress.clock, progress.money), at);
      const opened = await opening.add({ opening: about, written, entry });
      if (opened !== undefined) {
        store.tell();
        return { ok: true, value: opened };
      }
      // The same request may have come in twice at once: either of the two is told of first.
      const [same] = requestKey === undefined ? [] : await casesOf(pool, agency, 'request_key', [requestKey]);
      return same === undefined ? refuse('TRANSFER_UNDER_WAY') : { ok: true, value: same };
    },

    accept: (id, by) =>
      act(id, 'ACCEPTED', by, (one) => {
        const side = sideToAccept(one);
        if (one.ending !== null || side === undefined) return 'NOT_NOW';
        if (!acts(by.actor, one, side)) return 'NOT_YOURS';
        return one.hold === null ? { what: 'ACCEPTED', side } : 'ON_HOLD';
      }),

    returnCase: (id, by) =>
      act(id, 'RETURNED_BY_OFFICE', by, (one) => {
        if (!acts(by.actor, one, 'source') && !acts(by.actor, one, 'target')) return 'NOT_YOURS';
        if (by.reason.trim() === '') return 'REASON_MISSING';
        if (one.ending !== null) return 'NOT_NOW';
        if (!canGoBack(one)) return 'TOO_LATE';
        const untouched = one.state === 'APPLIED' && one.orders.OPEN === undefined;
        return { what: 'ENDING', ending: { to: untouched ? 'REJECTED' : 'RETURNED', code: 'RETURNED_BY_OFFICE', reason: by.reason } };
      }),

    withdraw: (id, by) =>
      act(id, 'WITHDRAWN', by, (one) => {
        if (by.actor.kind !== 'PERSON' || by.actor.ref !== one.citizen) return 'NOT_YOURS';
        if (one.ending !== null) return 'NOT_NOW';
        return canGoBack(one) ? { what: 'ENDING', ending: { to: 'CANCELLED', code: 'WITHDRAWN', reason: '' } } : 'TOO_LATE';
      }),

    reconcile: (id, by) =>
      act(id, 'LOOKED_AGAIN', by, (one) => {
        if (!acts(by.actor, one, 'source') && !acts(by.actor, one, 'target')) return 'NOT_YOURS';
        return one.hold?.code === 'AMOUNT_MISMATCH' || (one.hold?.code === 'DISPUTED' && one.orders.EXPORT?.state === 'DONE')
          ? { what: 'LOOKED_AGAIN' }
          : 'NOT_NOW';
      }),

    override: (id, by) =>
      act(id, 'OVERRIDDEN', by, (one) => {
        if (!acts(by.actor, one, 'target')) return 'NOT_YOURS';
        if (by.reason.trim() === '') return 'REASON_MISSING';
        const refunds = one.hold?.code === 'OFFICE_REFUSED' && one.hold.step === 'CLEAR';
        if (!refunds && one.hold?.code !== 'AMOUNT_MISMATCH' && one.hold?.code !== 'DISPUTED') return 'NOT_NOW';
        return one.figures.differences?.some(({ source, paid }) => source !== paid) === true ? 'MONEY_DIFFERS' : { what: 'OVERRIDDEN' };
      }),

    dispute: (id, by) =>
      act(id, 'DISPUTED', by, (one) => {
        if (by.actor.kind !== 'PERSON' || by.actor.ref !== one.citizen) return 'NOT_YOURS';
        if (by.reason.trim() === '') return 'REASON_MISSING';
        if (one.hold !== null) return 'ON_HOLD';
        return one.ending === null && canGoBack(one) ? { what: 'DISPUTED', text: by.reason, at: now().toISOString() } : 'TOO_LATE';
      }),

    choose: (id, by) =>
      act(id, 'CHOSEN', by, (one) => {
        const own = by.actor.kind === 'PERSON' && by.actor.ref === one.citizen;
        if (!own && !acts(by.actor, one, 'target')) return 'NOT_YOURS';
        if (one.ending !== null) return 'NOT_NOW';
        const overlap = overlapOf(one);
        const overlaps = one.figures.ours ? overlap !== undefined : one.notes.some(({ code }) => code === 'OVERLAP_CLEARING');
        // Of months paid to two schemes the law says which are kept.
        if (!overlaps || overlap?.kept !== undefined || one.scheme !== one.targetScheme) return 'NO_OVERLAP';
        return one.orders.CLEAR === undefined || one.orders.CLEAR.state === 'REFUSED' ? { what: 'CHOSEN', keep: by.keep } : 'NOT_NOW';
      }),

    resume: (id, by) =>
      act(id, 'RESUMED', by, (one) => {
        if (by.actor.kind === 'PERSON') return 'NOT_YOURS';
        if (by.actor.kind === 'OFFICE' && !acts(by.actor, one, 'source') && !acts(by.actor, one, 'target')) return 'NOT_YOURS';
        return one.hold?.code === 'PARKED' || one.hold?.code === 'OFFICE_REFUSED' ? { what: 'RESUMED' } : 'NOT_NOW';
      }),

    park: (id, by) =>
      act(id, 'PARKED', by, (one) => {
        if (by.actor.kind !== 'OPERATOR') return 'NOT_YOURS';
        if (by.reason.trim() === '') return 'REASON_MISSING';
        return one.hold === null ? { what: 'PARKED', reason: 'OPERATOR', at: now().toISOString() } : 'ON_HOLD';
      }),

    retry: (id, by) =>
      act(id, 'RETRIED', by, (one) => {
        if (by.actor.kind !== 'OPERATOR') return 'NOT_YOURS';
        return one.hold === null ? { what: 'RETRIED' } : 'ON_HOLD';
      }),

    async byIds(ids) {
      const found = new Map((await casesOf(pool, agency, 'id', ids)).map((one) => [one.id, one]));
      return ids.map((id) => found.get(id));
    },
    async byNumber(text) {
      const number = parseCaseNumber(text);
      return number === undefined ? undefined : (await casesOf(pool, agency, 'number', [number]))[0];
    },
    async ofCitizens(refs) {
      const all = await casesOf(pool, agency, 'citizen', refs);
      return refs.map((ref) => all.filter(({ citizen }) => citizen === ref));
    },
    histories: (ids) => caseHistory(pool, ids),
    papers: (ids) => casePapers(pool, ids),
    carry: (id, step) => carry(carrier, { case: id, step, tries: 0, since: null }, () => false),
    startWorker: (settings) => startWorker(carrier, store, agency, settings),
  };
}

/** Somebody else has changed the case so that the act does not fit it any more. */
class Overtaken extends Error {}

function begun({ moneyMoves, seals, notes }: Allowed, today: string): Progress {
  return {
    ...{ state: 'APPLIED', money: moneyMoves, seals, orders: {}, hold: null, ending: null },
    ...{ clock: { accepted: today }, figures: {}, sheet: null, notes },
  };
}

function sideToAccept({ state, orders }: TransferCase): 'source' | 'target' | undefined {
  if (state === 'APPLIED' && orders.OPEN === undefined) return 'target';
  return state === 'LETTER_SENT' && orders.FREEZE === undefined ? 'source' : undefined;
}

/** Until the target begins to take over, or when it refuses to. */
function canGoBack({ state, orders, hold }: TransferCase): boolean {
  const refused = hold?.code === 'OFFICE_REFUSED' && (hold.step === 'RECEIVE' || hold.step === 'IMPORT');
  return refused || (state !== 'RECONCILED' && state !== 'MERGED' && orders.RECEIVE === undefined && orders.IMPORT === undefined);
}

function acts(actor: Actor, one: TransferCase, side: 'source' | 'target'): boolean {
  return actor.kind === 'OFFICE' && actor.jurisdictions.includes(one[side]);
}

function isTaken(error: unknown, constraint: string): boolean {
  return error instanceof DatabaseError && error.code === '23505' && error.constraint === constraint;
}

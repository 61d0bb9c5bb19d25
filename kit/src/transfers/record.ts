import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { CitizenRef } from '@yichuang/schema';
import type { Ground, JobStep, Progress, StepDeadline, TransferCase } from './case.js';
import type { Actor } from './decision.js';
import { JOBS_SCHEMA } from './migrations.js';

/** A paper of the case: 凭证, 申请表, 联系函, 信息表, or the notice of a refusal. */
export interface Paper {
  readonly kind: 'CERTIFICATE' | 'APPLICATION' | 'CONTACT_LETTER' | 'INFORMATION_SHEET' | 'REFUSAL_NOTICE';
  readonly number: string;
  /** YYYY-MM-DD. */
  readonly issuedOn: string;
  /** Jurisdiction whose office issued it; `PERSON` for an application. */
  readonly issuer: string;
  /** By national codes where there are any. Never a name or a citizen number: these are read when it is shown. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What is written down with one change of a case. */
export interface Entry {
  /** What was done. */
  readonly step: string;
  readonly at: Date;
  readonly actor: Actor;
  readonly requestKey?: string | undefined;
  readonly reason?: string | undefined;
  readonly detail?: Readonly<Record<string, unknown>>;
  /** What was sent and what came back, as SHA-256 of their canonical JSON. */
  readonly requestDigest?: string | undefined;
  readonly answerDigest?: string | undefined;
  /** Whether those who follow the case are told. */
  readonly told: boolean;
  readonly papers?: readonly Paper[];
}

/** A step for a worker. */
export interface Job {
  readonly step: JobStep;
  /** Not before. */
  readonly runAt?: Date;
  /** How often it has been tried in vain, and since when. */
  readonly tries?: number;
  readonly since?: string;
}

/** What of the case is written beside what happened. */
export interface Written extends Progress {
  readonly deadlines: readonly StepDeadline[];
  readonly dueStep: StepDeadline['step'] | null;
  readonly deadline: string | null;
  readonly deadlineProvisional: boolean;
  readonly awaits: string | null;
  readonly refused: string | null;
  readonly endedAt: Date | null;
}

const JOBS = `select ${JOBS_SCHEMA}.add_job(
    identifier := moved.agency || ':step',
    payload := json_build_object('case', moved.id, 'step', j.step, 'tries', coalesce(j.tries, 0), 'since', j.since),
    run_at := j."runAt",
    job_key := moved.id || ':' || j.step
  ) from moved, jsonb_to_recordset($30::jsonb) as j(step text, "runAt" timestamptz, tries int, since text)`;

const EVIDENCE = `stepped as (
    insert into transfers.transfer_step
      (case_id, version, step, at, actor, request_key, from_state, to_state, reason, detail, request_digest, answer_digest)
    select id, version, $18::text, $17::timestamptz, $19::jsonb, $20::text, $21::text, state, $22::text, $23::jsonb, $24::text, $25::text
    from moved
  ), papers as (
    insert into transfers.transfer_paper (case_id, version, kind, number, issued_on, issuer, fields)
    select moved.id, moved.version, p.kind, p.number, p."issuedOn", p.issuer, p.fields
    from moved, jsonb_to_recordset($26::jsonb) as p(kind text, number text, "issuedOn" text, issuer text, fields jsonb)
  ), told as (
    insert into transfers.transfer_event
      (case_id, number, agency, kind, step, state, citizen, source, target, at, deadline, case_version)
    select id, number, agency, kind, $18::text, state, citizen, source, target, $17::timestamptz, $27::timestamptz, version
    from moved where $28::boolean
  ), jobs as (${JOBS})
  select moved.version, (select count(*)::int from jobs) as jobs from moved`;

const CHANGE = `with moved as (
    update transfers.transfer_case set
      state = $3, money = $4, orders = $5, hold = $6, ending = $7, clock = $8, figures = $9, sheet = $10, notes = $11,
      deadlines = $12, overdue = case when due_step is not distinct from $13 then overdue end, due_step = $13, deadline = $14,
      deadline_provisional = $15, awaits = $16, changed_at = $17, refused = $29, ended_at = $31, fault = null, version = version + 1
    where id = $1 and version = $2
    returning *
  ), ${EVIDENCE}`;

const OPENING = `with moved as (
    insert into transfers.transfer_case
      (id, version, state, money, orders, hold, ending, clock, figures, sheet, notes, deadlines, due_step, deadline, deadline_provisional,
       awaits, changed_at, applied_at, refused, ended_at, number, agency, kind, citizen, scheme, account_kind, source, target, collective,
       statements, ground, seals, target_scheme, request_key)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17, $29, $31, $32, $33, $34, $35, $36, $37, $38,
       $39, $40, $41, $42, $43, $44, $20)
    returning *
  ), ${EVIDENCE}`;

/**
 * Changes a case: its state, the evidence of the step, the event, the papers and the jobs that follow are one statement, so that none of
 * them is ever there without the others.
 * @param version that was read
 * @returns false when somebody else has changed the case since
 */
export async function change(
  pool: Pool,
  one: Pick<TransferCase, 'id' | 'version' | 'state'>,
  written: Written,
  entry: Entry,
  jobs: readonly Job[],
): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'transfers-change',
    text: CHANGE,
    values: valuesOf(one.id, one.version, one.state, written, entry, jobs),
  });
  return rowCount === 1;
}

/** What is new about a case that is opened. */
export interface Opening {
  readonly id: string;
  readonly number: string;
  readonly agency: string;
  readonly kind: string;
  readonly citizen: CitizenRef;
  readonly scheme: string;
  readonly targetScheme: string;
  readonly accountKind: string;
  readonly source: string;
  readonly target: string;
  readonly collective: string | null;
  readonly statements: Readonly<Record<string, string | boolean>>;
  readonly ground: Ground;
}

/**
 * Opens a case, in one statement as `change`.
 * @throws DatabaseError 23505 when the relation is moving already (transfer_case_under_way), or the request was made before
 *   (transfer_case_request)
 */
export async function open(pool: Pool, opening: Opening, written: Written, entry: Entry, jobs: readonly Job[]): Promise<void> {
  const { number, agency, kind, citizen, scheme, targetScheme, accountKind, source, target, collective, statements, ground } = opening;
  await pool.query({
    name: 'transfers-open',
    text: OPENING,
    values: [
      ...valuesOf(opening.id, 1, null, written, entry, jobs),
      ...[number, agency, kind, citizen, scheme, accountKind, source, target, collective],
      ...[JSON.stringify(statements), JSON.stringify(ground), written.seals, targetScheme],
    ],
  });
}

function valuesOf(id: string, version: number, from: string | null, written: Written, entry: Entry, jobs: readonly Job[]): unknown[] {
  const json = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));
  return [
    ...[id, version, written.state, written.money, json(written.orders), json(written.hold), json(written.ending), json(written.clock)],
    ...[json(written.figures), json(written.sheet), json(written.notes), json(written.deadlines), written.dueStep, written.deadline],
    ...[written.deadlineProvisional, written.awaits, entry.at, entry.step, json(entry.actor), entry.requestKey ?? null, from],
    ...[entry.reason ?? null, json(entry.detail ?? {}), entry.requestDigest ?? null, entry.answerDigest ?? null, json(entry.papers ?? [])],
    ...[
      written.deadline === null ? null : `${written.deadline}T23:59:59.999+08:00`,
      entry.told,
      written.refused,
      json(jobs),
      written.endedAt,
    ],
  ];
}

const AGAIN = `with moved as (
    update transfers.transfer_case set fault = $2 where id = $1 and ended_at is null returning id, agency
  ), jobs as (${JOBS.replace('$30', '$3')})
  select count(*)::int as jobs from jobs`;

/** Lets a step be tried again later; why is kept for operators, and no event is made of it. */
export async function tryAgain(pool: Pool, id: string, fault: Readonly<Record<string, unknown>> | null, job: Job): Promise<void> {
  await pool.query({
    name: 'transfers-again',
    text: AGAIN,
    values: [id, fault === null ? null : JSON.stringify(fault), JSON.stringify([job])],
  });
}

/** Columns of `CaseRow`. */
export const CASE_COLUMNS = `id, number, agency, kind, citizen, scheme, target_scheme, account_kind, source, target, collective, statements, ground, state,
  money, seals, orders, hold, ending, clock, figures, sheet, notes, deadlines, due_step, deadline, deadline_provisional, overdue, awaits,
  refused, fault, version, applied_at, changed_at, ended_at`;

/** A row of the table of cases. */
export interface CaseRow extends Omit<TransferCase, keyof Renamed> {
  readonly statements: Readonly<Record<string, string | boolean>>;
  readonly target_scheme: Renamed['targetScheme'];
  readonly account_kind: Renamed['accountKind'];
  readonly due_step: Renamed['dueStep'];
  readonly deadline_provisional: Renamed['deadlineProvisional'];
  readonly applied_at: Renamed['appliedAt'];
  readonly changed_at: Renamed['changedAt'];
  readonly ended_at: Renamed['endedAt'];
}

/** What a column calls otherwise. */
type Renamed = Pick<
  TransferCase,
  'targetScheme' | 'accountKind' | 'dueStep' | 'deadlineProvisional' | 'appliedAt' | 'changedAt' | 'endedAt'
>;

/** A case as a row holds it. */
export function caseOf(row: CaseRow): TransferCase & { readonly statements: Readonly<Record<string, string | boolean>> } {
  const { target_scheme, account_kind, due_step, deadline_provisional, applied_at, changed_at, ended_at, ...same } = row;
  return {
    ...same,
    targetScheme: target_scheme,
    accountKind: account_kind,
    dueStep: due_step,
    deadlineProvisional: deadline_provisional,
    appliedAt: applied_at,
    changedAt: changed_at,
    endedAt: ended_at,
  };
}

/** SHA-256 of the canonical JSON (keys in order) of what was sent or came back, in hexadecimal digits. */
export function digestOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(inOrder(value)))
    .digest('hex');
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, one]: [string, unknown]) => [name, inOrder(one)]),
  );
}

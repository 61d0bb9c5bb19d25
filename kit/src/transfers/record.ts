import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { canonicalJson, type CitizenRef } from '@yichuang/schema';
import type { Awaited, Ground, JobStep, Progress, StepDeadline, TransferCase, TransferKind, TransferState } from './case.js';
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
  readonly awaits: Awaited | null;
  readonly refused: string | null;
  readonly endedAt: Date | null;
}

/** One change of a case with its evidence, as it is written down. */
export interface Recorded {
  readonly entry: Entry;
  /** Of the case afterwards. */
  readonly version: number;
  /** State before; null for a case that is opened. */
  readonly from: TransferState | null;
  readonly to: TransferState;
  /** Last day of the step whose clock runs then, YYYY-MM-DD. */
  readonly deadline: string | null;
}

const jobsOf = (jobs: string): string => `select ${JOBS_SCHEMA}.add_job(
    identifier := moved.agency || ':step',
    payload := json_build_object('case', moved.id, 'step', j.step, 'tries', coalesce(j.tries, 0), 'since', j.since),
    run_at := j."runAt",
    job_key := moved.id || ':' || j.step
  ) from moved, json_to_recordset(${jobs}::json) as j(step text, "runAt" timestamptz, tries int, since text)`;

const evidenceOf = (entries: string): string => `entry as materialized (
    select moved.*, e.version, e.step, e.at, e.actor, e."requestKey", e."from", e."to", e.reason, e.detail, e."requestDigest",
      e."answerDigest", e.deadline, e.told
    from moved join json_to_recordset(${entries}::json) as e("case" uuid, version int, step text, at timestamptz, actor jsonb,
      "requestKey" text, "from" text, "to" text, reason text, detail jsonb, "requestDigest" text, "answerDigest" text, deadline timestamptz,
      told boolean) on e."case" = moved.id
  ), stepped as (
    insert into transfers.transfer_step
      (case_id, version, step, at, actor, request_key, from_state, to_state, reason, detail, request_digest, answer_digest)
    select id, version, step, at, actor, "requestKey", "from", "to", reason, detail, "requestDigest", "answerDigest" from entry
  ), told as (
    insert into transfers.transfer_event
      (case_id, number, agency, kind, step, state, citizen, source, target, at, deadline, case_version)
    select id, number, agency, kind, step, "to", citizen, source, target, at, deadline, version from entry where told order by version
  )`;

const issuingOf = (papers: string): string => `issued as (
    insert into transfers.transfer_paper (case_id, version, kind, number, issued_on, issuer, fields)
    select p."case", p.version, p.kind, p.number, p."issuedOn", p.issuer, p.fields
    from moved join json_to_recordset(${papers}::json) as p("case" uuid, version int, kind text, number text, "issuedOn" text, issuer text,
      fields jsonb) on p."case" = moved.id
  )`;

/** What is not given is as it was. Most changes have neither papers nor jobs, and what is not there is not looked for. */
const changing = (papers: boolean, jobs: boolean): string => `with moved as (
    update transfers.transfer_case set
      version = $3, state = $4, money = $5, orders = coalesce($6, orders), hold = $7, ending = $8, clock = coalesce($9, clock),
      figures = coalesce($10, figures), sheet = case when $11::jsonb is null then sheet else nullif($11::jsonb, 'null') end,
      notes = coalesce($12, notes), deadlines = coalesce($13, deadlines),
      overdue = case when due_step is not distinct from $14 then overdue end, due_step = $14, deadline = $15, deadline_provisional = $16,
      awaits = $17, changed_at = $18, refused = $19, ended_at = $20, fault = null
    where id = $1 and version = $2
    returning id, number, agency, kind, citizen, source, target
  ), ${evidenceOf('$21')}${papers ? `, ${issuingOf('$22')}` : ''}${jobs ? `, jobs as (${jobsOf(papers ? '$23' : '$22')})` : ''}
  select ${jobs ? '(select count(*)::int from jobs) as jobs' : ''} from moved`;
const CHANGES = {
  'transfers-change': changing(false, false),
  'transfers-change-papers': changing(true, false),
  'transfers-change-jobs': changing(false, true),
  'transfers-change-papers-jobs': changing(true, true),
} as const;

const OPENING = `with moved as (
    insert into transfers.transfer_case
      (id, version, number, agency, kind, citizen, scheme, target_scheme, account_kind, source, target, collective, statements, ground,
       state, money, seals, orders, hold, ending, clock, figures, sheet, notes, deadlines, due_step, deadline, deadline_provisional, awaits,
       refused, request_key, applied_at, changed_at, ended_at)
    select id, 1, number, agency, kind, citizen, scheme, "targetScheme", "accountKind", source, target, collective, statements, ground,
       state, money, seals, orders, hold, ending, clock, figures, sheet, notes, deadlines, "dueStep", deadline, "deadlineProvisional", awaits,
       refused, "requestKey", at, at, "endedAt"
    from json_to_recordset($1::json) as c(id uuid, number text, agency text, kind text, citizen text, scheme text, "targetScheme" text,
      "accountKind" text, source text, target text, collective text, statements jsonb, ground jsonb, state text, money boolean, seals boolean,
      orders jsonb, hold jsonb, ending jsonb, clock jsonb, figures jsonb, sheet jsonb, notes jsonb, deadlines jsonb, "dueStep" text,
      deadline text, "deadlineProvisional" boolean, awaits text, refused text, "requestKey" text, at timestamptz, "endedAt" timestamptz)
    on conflict do nothing
    returning id, number, agency, kind, citizen, source, target
  ), ${evidenceOf('$2')}, ${issuingOf('$3')}
  select id from moved`;

/** A case with what its kind asked the applicant. */
export type KeptCase = TransferCase & { readonly statements: Readonly<Record<string, string | boolean>> };

/** How a case is written after what happened to it, one thing after the other. */
export interface Change {
  /** As it was read. */
  readonly before: KeptCase;
  readonly written: Written;
  readonly recorded: readonly Recorded[];
  /** What follows and is not done at once. */
  readonly jobs: readonly Job[];
}

/**
 * Changes a case: its state, the evidence of what happened, the events, the papers and the jobs that follow are one statement, so that none
 * of them is ever there without the others.
 * @returns the case afterwards; undefined when somebody else has changed it since it was read
 */
export async function change(pool: Pool, { before, written, recorded, jobs }: Change): Promise<KeptCase | undefined> {
  const last = recorded.at(-1);
  if (last === undefined) return before;
  const { version, entry } = last;
  const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
  const changed = (name: 'orders' | 'clock' | 'figures' | 'sheet' | 'notes' | 'deadlines'): string | null =>
    written[name] === before[name] ? null : JSON.stringify(written[name]);
  const papers = issuedOf(before.id, recorded);
  const name = `transfers-change${papers.length > 0 ? '-papers' : ''}${jobs.length > 0 ? '-jobs' : ''}` as const;
  const { rowCount } = await pool.query({
    name,
    text: CHANGES[name],
    values: [
      ...[before.id, before.version, version, written.state, written.money, changed('orders'), json(written.hold), json(written.ending)],
      ...[changed('clock'), changed('figures'), changed('sheet'), changed('notes'), changed('deadlines'), written.dueStep],
      ...[written.deadline, written.deadlineProvisional, written.awaits, entry.at, written.refused, written.endedAt],
      JSON.stringify(entriesOf(before.id, recorded)),
      ...[papers, jobs].filter((all) => all.length > 0).map((all) => JSON.stringify(all)),
    ],
  });
  if (rowCount !== 1) return undefined;
  const overdue = before.dueStep === written.dueStep ? before.overdue : null;
  return { ...before, ...written, version, changedAt: entry.at, overdue, fault: null };
}

/** What is new about a case that is opened. */
export interface Opening {
  readonly id: string;
  readonly number: string;
  readonly agency: string;
  readonly kind: TransferKind;
  readonly citizen: CitizenRef;
  readonly scheme: string;
  readonly targetScheme: string;
  readonly accountKind: TransferCase['accountKind'];
  readonly source: string;
  readonly target: string;
  readonly collective: string | null;
  readonly statements: Readonly<Record<string, string | boolean>>;
  readonly ground: Ground;
}

/** A case to be opened, with the first thing that is known of it. */
export interface Opened {
  readonly opening: Opening;
  readonly written: Written;
  readonly entry: Entry;
}

/**
 * Opens cases, in one statement as `change`: all that can be, or none where the store fails.
 * @returns in their order the cases; undefined where the relation is moving already, or the request was made before
 */
export async function open(pool: Pool, all: readonly Opened[]): Promise<readonly (KeptCase | undefined)[]> {
  const recorded = all.map(({ opening, written, entry }) => ({
    id: opening.id,
    first: [{ entry, version: 1, from: null, to: written.state, deadline: written.deadline }],
  }));
  const { rows } = await pool.query<{ readonly id: string }>({
    name: 'transfers-open',
    text: OPENING,
    values: [
      JSON.stringify(all.map(({ opening, written, entry }) => ({ ...opening, ...written, at: entry.at, requestKey: entry.requestKey }))),
      JSON.stringify(recorded.flatMap(({ id, first }) => entriesOf(id, first))),
      JSON.stringify(recorded.flatMap(({ id, first }) => issuedOf(id, first))),
    ],
  });
  const there = new Set(rows.map(({ id }) => id));
  return all.map(({ opening, written, entry: { at } }) =>
    there.has(opening.id) ? { ...opening, ...written, overdue: null, fault: null, version: 1, appliedAt: at, changedAt: at } : undefined,
  );
}

function entriesOf(id: string, recorded: readonly Recorded[]): readonly unknown[] {
  return recorded.map(({ entry, version, from, to, deadline }) => ({
    ...entry,
    // Papers are written for themselves.
    papers: undefined,
    ...{ case: id, version, from, to, detail: entry.detail ?? {} },
    deadline: deadline === null ? null : `${deadline}T23:59:59.999+08:00`,
  }));
}

function issuedOf(id: string, recorded: readonly Recorded[]): readonly unknown[] {
  return recorded.flatMap(({ entry: { papers = [] }, version }) => papers.map((paper) => ({ ...paper, case: id, version })));
}

const AGAIN = `with moved as (
    update transfers.transfer_case set fault = $2 where id = $1 and ended_at is null returning id, agency
  ), jobs as (${jobsOf('$3')})
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
export function caseOf(row: CaseRow): KeptCase {
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

/** SHA-256 of the canonical JSON of what was sent or came back, in hexadecimal digits. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

import type { Pool, PoolClient } from 'pg';
import type { WaitingQuestion, WrittenOutcome } from './waiting.js';

/** A time in which the record could not be kept. */
export interface Gap {
  readonly began_at: Date;
  readonly ended_at: Date;
  readonly own_reads: number;
  readonly denials: number;
  readonly outcomes: number;
}

/** Everything that is written with one statement. */
export interface Batch {
  readonly questions: readonly WaitingQuestion['written'][];
  readonly outcomes: readonly WrittenOutcome[];
  readonly gaps?: readonly Gap[];
}

/** Writes the record: one connection of its own, one prepared statement. */
export interface Writer {
  /** Durable when it resolves. Called again only when the call before has ended. */
  write(batch: Batch): Promise<void>;
  close(): void;
}

/**
 * One parameter, a JSON text: `JSON.stringify` costs the process a tenth of what the driver takes to write the same rows as arrays, and the
 * database takes it apart.
 */
const STATEMENT = {
  name: 'record-access',
  text: `
with gap as (
  insert into access_gap (began_at, ended_at, own_reads, denials, outcomes)
  select * from json_to_recordset($1::json -> 'gaps')
    as g (began_at timestamptz, ended_at timestamptz, own_reads integer, denials integer, outcomes integer)
), outcome as (
  insert into access_outcome (answer_id, result)
  select * from json_to_recordset($1::json -> 'outcomes') as o (answer_id uuid, result text)
  on conflict do nothing
)
insert into access_entry (
  answer_id, question_id, actor, role, party_kind, party_code, purpose, case_number,
  kind, decision_id, subject_kind, subject, delegation_kind, delegation_id, basis, basis_ref, scopes, agencies, code, told,
  visible_from, deferral_reason)
select
  q.answer_id, q.question_id, q.actor, q.role, q.party_kind, q.party_code, q.purpose, q.case_number,
  e.kind, e.decision_id, e.subject_kind, subject, e.delegation_kind, e.delegation_id, e.basis, e.basis_ref, e.scopes, e.agencies,
  e.code, e.told, e.visible_from, e.deferral_reason
from json_to_recordset($1::json -> 'questions') as q (
    answer_id uuid, question_id text, actor text, role text, party_kind text, party_code text, purpose text, case_number text, entries json)
  cross join lateral json_to_recordset(q.entries) as e (
    kind text, decision_id text, subject_kind text, subjects json, delegation_kind text, delegation_id text, basis text, basis_ref text,
    scopes text[], agencies text[], code text, told text, visible_from timestamptz, deferral_reason text)
  cross join lateral json_array_elements_text(e.subjects) as subject`,
};

/** For the store to say that it has ended a statement; a store that says nothing is given up then. */
const GRACE_MS = 250;

/**
 * @param patienceMs how long a statement may take, whole milliseconds; then the store is away
 */
export function openWriter(pool: Pool, patienceMs: number): Writer {
  let client: PoolClient | undefined;
  const giveUp = (): void => {
    client?.release(true);
    client = undefined;
  };
  const send = async (batch: Batch, given: { readonly up: boolean }): Promise<void> => {
    if (!client) {
      const fresh = await pool.connect();
      // An idle connection that breaks is replaced at the next statement; without a listener it would end the process.
      fresh.on('error', () => {
        if (client === fresh) giveUp();
      });
      try {
        // The store ends a statement by itself, so that nothing is written after it has been called lost.
        await fresh.query(`set statement_timeout = ${patienceMs}`);
      } catch (error) {
        fresh.release(true);
        throw error;
      }
      if (given.up) {
        fresh.release(true);
        return;
      }
      client = fresh;
    }
    await client.query({ ...STATEMENT, values: [JSON.stringify(batch)] });
  };
  return {
    async write(batch) {
      const given = { up: false };
      let timer: NodeJS.Timeout | undefined;
      let looked: NodeJS.Immediate | undefined;
      const over = new Promise<never>((_, reject) => {
        // When what has come has been read: a hub that was busy must not take a store for gone whose answer it has not looked at.
        timer = setTimeout(() => {
          looked = setImmediate(() => {
            given.up = true;
            reject(new Error(`the store did not answer within ${patienceMs} ms`));
          });
        }, patienceMs + GRACE_MS);
      });
      try {
        await Promise.race([send(batch, given), over]);
      } catch (error) {
        if (!isRefusal(error)) giveUp();
        throw error;
      } finally {
        clearTimeout(timer);
        clearImmediate(looked);
      }
    },
    close: giveUp,
  };
}

/** The store works and does not take these rows: classes 22 and 23 of SQLSTATE (data exception, integrity constraint violation). */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^2[23]/.test(error.code);
}

import type { Pool } from 'pg';
import type { TransferCase } from './case.js';
import type { Actor } from './decision.js';
import { CASE_COLUMNS, caseOf, type CaseRow, type Paper } from './record.js';

/** One thing that was done to a case, with its evidence. */
export interface CaseStep {
  readonly caseId: string;
  /** Of the case afterwards. */
  readonly version: number;
  readonly step: string;
  readonly at: Date;
  readonly actor: Actor;
  readonly fromState: string | null;
  readonly toState: string;
  readonly reason: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  /** SHA-256 of what an office was sent, and of what it answered. */
  readonly requestDigest: string | null;
  readonly answerDigest: string | null;
}

/** A paper, and the version of the case that made it. */
export interface CasePaper extends Paper {
  readonly caseId: string;
  readonly version: number;
}

/** Cases of an agency, latest first. */
export async function casesOf(
  pool: Pool,
  agency: string,
  by: 'id' | 'number' | 'citizen' | 'request_key',
  values: readonly string[],
): Promise<readonly TransferCase[]> {
  const type = by === 'id' ? 'uuid' : 'text';
  const text = `select ${CASE_COLUMNS} from transfers.transfer_case where agency = $1 and ${by} = any ($2::${type}[]) order by applied_at desc, id`;
  const { rows } = await pool.query<CaseRow>({ name: `transfers-by-${by}`, text, values: [agency, values] });
  return rows.map(caseOf);
}

/** What was done, first to last, in the order of the ids. */
export async function caseHistory(pool: Pool, ids: readonly string[]): Promise<readonly (readonly CaseStep[])[]> {
  const { rows } = await pool.query<CaseStep>({
    name: 'transfers-history',
    text: `select case_id as "caseId", version, step, at, actor, from_state as "fromState", to_state as "toState", reason, detail,
        request_digest as "requestDigest", answer_digest as "answerDigest"
      from transfers.transfer_step where case_id = any ($1::uuid[]) order by case_id, version`,
    values: [ids],
  });
  return ids.map((id) => rows.filter(({ caseId }) => caseId === id));
}

/** Papers, first to last, in the order of the ids. */
export async function casePapers(pool: Pool, ids: readonly string[]): Promise<readonly (readonly CasePaper[])[]> {
  const { rows } = await pool.query<CasePaper>({
    name: 'transfers-papers',
    text: `select case_id as "caseId", version, kind, number, issued_on as "issuedOn", issuer, fields
      from transfers.transfer_paper where case_id = any ($1::uuid[]) order by case_id, version, kind`,
    values: [ids],
  });
  return ids.map((id) => rows.filter(({ caseId }) => caseId === id));
}

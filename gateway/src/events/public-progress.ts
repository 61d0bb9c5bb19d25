import { DatabaseError } from 'pg';
import { catalogued, parseCaseNumber, type TransferPins } from '@yichuang/schema';
import type { Store } from '../store/store.js';
import { reachingOr } from '../store/unavailable.js';
import { Attempts } from './attempts.js';

/** How a case goes, as `TransferProgress` of the graph shows it to who holds its number and PIN: nothing of the person, no figure, no paper. */
export interface TransferProgress {
  readonly number: string;
  readonly agency: string;
  readonly kind: string;
  readonly state: string;
  readonly source: string;
  readonly target: string;
  readonly appliedAt: string;
  readonly endedAt: string | null;
  readonly awaits: string | null;
  readonly deadline: string | null;
  readonly provisional: boolean;
  readonly overdue: boolean;
  readonly held: string | null;
  readonly steps: readonly { readonly step: string; readonly state: string; readonly at: string }[];
  readonly deadlines: readonly unknown[];
}

interface Row {
  readonly number: string;
  readonly agency: string;
  readonly kind: string;
  readonly state: string;
  readonly source: string;
  readonly target: string;
  readonly applied_at: Date;
  readonly ended_at: Date | null;
  readonly awaits: string | null;
  readonly deadline: string | null;
  readonly deadline_provisional: boolean;
  readonly overdue: string | null;
  readonly held: string | null;
  readonly deadlines: readonly unknown[];
  readonly steps: readonly { readonly step: string; readonly state: string; readonly at: string }[] | null;
}

const CASE = `select number, agency, kind, state, source, target, applied_at, ended_at, awaits, deadline, deadline_provisional, overdue,
    hold ->> 'code' as held, deadlines,
    (select jsonb_agg(jsonb_build_object('step', step, 'state', to_state, 'at', at) order by version)
      from transfers.transfer_step where case_id = transfer_case.id) as steps
  from transfers.transfer_case where number = $1`;
const UNDEFINED_TABLE = '42P01';
/** Longer than any number is written. */
const NUMBER_KEPT = 40;

/**
 * Answers the public about a case. The PIN is proved before anything is looked up, and what is said of a wrong one is what is said of a
 * number that is none, after the same work: neither tells whether there is such a case.
 */
export class PublicProgress {
  constructor(
    readonly store: Pick<Store, 'query'>,
    readonly pins: TransferPins,
    readonly attempts = new Attempts(),
  ) {}

  /** @throws GraphQLError TRANSFER_NOT_FOUND, TOO_MANY_ATTEMPTS, EVENTS_UNAVAILABLE */
  async of(typed: string, pin: string): Promise<TransferProgress> {
    const key = typed.replace(/[\s-]/g, '').toUpperCase().slice(0, NUMBER_KEPT);
    const retryAfterSeconds = this.attempts.blockedFor(key);
    if (retryAfterSeconds !== undefined) throw catalogued('TOO_MANY_ATTEMPTS', { retryAfterSeconds });
    const right = this.pins.matches(key, pin);
    const number = parseCaseNumber(typed);
    if (!right || number === undefined) {
      this.attempts.wrong(key);
      throw catalogued('TRANSFER_NOT_FOUND');
    }
    const row = await reachingOr('EVENTS_UNAVAILABLE', () => this.#read(number));
    if (!row) throw catalogued('TRANSFER_NOT_FOUND');
    const { applied_at: applied, ended_at: ended, deadline_provisional: provisional, steps, overdue, ...shown } = row;
    return {
      ...shown,
      appliedAt: applied.toISOString(),
      endedAt: ended?.toISOString() ?? null,
      provisional,
      overdue: overdue !== null,
      steps: steps ?? [],
    };
  }

  /** Where no agency has any transfers yet there is no such case. */
  async #read(number: string): Promise<Row | undefined> {
    try {
      return (await this.store.query<Row>(CASE, [number])).rows[0];
    } catch (error) {
      if (error instanceof DatabaseError && error.code === UNDEFINED_TABLE) return undefined;
      throw error;
    }
  }
}

import type { Selectable } from 'kysely';
import { newCaseNumber, parseCaseNumber, type CitizenRef, type CitizenSeal } from '@yichuang/schema';
import type { AgencyFailure } from '../agencies/reply.js';
import type { HandledCaseTable } from '../store/acting-tables.js';
import { partyText, type Official } from './actor.js';
import { caseTerms, type CaseMandate, type CasePlea, type CaseState } from './case.js';
import { caseKey } from './keys.js';
import { record, storeTime, told, type Journals } from './record.js';
import { isRefusal, type Refusal } from './refusal.js';

/** What an act came to. */
export interface CaseOutcome {
  readonly caseNumber: string;
  readonly state: CaseState;
}

/** Pension jurisdictions that hold a relation of a person, or why that cannot be said now. */
export type HeldIn = (ref: CitizenRef) => Promise<ReadonlySet<string> | AgencyFailure>;

type Row = Selectable<HandledCaseTable>;

/** Opens and closes cases. */
export class Cases {
  constructor(
    readonly journals: Journals,
    readonly seal: CitizenSeal,
    readonly mandates: readonly CaseMandate[],
  ) {}

  /**
   * Opens a case about a person and gives it its number. The person is told.
   * @returns the failure of the agency where it takes to know who holds a relation of the person, and that cannot be said now
   */
  async open(by: Official, subject: CitizenRef, plea: CasePlea, heldIn: HeldIn): Promise<CaseOutcome | Refusal | AgencyFailure> {
    const terms = caseTerms(by, plea, this.mandates);
    if (isRefusal(terms)) return terms;
    if (!this.seal.open(subject)) return { refused: 'ACCESS_DENIED' };
    if (terms.mustBeHeld) {
      const held = await heldIn(subject);
      if ('code' in held) return held;
      // Whoever is held elsewhere and whoever is held nowhere are the same to this official.
      if (!held.has(terms.own)) return { refused: 'ACT_NOT_ALLOWED', reason: 'REGION' };
    }
    return this.journals.run(async (journal) => {
      const row = {
        id: newCaseNumber(),
        version: 1,
        state: 'OPEN',
        subject,
        purpose: plea.purpose,
        jurisdictions: terms.jurisdictions,
        presented: plea.presented ?? null,
        opened_by: by.user,
        party: partyText(by.party),
        opened_at: await storeTime(journal),
      } as const;
      await journal.trx.insertInto('handled_case').values(row).execute();
      const { id, version, state: to, ...detail } = row;
      await record(journal, { about: 'CASE', id, version, act: 'OPEN', from: undefined, to, by, detail, ...concernedBy(row) });
      return { caseNumber: id, state: to };
    });
  }

  /** Closes a case for ever. Every official of the party that opened it may. */
  close(by: Official, caseNumber: string): Promise<CaseOutcome | Refusal> {
    return this.journals.run(async (journal): Promise<CaseOutcome | Refusal> => {
      const id = parseCaseNumber(caseNumber);
      const row = id && (await journal.trx.selectFrom('handled_case').selectAll().where('id', '=', id).forUpdate().executeTakeFirst());
      if (!row || row.party !== partyText(by.party)) return { refused: 'ACCESS_DENIED' };
      if (row.state === 'CLOSED') return { refused: 'STATE_NOT_ALLOWED', state: row.state };
      const version = row.version + 1;
      const closed = { state: 'CLOSED', version, closed_at: await storeTime(journal) } as const;
      await journal.trx.updateTable('handled_case').set(closed).where('id', '=', row.id).execute();
      await record(journal, { about: 'CASE', id: row.id, version, act: 'CLOSE', from: row.state, to: 'CLOSED', by, ...concernedBy(row) });
      return { caseNumber: row.id, state: 'CLOSED' };
    });
  }
}

function concernedBy({ id, subject, party }: Pick<Row, 'id' | 'subject' | 'party'>): {
  readonly tells: readonly string[];
  readonly touched: readonly string[];
} {
  return { tells: [told.person(subject), told.party(party)], touched: [caseKey(id)] };
}

import type { CitizenRef } from '@yichuang/schema';
import type { ActingFacts, CaseFact } from '../access/facts.js';
import { parseCaseNumber } from '@yichuang/schema';
import type { Store } from '../store/store.js';
import { reaching } from '../store/unavailable.js';

/** Which side of a transfer a purpose is of. */
const SIDES: Readonly<Record<string, 'source' | 'target' | undefined>> = { TRANSFER_OUT: 'source', TRANSFER_IN: 'target' };
/** By agency the offices that handle its cases, and the scope by which one sees how they stand. */
const HANDLED: Readonly<Record<string, { readonly party: string; readonly scope: string } | undefined>> = {
  hrss: { party: 'HRSS_OFFICE', scope: 'transfer.progress:read' },
  'medical-insurance': { party: 'MEDICAL_OFFICE', scope: 'medical.transfers:read' },
};

/** The scope by which one sees how the cases of an agency stand. */
export function progressScope(agency: string | undefined): string {
  return HANDLED[agency ?? '']?.scope ?? 'transfer.progress:read';
}

/** One case of transfer as an office finds it in its list. */
export interface TransferTask {
  readonly id: string;
  readonly number: string;
  readonly agency: string;
  readonly kind: string;
  readonly state: string;
  readonly citizen: CitizenRef;
  readonly source: string;
  readonly target: string;
  readonly awaits: string | null;
  /** YYYY-MM-DD. */
  readonly deadline: string | null;
  readonly deadlineProvisional: boolean;
  readonly overdue: string | null;
  readonly appliedAt: Date;
}

/** What of the cases of an office is looked for. */
export interface TasksWanted {
  readonly side: 'source' | 'target';
  readonly place: string;
  /** Agencies whose cases this kind of office handles. */
  readonly agencies: readonly string[];
  /** As it is kept. */
  readonly number: string | undefined;
  readonly states: readonly string[] | undefined;
  readonly kinds: readonly string[] | undefined;
  /** Those only that wait for this office. */
  readonly awaitsUs: boolean;
  readonly overdue: boolean;
  /** YYYY-MM-DD, excluded. */
  readonly dueBefore: string | undefined;
  readonly after: TaskPlace | undefined;
  readonly most: number;
}

/** Where a case stands in a list: by its deadline, those without one last. */
export interface TaskPlace {
  readonly due: string;
  readonly id: string;
}

const COLUMNS = `id, number, agency, kind, state, citizen, source, target, awaits, deadline, deadline_provisional as "deadlineProvisional",
  overdue, applied_at as "appliedAt"`;
/** Of a case without a deadline. */
export const NO_DEADLINE = '9999-12-31';
const NO_TABLE = '42P01';

/** Reads the cases of transfer that agencies keep. Every method throws StoreUnavailable when the store does not answer. */
export class TransferCases {
  constructor(readonly store: Pick<Store, 'query'>) {}

  /** The case of a number as the office of one side states it; undefined where there is none that has not ended. */
  async factOf(stated: string, purpose: string): Promise<CaseFact | undefined> {
    const caseNumber = parseCaseNumber(stated);
    if (caseNumber === undefined || sideOf(purpose) === undefined) return undefined;
    const text = `select ${COLUMNS} from transfers.transfer_case where number = $1 and ended_at is null`;
    const [one] = await this.#rows(text, [caseNumber]);
    return one && factOf(one, purpose);
  }

  /** Cases of an office that have not ended, the nearest deadline first. */
  async tasks({
    side,
    place,
    agencies,
    number,
    states,
    kinds,
    awaitsUs,
    overdue,
    dueBefore,
    after,
    most,
  }: TasksWanted): Promise<readonly TransferTask[]> {
    const text = `select ${COLUMNS} from transfers.transfer_case
      where ${side} = $1 and ended_at is null and agency = any ($2::text[])
        and ($3::text[] is null or state = any ($3)) and ($4::text[] is null or kind = any ($4))
        and ($5::text is null or awaits = $5) and (not $6::boolean or overdue is not null) and ($7::text is null or deadline < $7)
        and ($8::text is null or (coalesce(deadline, '${NO_DEADLINE}'), id) > ($8, $9::uuid))
        and ($11::text is null or number = $11)
      order by coalesce(deadline, '${NO_DEADLINE}'), id limit $10`;
    const ours = side === 'source' ? 'SOURCE' : 'TARGET';
    return this.#rows(text, [
      ...[place, agencies, states ?? null, kinds ?? null, awaitsUs ? ours : null, overdue, dueBefore ?? null],
      ...[after?.due ?? null, after?.id ?? null, most, number ?? null],
    ]);
  }

  async #rows(text: string, values: readonly unknown[]): Promise<readonly TransferTask[]> {
    return reaching(async () => {
      try {
        return (await this.store.query<TransferTask>(text, [...values])).rows;
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === NO_TABLE) return [];
        throw error;
      }
    });
  }
}

/** On which side an office handles a transfer for a purpose; undefined for a purpose of neither. */
export function sideOf(purpose: string): TasksWanted['side'] | undefined {
  return SIDES[purpose];
}

/** Which side a purpose is of, and whose cases a kind of office handles; undefined for a purpose or an office that handles none. */
export function deskOf(purpose: string, partyKind: string): Pick<TasksWanted, 'side' | 'agencies'> | undefined {
  const side = sideOf(purpose);
  const agencies = Object.keys(HANDLED).filter((agency) => HANDLED[agency]?.party === partyKind);
  return side && agencies.length > 0 ? { side, agencies } : undefined;
}

/** A case as a decision looks at it. */
export function factOf(
  one: Pick<TransferTask, 'number' | 'citizen' | 'agency' | 'source' | 'target'>,
  purpose: string,
): CaseFact | undefined {
  const side = sideOf(purpose);
  const partyKind = HANDLED[one.agency]?.party;
  if (side === undefined || partyKind === undefined) return undefined;
  return { caseNumber: one.number, subject: one.citizen, purpose, partyKind, jurisdictions: new Set([one[side]]), open: true };
}

/** Who acts, in which case: cases of transfer among them. */
export function withTransferCases(acting: ActingFacts, cases: Pick<TransferCases, 'factOf'>): ActingFacts {
  return withCaseOf(
    acting,
    async (stated, purpose) =>
      (await acting.caseOf(stated, purpose)) ?? (purpose === undefined ? undefined : await cases.factOf(stated, purpose)),
  );
}

/** Who acts, with other words about the case. */
export function withCaseOf(acting: ActingFacts, caseOf: ActingFacts['caseOf']): ActingFacts {
  return {
    delegations: (subjects, to) => acting.delegations(subjects, to),
    caseOf,
    emergencyOf: (user, party) => acting.emergencyOf(user, party),
  };
}

import { catalogued, type CitizenRef } from '@yichuang/schema';
import type { SubgraphContext } from '../server/subgraph.js';
import { AgencyFault } from '../systems/system.js';
import type { TransferCase, TransferKind } from '../transfers/case.js';
import type { Decision } from '../transfers/decision.js';
import type { TransferDesk } from '../transfers/desk.js';
import { mustConcern, type PersonsMove } from './concern.js';
import { shownPaper, shownProspect, shownStep, shownTransfer, type ShownTransfer } from './shown.js';

/** An agency's transfers as its part of the graph serves them. */
export interface TransferGraph {
  /** The agency's name in the supergraph. */
  readonly agency: string;
  /** Undefined for an agency that has no store for them. */
  readonly desk: TransferDesk | undefined;
  /** By which the agency's acts are released: those of the person, and those of offices. */
  readonly scopes: { readonly cases: string; readonly handling: string };
}

/** A key of `TransferEvent`. */
interface EventKey {
  readonly caseId: string;
  readonly citizenId: string;
}

/** @throws GraphQLError where the agency handles no transfers */
export function opened({ desk, agency }: TransferGraph): TransferDesk {
  if (!desk) throw catalogued('AGENCY_UNAVAILABLE', { agency, system: 'transfers' });
  return desk;
}

/** The case of a person by its number; undefined for one of somebody else as for none. */
export async function caseOfPerson(graph: TransferGraph, citizen: string, number: string): Promise<TransferCase | undefined> {
  const one = await opened(graph).transfers.byNumber(number);
  return one?.citizen === citizen ? one : undefined;
}

/** What an applicant says, without what was left out. */
export function statementsOf(statements: object | null | undefined): Readonly<Record<string, string | boolean>> {
  return Object.fromEntries(
    Object.entries(statements ?? {}).filter((one): one is [string, string | boolean] => ['string', 'boolean'].includes(typeof one[1])),
  );
}

/** A system that has to be asked before a decision and does not answer is that, and not a fault of ours. */
export async function answered<T>(agency: string, decision: Promise<Decision<T>>): Promise<Decision<T>> {
  try {
    return await decision;
  } catch (error) {
    if (error instanceof AgencyFault) throw catalogued(error.code, { agency });
    throw error;
  }
}

/** What of an application is known before it is handed in. */
export interface Wanted {
  readonly kind: TransferKind;
  /** Jurisdictions: divisions of six digits. */
  readonly from: string;
  readonly to: string;
  readonly statements?: object | null;
}

/** What is read of an agency's cases, whatever the agency calls its fields. */
export function transferFields(graph: TransferGraph) {
  return {
    /** The person's cases, latest first. */
    list: async ({ id }: { readonly id: string }, { open }: { readonly open?: boolean | null }): Promise<ShownTransfer[]> => {
      const [cases = []] = await opened(graph).transfers.ofCitizens([id as CitizenRef]);
      return cases.filter(({ endedAt }) => open !== true || endedAt === null).map(shownTransfer);
    },
    /** One of them by its number. */
    one: async ({ id }: { readonly id: string }, { number }: { readonly number: string }): Promise<ShownTransfer | null> => {
      const found = await caseOfPerson(graph, id, number);
      return found ? shownTransfer(found) : null;
    },
    /** What would become of an application that were handed in today. */
    prospect: async (citizen: string, { kind, from, to, statements }: Wanted, context: SubgraphContext) => {
      mustConcern({ citizen, source: from, target: to }, context);
      const wanted = { citizen: citizen as CitizenRef, kind, source: from, target: to, statements: statementsOf(statements) };
      return shownProspect(await answered(graph.agency, opened(graph).transfers.foresee(wanted)));
    },
    /** `Transfer`: what is read only when it is asked for. */
    Transfer: {
      async steps({ caseId }: Pick<EventKey, 'caseId'>) {
        const [steps = []] = await opened(graph).transfers.histories([caseId]);
        return steps.map(shownStep);
      },
      async papers({ caseId, ...move }: Pick<EventKey, 'caseId'> & PersonsMove, _: unknown, context: SubgraphContext) {
        mustConcern(move, context);
        const [papers = []] = await opened(graph).transfers.papers([caseId]);
        return papers.map(shownPaper);
      },
    },
    /** The case that an event is of, if it is one of this agency and of the person the event names. */
    ofEvent: async ({ caseId, citizenId }: EventKey): Promise<ShownTransfer | null> => {
      const [found] = await opened(graph).transfers.byIds([caseId]);
      return found?.citizen === citizenId ? shownTransfer(found) : null;
    },
  };
}

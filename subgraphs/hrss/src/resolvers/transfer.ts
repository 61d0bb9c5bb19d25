import { catalogued, type CitizenRef } from '@yichuang/schema';
import { AgencyFault, type Decision, type SubgraphContext, type TransferCase, type Transfers } from '@yichuang/kit';
import type { CitizenResolvers, TransferEventResolvers, TransferResolvers } from '@yichuang/schema/resolvers/hrss';
import { shownPaper, shownProspect, shownStep, shownTransfer, type ShownTransfer } from './transfer-shown.js';

/** Where transfers are handled. */
export interface TransferDesk {
  readonly transfers: Transfers;
  /** The PIN that belongs to the number of a case. */
  readonly pinOf: (number: string) => string;
}

/** @throws GraphQLError where the agency handles no transfers */
export function transfersOf(desk: TransferDesk | undefined): TransferDesk {
  if (!desk) throw catalogued('AGENCY_UNAVAILABLE', { agency: 'hrss', system: 'transfers' });
  return desk;
}

/** The case of a person by its number; undefined for one of somebody else as for none. */
export async function caseOfPerson({ transfers }: TransferDesk, citizen: string, number: string): Promise<TransferCase | undefined> {
  const one = await transfers.byNumber(number);
  return one?.citizen === citizen ? one : undefined;
}

/** What an applicant says, without what was left out. */
export function statementsOf(statements: object | null | undefined): Readonly<Record<string, string | boolean>> {
  return Object.fromEntries(
    Object.entries(statements ?? {}).filter((one): one is [string, string | boolean] => ['string', 'boolean'].includes(typeof one[1])),
  );
}

/** A system that has to be asked before a decision and does not answer is that, and not a fault of ours. */
export async function answered<T>(decision: Promise<Decision<T>>): Promise<Decision<T>> {
  try {
    return await decision;
  } catch (error) {
    if (error instanceof AgencyFault) throw catalogued(error.code, { agency: 'hrss' });
    throw error;
  }
}

/** `Citizen.transfers`, `Citizen.transfer` and `Citizen.transferProspect`. */
export function transferFields(
  desk: TransferDesk | undefined,
): Pick<CitizenResolvers<SubgraphContext>, 'transfers' | 'transfer' | 'transferProspect'> {
  return {
    async transfers({ id }, { open }): Promise<ShownTransfer[]> {
      const [cases = []] = await transfersOf(desk).transfers.ofCitizens([id as CitizenRef]);
      return cases.filter(({ endedAt }) => !open || endedAt === null).map(shownTransfer);
    },
    async transfer({ id }, { number }): Promise<ShownTransfer | null> {
      const one = await caseOfPerson(transfersOf(desk), id, number);
      return one ? shownTransfer(one) : null;
    },
    async transferProspect({ id }, { kind, from, to, statements }) {
      const wanted = { citizen: id as CitizenRef, kind, source: from, target: to, statements: statementsOf(statements) };
      return shownProspect(await answered(transfersOf(desk).transfers.foresee(wanted)));
    },
  };
}

/** `Transfer`: what is read only when it is asked for. */
export function transferResolvers(desk: TransferDesk | undefined): Pick<TransferResolvers<SubgraphContext>, 'steps' | 'papers'> {
  return {
    async steps({ caseId }) {
      const [steps = []] = await transfersOf(desk).transfers.histories([caseId]);
      return steps.map(shownStep);
    },
    async papers({ caseId }) {
      const [papers = []] = await transfersOf(desk).transfers.papers([caseId]);
      return papers.map(shownPaper);
    },
  };
}

/** `TransferEvent.transfer`: the case that an event is of, if it is that of the person the event names. */
export function eventTransfer(desk: TransferDesk | undefined): TransferEventResolvers<SubgraphContext> {
  return {
    __resolveReference: ({ caseId, citizenId }) => ({ caseId, citizenId }),
    async transfer({ caseId, citizenId }): Promise<ShownTransfer | null> {
      const [one] = await transfersOf(desk).transfers.byIds([caseId]);
      return one?.citizen === citizenId ? shownTransfer(one) : null;
    },
  };
}

import { transferActs, transferFields, type SubgraphContext, type TransferDesk } from '@yichuang/kit';
import { jurisdictionOfDivision } from '@yichuang/schema';
import type { MovableMedicalScheme, Resolvers } from '@yichuang/schema/resolvers/medical-insurance';
import type { Platform } from '../platform.js';
import { citizenResolvers } from './citizen.js';
import { medicalResolvers } from './medical.js';

/**
 * Resolvers per type; what a type shows unchanged needs none.
 * @param desk where transfers are handled; undefined for an agency that has no store for them
 */
export function resolvers(platform: Platform, desk?: TransferDesk): Resolvers<SubgraphContext> {
  const graph = {
    agency: 'medical-insurance',
    desk,
    scopes: { cases: 'medical.transfers:write', handling: 'medical.handling:write' },
  };
  const cases = transferFields(graph);
  const acts = transferActs(graph);
  return {
    Citizen: {
      ...citizenResolvers,
      medicalTransfers: cases.list,
      medicalTransfer: cases.one,
      medicalTransferProspect: ({ id }, asked, context) => cases.prospect(id, wantedOf(asked), context),
    },
    Medical: medicalResolvers(platform),
    Mutation: {
      applyForMedicalTransfer: (_parent, { input }, context) => {
        const { citizen, requestKey } = input;
        return acts.apply({ citizen, ...(requestKey === undefined ? {} : { requestKey }), ...wantedOf(input) }, context);
      },
      withdrawMedicalTransfer: acts.withdraw,
      disputeMedicalTransfer: acts.dispute,
      acceptMedicalTransfer: acts.accept,
      returnMedicalTransfer: acts.returnCase,
      reconcileMedicalTransfer: acts.reconcile,
      overrideMedicalTransfer: acts.override,
      resumeMedicalTransfer: acts.resume,
    },
    Transfer: cases.Transfer,
    TransferEvent: { __resolveReference: ({ caseId, citizenId }) => ({ caseId, citizenId }), medicalTransfer: cases.ofEvent },
  };
}

interface Asked {
  readonly from: string;
  readonly to: string;
  readonly fromScheme: MovableMedicalScheme;
  readonly toScheme: MovableMedicalScheme;
}

/** Offices are those of provinces; which pooling area is meant is for the law. */
function wantedOf({ from, to, fromScheme, toScheme }: Asked) {
  const [source, target] = [jurisdictionOfDivision(from) ?? from, jurisdictionOfDivision(to) ?? to];
  return {
    kind: 'MEDICAL' as const,
    from: source,
    to: target,
    statements: {
      ...{ fromScheme, toScheme },
      ...(from === source ? {} : { sourceArea: from }),
      ...(to === target ? {} : { targetArea: to }),
    },
  };
}

import { transferActs, transferFields, type SubgraphContext, type TransferDesk } from '@yichuang/kit';
import type { Resolvers } from '@yichuang/schema/resolvers/hrss';
import type { RegisterDirectory } from '../registers.js';
import { branchFields } from './branch.js';
import { citizenResolvers } from './citizen.js';
import { enterpriseResolvers } from './enterprise.js';
import { occupationalInjuryResolvers } from './occupational-injury.js';
import { pensionResolvers } from './pension.js';

/**
 * The resolvers of the 人社 subgraph, one file per type.
 * @param desk where transfers are handled; undefined for an agency that has no store for them
 */
export function resolvers(registers: RegisterDirectory, desk?: TransferDesk): Resolvers<SubgraphContext> {
  const graph = { agency: 'hrss', desk, scopes: { cases: 'transfer.cases:write', handling: 'transfer.handling:write' } };
  const cases = transferFields(graph);
  const acts = transferActs(graph);
  return {
    Citizen: {
      ...citizenResolvers(registers),
      transfers: cases.list,
      transfer: cases.one,
      transferProspect: ({ id }, wanted, context) => cases.prospect(id, wanted, context),
    },
    Mutation: {
      applyForTransfer: (_parent, { input }, context) => acts.apply(input, context),
      withdrawTransfer: acts.withdraw,
      disputeTransfer: acts.dispute,
      chooseOverlap: acts.choose,
      acceptTransfer: acts.accept,
      returnTransfer: acts.returnCase,
      reconcileTransfer: acts.reconcile,
      overrideTransfer: acts.override,
      resumeTransfer: acts.resume,
    },
    Transfer: cases.Transfer,
    TransferEvent: { __resolveReference: ({ caseId, citizenId }) => ({ caseId, citizenId }), transfer: cases.ofEvent },
    Pension: pensionResolvers(registers),
    Unemployment: branchFields(registers, 'unemployment'),
    OccupationalInjury: occupationalInjuryResolvers(registers),
    Enterprise: enterpriseResolvers(registers),
  };
}

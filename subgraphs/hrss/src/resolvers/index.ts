import type { SubgraphContext } from '@yichuang/kit';
import type { Resolvers } from '@yichuang/schema/resolvers/hrss';
import type { RegisterDirectory } from '../registers.js';
import { branchFields } from './branch.js';
import { citizenResolvers } from './citizen.js';
import { enterpriseResolvers } from './enterprise.js';
import { occupationalInjuryResolvers } from './occupational-injury.js';
import { pensionResolvers } from './pension.js';
import { transferActs } from './transfer-acts.js';
import { eventTransfer, transferFields, transferResolvers, type TransferDesk } from './transfer.js';

/**
 * The resolvers of the 人社 subgraph, one file per type.
 * @param desk where transfers are handled; undefined for an agency that has no store for them
 */
export function resolvers(registers: RegisterDirectory, desk?: TransferDesk): Resolvers<SubgraphContext> {
  return {
    Citizen: { ...citizenResolvers(registers), ...transferFields(desk) },
    Mutation: transferActs(desk),
    Transfer: transferResolvers(desk),
    TransferEvent: eventTransfer(desk),
    Pension: pensionResolvers(registers),
    Unemployment: branchFields(registers, 'unemployment'),
    OccupationalInjury: occupationalInjuryResolvers(registers),
    Enterprise: enterpriseResolvers(registers),
  };
}

import type { SubgraphContext } from '@yichuang/kit';
import type { Resolvers } from '@yichuang/schema/resolvers/hrss';
import type { RegisterDirectory } from '../registers.js';
import { branchFields } from './branch.js';
import { citizenResolvers } from './citizen.js';
import { enterpriseResolvers } from './enterprise.js';
import { occupationalInjuryResolvers } from './occupational-injury.js';
import { pensionResolvers } from './pension.js';

/** The resolvers of the 人社 subgraph, one file per type. */
export function resolvers(registers: RegisterDirectory): Resolvers<SubgraphContext> {
  return {
    Citizen: citizenResolvers(registers),
    Pension: pensionResolvers(registers),
    Unemployment: branchFields(registers, 'unemployment'),
    OccupationalInjury: occupationalInjuryResolvers(registers),
    Enterprise: enterpriseResolvers(registers),
  };
}

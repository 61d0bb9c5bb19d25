import type { SubgraphContext } from '@yichuang/kit';
import type { Resolvers } from '@yichuang/schema/resolvers/market-regulation';
import type { Registers } from '../registers.js';
import { citizenResolvers } from './citizen.js';
import { enterpriseResolvers } from './enterprise.js';
import { platformEngagementResolvers } from './platform-engagement.js';

/** The resolvers of the 市场监管 subgraph, one file per type. */
export function resolvers(registers: Registers): Resolvers<SubgraphContext> {
  return {
    Citizen: citizenResolvers(registers),
    PlatformEngagement: platformEngagementResolvers(registers),
    Enterprise: enterpriseResolvers(registers),
  };
}

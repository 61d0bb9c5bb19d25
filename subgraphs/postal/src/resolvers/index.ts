import type { SubgraphContext } from '@yichuang/kit';
import type { Resolvers } from '@yichuang/schema/resolvers/postal';
import type { Registers } from '../registers.js';
import { citizenResolvers } from './citizen.js';
import { courierEngagementResolvers } from './courier-engagement.js';
import { enterpriseResolvers } from './enterprise.js';
import { outletResolvers } from './outlet.js';

/** The resolvers of the 邮政 subgraph, one file per type. */
export function resolvers(registers: Registers): Resolvers<SubgraphContext> {
  return {
    Citizen: citizenResolvers(registers),
    CourierEngagement: courierEngagementResolvers(registers),
    Enterprise: enterpriseResolvers(registers),
    Outlet: outletResolvers(registers),
  };
}

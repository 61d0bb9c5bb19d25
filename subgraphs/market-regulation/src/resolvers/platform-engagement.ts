import type { SubgraphContext } from '@yichuang/kit';
import type { PlatformEngagementResolvers } from '@yichuang/schema/resolvers/market-regulation';
import type { Registers } from '../registers.js';

/** `PlatformEngagement`: the platform's company is looked up in the register only when something of it is asked. */
export function platformEngagementResolvers(registers: Registers): PlatformEngagementResolvers<SubgraphContext> {
  return {
    enterprise: ({ creditCode }, _args, context) => (creditCode === null ? null : registers.reference(context, creditCode)),
  };
}

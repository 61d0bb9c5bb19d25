import type { SubgraphContext } from '@yichuang/kit';
import type { CourierEngagementResolvers } from '@yichuang/schema/resolvers/postal';
import { type Registers } from '../registers.js';
import { shownOutlet } from './outlet.js';

/** `CourierEngagement`: the outlet is looked up by the number that the filing names; null where the file of outlets does not have it. */
export function courierEngagementResolvers(registers: Registers): CourierEngagementResolvers<SubgraphContext> {
  return {
    async outlet({ outletNumber }, _args, context, info) {
      if (outletNumber === null) return null;
      const { record } = await registers.outlet(context, outletNumber);
      if (!record) return null;
      context.question.sources.add(info, [record]);
      return shownOutlet(record);
    },
  };
}

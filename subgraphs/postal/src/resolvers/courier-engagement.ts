import type { SubgraphContext } from '@yichuang/kit';
import type { CourierEngagementResolvers } from '@yichuang/schema/resolvers/postal';
import { noteSources, type Registers } from '../registers.js';
import { shownOutlet } from './outlet.js';

/** `CourierEngagement`: the outlet is looked up by the number that the filing names; null where the file of outlets does not have it. */
export function courierEngagementResolvers(registers: Registers): CourierEngagementResolvers<SubgraphContext> {
  return {
    async outlet({ outletNumber }, _args, context, info) {
      if (outletNumber === null) return null;
      const { record } = await registers.outlet(context, info, outletNumber);
      if (!record) return null;
      noteSources(context, info, [record]);
      return shownOutlet(record);
    },
  };
}

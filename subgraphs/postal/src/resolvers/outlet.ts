import type { SubgraphContext } from '@yichuang/kit';
import type { OutletResolvers } from '@yichuang/schema/resolvers/postal';
import type { OutletRecord } from '../records.js';
import { type Registers } from '../registers.js';

/** `Outlet`: found by its filing number; null where no file has it. */
export function outletResolvers(registers: Registers): OutletResolvers<SubgraphContext> {
  return {
    async __resolveReference({ filingNumber }, context, info) {
      const { asked, record } = await registers.outlet(context, filingNumber);
      if (!record) return asked ? null : { filingNumber };
      context.question.sources.add(info, [record]);
      return shownOutlet(record);
    },
  };
}

/** An outlet as the graph shows it; null for one without a filing number, which nobody could ask for again. */
export function shownOutlet({ filingNumber, creditCode, ...record }: OutletRecord) {
  return filingNumber === null ? null : { ...record, filingNumber, enterprise: creditCode === null ? null : { creditCode } };
}

import { newestFirst, type SubgraphContext } from '@yichuang/kit';
import type { CitizenResolvers } from '@yichuang/schema/resolvers/postal';
import { noteSources, type Registers } from '../registers.js';

/** `Citizen`: filings as a courier. */
export function citizenResolvers(registers: Registers): CitizenResolvers<SubgraphContext> {
  return {
    __resolveReference: ({ id }) => ({ id }),
    async courierWork({ id }, _args, context, info) {
      const filings = await registers.courierWork(context, info, id);
      noteSources(context, info, filings);
      return newestFirst(filings, ({ from }) => from).map(({ filingNumber, outletNumber, creditCode, from, to, provenance }) => ({
        filingNumber,
        outletNumber,
        enterprise: creditCode === null ? null : { creditCode },
        from,
        to,
        provenance,
      }));
    },
  };
}

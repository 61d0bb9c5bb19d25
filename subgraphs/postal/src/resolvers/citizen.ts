import { newestFirst, type SubgraphContext } from '@yichuang/kit';
import type { CitizenResolvers } from '@yichuang/schema/resolvers/postal';
import { type Registers } from '../registers.js';

/** `Citizen`: filings as a courier. */
export function citizenResolvers(registers: Registers): CitizenResolvers<SubgraphContext> {
  return {
    __resolveReference: ({ id }) => ({ id }),
    async courierWork({ id }, _args, context, info) {
      const filings = await registers.courierWork(context, id);
      context.question.sources.add(info, filings);
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

import type { SubgraphContext } from '@yichuang/kit';
import type { CitizenResolvers } from '@yichuang/schema/resolvers/medical-insurance';

/** `Citizen`: the way into the medical branch, a container whose fields load for themselves. */
export const citizenResolvers: CitizenResolvers<SubgraphContext> = {
  __resolveReference: ({ id }) => ({ id }),
  medical: ({ id }) => ({ id }),
};

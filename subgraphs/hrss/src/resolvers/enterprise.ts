import type { GraphQLResolveInfo } from 'graphql';
import { recordsOf, type SubgraphContext } from '@yichuang/kit';
import type { EnterpriseResolvers } from '@yichuang/schema/resolvers/hrss';
import type { UnitRecord } from '../records.js';
import { type RegisterDirectory } from '../registers.js';

/** `Enterprise`: what the register of the unit's own jurisdiction says of it as an insured unit; null where it is not registered there. */
export function enterpriseResolvers(registers: RegisterDirectory): EnterpriseResolvers<SubgraphContext> {
  const unitOf = async (creditCode: string, context: SubgraphContext, info: GraphQLResolveInfo): Promise<UnitRecord | undefined> => {
    const register = await registers.unit(context, creditCode);
    const units = register ? recordsOf<UnitRecord>(register, 'unit') : [];
    context.question.sources.add(info, units);
    return units[0];
  };
  return {
    __resolveReference: ({ creditCode }) => ({ creditCode }),
    insuredHeadcount: async ({ creditCode }, _args, context, info) => (await unitOf(creditCode, context, info))?.headcount ?? null,
    insuredNearRetirement: async ({ creditCode }, _args, context, info) =>
      (await unitOf(creditCode, context, info))?.nearRetirement ?? null,
    async socialInsuranceStanding({ creditCode }, _args, context, info) {
      const unit = await unitOf(creditCode, context, info);
      return unit ? { ...unit, jurisdiction: unit.provenance.jurisdiction ?? '' } : null;
    },
  };
}

import { recordsOf, type SubgraphContext } from '@yichuang/kit';
import type { EnterpriseResolvers } from '@yichuang/schema/resolvers/hrss';
import type { UnitRecord } from '../records.js';
import { type RegisterDirectory } from '../registers.js';

/** `Enterprise`: what the register of the unit's own jurisdiction says of it as an insured unit; null where it is not registered there. */
export function enterpriseResolvers(registers: RegisterDirectory): EnterpriseResolvers<SubgraphContext> {
  return {
    __resolveReference: ({ creditCode }) => ({ creditCode }),
    async insuredHeadcount({ creditCode }, _args, context, info) {
      const register = await registers.unit(context, creditCode);
      const units = register ? recordsOf<UnitRecord>(register, 'unit') : [];
      context.question.sources.add(info, units);
      return units[0]?.headcount ?? null;
    },
    async socialInsuranceStanding({ creditCode }, _args, context, info) {
      const register = await registers.unit(context, creditCode);
      const units = register ? recordsOf<UnitRecord>(register, 'unit') : [];
      context.question.sources.add(info, units);
      const [unit] = units;
      return unit ? { ...unit, jurisdiction: unit.provenance.jurisdiction ?? '' } : null;
    },
  };
}

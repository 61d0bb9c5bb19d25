import { newestFirst, recordsOf, type SubgraphContext } from '@yichuang/kit';
import type { EnterpriseResolvers, Resolver } from '@yichuang/schema/resolvers/market-regulation';
import type { HeadcountRecord } from '../records.js';
import { withFindingsOf, type RegisteredUnit, type Registers, type UnitReference } from '../registers.js';

/** Platforms keep reporting; older months are in their archives. */
const MOST_MONTHS = 24;

/** `Enterprise`: what the shared registration query says of a unit. */
export function enterpriseResolvers(registers: Registers): EnterpriseResolvers<SubgraphContext> {
  const field =
    <T>(pick: (unit: RegisteredUnit) => T): Resolver<T | null, UnitReference, SubgraphContext, object> =>
    async (reference, _args, context, info) => {
      const unit = await registers.unit(context, reference);
      if (!unit) return null;
      context.question.sources.add(info, [unit.registration]);
      return pick(unit);
    };

  return {
    __resolveReference: ({ creditCode }, context) => registers.reference(context, creditCode),
    name: field(({ registration }) => registration.name),
    type: field(({ registration }) => registration.type),
    state: field(({ registration }) => registration.state),
    legalRepresentative: field(({ registration }) => registration.legalRepresentative),
    registeredCapital: field(({ registration }) => registration.registeredCapital),
    established: field(({ registration }) => registration.established),
    division: field(({ registration }) => registration.division),
    registrar: field(({ registration }) => registration.registrar),
    address: field(({ registration }) => registration.address),
    businessScope: field(({ registration }) => registration.businessScope),
    abnormalListings: field(({ abnormal }) => newestFirst(abnormal, ({ listedOn }) => listedOn)),
    punishments: field(({ punishments }) => newestFirst(punishments, ({ decidedOn }) => decidedOn)),
    async platformHeadcounts(reference, _args, context, info) {
      const months = recordsOf<HeadcountRecord>(await registers.platformHeadcounts(context, reference), 'headcount');
      context.question.sources.add(info, months);
      return newestFirst(months, ({ month }) => month).slice(0, MOST_MONTHS);
    },
    provenance: field(({ registration, abnormal, punishments }) =>
      withFindingsOf(registration.provenance, { abnormalListings: abnormal, punishments }),
    ),
  };
}

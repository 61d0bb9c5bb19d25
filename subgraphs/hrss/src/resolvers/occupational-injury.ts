import { newestFirst, recordsOf, type SubgraphContext } from '@yichuang/kit';
import type { OccupationalInjuryResolvers } from '@yichuang/schema/resolvers/hrss';
import type { InjuryCoverRecord } from '../records.js';
import { type RegisterDirectory } from '../registers.js';
import { branchFields } from './branch.js';
import { unitReference } from './unit-reference.js';

/** `OccupationalInjury`: work injury by register, and the platform workers' cover that the ministry keeps nationally. */
export function occupationalInjuryResolvers(registers: RegisterDirectory): OccupationalInjuryResolvers<SubgraphContext> {
  return {
    ...branchFields(registers, 'injury'),
    async platformCover({ id }, _args, context, info) {
      const records = recordsOf<InjuryCoverRecord>(await registers.ministry(context, id), 'injuryCover');
      const cover = context.months.of(records, (one) => one.month);
      context.question.sources.add(info, cover);
      return newestFirst(cover, (month) => month.month).map((month) => ({ ...month, platform: unitReference(month.creditCode) }));
    },
  };
}

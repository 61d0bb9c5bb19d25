import { newestFirst, recordsOf, type SubgraphContext } from '@yichuang/kit';
import type { CitizenResolvers } from '@yichuang/schema/resolvers/market-regulation';
import type { ActivityRecord, EngagementRecord } from '../records.js';
import { withFindingsOf, type Registers } from '../registers.js';

/** Platforms keep reporting; older months are in their archives. */
const MOST_MONTHS = 24;

/** `Citizen`: work through platforms, and the businesses the person runs. */
export function citizenResolvers(registers: Registers): CitizenResolvers<SubgraphContext> {
  return {
    __resolveReference: ({ id }) => ({ id }),
    async platformWork({ id }, _args, context, info) {
      const answer = await registers.platformWork(context, id);
      const engagements = recordsOf<EngagementRecord>(answer, 'engagement');
      const activity = recordsOf<ActivityRecord>(answer, 'activity');
      context.question.sources.add(info, engagements);
      return newestFirst(engagements, (engagement) => engagement.from).map((engagement) => {
        const months = activity.filter(({ recordNumber }) => recordNumber !== null && recordNumber === engagement.recordNumber);
        return {
          ...engagement,
          months: newestFirst(months, ({ month }) => month).slice(0, MOST_MONTHS),
          provenance: withFindingsOf(engagement.provenance, { months }),
        };
      });
    },
    async businesses({ id }, _args, context, info) {
      const { owner, registrations } = await registers.businesses(context, id);
      context.question.sources.add(info, registrations);
      return registrations.map(({ creditCode }) => (creditCode === null ? null : { creditCode, owner }));
    },
  };
}

import { catalogued } from '@yichuang/schema';
import { newestFirst, recordsOf, type SubgraphContext } from '@yichuang/kit';
import type { CitizenResolvers } from '@yichuang/schema/resolvers/hrss';
import { pensionOutlook } from '../outlook/outlook.js';
import type {
  CardHolderRecord,
  CardRecord,
  ContributionRecord,
  EmploymentRecord,
  RelationIndexRecord,
  RelationRecord,
} from '../records.js';
import { type RegisterDirectory } from '../registers.js';
import { unitReference } from './unit-reference.js';

/** `Citizen`: who the person is, and the way into the branches. The branches are containers whose fields load for themselves. */
export function citizenResolvers(registers: RegisterDirectory): CitizenResolvers<SubgraphContext> {
  return {
    __resolveReference: ({ id }) => ({ id }),
    async identity({ id }, _args, context, info) {
      const ministry = await registers.ministry(context, id);
      const holders = recordsOf<CardHolderRecord>(ministry, 'cardHolder');
      context.question.sources.add(info, holders);
      const [holder] = holders;
      if (!holder) throw catalogued('PERSON_NOT_FOUND', { agency: 'hrss', system: ministry.system.id });
      return { ...holder, alive: holder.alive === null ? null : holder.alive === 'ALIVE', number: context.question.open(id) ?? null };
    },
    async socialCard({ id }, _args, context, info) {
      const cards = recordsOf<CardRecord>(await registers.ministry(context, id), 'card');
      context.question.sources.add(info, cards);
      // A person who changed cards has several rows: the one in use stands for them, else the latest.
      const latestFirst = newestFirst(cards, (card) => card.issuedOn);
      return latestFirst.find((card) => card.state === 'ACTIVE') ?? latestFirst[0] ?? null;
    },
    async jurisdictions({ id }, _args, context, info) {
      const { codes, index } = await registers.jurisdictions(context, id);
      context.question.sources.add(info, recordsOf<RelationIndexRecord>(index, 'relationIndex'));
      return codes;
    },
    async outlook({ id }, { whatIf }, context, info) {
      const ministry = await registers.ministry(context, id);
      const holders = recordsOf<CardHolderRecord>(ministry, 'cardHolder');
      const register = await registers.ask(context, id, 'pension');
      context.question.sources.add(info, [
        ...holders,
        ...register.answers.flatMap((answer) => recordsOf<RelationRecord>(answer, 'relation')),
        ...register.answers.flatMap((answer) => recordsOf<ContributionRecord>(answer, 'contribution')),
      ]);
      return pensionOutlook(holders[0], register, whatIf, context);
    },
    pension: ({ id }) => ({ id }),
    unemployment: ({ id }) => ({ id }),
    occupationalInjury: ({ id }) => ({ id }),
    async employments({ id }, _args, context, info) {
      const { answers, gaps } = await registers.ask(context, id);
      const { rows } = context;
      const employments = rows.of(
        answers.flatMap((answer) => recordsOf<EmploymentRecord>(answer, 'employment')),
        ({ creditCode }) => creditCode,
      );
      const missing = rows.gaps(gaps, ({ jurisdiction }) => jurisdiction);
      const [first] = missing;
      if (rows.cut && first) throw context.question.failure(first);
      context.question.sources.add(info, employments);
      return [
        ...newestFirst(employments, (employment) => employment.from).map((employment) => ({
          ...employment,
          enterprise: unitReference(employment.creditCode),
          jurisdiction: employment.provenance.jurisdiction ?? '',
        })),
        ...missing.map((gap) => context.question.failure(gap)),
      ];
    },
  };
}

import type { GraphQLError } from 'graphql';
import { type GraphQLResolveInfo } from 'graphql';
import { newestFirst, paginate, recordsOf, type Provenance, type SubgraphContext } from '@yichuang/kit';
import type { InsuranceScheme } from '@yichuang/schema/resolvers/hrss';
import { identityConflict } from '../identity-conflict.js';
import type { BenefitRecord, ContributionRecord, PersonRecord, RelationRecord } from '../records.js';
import { type Branch, type RegisterAnswers, type RegisterDirectory } from '../registers.js';
import { unitReference } from './unit-reference.js';

/** The schemes of each branch, in the terms of the graph. */
export const SCHEMES: Readonly<Record<Branch, readonly InsuranceScheme[]>> = {
  pension: ['EMPLOYEE_PENSION', 'PUBLIC_INSTITUTION_PENSION', 'RESIDENT_PENSION'],
  unemployment: ['UNEMPLOYMENT'],
  injury: ['WORK_INJURY'],
};

/** A row whose scheme cannot be read belongs to no branch for sure; pension, where people look first, shows it with its finding. */
const belongs = (branch: Branch, scheme: InsuranceScheme | null): boolean =>
  scheme === null ? branch === 'pension' : SCHEMES[branch].includes(scheme);

/** One error per register that did not answer, to stand as the last elements of a list. */
export function gapsOf(context: SubgraphContext, { gaps }: RegisterAnswers): GraphQLError[] {
  return gaps.map((gap) => context.question.failure(gap));
}

interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly from?: string | null;
  readonly to?: string | null;
}

const MOST_CONTRIBUTIONS = 600;

/** The fields that pension, unemployment and work injury have in common. */
export function branchFields(registers: RegisterDirectory, branch: Branch) {
  const ask = (context: SubgraphContext, ref: string): Promise<RegisterAnswers> => registers.ask(context, ref, branch);

  return {
    async relations({ id }: { readonly id: string }, _args: unknown, context: SubgraphContext, info: GraphQLResolveInfo) {
      const register = await ask(context, id);
      const relations = register.answers.flatMap((answer) => {
        const persons = recordsOf<PersonRecord>(answer, 'person');
        const conflict = identityConflict(answer);
        const withConflict = (provenance: Provenance): Provenance => ({ ...provenance, quality: [...provenance.quality, ...conflict] });
        return recordsOf<RelationRecord>(answer, 'relation')
          .filter((relation) => belongs(branch, relation.scheme))
          .map((relation) => ({
            ...relation,
            jurisdiction: relation.provenance.jurisdiction ?? '',
            // Two people can stand under one number: the person number tells whose relation it is.
            registeredName: persons.find((person) => person.personNumber === relation.personNumber)?.name ?? null,
            provenance: withConflict(relation.provenance),
          }));
      });
      context.question.sources.add(info, relations);
      return [...relations, ...gapsOf(context, register)];
    },

    async contributions(
      { id }: { readonly id: string },
      args: PageArguments & { readonly schemes?: readonly InsuranceScheme[] },
      context: SubgraphContext,
      info: GraphQLResolveInfo,
    ) {
      const register = await ask(context, id);
      const all = contributionsOf(register, context).filter(
        ({ scheme, month }) =>
          (args.schemes ? scheme !== null && args.schemes.includes(scheme) : belongs(branch, scheme)) &&
          (!args.from || (month !== null && month >= args.from)) &&
          (!args.to || (month !== null && month <= args.to)),
      );
      context.question.sources.add(info, all);
      const page = paginate(
        newestFirst(all, (row) => row.month).map((row) => ({
          ...row,
          jurisdiction: row.provenance.jurisdiction ?? '',
          enterprise: unitReference(row.creditCode),
        })),
        { first: args.first, after: args.after, most: MOST_CONTRIBUTIONS, usual: 60 },
      );
      return { ...page, edges: [...page.edges, ...gapsOf(context, register)] };
    },

    async benefits({ id }: { readonly id: string }, _args: unknown, context: SubgraphContext, info: GraphQLResolveInfo) {
      const register = await ask(context, id);
      const benefits = benefitsOf(register, branch);
      context.question.sources.add(info, benefits);
      return [...benefits, ...gapsOf(context, register)];
    },
  };
}

/** Contribution rows of all registers that answered, of the months that may be seen. */
export function contributionsOf({ answers }: RegisterAnswers, { months }: SubgraphContext): readonly ContributionRecord[] {
  const rows = answers.flatMap((answer) => recordsOf<ContributionRecord>(answer, 'contribution'));
  return months.of(rows, (row) => row.month);
}

/** Benefits of a branch, the one that began first at the head. */
export function benefitsOf({ answers }: RegisterAnswers, branch: Branch): (BenefitRecord & { readonly jurisdiction: string })[] {
  return answers
    .flatMap((answer) => recordsOf<BenefitRecord>(answer, 'benefit'))
    .filter((benefit) => belongs(branch, benefit.scheme))
    .map((benefit) => ({ ...benefit, jurisdiction: benefit.provenance.jurisdiction ?? '' }))
    .sort((a, b) => ((a.from ?? '9999') < (b.from ?? '9999') ? -1 : (a.from ?? '9999') > (b.from ?? '9999') ? 1 : 0));
}

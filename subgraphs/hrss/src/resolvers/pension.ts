import { sumOfYuan, type SubgraphContext } from '@yichuang/kit';
import type { PensionResolvers } from '@yichuang/schema/resolvers/hrss';
import { accountsOf } from '../account.js';
import { IDENTITY_CONFLICT } from '../identity-conflict.js';
import { monthsPaid } from '../months.js';
import { type RegisterDirectory } from '../registers.js';
import { benefitsOf, branchFields, contributionsOf, gapsOf } from './branch.js';

/** `Pension`. A total over all registers is only given when all of them answered; a part that is certain is always given. */
export function pensionResolvers(registers: RegisterDirectory): PensionResolvers<SubgraphContext> {
  const common = branchFields(registers, 'pension');
  const GRAPH_TO_RECORD = {
    EMPLOYEE: 'EMPLOYEE_PENSION',
    PUBLIC_INSTITUTION: 'PUBLIC_INSTITUTION_PENSION',
    RESIDENT: 'RESIDENT_PENSION',
  } as const;
  return {
    ...common,
    contributions: ({ id }, { schemes, ...args }, context, info) =>
      common.contributions(
        { id },
        { ...args, ...(schemes ? { schemes: schemes.map((scheme) => GRAPH_TO_RECORD[scheme]) } : {}) },
        context,
        info,
      ),

    async monthsPaid({ id }, _args, context, info) {
      const register = await registers.ask(context, id, 'pension');
      const [gap] = gapsOf(context, register);
      if (gap) throw gap;
      const rows = contributionsOf(register, context);
      context.question.sources.add(info, rows);
      return monthsPaid(rows);
    },

    async hasPaidAtLeast({ id }, { months }, context, info) {
      const register = await registers.ask(context, id, 'pension');
      const rows = contributionsOf(register, context);
      context.question.sources.add(info, rows);
      if (monthsPaid(rows) >= months) return true;
      const [gap] = gapsOf(context, register);
      if (gap) throw gap;
      return false;
    },

    async account({ id }, _args, context, info) {
      const register = await registers.ask(context, id, 'pension');
      const parts = register.answers.flatMap(accountsOf);
      context.question.sources.add(info, parts);
      const gaps = gapsOf(context, register);
      // Of two persons under one number nobody can say here whose account is whose: each is shown, their sum would be a guess.
      const oneOwner = !parts.some(({ provenance }) => provenance.quality.some(({ rule }) => rule === IDENTITY_CONFLICT));
      const total = (figures: (string | null)[]): string | null => (gaps.length > 0 || !oneOwner ? null : sumOfYuan(figures));
      return {
        balance: total(parts.map((part) => part.balance)),
        principal: total(parts.map((part) => part.principal)),
        interest: total(parts.map((part) => part.interest)),
        parts: [...parts, ...gaps],
      };
    },

    async benefit({ id }, _args, context, info) {
      const register = await registers.ask(context, id, 'pension');
      const benefits = benefitsOf(register, 'pension');
      context.question.sources.add(info, benefits);
      const drawn = benefits.find((benefit) => benefit.state === 'PAYING');
      if (drawn) return drawn;
      // One that is no longer paid says nothing as long as the place that may be paying is missing.
      const [gap] = gapsOf(context, register);
      if (gap) throw gap;
      return benefits[0] ?? null;
    },
  };
}

import { newestFirst, paginate, sumOfYuan, type SubgraphContext } from '@yichuang/kit';
import type { MedicalResolvers } from '@yichuang/schema/resolvers/medical-insurance';
import { continuousMonths } from '../continuous-months.js';
import type { Platform } from '../platform.js';
import type { EnrolmentRecord } from '../records.js';

/** The bound and the usual size of a page of payments; the schema's description names both. */
const PAYMENTS = { most: 600, usual: 60 } as const;

/** `Medical`: what the platform holds of one person. */
export function medicalResolvers(platform: Platform): MedicalResolvers<SubgraphContext> {
  return {
    async enrolments({ id }, _args, context, info) {
      return newestFirst(await platform.enrolments(context, info, id), (enrolment) => enrolment.from);
    },
    async account({ id }, _args, context, info) {
      const parts = (await platform.enrolments(context, info, id)).filter(hasAccount);
      return parts.length === 0 ? null : { balance: sumOfYuan(parts.map((part) => part.balance)), parts };
    },
    async continuousMonths({ id }, _args, context, info) {
      const { months } = context;
      return continuousMonths(await platform.payments(context, info, id), (month) => months.holds(month));
    },
    async payments({ id }, { first, after, from, to }, context, info) {
      const payments = context.months.of(await platform.payments(context, info, id), (payment) => payment.month);
      // A payment whose month cannot be read lies in no period.
      const within = payments.filter(
        ({ month }) => (from == null || (month !== null && month >= from)) && (to == null || (month !== null && month <= to)),
      );
      return paginate(
        newestFirst(within, (payment) => payment.month),
        { ...PAYMENTS, first, after },
      );
    },
  };
}

/** Residents have no account: the platform leaves the balance empty. A balance that cannot be read belongs to an account all the same. */
function hasAccount({ balance, provenance }: EnrolmentRecord): boolean {
  return balance !== null || provenance.quality.some(({ field }) => field === 'balance');
}

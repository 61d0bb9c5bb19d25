import { newestFirst, paginate, type SubgraphContext } from '@yichuang/kit';
import type { EnterpriseResolvers } from '@yichuang/schema/resolvers/postal';
import { type Registers } from '../registers.js';
import { shownOutlet } from './outlet.js';

const MOST_OUTLETS = 100;

/** `Enterprise`: its express licence and its outlets. A unit that the postal administration does not know has neither. */
export function enterpriseResolvers(registers: Registers): EnterpriseResolvers<SubgraphContext> {
  return {
    __resolveReference: ({ creditCode }) => ({ creditCode }),

    async expressLicence({ creditCode }, _args, context, info) {
      const { licences, areas } = await registers.licences(context, creditCode);
      // A licence that was renewed stands there beside its successor: the one in force counts, else the latest.
      const latestFirst = newestFirst(licences, ({ validTo }) => validTo);
      const licence = latestFirst.find(({ state }) => state === 'VALID') ?? latestFirst[0];
      if (!licence) return null;
      context.question.sources.add(info, [licence]);
      const own = areas.filter(({ number }) => number !== null && number === licence.number);
      return {
        ...licence,
        areas: own.flatMap(({ division }) => (division === null ? [] : [division])),
        provenance: {
          ...licence.provenance,
          quality: [
            ...licence.provenance.quality,
            ...own.flatMap(({ provenance }) => provenance.quality.map((finding) => ({ ...finding, field: `areas.${finding.field}` }))),
          ],
        },
      };
    },

    async outlets({ creditCode }, { first, after }, context, info) {
      const outlets = await registers.outletsOf(context, creditCode);
      context.question.sources.add(info, outlets);
      const page = paginate(outlets, { first, after, most: MOST_OUTLETS });
      return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: shownOutlet(node) })) };
    },
  };
}

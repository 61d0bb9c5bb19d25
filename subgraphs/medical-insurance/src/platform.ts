import type { GraphQLResolveInfo } from 'graphql';
import { catalogued, jurisdictionOfDivision } from '@yichuang/schema';
import { ownPlaceOf, recordsOf, type Agency, type AgencySystem, type Provenance, type SubgraphContext } from '@yichuang/kit';
import type { EnrolmentRecord, PaymentRecord } from './records.js';

/** The national medical platform as the resolvers ask it. */
export class Platform {
  readonly #agency: string;
  readonly #system: AgencySystem;

  /** @throws Error when the agency file names no system that holds enrolments and payments. */
  constructor(agency: Agency) {
    const system = agency.systems.find((candidate) => candidate.holds(['enrolment']) && candidate.holds(['payment']));
    if (!system) throw new Error('agency.yaml names no system that holds the records enrolment and payment');
    this.#agency = agency.code;
    this.#system = system;
  }

  /** Enrolments of a person in all pooling areas that the caller may look at. @throws GraphQLError when the platform fails, or the reference is not one of this hub. */
  enrolments(context: SubgraphContext, info: GraphQLResolveInfo, ref: string): Promise<readonly EnrolmentRecord[]> {
    return this.#records<EnrolmentRecord>(context, info, ref, 'enrolment');
  }

  /** Payments of a person in these areas. @throws GraphQLError as `enrolments`. */
  payments(context: SubgraphContext, info: GraphQLResolveInfo, ref: string): Promise<readonly PaymentRecord[]> {
    return this.#records<PaymentRecord>(context, info, ref, 'payment');
  }

  async #records<T extends { readonly poolingArea: string | null; readonly provenance: Provenance }>(
    context: SubgraphContext,
    info: GraphQLResolveInfo,
    ref: string,
    name: string,
  ): Promise<readonly T[]> {
    const { question } = context;
    const number = question.open(ref);
    if (number === undefined) throw catalogued('PERSON_NOT_FOUND', { agency: this.#agency });
    const loaded = await question.load(this.#system, 'citizen', number);
    if (!loaded.ok) throw question.failure(loaded);
    const own = ownPlaceOf(question.call);
    const all = recordsOf<T>(loaded, name);
    const records = own === undefined ? all : all.filter(({ poolingArea }) => jurisdictionOfDivision(poolingArea ?? '') === own);
    question.sources.add(info, records);
    return records;
  }
}

import { catalogued, jurisdictionOfDivision, type CitizenNumber } from '@yichuang/schema';
import { AgencyFault, ownPlaceOf, recordsOf, type Agency, type AgencySystem, type Loaded, type SubgraphContext } from '@yichuang/kit';
import type { RelationIndexRecord } from './records.js';

/** National scheme codes (AAE140) of each branch. */
export const BRANCH_SCHEMES = { pension: ['110', '120', '170'], unemployment: ['210'], injury: ['410'] } as const;
/** The index's own code for 用工登记: a place that registered an employment, whether or not it holds a relation. */
const EMPLOYMENT_REGISTERED = '000';
export type Branch = keyof typeof BRANCH_SCHEMES;

type Answer = Loaded & { readonly ok: true };
type Gap = Loaded & { readonly ok: false };

/** What the registers that hold relations of a person said, and which of them said nothing. */
export interface RegisterAnswers {
  readonly answers: readonly Answer[];
  readonly gaps: readonly Gap[];
}

/**
 * How the subgraph finds the registers of a person: first the ministry's relation index, then only the jurisdictions that it names.
 * Loads of one question are collected, so it costs one call to the ministry and one to each system that is needed.
 */
export class RegisterDirectory {
  readonly #ministry: AgencySystem;

  /** @throws Error when the agency file has no system that holds the relation index. */
  constructor(private readonly agency: Agency) {
    const ministry = agency.systems.find((system) => system.holds(['relationIndex']));
    if (!ministry) throw new Error('agency.yaml names no system that holds the relation index');
    this.#ministry = ministry;
  }

  /** The ministry's records of a person. @throws GraphQLError when it does not answer, or the reference is not one of this hub. */
  async ministry(context: SubgraphContext, ref: string): Promise<Answer> {
    const loaded = await context.question.load(this.#ministry, 'citizen', personOf(context, ref));
    if (!loaded.ok) throw context.question.failure(loaded);
    return loaded;
  }

  /** Jurisdictions that hold a relation by the index, of a branch or of any, in the order of their codes. */
  async jurisdictions(
    context: SubgraphContext,
    ref: string,
    branch?: Branch,
  ): Promise<{ readonly codes: readonly string[]; readonly index: Answer }> {
    const index = await this.ministry(context, ref);
    const schemes: readonly string[] | undefined = branch && BRANCH_SCHEMES[branch];
    return { codes: placesIn(index, (scheme) => (schemes ? schemes.includes(scheme) : scheme !== EMPLOYMENT_REGISTERED)), index };
  }

  /**
   * Asks every jurisdiction that holds a relation of the person in the branch; every one that holds anything, where none is given. For an
   * office that may look into its own register only that one.
   */
  async ask(context: SubgraphContext, ref: string, branch?: Branch): Promise<RegisterAnswers> {
    const number = personOf(context, ref);
    const codes = branch ? (await this.jurisdictions(context, ref, branch)).codes : placesIn(await this.ministry(context, ref), () => true);
    const own = ownPlaceOf(context.question.call);
    const asked = own === undefined ? codes : codes.filter((code) => code === own);
    const loaded = await Promise.all(asked.map((code) => this.#register(context, number, code)));
    return { answers: loaded.filter((one): one is Answer => one.ok), gaps: loaded.filter((one): one is Gap => !one.ok) };
  }

  /** The register of the jurisdiction where a unit is registered: characters 3 to 8 of its credit code are the registering division. */
  async unit(context: SubgraphContext, creditCode: string): Promise<Answer | undefined> {
    const jurisdiction = jurisdictionOfDivision(creditCode.slice(2, 8));
    const system = jurisdiction && this.agency.systemOf(jurisdiction);
    if (!system) return undefined;
    const loaded = await context.question.load(system, 'unit', creditCode, jurisdiction);
    if (!loaded.ok) throw context.question.failure(loaded);
    return loaded;
  }

  async #register(context: SubgraphContext, number: CitizenNumber, jurisdiction: string): Promise<Loaded> {
    const system = this.agency.systemOf(jurisdiction);
    if (system) return context.question.load(system, 'citizen', number, jurisdiction);
    return {
      ok: false,
      system: this.#ministry,
      jurisdiction,
      fault: new AgencyFault('AGENCY_UNAVAILABLE', `no system is configured for jurisdiction ${jurisdiction}`),
    };
  }
}

/** Jurisdictions of the index rows with a fitting scheme, in the order of their codes. */
function placesIn(index: Answer, fits: (scheme: string) => boolean): readonly string[] {
  const codes = new Set<string>();
  for (const { scheme, jurisdiction } of recordsOf<RelationIndexRecord>(index, 'relationIndex')) {
    // A row whose scheme is unreadable still says that the place holds something: asking there is safe, leaving it out is not.
    if (jurisdiction !== null && (scheme === null || fits(scheme))) codes.add(jurisdiction);
  }
  return [...codes].sort();
}

function personOf(context: SubgraphContext, ref: string): CitizenNumber {
  const number = context.question.open(ref);
  if (number === undefined) throw catalogued('PERSON_NOT_FOUND', { agency: 'hrss' });
  return number;
}

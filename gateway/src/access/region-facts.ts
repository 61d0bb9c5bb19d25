import type { AgencyFailure } from '../agencies/reply.js';
import type { RegionFacts } from './decide.js';

/** What is known about where a person is insured: the pension jurisdictions, or why it cannot be said now. */
export type JurisdictionAnswer = ReadonlySet<string> | AgencyFailure;

/** Asks for many persons at once; must answer for each. */
export type JurisdictionLookup = (refs: readonly string[]) => Promise<ReadonlyMap<string, JurisdictionAnswer>>;

/** Region facts of one question: every person is looked up once, however many fields and agencies need to know. */
export class QuestionRegionFacts implements RegionFacts {
  readonly #asked = new Map<string, Promise<void>>();
  readonly #answers = new Map<string, JurisdictionAnswer>();

  constructor(readonly lookup: JurisdictionLookup) {}

  /** Makes sure that these persons have been looked up. */
  async ensure(refs: readonly string[]): Promise<void> {
    const fresh = [...new Set(refs)].filter((ref) => !this.#asked.has(ref));
    if (fresh.length > 0) {
      const batch = this.lookup(fresh).then((answers) => {
        for (const [ref, answer] of answers) this.#answers.set(ref, answer);
      });
      for (const ref of fresh) this.#asked.set(ref, batch);
    }
    for (const ref of refs) await this.#asked.get(ref);
  }

  jurisdictionsOf(ref: string): ReadonlySet<string> | undefined {
    const answer = this.#answers.get(ref);
    return answer && 'has' in answer ? answer : undefined;
  }

  /** Why a person's jurisdictions are not known. */
  failureOf(ref: string): AgencyFailure | undefined {
    const answer = this.#answers.get(ref);
    return answer && 'code' in answer ? answer : undefined;
  }
}

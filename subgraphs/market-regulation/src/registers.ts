import type { GraphQLError } from 'graphql';
import { catalogued, parseCreditCode } from '@yichuang/schema';
import { recordsOf, type Agency, type AgencySystem, type Loaded, type Provenance, type SubgraphContext } from '@yichuang/kit';
import type { AbnormalRecord, PunishmentRecord, RegistrationRecord } from './records.js';

type Answer = Loaded & { readonly ok: true };

/** A unit as resolvers hand it down; with the number of its owner where it was found by that. */
export interface UnitReference {
  readonly creditCode: string;
  readonly owner?: string;
}

/** What the registration query says of one unit. */
export interface RegisteredUnit {
  readonly registration: RegistrationRecord;
  readonly abnormal: readonly AbnormalRecord[];
  readonly punishments: readonly PunishmentRecord[];
}

/** The two systems of 市场监管: the shared registration query and the platforms' reports. */
export class Registers {
  readonly #registry: AgencySystem;
  readonly #platforms: AgencySystem;

  /** @throws Error when the agency file has no system that holds registrations, or none that holds engagements. */
  constructor(private readonly agency: Agency) {
    this.#registry = systemThatHolds(agency, 'registration');
    this.#platforms = systemThatHolds(agency, 'engagement');
  }

  /** What platforms report of a person. @throws GraphQLError when they do not answer, or the reference is not one of this hub. */
  platformWork(context: SubgraphContext, ref: string): Promise<Answer> {
    return this.#load(context, this.#platforms, 'citizen', this.#personOf(context, ref));
  }

  /** What platforms report of the people a unit engages, in counts. @throws GraphQLError when they do not answer. */
  platformHeadcounts(context: SubgraphContext, { creditCode }: UnitReference): Promise<Answer> {
    return this.#load(context, this.#platforms, 'unit', creditCode);
  }

  /** The units a person runs. @throws GraphQLError when the register does not answer, or the reference is not one of this hub. */
  async businesses(
    context: SubgraphContext,
    ref: string,
  ): Promise<{ readonly owner: string; readonly registrations: readonly RegistrationRecord[] }> {
    const owner = this.#personOf(context, ref);
    return {
      owner,
      registrations: recordsOf<RegistrationRecord>(await this.#load(context, this.#registry, 'citizen', owner), 'business'),
    };
  }

  /**
   * A unit by its credit code, or ENTERPRISE_NOT_FOUND where the register says that there is none. A register that does not answer
   * leaves the reference standing: the code is known, and each field says for itself why it is missing.
   */
  async reference(context: SubgraphContext, text: string): Promise<UnitReference | GraphQLError> {
    const unknown = catalogued('ENTERPRISE_NOT_FOUND', { agency: this.agency.code, system: this.#registry.id });
    const creditCode = parseCreditCode(text);
    if (creditCode === undefined) return unknown;
    const loaded = await context.question.load(this.#registry, 'unit', creditCode);
    // Where nothing of the register was needed it was not asked, and then there is no list at all.
    return loaded.ok && loaded.records.get('registration')?.length === 0 ? unknown : { creditCode };
  }

  /** What the register says of a unit; undefined where it says nothing. @throws GraphQLError when it does not answer. */
  async unit(context: SubgraphContext, { creditCode, owner }: UnitReference): Promise<RegisteredUnit | undefined> {
    const answer = await (owner === undefined
      ? this.#load(context, this.#registry, 'unit', creditCode)
      : this.#load(context, this.#registry, 'citizen', owner));
    const names =
      owner === undefined
        ? (['registration', 'abnormal', 'punishment'] as const)
        : (['business', 'businessAbnormal', 'businessPunishment'] as const);
    const ofUnit = (record: { readonly creditCode: string | null }): boolean => record.creditCode === creditCode;
    const registration = recordsOf<RegistrationRecord>(answer, names[0]).find(ofUnit);
    return (
      registration && {
        registration,
        abnormal: recordsOf<AbnormalRecord>(answer, names[1]).filter(ofUnit),
        punishments: recordsOf<PunishmentRecord>(answer, names[2]).filter(ofUnit),
      }
    );
  }

  async #load(context: SubgraphContext, system: AgencySystem, by: 'citizen' | 'unit', key: string): Promise<Answer> {
    const loaded = await context.question.load(system, by, key);
    if (!loaded.ok) throw context.question.failure(loaded);
    return loaded;
  }

  #personOf(context: SubgraphContext, ref: string): string {
    const number = context.question.open(ref);
    if (number === undefined) throw catalogued('PERSON_NOT_FOUND', { agency: this.agency.code });
    return number;
  }
}

/** The provenance of a record together with what was found in the records that are shown inside it, each under the field they stand in. */
export function withFindingsOf(
  provenance: Provenance,
  inside: Readonly<Record<string, readonly { readonly provenance: Provenance }[]>>,
): Provenance {
  const findings = Object.entries(inside).flatMap(([field, records]) =>
    records.flatMap((record) => record.provenance.quality.map((finding) => ({ ...finding, field: `${field}.${finding.field}` }))),
  );
  return findings.length === 0 ? provenance : { ...provenance, quality: [...provenance.quality, ...findings] };
}

function systemThatHolds(agency: Agency, record: string): AgencySystem {
  const system = agency.systems.find((candidate) => candidate.holds([record]));
  if (!system) throw new Error(`agency.yaml names no system that holds the record ${record}`);
  return system;
}

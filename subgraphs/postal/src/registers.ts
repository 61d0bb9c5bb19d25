import { catalogued } from '@yichuang/schema';
import { recordsOf, type Agency, type AgencySystem, type Loaded, type SubgraphContext } from '@yichuang/kit';
import type { CourierRecord, LicenceAreaRecord, LicenceRecord, OutletRecord } from './records.js';

type Answer = Loaded & { readonly ok: true };

/** The two systems of 邮政管理: the licence query and the daily files. Each method throws the catalogued error when its system does not answer. */
export class Registers {
  readonly #licences: AgencySystem;
  readonly #files: AgencySystem;

  /** @throws Error when the agency file has no system that holds licences, or none that holds outlets. */
  constructor(private readonly agency: Agency) {
    this.#licences = systemThatHolds(agency, 'licence');
    this.#files = systemThatHolds(agency, 'outlet');
  }

  /** Filings of a person as a courier. @throws GraphQLError also when the reference is not one of this hub. */
  async courierWork(context: SubgraphContext, ref: string): Promise<readonly CourierRecord[]> {
    const number = context.question.open(ref);
    if (number === undefined) throw catalogued('PERSON_NOT_FOUND', { agency: this.agency.code });
    return recordsOf<CourierRecord>(await this.#load(context, this.#files, 'citizen', number), 'courier');
  }

  /** Licences of a unit and the areas they are for. */
  async licences(
    context: SubgraphContext,
    creditCode: string,
  ): Promise<{ readonly licences: readonly LicenceRecord[]; readonly areas: readonly LicenceAreaRecord[] }> {
    const answer = await this.#load(context, this.#licences, 'unit', creditCode);
    return { licences: recordsOf<LicenceRecord>(answer, 'licence'), areas: recordsOf<LicenceAreaRecord>(answer, 'licenceArea') };
  }

  /** Outlets that a unit has filed. */
  async outletsOf(context: SubgraphContext, creditCode: string): Promise<readonly OutletRecord[]> {
    return recordsOf<OutletRecord>(await this.#load(context, this.#files, 'unit', creditCode), 'outletOfUnit');
  }

  /** One outlet; undefined where it is not in the file, or where nothing of it was asked but its number. */
  async outlet(
    context: SubgraphContext,
    filingNumber: string,
  ): Promise<{ readonly asked: boolean; readonly record: OutletRecord | undefined }> {
    const answer = await this.#load(context, this.#files, 'outlet', filingNumber);
    return { asked: answer.records.has('outlet'), record: recordsOf<OutletRecord>(answer, 'outlet')[0] };
  }

  async #load(context: SubgraphContext, system: AgencySystem, by: 'citizen' | 'unit' | 'outlet', key: string): Promise<Answer> {
    const loaded = await context.question.load(system, by, key);
    if (!loaded.ok) throw context.question.failure(loaded);
    return loaded;
  }
}

function systemThatHolds(agency: Agency, record: string): AgencySystem {
  const system = agency.systems.find((candidate) => candidate.holds([record]));
  if (!system) throw new Error(`agency.yaml names no system that holds the record ${record}`);
  return system;
}

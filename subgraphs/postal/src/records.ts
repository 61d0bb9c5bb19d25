import type { Provenance } from '@yichuang/kit';
import type { LicenceState } from '@yichuang/schema/resolvers/postal';

/** The standard records that mappings/licences.yaml and mappings/files.yaml make; null where the source holds nothing usable. */
interface StandardRecord {
  readonly provenance: Provenance;
}

/** 快递业务经营许可. */
export interface LicenceRecord extends StandardRecord {
  readonly number: string | null;
  readonly holder: string | null;
  readonly businessScope: string | null;
  readonly validFrom: string | null;
  readonly validTo: string | null;
  readonly state: LicenceState | null;
}

/** One area of a licence, tied to it by the licence number. */
export interface LicenceAreaRecord extends StandardRecord {
  readonly number: string | null;
  readonly division: string | null;
}

/** 末端网点. */
export interface OutletRecord extends StandardRecord {
  readonly filingNumber: string | null;
  readonly name: string | null;
  readonly creditCode: string | null;
  readonly division: string | null;
  readonly address: string | null;
  readonly openedOn: string | null;
  readonly closedOn: string | null;
  readonly couriers: number | null;
}

/** 快递员备案. The name is mapped for its findings and never shown. */
export interface CourierRecord extends StandardRecord {
  readonly filingNumber: string | null;
  readonly outletNumber: string | null;
  readonly creditCode: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

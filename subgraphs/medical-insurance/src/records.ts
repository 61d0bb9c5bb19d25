import type { Provenance } from '@yichuang/kit';
import type { MedicalEnrolmentState, MedicalPersonType, MedicalScheme } from '@yichuang/schema/resolvers/medical-insurance';

/** The standard records that mappings/platform.yaml makes; null where the platform holds nothing usable. */
interface StandardRecord {
  readonly provenance: Provenance;
}

/** 参保信息 (insuinfo), with the balance of the account that goes with it. */
export interface EnrolmentRecord extends StandardRecord {
  readonly scheme: MedicalScheme | null;
  readonly poolingArea: string | null;
  readonly state: MedicalEnrolmentState | null;
  readonly personType: MedicalPersonType | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly employerName: string | null;
  readonly balance: string | null;
}

/** 缴费信息. */
export interface PaymentRecord extends StandardRecord {
  readonly scheme: MedicalScheme | null;
  readonly poolingArea: string | null;
  readonly month: string | null;
  readonly lastMonth: string | null;
  readonly base: string | null;
  readonly personal: string | null;
  readonly employer: string | null;
  readonly paidOn: string | null;
  readonly employerName: string | null;
}

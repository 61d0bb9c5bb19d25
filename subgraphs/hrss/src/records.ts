import type { Provenance } from '@yichuang/kit';
import type {
  AccountKind,
  BenefitState,
  EmploymentKind,
  InsuranceScheme,
  InsuredAs,
  RelationState,
  Sex,
  SocialCardState,
  UnitState,
} from '@yichuang/schema/resolvers/hrss';

/** The standard records that mappings/national.yaml and mappings/ministry.yaml make; null where the source holds nothing usable. */
interface StandardRecord {
  readonly provenance: Provenance;
}

/** AC01. */
export interface PersonRecord extends StandardRecord {
  readonly personNumber: string | null;
  readonly name: string | null;
}

/** AC02. */
export interface RelationRecord extends StandardRecord {
  readonly personNumber: string | null;
  readonly scheme: InsuranceScheme | null;
  readonly state: RelationState | null;
  readonly accountKind: AccountKind | null;
  readonly insuredAs: InsuredAs | null;
  readonly firstMonth: string | null;
  readonly lastMonth: string | null;
  readonly monthsActual: number | null;
  readonly monthsDeemed: number | null;
  readonly poolingArea: string | null;
  readonly agencyOffice: string | null;
}

/** AC43. */
export interface ContributionRecord extends StandardRecord {
  readonly scheme: InsuranceScheme | null;
  readonly month: string | null;
  readonly base: string | null;
  readonly employer: string | null;
  readonly personal: string | null;
  readonly credited: string | null;
  readonly paidOn: string | null;
  readonly creditCode: string | null;
  readonly unitName: string | null;
}

/** SC51. */
export interface AccountYearRecord extends StandardRecord {
  readonly personNumber: string | null;
  readonly scheme: InsuranceScheme | null;
  readonly year: number | null;
  readonly months: number | null;
  readonly credited: string | null;
  readonly interest: string | null;
  readonly balance: string | null;
}

/** SC61. */
export interface BenefitRecord extends StandardRecord {
  readonly scheme: InsuranceScheme | null;
  readonly state: BenefitState | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly monthlyAmount: string | null;
}

/** SC70. */
export interface EmploymentRecord extends StandardRecord {
  readonly creditCode: string | null;
  readonly employerName: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly kind: EmploymentKind | null;
}

/** AB01. */
export interface UnitRecord extends StandardRecord {
  readonly unitNumber: string | null;
  readonly registeredName: string | null;
  readonly state: UnitState | null;
  readonly lastDeclaredMonth: string | null;
  readonly headcount: number | null;
  readonly nearRetirement: number | null;
  readonly arrears: string | null;
}

/** The ministry's relation index. `scheme` is the national code as text: the index decides where to ask, so no code is lost here. */
export interface RelationIndexRecord extends StandardRecord {
  readonly scheme: string | null;
  readonly jurisdiction: string | null;
}

/** 持卡人员基础信息. */
export interface CardHolderRecord extends StandardRecord {
  readonly name: string | null;
  readonly sex: Sex | null;
  readonly birthDate: string | null;
  readonly hukou: string | null;
  readonly alive: 'ALIVE' | 'DEAD' | null;
  readonly diedOn: string | null;
}

export interface CardRecord extends StandardRecord {
  readonly number: string | null;
  readonly issuer: string | null;
  readonly issuedOn: string | null;
  readonly state: SocialCardState | null;
  readonly electronic: boolean | null;
}

/** 职业伤害保障 of one platform and month. */
export interface InjuryCoverRecord extends StandardRecord {
  readonly creditCode: string | null;
  readonly platformName: string | null;
  readonly month: string | null;
  readonly days: number | null;
  readonly orders: number | null;
  readonly paid: string | null;
  readonly jurisdiction: string | null;
}

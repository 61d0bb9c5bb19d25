/**
 * The synthetic world: people with complete lives, the units they work for, and what every register holds of them. Lives are clean;
 * `registers.ts` turns them into register rows with national codes, and plants the dirt that the manifest lists.
 *
 * Months are YYYY-MM, dates YYYY-MM-DD (civil, Asia/Shanghai), money integer fen.
 */

export type Sex = 'M' | 'F';
export type PensionScheme = '110' | '120' | '170';
export type Scheme = PensionScheme | '210' | '410';
export type MedicalScheme = '310' | '390';

export interface ContributionMonth {
  readonly month: string;
  readonly base: number;
  readonly personal: number;
  readonly employer: number;
  /** Into the personal account. */
  readonly credited: number;
  readonly paidOn: string;
  /** Credit code of the paying unit; absent for people who pay for themselves. */
  readonly unit?: string;
}

export interface AccountYear {
  readonly year: number;
  readonly months: number;
  readonly credited: number;
  /** Absent in the running year. */
  readonly interest?: number;
  readonly balance?: number;
}

export interface Benefit {
  readonly scheme: Scheme;
  readonly jurisdiction: string;
  readonly state: 'PAYING' | 'SUSPENDED' | 'ENDED';
  readonly from: string;
  readonly to?: string;
  readonly monthly: number;
}

/** One insurance relation of one person in one of the 32 jurisdictions. */
export interface Relation {
  readonly scheme: Scheme;
  readonly jurisdiction: string;
  /** Pooling area: six digits of a prefecture in the jurisdiction. */
  readonly area: string;
  readonly office: string;
  readonly personNumber: string;
  readonly accountKind: 'ORDINARY' | 'TEMPORARY';
  readonly state: 'PAYING' | 'PAUSED' | 'ENDED';
  readonly insuredAs: 'EMPLOYEE' | 'FLEXIBLE' | 'RESIDENT' | 'RETIREE';
  readonly deemedMonths: number;
  readonly contributions: readonly ContributionMonth[];
  readonly account: readonly AccountYear[];
}

export interface Employment {
  readonly unit: string;
  readonly from: string;
  readonly to?: string;
  readonly kind: 'FULL_TIME' | 'PART_TIME' | 'DISPATCHED' | 'FLEXIBLE';
  readonly jurisdiction: string;
}

export interface PlatformEngagement {
  readonly platform: string;
  readonly unit: string;
  readonly trade: 'RIDE_HAILING' | 'INSTANT_DELIVERY' | 'CITY_FREIGHT';
  readonly division: string;
  readonly from: string;
  readonly to?: string;
  readonly months: readonly { readonly month: string; readonly activeDays: number; readonly orders: number }[];
}

/** 职业伤害保障 of one month. */
export interface InjuryCover {
  readonly unit: string;
  readonly platform: string;
  readonly month: string;
  readonly days: number;
  readonly orders: number;
  readonly paid: number;
  readonly jurisdiction: string;
}

export interface CourierEngagement {
  readonly filingNumber: string;
  readonly outlet: string;
  readonly unit: string;
  readonly from: string;
  readonly to?: string;
}

export interface MedicalEnrolment {
  readonly psnNo: string;
  readonly scheme: MedicalScheme;
  readonly poolingArea: string;
  readonly state: 'NORMAL' | 'PAUSED' | 'ENDED';
  readonly personType: 'WORKING' | 'RETIRED' | 'RESIDENT';
  readonly from: string;
  readonly to?: string;
  readonly employerName?: string;
  /** Account balance; absent for residents. */
  readonly balance?: number;
  readonly payments: readonly {
    readonly month: string;
    readonly base?: number;
    readonly personal: number;
    readonly employer: number;
    readonly paidOn: string;
    readonly employerName?: string;
  }[];
}

export interface SocialCard {
  readonly number: string;
  readonly issuer: string;
  readonly issuedOn: string;
  readonly state: 'ACTIVE' | 'LOST' | 'CANCELLED';
  readonly electronic: boolean;
}

/** A person with a complete life up to the world's month. */
export interface Life {
  readonly number: string;
  readonly name: string;
  readonly sex: Sex;
  readonly birthDate: string;
  readonly hukou: string;
  readonly diedOn?: string;
  readonly card?: SocialCard;
  readonly relations: readonly Relation[];
  readonly benefits: readonly Benefit[];
  readonly employments: readonly Employment[];
  readonly platformWork: readonly PlatformEngagement[];
  readonly injuryCover: readonly InjuryCover[];
  readonly courierWork: readonly CourierEngagement[];
  /** Credit codes of the businesses the person runs. */
  readonly businesses: readonly string[];
  readonly medical: readonly MedicalEnrolment[];
}

export interface Persona {
  /** Short stable key, e.g. `courier-four-provinces`; the name tokens are asked by. */
  readonly key: string;
  /** Chinese title and English title. */
  readonly title: { readonly zh: string; readonly en: string };
  /** The story in a few sentences of English, with what a developer will see in the graph. */
  readonly story: string;
  readonly life: Life;
}

export interface Unit {
  readonly creditCode: string;
  readonly name: string;
  readonly type: string;
  /** National state code 1, 2, 3, 4, 5, 6, 9. */
  readonly state: '1' | '2' | '3' | '4' | '5' | '6' | '9';
  readonly legalRepresentative: string;
  /** Registered capital in fen; absent for individual businesses. */
  readonly capital?: number;
  readonly established: string;
  readonly division: string;
  readonly registrar: string;
  readonly address: string;
  readonly scope: string;
  readonly abnormal: readonly { readonly reason: string; readonly listedOn: string; readonly removedOn?: string }[];
  readonly punishments: readonly {
    readonly documentNumber: string;
    readonly reason: string;
    readonly decidedOn: string;
    readonly authority: string;
  }[];
  /** 单位编号 in its own jurisdiction. */
  readonly unitNumber: string;
  readonly insuredState: 'PAYING' | 'PAUSED' | 'ENDED';
  readonly lastDeclaredMonth?: string;
  readonly arrears: number;
}

export interface ExpressLicence {
  readonly number: string;
  readonly unit: string;
  readonly holder: string;
  readonly scope: string;
  readonly areas: readonly string[];
  readonly validFrom: string;
  readonly validTo: string;
  readonly state: 'VALID' | 'EXPIRED' | 'CANCELLED' | 'REVOKED';
}

export interface Outlet {
  readonly filingNumber: string;
  readonly name: string;
  readonly unit: string;
  readonly division: string;
  readonly address: string;
  readonly openedOn: string;
  readonly closedOn?: string;
}

/** Everything, made from a seed. The same options give the same world, byte for byte. */
export interface World {
  readonly seed: number;
  /** Last month that has been paid, YYYY-MM. */
  readonly month: string;
  readonly lives: readonly Life[];
  readonly personas: readonly Persona[];
  readonly units: readonly Unit[];
  readonly licences: readonly ExpressLicence[];
  readonly outlets: readonly Outlet[];
}

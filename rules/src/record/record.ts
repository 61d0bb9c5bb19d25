import type { CivilDate } from '../calendar/civil-date.js';
import type { Province } from '../divisions/division.js';
import type { Fen } from '../money.js';
import type { Month } from '../month.js';

/**
 * The lifetime record (电子档案袋) of one person as plain values: what the outlook and the risk screening read. Months are month indexes,
 * money whole fen, places provinces (660000 for 兵团), units credit codes. Undefined
 * stands for what no source says; a fact that a source holds in an unusable form is left out here as well.
 */
export interface LifeRecord {
  /** The month in which the record is looked at: spells without an end last until then. */
  readonly asOf: Month;
  readonly person: CivilFacts;
  readonly relations: readonly Relation[];
  readonly bookings: readonly Booking[];
  readonly accounts: readonly Account[];
  readonly benefits: readonly Benefit[];
  readonly employments: readonly Employment[];
  readonly engagements: readonly Engagement[];
  readonly injuryCover: readonly InjuryCoverMonth[];
  readonly medicalCovers: readonly MedicalCover[];
  readonly transfers: readonly TransferEntry[];
  /** What is known of the units that the record names. */
  readonly units: readonly UnitFacts[];
  /** Sources that hold something of the person and did not answer: nothing here is complete where one stands. */
  readonly missing: readonly MissingSource[];
}

/** Codes of schemes (险种, AAE140) that a record may hold. X-MOBILE is the proposed 流动劳务人员养老保险 and exists in no law. */
export type Scheme = '110' | '120' | '170' | '210' | '310' | '390' | '410' | '510' | 'X-MOBILE';

/** 企业职工 and 机关事业单位: the schemes whose months add up to a pension of employees. */
export const EMPLOYEE_PENSIONS: ReadonlySet<Scheme> = new Set<Scheme>(['110', '120']);
/** Every pension. */
export const PENSIONS: ReadonlySet<Scheme> = new Set<Scheme>(['110', '120', '170']);

export interface CivilFacts {
  readonly sex?: 'M' | 'F' | undefined;
  readonly birthMonth?: Month | undefined;
  /** 户籍所在省. */
  readonly hukouProvince?: Province | undefined;
  readonly deathMonth?: Month | undefined;
  /** Retirement group of 3.5, where a source says it: M60, F55 (management, technical and, mostly, flexible workers), F50. */
  readonly category?: 'M60' | 'F55' | 'F50' | undefined;
  /** What registers say of the person that cannot all be true. */
  readonly identityConflicts: readonly IdentityConflict[];
}

/** R14: one number with two persons, or a person with two numbers, in a register. */
export interface IdentityConflict {
  readonly kind: 'TWO_PERSONS_ONE_NUMBER' | 'TWO_NUMBERS_ONE_PERSON' | 'BIRTH_DATES_DIFFER' | 'SEXES_DIFFER' | 'NUMBER_INVALID';
  readonly jurisdiction?: Province | undefined;
}

export type AccountKind = 'ORDINARY' | 'TEMPORARY';

/** 参保关系. */
export interface Relation {
  readonly scheme: Scheme;
  readonly jurisdiction: Province;
  readonly accountKind: AccountKind;
  readonly state?: 'PAYING' | 'PAUSED' | 'ENDED' | undefined;
  readonly insuredAs?: 'EMPLOYEE' | 'FLEXIBLE' | 'RESIDENT' | 'RETIREE' | undefined;
  readonly firstMonth?: Month | undefined;
  readonly lastMonth?: Month | undefined;
  readonly monthsActual?: number | undefined;
  readonly monthsDeemed?: number | undefined;
}

/**
 * One booking of a contribution (缴费明细). A correction is a booking of its own with negative amounts: sum by scheme, place and month
 * before a month counts, as `paidMonths` does.
 */
export interface Booking {
  readonly scheme: Scheme;
  readonly month: Month;
  readonly jurisdiction: Province;
  /** 统筹区, six digits, where it is known. */
  readonly area?: string | undefined;
  readonly base?: Fen | undefined;
  readonly personal?: Fen | undefined;
  readonly employer?: Fen | undefined;
  /** 划入个人账户. */
  readonly credited?: Fen | undefined;
  /** 到账日期. */
  readonly paidOn?: CivilDate | undefined;
  readonly unit?: string | undefined;
  /** False for a month that is deemed to be paid (视同缴费): it counts and carries no money. */
  readonly actual: boolean;
  /** Of the relation it was booked to; undefined stands for ordinary. */
  readonly accountKind?: AccountKind | undefined;
}

/** 个人账户 of one scheme in one place. */
export interface Account {
  readonly scheme: Scheme;
  readonly jurisdiction: Province;
  readonly accountKind: AccountKind;
  readonly balance?: Fen | undefined;
  readonly years: readonly AccountYear[];
}

export interface AccountYear {
  readonly year: number;
  readonly months?: number | undefined;
  readonly credited?: Fen | undefined;
  readonly interest?: Fen | undefined;
  /** At the end of the year; undefined for the running one. */
  readonly balance?: Fen | undefined;
}

/** 待遇: a pension, unemployment benefit or other benefit. */
export interface Benefit {
  readonly scheme: Scheme;
  readonly jurisdiction: Province;
  readonly state: 'PAYING' | 'SUSPENDED' | 'ENDED';
  readonly from: Month;
  readonly to?: Month | undefined;
  readonly monthlyAmount?: Fen | undefined;
}

/** 用工登记. */
export interface Employment {
  readonly jurisdiction?: Province | undefined;
  readonly unit?: string | undefined;
  readonly kind?: 'FULL_TIME' | 'PART_TIME' | 'DISPATCHED' | 'FLEXIBLE' | undefined;
  readonly from: Month;
  readonly to?: Month | undefined;
}

/** Work as a courier or on a platform, as the postal administration and market regulation hold it. */
export interface Engagement {
  readonly trade: 'EXPRESS' | 'RIDE_HAILING' | 'INSTANT_DELIVERY' | 'CITY_FREIGHT';
  readonly unit?: string | undefined;
  readonly platform?: string | undefined;
  /** Where the work is done. */
  readonly jurisdiction?: Province | undefined;
  readonly from: Month;
  readonly to?: Month | undefined;
  /** Months with activity, where the source says them: then only they count. */
  readonly activeMonths?: readonly Month[] | undefined;
}

/** 新就业形态人员职业伤害保障 of one platform and month. */
export interface InjuryCoverMonth {
  readonly month: Month;
  readonly unit?: string | undefined;
  readonly jurisdiction?: Province | undefined;
}

/** 基本医疗保险参保. */
export interface MedicalCover {
  readonly scheme: '310' | '390';
  readonly poolingArea: string;
  readonly state: 'NORMAL' | 'PAUSED' | 'ENDED' | 'NOT_INSURED';
  readonly from: Month;
  readonly to?: Month | undefined;
  /** Months for which money came in, with the day it came; undefined where the source says nothing of payments. */
  readonly payments?: readonly { readonly month: Month; readonly paidOn?: CivilDate | undefined }[] | undefined;
  /** Months in which care was paid for. */
  readonly claims?: readonly Month[] | undefined;
}

/** 关系转移接续. */
export interface TransferEntry {
  readonly scheme: Scheme;
  readonly from: Province;
  readonly to: Province;
  readonly month?: Month | undefined;
  readonly state?: string | undefined;
}

/** A unit that the record names. */
export interface UnitFacts {
  readonly unit: string;
  /** 登记状态 by the national list: 1 存续, 2–3 吊销, 4 注销, 5 撤销, 6 迁出, 9 其他. */
  readonly state?: '1' | '2' | '3' | '4' | '5' | '6' | '9' | undefined;
  /** Since when the state holds. */
  readonly stateSince?: Month | undefined;
  readonly established?: Month | undefined;
  readonly express?: ExpressFacts | undefined;
  /** Persons insured by it, and those of them who joined in the last twelve months within five years of their retirement (R09). */
  readonly insured?: number | undefined;
  readonly insuredShortlyBeforeRetirement?: number | undefined;
}

/** What the postal administration holds of an express company. */
export interface ExpressFacts {
  /** Last month of the licence; null where it never had one, undefined where nobody says. */
  readonly licensedUntil?: Month | null | undefined;
  readonly licenceEnded?: boolean | undefined;
  /** Outlets in use that nobody filed. */
  readonly unfiledOutlets?: number | undefined;
}

/** A source that did not answer. */
export interface MissingSource {
  readonly agency: string;
  /** Province whose register it is; undefined for a national source. */
  readonly jurisdiction?: Province | undefined;
  /** Parts of the record that are incomplete without it. */
  readonly parts: readonly RecordPart[];
}

export type RecordPart = Exclude<keyof LifeRecord, 'asOf' | 'missing'>;

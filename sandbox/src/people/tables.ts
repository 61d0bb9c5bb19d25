/**
 * The tables a jurisdiction's core system keeps, named and coded as real ones are (LB 101-2000 family; S... columns are local items).
 * Every value is text as the register stores it, clean or dirty; '' stands for NULL. Dialects only spell these rows.
 */
export type Row<Column extends string> = Readonly<Record<Column, string>>;

/** AC01 persons. AAC060 1 alive, 2 dead; AAE138 date of death. */
export type Ac01 = Row<'AAC001' | 'AAC002' | 'AAC003' | 'AAC004' | 'AAC006' | 'AAC060' | 'AAE138'>;
/** AC02 relations. AAC031 1 paying 2 paused 3 ended; AAE473 1 ordinary 2 temporary; AAC066 1 employee 2 flexible 3 resident 4 retiree; AAC049, AAE042 yyyyMM. */
export type Ac02 = Row<
  'AAC001' | 'AAC002' | 'AAE140' | 'AAC031' | 'AAE473' | 'AAC066' | 'AAC049' | 'AAE042' | 'AAE201' | 'AAE200' | 'AAA027' | 'AAB301'
>;
/** AC43 contributions. AAE003 yyyyMM, AAE180 base, AAE020 employer, AAE022 personal, AAE381 credited, AAB191 date arrived yyyyMMdd, SAB010 credit code of the unit, AAE044 its name. */
export type Ac43 = Row<
  'AAC001' | 'AAC002' | 'AAE140' | 'AAE003' | 'AAE180' | 'AAE020' | 'AAE022' | 'AAE381' | 'AAB191' | 'AAB001' | 'SAB010' | 'AAE044'
>;
/** SC51 yearly account rows. AAE001 year, AAE202 months, AAE381 credited, AAE269 interest, AAE382 year-end balance ('' in the running year). */
export type Sc51 = Row<'AAC001' | 'AAC002' | 'AAE140' | 'AAE001' | 'AAE202' | 'AAE381' | 'AAE269' | 'AAE382'>;
/** SC61 benefits. AAE116 1 paying 2 suspended 3 ended, AAE041 / AAE042 yyyyMM, AAE129 monthly amount. */
export type Sc61 = Row<'AAC001' | 'AAC002' | 'AAE140' | 'AAE116' | 'AAE041' | 'AAE042' | 'AAE129'>;
/** SC70 registered employments. AAE030 / AAE031 yyyyMMdd, AAC013 1 full time 2 part time 3 dispatched 4 flexible. */
export type Sc70 = Row<'AAC002' | 'SAB010' | 'AAE044' | 'AAE030' | 'AAE031' | 'AAC013'>;
/** AB01 units. AAB051 1 paying 2 paused 3 ended, AAE003 last declared month yyyyMM, SAB120 insured headcount, SAB121 of these joined shortly before retirement, SAB130 arrears. */
export type Ab01 = Row<'AAB001' | 'SAB010' | 'AAB004' | 'AAB051' | 'AAE003' | 'SAB120' | 'SAB121' | 'SAB130'>;

/** The register of one jurisdiction. */
export interface Register {
  readonly jurisdiction: string;
  readonly AC01: readonly Ac01[];
  readonly AC02: readonly Ac02[];
  readonly AC43: readonly Ac43[];
  readonly SC51: readonly Sc51[];
  readonly SC61: readonly Sc61[];
  readonly SC70: readonly Sc70[];
  readonly AB01: readonly Ab01[];
}
export type TableName = Exclude<keyof Register, 'jurisdiction'>;

/**
 * Ministry tables. RELATION_INDEX: which jurisdictions hold a relation, by scheme, or a registered employment (AAE140 000). PERSON: 持卡人员基础信息 (AAC003 name, AAC004 sex, AAC006 birth,
 * AAC301 hukou division, AAC060 alive, AAE138 date of death). CARD: AAZ500 number, SAA010 issuer, AAZ503 issued on yyyyMMdd,
 * AAZ502 state 1 active 2 lost 3 cancelled, SAA020 electronic 1/0. INJURY_COVER: 职业伤害 months (SAB010 platform unit, SAB011 platform
 * name, AAE003 yyyyMM, SAE010 days, SAE020 orders, SAE030 paid, AAA027 jurisdiction).
 */
export interface MinistryRegister {
  readonly RELATION_INDEX: readonly Row<'AAC002' | 'AAE140' | 'AAB299'>[];
  readonly PERSON: readonly Row<'AAC002' | 'AAC003' | 'AAC004' | 'AAC006' | 'AAC301' | 'AAC060' | 'AAE138'>[];
  readonly CARD: readonly Row<'AAC002' | 'AAZ500' | 'SAA010' | 'AAZ503' | 'AAZ502' | 'SAA020'>[];
  readonly INJURY_COVER: readonly Row<'AAC002' | 'SAB010' | 'SAB011' | 'AAE003' | 'SAE010' | 'SAE020' | 'SAE030' | 'AAA027'>[];
}

/** One planted fault in the data, so that tests know what must be found. */
export interface DirtEntry {
  /** What kind of dirt, e.g. MONTH_13, FIFTEEN_DIGITS, THOUSANDS_COMMA. See docs/personas.md for all. */
  readonly kind: string;
  /** Legacy system id, e.g. hrss-soap-510000. */
  readonly system: string;
  readonly jurisdiction?: string;
  /** Persona key, where a named persona carries it; otherwise the index of the life in the world. */
  readonly persona?: string;
  readonly lifeIndex?: number;
  readonly table: string;
  readonly field: string;
  /**
   * The row, to find it again, as the register stores it: AC01 person number; AC02 person number/scheme; AC43 scheme/month; SC70 credit
   * code/from; AB01 credit code; CARD card number; PERSON has one row per person.
   */
  readonly rowKey?: string;
  /** The text that stands in the field. */
  readonly stored?: string;
  /** The text a clean register would hold; '' where it would hold nothing. */
  readonly clean?: string;
  /** What the graph must show: the field null with a finding of this rule, the value repaired, or rows merged. */
  readonly expect:
    { readonly outcome: 'NULL_WITH_FINDING'; readonly rule: string } | { readonly outcome: 'NORMALISED' } | { readonly outcome: 'KEPT' };
}

/** What the stand-ins serve, with the list of planted dirt. */
export interface Registers {
  readonly jurisdictions: ReadonlyMap<string, Register>;
  readonly ministry: MinistryRegister;
  readonly manifest: readonly DirtEntry[];
}

import { Compile, type Validator } from 'typebox/compile';
import { dateFrom, monthOfDate, type CivilDate } from '../calendar/civil-date.js';
import { divisionFrom, pensionProvinceFrom, provinceFrom, type Province } from '../divisions/division.js';
import { fenFromYuan, type Fen } from '../money.js';
import { eachMonth, laterMonth, monthFrom, rangeFrom, type Month } from '../month.js';
import { RuleRefusal } from '../refusal.js';
import { LifeRecordInput, type LifeRecordJson } from './input.js';
import type {
  AccountKind,
  Booking,
  CivilFacts,
  IdentityConflict,
  LifeRecord,
  MedicalCover,
  RecordPart,
  Relation,
  Scheme,
  UnitFacts,
} from './record.js';
import { schemeFrom, schemeInForce } from './schemes.js';
import { wordFrom } from './words.js';

type Written = string | number;
type BookingJson = NonNullable<LifeRecordJson['segments']>[number];
type PersonJson = NonNullable<LifeRecordJson['person']>;

/** Told of a row that is left out because it cannot be read. */
export type Unreadable = (refused: RuleRefusal) => void;

/**
 * Reads a record from its JSON: segments become months. Where nothing says in which month it is looked at, that is the latest month
 * named anywhere in it.
 * @param unreadable for records out of registers: a row that cannot be read is left out and told of, and nothing is refused because of it
 * @throws RuleRefusal naming the field that cannot be read: a month 13, money with three decimals, an unknown place or scheme, a scheme
 *   that did not exist in that month
 */
export function lifeRecordFrom(json: LifeRecordJson, unreadable?: Unreadable): LifeRecord {
  const rows = rowsTold(unreadable);
  const readBookings = (list: readonly BookingJson[] | undefined, field: string): Booking[] => rows(list, field, bookingsFrom).flat();
  const person = personFrom({ ...json, ...json.person }, json.person ? 'person' : '');
  const rest = {
    person,
    relations: rows(json.relations, 'relations', relationFrom),
    bookings: [
      ...readBookings(json.segments, 'segments'),
      ...readBookings(json.months, 'months'),
      ...readBookings(json.contributions, 'contributions'),
    ],
    accounts: rows(json.accounts, 'accounts', (one, field) => ({
      scheme: schemeFrom(one.scheme, `${field}.scheme`),
      jurisdiction: placeOf(one, field),
      accountKind: accountKindFrom(one.accountKind, `${field}.accountKind`) ?? 'ORDINARY',
      balance: money(one.balance, `${field}.balance`),
      years: read(one.years, `${field}.years`, (year, at) => ({
        year: year.year,
        months: year.months,
        credited: money(year.credited, `${at}.credited`),
        interest: money(year.interest, `${at}.interest`),
        balance: money(year.balance, `${at}.balance`),
      })),
    })),
    benefits: rows(json.benefits, 'benefits', (one, field) => ({
      scheme: schemeFrom(one.scheme, `${field}.scheme`),
      jurisdiction: placeOf(one, field),
      state: wordFrom(one.state ?? (one.to === undefined ? 'PAYING' : 'ENDED'), `${field}.state`, ['PAYING', 'SUSPENDED', 'ENDED']),
      ...spell(one, field),
      monthlyAmount: money(one.monthlyAmount, `${field}.monthlyAmount`),
    })),
    employments: rows(json.employments, 'employments', (one, field) => ({
      jurisdiction: optionalPlace(one, field),
      unit: one.unit,
      kind: one.kind === undefined ? undefined : wordFrom(one.kind, `${field}.kind`, ['FULL_TIME', 'PART_TIME', 'DISPATCHED', 'FLEXIBLE']),
      ...spell(one, field),
    })),
    engagements: rows(json.engagements, 'engagements', (one, field) => ({
      trade: wordFrom(one.trade ?? 'INSTANT_DELIVERY', `${field}.trade`, ['EXPRESS', 'RIDE_HAILING', 'INSTANT_DELIVERY', 'CITY_FREIGHT']),
      jurisdiction: optionalPlace(one, field),
      unit: one.unit,
      platform: one.platform,
      ...spell(one, field, one.activeMonths?.[0]),
      activeMonths: one.activeMonths?.map((month, i) => monthFrom(month, `${field}.activeMonths[${i}]`)),
    })),
    injuryCover: rows(json.injuryCover, 'injuryCover', (one, field) =>
      monthsOf(one, field).map((month) => ({ month, unit: one.unit, jurisdiction: optionalPlace(one, field) })),
    ).flat(),
    medicalCovers: rows(json.medicalCovers, 'medicalCovers', coverFrom),
    transfers: rows(json.transfers, 'transfers', (one, field) => ({
      scheme: schemeFrom(one.scheme, `${field}.scheme`),
      from: provinceFrom(one.from, `${field}.from`),
      to: provinceFrom(one.to, `${field}.to`),
      month: one.month === undefined ? undefined : monthFrom(one.month, `${field}.month`),
      state: one.state,
    })),
    units: rows(json.units, 'units', unitFrom),
    missing: rows(json.missing, 'missing', (one, field) => ({
      agency: one.agency,
      jurisdiction: one.jurisdiction === undefined ? undefined : provinceFrom(one.jurisdiction, `${field}.jurisdiction`),
      parts: one.parts?.map((part, i) => wordFrom(part, `${field}.parts[${i}]`, RECORD_PARTS)) ?? RECORD_PARTS,
    })),
  };
  return { asOf: json.asOf === undefined ? latestIn(rest) : monthAt(json.asOf, 'asOf'), ...rest };
}

/**
 * As lifeRecordFrom, for JSON that nobody has held against `LifeRecordInput` yet.
 * @throws RuleRefusal INPUT_INVALID as well, when it does not fit
 */
export function lifeRecordFromJson(json: unknown, unreadable?: Unreadable): LifeRecord {
  if (!isLifeRecordJson(json)) throw new RuleRefusal('INPUT_INVALID', '');
  return lifeRecordFrom(json, unreadable);
}

/** Made by the first who asks. */
let validator: Pick<Validator, 'Check'> | undefined;

function isLifeRecordJson(json: unknown): json is LifeRecordJson {
  validator ??= Compile(LifeRecordInput);
  return validator.Check(json);
}

const RECORD_PARTS: readonly RecordPart[] = [
  'person',
  'relations',
  'bookings',
  'accounts',
  'benefits',
  'employments',
  'engagements',
  'injuryCover',
  'medicalCovers',
  'transfers',
  'units',
];

/** Bounds a record that is given without its month. */
function latestIn(record: Omit<LifeRecord, 'asOf'>): Month {
  let latest: Month | undefined;
  const see = (month: Month | undefined): void => {
    if (month !== undefined) latest = latest === undefined ? month : laterMonth(latest, month);
  };
  for (const { month } of record.bookings) see(month);
  for (const { from, to } of [...record.benefits, ...record.employments, ...record.engagements, ...record.medicalCovers]) {
    see(from);
    see(to);
  }
  for (const { activeMonths = [] } of record.engagements) activeMonths.forEach(see);
  for (const { payments = [], claims = [] } of record.medicalCovers) {
    for (const { month } of payments) see(month);
    claims.forEach(see);
  }
  for (const { month } of record.injuryCover) see(month);
  for (const { lastMonth } of record.relations) see(lastMonth);
  see(record.person.deathMonth);
  if (latest === undefined) throw new RuleRefusal('RECORD_EMPTY', '');
  return latest;
}

function read<T, R>(list: readonly T[] | undefined, field: string, one: (item: T, field: string) => R): R[] {
  return (list ?? []).map((item, i) => one(item, `${field}[${i}]`));
}

type ReadRows = <T, R>(list: readonly T[] | undefined, field: string, one: (item: T, field: string) => R) => R[];

function rowsTold(unreadable: Unreadable | undefined): ReadRows {
  if (!unreadable) return read;
  return (list, field, one) =>
    (list ?? []).flatMap((item, i) => {
      try {
        return [one(item, `${field}[${i}]`)];
      } catch (error) {
        if (!(error instanceof RuleRefusal)) throw error;
        unreadable(error);
        return [];
      }
    });
}

function bookingsFrom(json: BookingJson, field: string): Booking[] {
  if (json.unpaid === true) return [];
  const scheme = schemeFrom(json.scheme, `${field}.scheme`);
  const type = wordFrom(json.type ?? 'ACTUAL', `${field}.type`, ['ACTUAL', 'DEEMED', 'TEMPORARY', 'ORDINARY', 'UNPAID']);
  if (type === 'UNPAID') return [];
  const jurisdiction = placeOf(json, field);
  const booking = {
    area: json.area === undefined ? undefined : divisionFrom(json.area, `${field}.area`),
    // A correction takes back its base with its money.
    base: money(json.base, `${field}.base`, /^-/.test(`${json.personal ?? ''}`) || /^-/.test(`${json.employer ?? ''}`)),
    personal: money(json.personal, `${field}.personal`, true),
    employer: money(json.employer, `${field}.employer`, true),
    credited: money(json.credited, `${field}.credited`, true),
    paidOn: json.paidOn === undefined ? undefined : dateFrom(json.paidOn, `${field}.paidOn`),
    unit: json.unit,
    actual: type !== 'DEEMED',
    accountKind: type === 'TEMPORARY' ? ('TEMPORARY' as const) : accountKindFrom(json.accountKind, `${field}.accountKind`),
  };
  return monthsOf(json, field).map((month) => {
    if (booking.actual && !schemeInForce(scheme, month)) throw new RuleRefusal('SCHEME_NOT_YET', `${field}.scheme`);
    // Written out: hundreds of objects of one shape are read much faster than copies by spreading.
    const { area, base, personal, employer, credited, paidOn, unit, actual, accountKind } = booking;
    return { scheme, month, jurisdiction, area, base, personal, employer, credited, paidOn, unit, actual, accountKind };
  });
}

function personFrom(json: PersonJson, at: string): CivilFacts {
  const field = (name: string): string => (at === '' ? name : `${at}.${name}`);
  const hukou = json.hukouProvince ?? json.hukou;
  return {
    sex: json.sex === undefined ? undefined : sexFrom(json.sex, field('sex')),
    birthMonth: eitherMonth(json.birthMonth, json.birthDate, field('birthMonth'), field('birthDate')),
    hukouProvince: hukou === undefined ? undefined : provinceFrom(hukou, field('hukouProvince')),
    deathMonth: eitherMonth(json.deathMonth, json.diedOn, field('deathMonth'), field('diedOn')),
    category: json.category === undefined ? undefined : wordFrom(json.category, field('category'), ['M60', 'F55', 'F50']),
    identityConflicts: read(json.identityConflicts, field('identityConflicts'), (one, name): IdentityConflict => {
      const { kind, jurisdiction } = typeof one === 'string' ? { kind: one, jurisdiction: undefined } : one;
      return {
        kind: wordFrom(kind, `${name}.kind`, IDENTITY_CONFLICTS),
        jurisdiction: jurisdiction === undefined ? undefined : provinceFrom(jurisdiction, `${name}.jurisdiction`),
      };
    }),
  };
}

const IDENTITY_CONFLICTS = [
  'TWO_PERSONS_ONE_NUMBER',
  'TWO_NUMBERS_ONE_PERSON',
  'BIRTH_DATES_DIFFER',
  'SEXES_DIFFER',
  'NUMBER_INVALID',
] as const;

function sexFrom(value: Written, field: string): 'M' | 'F' {
  const word = wordFrom(value, field, ['M', 'F', 'MALE', 'FEMALE', '1', '2', '男', '女']);
  return word === 'M' || word === 'MALE' || word === '1' || word === '男' ? 'M' : 'F';
}

function relationFrom(json: NonNullable<LifeRecordJson['relations']>[number], field: string): Relation {
  const month = (value: Written | undefined, name: string): Month | undefined =>
    value === undefined ? undefined : monthFrom(value, `${field}.${name}`);
  return {
    scheme: schemeFrom(json.scheme, `${field}.scheme`),
    jurisdiction: placeOf(json, field),
    accountKind: accountKindFrom(json.accountKind, `${field}.accountKind`) ?? 'ORDINARY',
    state: json.state === undefined ? undefined : wordFrom(json.state, `${field}.state`, ['PAYING', 'PAUSED', 'ENDED']),
    insuredAs:
      json.insuredAs === undefined
        ? undefined
        : wordFrom(json.insuredAs, `${field}.insuredAs`, ['EMPLOYEE', 'FLEXIBLE', 'RESIDENT', 'RETIREE']),
    firstMonth: month(json.firstMonth, 'firstMonth'),
    lastMonth: month(json.lastMonth, 'lastMonth'),
    monthsActual: json.monthsActual,
    monthsDeemed: json.monthsDeemed,
  };
}

function coverFrom(json: NonNullable<LifeRecordJson['medicalCovers']>[number], field: string): MedicalCover {
  const scheme: Scheme = schemeFrom(json.scheme ?? '310', `${field}.scheme`);
  if (scheme !== '310' && scheme !== '390') throw new RuleRefusal('SCHEME_UNKNOWN', `${field}.scheme`);
  return {
    scheme,
    poolingArea: divisionFrom(json.poolingArea, `${field}.poolingArea`),
    state: wordFrom(json.state ?? (json.to === undefined ? 'NORMAL' : 'ENDED'), `${field}.state`, [
      'NORMAL',
      'PAUSED',
      'ENDED',
      'NOT_INSURED',
    ]),
    ...spell(json, field, json.payments?.[0]?.month ?? json.payments?.[0]?.from),
    payments: json.payments && read(json.payments, `${field}.payments`, paymentsFrom).flat(),
    claims: json.claims?.map((month, i) => monthFrom(month, `${field}.claims[${i}]`)),
  };
}

function paymentsFrom(
  json: { readonly from?: Written; readonly to?: Written; readonly month?: Written; readonly paidOn?: Written },
  field: string,
): { readonly month: Month; readonly paidOn: CivilDate | undefined }[] {
  const paidOn = json.paidOn === undefined ? undefined : dateFrom(json.paidOn, `${field}.paidOn`);
  return monthsOf(json, field).map((month) => ({ month, paidOn }));
}

function unitFrom(json: NonNullable<LifeRecordJson['units']>[number], field: string): UnitFacts {
  const at = (value: Written | undefined, name: string): Month | undefined =>
    value === undefined ? undefined : monthAt(value, `${field}.${name}`);
  const { express } = json;
  return {
    unit: json.unit,
    state: json.state === undefined ? undefined : wordFrom(json.state, `${field}.state`, ['1', '2', '3', '4', '5', '6', '9']),
    stateSince: at(json.stateSince, 'stateSince'),
    established: at(json.established, 'established'),
    express: express && {
      licensedUntil: express.licensed === false ? null : at(express.licensedUntil, 'express.licensedUntil'),
      licenceEnded: express.licenceEnded,
      unfiledOutlets: express.unfiledOutlets,
    },
    insured: json.insured,
    insuredShortlyBeforeRetirement: json.insuredShortlyBeforeRetirement,
  };
}

interface PlaceJson {
  readonly province?: Written;
  readonly jurisdiction?: Written;
  readonly area?: Written;
}

function optionalPlace(json: PlaceJson, field: string): Province | undefined {
  for (const name of ['jurisdiction', 'province', 'area'] as const) {
    const value = json[name];
    if (value !== undefined) return pensionProvinceFrom(value, `${field}.${name}`);
  }
  return undefined;
}

function placeOf(json: PlaceJson, field: string): Province {
  const place = optionalPlace(json, field);
  if (place === undefined) throw new RuleRefusal('INPUT_INVALID', `${field}.province`);
  return place;
}

function monthsOf(json: { readonly from?: Written; readonly to?: Written; readonly month?: Written }, field: string): readonly Month[] {
  if (json.month !== undefined) return [monthFrom(json.month, `${field}.month`)];
  if (json.from === undefined) throw new RuleRefusal('INPUT_INVALID', `${field}.from`);
  return [...eachMonth(rangeFrom(json.from, json.to ?? json.from, field))];
}

function spell(
  json: { readonly from?: Written; readonly to?: Written },
  field: string,
  otherwise?: Written,
): { readonly from: Month; readonly to: Month | undefined } {
  const begin = json.from ?? otherwise;
  if (begin === undefined) throw new RuleRefusal('INPUT_INVALID', `${field}.from`);
  const from = monthAt(begin, `${field}.from`);
  const to = json.to === undefined ? undefined : monthAt(json.to, `${field}.to`);
  if (to !== undefined && to < from) throw new RuleRefusal('RANGE_REVERSED', `${field}.to`);
  return { from, to };
}

/** A month, or the month of a day. */
function monthAt(value: Written, field: string): Month {
  const digits = String(value).replace(/\D/g, '').length;
  return digits === 8 ? monthOfDate(dateFrom(value, field)) : monthFrom(value, field);
}

function eitherMonth(month: Written | undefined, date: Written | undefined, monthField: string, dateField: string): Month | undefined {
  if (month !== undefined) return monthAt(month, monthField);
  return date === undefined ? undefined : monthOfDate(dateFrom(date, dateField));
}

function money(value: Written | undefined, field: string, negative = false): Fen | undefined {
  return value === undefined ? undefined : fenFromYuan(value, field, { negative });
}

function accountKindFrom(value: string | undefined, field: string): AccountKind | undefined {
  return value === undefined ? undefined : wordFrom(value, field, ['ORDINARY', 'TEMPORARY']);
}

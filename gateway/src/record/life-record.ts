import { lifeRecordFromJson, type LifeRecord } from '@yichuang/rules';
import { isRecord } from '../agencies/reply.js';
import type { Gathered } from './gather.js';
import { expressFacts, REGISTERED_STATES } from './unit-facts.js';

type Row = Readonly<Record<string, unknown>>;

/**
 * The lifetime record that rules read, out of what was gathered. Rows that no rule can read are left out and counted.
 * @param asOf month in which it is looked at, YYYY-MM
 */
export function lifeRecordOf({ pieces, missing }: Gathered, asOf: string): { readonly record: LifeRecord; readonly unreadable: number } {
  let unreadable = 0;
  const rows = (...paths: readonly string[]): readonly Row[] =>
    paths.flatMap((path) => {
      const value = pieces.get(path);
      return Array.isArray(value) ? value.filter(isRecord) : [];
    });
  const relations = rows('pension.relations', 'unemployment.relations', 'occupationalInjury.relations');
  const bookings = rows('pension.contributions', 'unemployment.contributions', 'occupationalInjury.contributions');
  const couriers = rows('courierWork');
  const account = pieces.get('pension.account');
  const identity = pieces.get('identity');
  const record = lifeRecordFromJson(
    {
      asOf,
      person: personJson(isRecord(identity) ? identity : {}, relations),
      relations: relations.map((row) =>
        pick(row, [
          'scheme',
          'jurisdiction',
          'accountKind',
          'state',
          'insuredAs',
          'firstMonth',
          'lastMonth',
          'monthsActual',
          'monthsDeemed',
        ]),
      ),
      months: bookings.map((row) => ({
        ...pick(row, ['scheme', 'jurisdiction', 'month', 'base', 'personal', 'employer', 'credited', 'paidOn']),
        ...accountKindOf(row, relations),
        ...unitOf(row, 'enterprise'),
      })),
      accounts:
        isRecord(account) && Array.isArray(account['parts'])
          ? account['parts'].filter(isRecord).map((row) => ({
              ...pick(row, ['scheme', 'jurisdiction', 'balance']),
              ...accountKindOf(row, relations),
              years: (Array.isArray(row['years']) ? row['years'] : [])
                .filter(isRecord)
                .filter((year) => typeof year['year'] === 'number')
                .map((year) => ({ ...pick(year, ['months', 'credited', 'interest', 'balance']), year: Number(year['year']) })),
            }))
          : [],
      benefits: rows('pension.benefits', 'unemployment.benefits').map((row) =>
        pick(row, ['scheme', 'jurisdiction', 'state', 'from', 'to', 'monthlyAmount']),
      ),
      employments: rows('employments').map((row) => ({
        ...pick(row, ['jurisdiction', 'from', 'to', 'kind']),
        ...unitOf(row, 'enterprise'),
      })),
      engagements: [
        ...couriers.map((row) => ({ ...pick(row, ['from', 'to']), ...outletPlace(row), ...unitOf(row, 'enterprise'), trade: 'EXPRESS' })),
        ...rows('platformWork').map((row) => ({
          ...pick(row, ['from', 'to', 'trade']),
          ...named('area', row['division']),
          ...named('platform', row['platformName']),
          ...unitOf(row, 'enterprise'),
          ...activeMonths(row),
        })),
      ],
      injuryCover: rows('occupationalInjury.platformCover').map((row) => ({
        ...pick(row, ['jurisdiction', 'month']),
        ...unitOf(row, 'platform'),
      })),
      medicalCovers: rows('medical.enrolments')
        .filter(({ scheme, poolingArea }) => typeof poolingArea === 'string' && (scheme === 'EMPLOYEE' || scheme === 'RESIDENT'))
        .map((row) => ({
          ...pick(row, ['from', 'to', 'state', 'poolingArea']),
          scheme: row['scheme'] === 'EMPLOYEE' ? '310' : '390',
          ...paymentsOf(row, rows('medical.payments')),
        })),
      units: unitsOf([...bookings, ...rows('employments'), ...couriers], couriers),
      missing: missing
        .filter(({ parts }) => parts.length > 0)
        .map(({ agency, jurisdiction, parts }) => ({ agency, parts: [...parts], ...(jurisdiction === undefined ? {} : { jurisdiction }) })),
    },
    () => {
      unreadable++;
    },
  );
  return { record, unreadable };
}

function personJson(identity: Row, relations: readonly Row[]): Row {
  return {
    ...pick(identity, ['sex', 'birthDate', 'diedOn']),
    ...named('hukou', identity['hukou']),
    identityConflicts: conflictsOf(relations),
  };
}

/** Of each register: two persons under one number where it says so itself, else two numbers of one person. */
function conflictsOf(relations: readonly Row[]): { readonly kind: string; readonly jurisdiction: string }[] {
  const numbers = new Map<string, Set<string>>();
  const conflicts = new Map<string, string>();
  for (const { jurisdiction, personNumber, provenance } of relations) {
    if (typeof jurisdiction !== 'string') continue;
    const quality = isRecord(provenance) && Array.isArray(provenance['quality']) ? provenance['quality'] : [];
    if (quality.some((one: unknown) => isRecord(one) && one['rule'] === 'IDENTITY_CONFLICT'))
      conflicts.set(jurisdiction, 'TWO_PERSONS_ONE_NUMBER');
    if (typeof personNumber !== 'string') continue;
    numbers.set(jurisdiction, (numbers.get(jurisdiction) ?? new Set()).add(personNumber));
  }
  for (const [jurisdiction, known] of numbers)
    if (known.size > 1 && !conflicts.has(jurisdiction)) conflicts.set(jurisdiction, 'TWO_NUMBERS_ONE_PERSON');
  return [...conflicts].map(([jurisdiction, kind]) => ({ kind, jurisdiction }));
}

/** Whether the account a booking went to is temporary: only where all relations of the scheme in that place are. */
function accountKindOf(row: Row, relations: readonly Row[]): { readonly accountKind?: string } {
  const own = relations.filter(({ scheme, jurisdiction }) => scheme === row['scheme'] && jurisdiction === row['jurisdiction']);
  return own.length > 0 && own.every(({ accountKind }) => accountKind === 'TEMPORARY') ? { accountKind: 'TEMPORARY' } : {};
}

/** What is published of the units that rows name, each once. */
function unitsOf(rows: readonly Row[], couriers: readonly Row[]): readonly Row[] {
  const express = new Set(couriers.flatMap((row) => unitOf(row, 'enterprise').unit ?? []));
  const units = new Map<string, Row>();
  for (const row of rows) {
    const enterprise = row['enterprise'];
    const { unit } = unitOf(row, 'enterprise');
    if (unit === undefined || units.has(unit) || !isRecord(enterprise)) continue;
    const state = REGISTERED_STATES[String(enterprise['state'])];
    units.set(unit, {
      unit,
      ...(state === undefined ? {} : { state }),
      ...pick(enterprise, ['established']),
      ...expressFacts(enterprise, express.has(unit)),
    });
  }
  return [...units.values()];
}

/** What came in for a cover, each month with its day: only where the payments are known. */
function paymentsOf({ scheme, poolingArea, from, to }: Row, payments: readonly Row[]): { readonly payments?: Row[] } {
  const own = payments.filter(
    (one) =>
      one['scheme'] === scheme &&
      one['poolingArea'] === poolingArea &&
      typeof one['month'] === 'string' &&
      (typeof from !== 'string' || one['month'] >= from.slice(0, 7)) &&
      (typeof to !== 'string' || one['month'] <= to.slice(0, 7)),
  );
  return own.length === 0 ? {} : { payments: own.map((one) => pick(one, ['month', 'paidOn'])) };
}

function outletPlace(row: Row): { readonly area?: string } {
  const { outlet } = row;
  return isRecord(outlet) ? named('area', outlet['division']) : {};
}

function activeMonths(row: Row): { readonly activeMonths?: string[] } {
  const { months } = row;
  if (!Array.isArray(months)) return {};
  return { activeMonths: months.filter(isRecord).flatMap(({ month }) => (typeof month === 'string' ? [month] : [])) };
}

function unitOf(row: Row, key: string): { readonly unit?: string } {
  const enterprise = row[key];
  return isRecord(enterprise) ? named('unit', enterprise['creditCode']) : {};
}

function named<K extends string>(name: K, value: unknown): Partial<Record<K, string>> {
  const written: Partial<Record<K, string>> = {};
  if (typeof value === 'string') written[name] = value;
  return written;
}

/** Texts and numbers of a row by their names; nulls are left out, except that a scheme nobody can read must not be taken for the usual one. */
function pick(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = row[name] ?? (name === 'scheme' ? 'UNKNOWN' : undefined);
      return typeof value === 'string' || typeof value === 'number' ? [[name, value] as const] : [];
    }),
  );
}

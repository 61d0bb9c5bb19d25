import { parseCitizenNumber } from '@yichuang/schema';
import type { TableName } from '../people/tables.js';
import { textsIn, type QueryService, type RowFault } from './hrss-rest-host.js';
import type { RestProvince } from './hrss-rest-provinces.js';
import { PERSON_TABLES, type PersonRows, type PersonTable, type ProvinceRegister, type RegisterRow } from './hrss-rest-register.js';
import { spellValue, type JsonValue } from './hrss-rest-spelling.js';

type JsonRow = Readonly<Record<string, JsonValue>>;

/** Most keys in one question, all forms of all numbers counted. */
const MOST_KEYS = 500;

/** How a family of services shapes questions and answers. */
interface Family {
  readonly keys: string;
  readonly unitKeys: string;
  readonly items: string;
  readonly itemNames: Readonly<Record<TableName, string>>;
  success(persons: readonly PersonRows[], tables: readonly PersonTable[], province: RestProvince): object;
  units(rows: readonly JsonRow[]): object;
  readonly refusal: (code: string, message: string) => object;
}

const PINYIN_ITEMS = { AC01: 'grxx', AC02: 'cbxx', AC43: 'jfmx', SC51: 'zhxx', SC61: 'dyxx', SC70: 'jyxx', AB01: 'dwxx' } as const;
const CAMEL_ITEMS = {
  AC01: 'persons',
  AC02: 'insurances',
  AC43: 'payments',
  SC51: 'accountYears',
  SC61: 'benefits',
  SC70: 'employments',
  AB01: 'units',
} as const;

const FAMILIES: Readonly<Record<RestProvince['family'], Family>> = {
  pinyin: {
    keys: 'sfzhs',
    unitKeys: 'tyshxydms',
    items: 'cxx',
    itemNames: PINYIN_ITEMS,
    success: (persons, tables, province) => {
      const data = tables.map((table) => [PINYIN_ITEMS[table], flatRows(persons, table, province)] as const);
      return {
        code: '0',
        msg: '成功',
        zs: Object.fromEntries(data.map(([name, rows]) => [name, rows.length])),
        data: Object.fromEntries(data),
      };
    },
    units: (rows) => ({ code: '0', msg: '成功', zs: { dwxx: rows.length }, data: { dwxx: rows } }),
    refusal: (code, msg) => ({ code, msg, data: null }),
  },
  camel: {
    keys: 'idCardNos',
    unitKeys: 'creditCodes',
    items: 'items',
    itemNames: CAMEL_ITEMS,
    success: (persons, tables, province) => {
      const pages = tables.map((table) => {
        const list = flatRows(persons, table, province);
        return [CAMEL_ITEMS[table], { total: list.length, list }] as const;
      });
      return { code: 200, message: '操作成功', data: Object.fromEntries(pages) };
    },
    units: (list) => ({ code: 200, message: '操作成功', data: { units: { total: list.length, list } } }),
    refusal: (code, message) => ({ code, message, data: null }),
  },
  nested: {
    keys: 'ids',
    unitKeys: 'creditCodes',
    items: 'include',
    itemNames: CAMEL_ITEMS,
    success: (persons, tables, province) => ({
      result: { status: 'OK', message: '查询成功' },
      people: persons.map((person) => nestedPerson(person, new Set(tables), province)),
    }),
    units: (units) => ({ result: { status: 'OK', message: '查询成功' }, units }),
    refusal: (status, message) => ({ result: { status, message } }),
  },
};

/** A province's query service over its register. */
export function provinceService(province: RestProvince, register: ProvinceRegister): QueryService {
  const family = FAMILIES[province.family];
  return {
    id: `hrss-rest-${province.code}`,
    retryAfter: province.family === 'camel' ? 'DATE' : 'SECONDS',
    refusal: family.refusal,
    paths: {
      [`/${province.code}/person/query`]: (body, fault) => {
        const keys = textsIn(body, family.keys, MOST_KEYS);
        const names = textsIn(body, family.items, PERSON_TABLES.length);
        const tables = names && PERSON_TABLES.filter((table) => names.includes(family.itemNames[table]));
        if (!keys || !names || tables?.length !== names.length) return undefined;
        const persons = fault === 'wrong-person' ? register.otherPersons(keys) : register.persons(keys);
        return family.success(fault === 'duplicate-rows' ? persons.map(doubled) : persons, tables, province);
      },
      [`/${province.code}/unit/query`]: (body, fault) => {
        const keys = textsIn(body, family.unitKeys, MOST_KEYS);
        if (!keys) return undefined;
        if (!province.units) return family.refusal('E404', '暂不支持');
        return family.units(unitRows(keys, register, province, fault));
      },
    },
  };
}

function unitRows(keys: readonly string[], register: ProvinceRegister, province: RestProvince, fault: RowFault | undefined): JsonRow[] {
  const rows = (fault === 'wrong-person' ? register.otherUnits(keys) : register.units(keys)).map((row) => spelled(province, 'AB01', row));
  return fault === 'duplicate-rows' ? rows.flatMap((row) => [row, row]) : rows;
}

const doubled = (person: PersonRows): PersonRows => new Map([...person].map(([table, rows]) => [table, rows.flatMap((row) => [row, row])]));

function flatRows(persons: readonly PersonRows[], table: PersonTable, province: RestProvince): JsonRow[] {
  return persons.flatMap((person) => (person.get(table) ?? []).map((row) => spelled(province, table, row)));
}

function spelled(province: RestProvince, table: TableName, row: RegisterRow, without: ReadonlySet<string> = new Set()): JsonRow {
  const members: [string, JsonValue][] = [];
  for (const [column, name] of Object.entries(province.names[table])) {
    if (without.has(column)) continue;
    const value = spellValue(province.style, column, row[column] ?? '');
    if (value !== undefined) members.push([name, value]);
  }
  return Object.fromEntries(members);
}

/** One person with everything below: payments and years inside the insurance they belong to, whose members they do not repeat. */
function nestedPerson(person: PersonRows, tables: ReadonlySet<PersonTable>, province: RestProvince): object {
  const rowsOf = (table: PersonTable): readonly RegisterRow[] => person.get(table) ?? [];
  const number = [...person.values()].flat().map(({ AAC002 }) => parseCitizenNumber(AAC002 ?? ''))[0] ?? '';
  const level = (table: PersonTable): JsonRow[] =>
    rowsOf(table).map((row) => spelled(province, table, row, sameAs(row, { AAC002: number })));
  const insurances = rowsOf('AC02').map((insurance) => ({ insurance, AC43: [] as JsonRow[], SC51: [] as JsonRow[] }));
  for (const table of ['AC43', 'SC51'] as const) {
    for (const row of rowsOf(table)) {
      const home = insurances.find(({ insurance }) => insurance['AAE140'] === row['AAE140']) ?? insurances[0];
      if (!home) throw new Error(`${province.code}: a row of ${table} belongs to no insurance`);
      home[table].push(spelled(province, table, row, sameAs(row, home.insurance)));
    }
  }
  return {
    [province.names.AC01['AAC002'] ?? '']: number,
    ...(tables.has('AC01') ? { profiles: level('AC01') } : {}),
    ...(tables.has('AC02') || tables.has('AC43') || tables.has('SC51')
      ? {
          insurances: insurances.map(({ insurance, AC43, SC51 }) => ({
            ...spelled(province, 'AC02', insurance, sameAs(insurance, { AAC002: number })),
            ...(tables.has('AC43') ? { payments: AC43 } : {}),
            ...(tables.has('SC51') ? { accountYears: SC51.length === 0 ? null : SC51 } : {}),
          })),
        }
      : {}),
    ...(tables.has('SC61') ? { benefits: level('SC61') } : {}),
    ...(tables.has('SC70') ? { employments: level('SC70') } : {}),
  };
}

/** Of person number, citizen number and scheme, the columns in which a row says the same as what stands above it. */
function sameAs(row: RegisterRow, above: Readonly<Record<string, string>>): ReadonlySet<string> {
  return new Set(['AAC001', 'AAC002', 'AAE140'].filter((column) => above[column] !== undefined && row[column] === above[column]));
}

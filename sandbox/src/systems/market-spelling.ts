import type { Unit } from '../people/model.js';
import type { JsonRow } from './json-service.js';

/** How a province's register spells its records. */
export type SpellingFamily = 'lower' | 'camel' | 'upper';

export interface RegisterSpelling {
  readonly family: SpellingFamily;
  /** National state code → the province's own code or text; several texts stand in one register where clerks typed them. */
  readonly states: Readonly<Record<Unit['state'], readonly string[]>>;
}

const TEXTS: RegisterSpelling['states'] = {
  '1': ['存续（在营、开业、在册）', '存续(在营､开业､在册)', '存续（在营,开业,在册）'],
  '2': ['吊销，未注销', '吊销,未注销'],
  '3': ['吊销，已注销', '吊销,已注销'],
  '4': ['注销'],
  '5': ['撤销'],
  '6': ['迁出'],
  '9': ['其他'],
};
const SHORT: RegisterSpelling['states'] = {
  '1': ['在业', '开业'],
  '2': ['吊销未注销'],
  '3': ['吊销已注销'],
  '4': ['已注销'],
  '5': ['被撤销'],
  '6': ['已迁出'],
  '9': ['其它'],
};
const NUMBERED: RegisterSpelling['states'] = { '1': ['01'], '2': ['02'], '3': ['03'], '4': ['04'], '5': ['05'], '6': ['06'], '9': ['99'] };
const NATIONAL: RegisterSpelling['states'] = { '1': ['1'], '2': ['2'], '3': ['3'], '4': ['4'], '5': ['5'], '6': ['6'], '9': ['9'] };
const LETTERED: RegisterSpelling['states'] = { '1': ['A'], '2': ['C'], '3': ['D'], '4': ['B'], '5': ['E'], '6': ['F'], '9': ['Z'] };

const KINDS: readonly { readonly provinces: readonly string[]; readonly spelling: RegisterSpelling }[] = [
  { provinces: ['11', '12', '31', '32', '33', '35', '37', '50', '51', '61', '62'], spelling: { family: 'lower', states: TEXTS } },
  { provinces: ['13', '14', '21', '34', '36', '41'], spelling: { family: 'camel', states: SHORT } },
  { provinces: ['44', '45', '46', '53'], spelling: { family: 'camel', states: NUMBERED } },
  { provinces: ['22', '23', '42', '43', '52'], spelling: { family: 'upper', states: NATIONAL } },
  { provinces: ['15', '54', '63', '64', '65'], spelling: { family: 'upper', states: LETTERED } },
];

/** Six-digit code of the province that registered a unit; the 兵团 has its businesses registered by 新疆. */
export const registeringProvince = (unit: Pick<Unit, 'division'>): string =>
  `${unit.division.startsWith('66') ? '65' : unit.division.slice(0, 2)}0000`;

/** How the register of a province spells. */
export function spellingOf(province: string): RegisterSpelling {
  const kind = KINDS.find(({ provinces }) => provinces.includes(province.slice(0, 2)));
  if (!kind) throw new RangeError(`no register in ${province}`);
  return kind.spelling;
}

const REGISTRATION_COLUMNS = {
  lower: {
    code: 'uniscid',
    name: 'entname',
    type: 'enttypeCn',
    representative: 'legelRep',
    state: 'regstateCn',
    capital: 'regcap',
    established: 'estdate',
    division: 'regorg',
    registrar: 'regorgCn',
    address: 'dom',
    scope: 'opscope',
    node: 'sExtNodenum',
    person: 'cerno',
  },
  camel: {
    code: 'uniScId',
    name: 'entName',
    type: 'entTypeCn',
    representative: 'leRep',
    state: 'corpStatus',
    capital: 'regCap',
    established: 'estDate',
    division: 'regOrg',
    registrar: 'regOrgCn',
    address: 'dom',
    scope: 'opScope',
    node: 'nodeNum',
    person: 'cerNo',
  },
  upper: {
    code: 'UNISCID',
    name: 'ENTNAME',
    type: 'ENTTYPE_CN',
    representative: 'NAME',
    state: 'REGSTATE',
    capital: 'REGCAP',
    established: 'ESTDATE',
    division: 'REGORG',
    registrar: 'REGORG_CN',
    address: 'DOM',
    scope: 'OPSCOPE',
    node: 'NODENUM',
    person: 'CERNO',
  },
} as const satisfies Record<SpellingFamily, Record<string, string>>;

const ABNORMAL_COLUMNS = {
  lower: { code: 'uniscid', reason: 'specauseCn', listedOn: 'abntime', removedOn: 'remdate', node: 'sExtNodenum', person: 'cerno' },
  camel: { code: 'uniScId', reason: 'speCauseCn', listedOn: 'abnTime', removedOn: 'remDate', node: 'nodeNum', person: 'cerNo' },
  upper: { code: 'UNISCID', reason: 'SPECAUSE_CN', listedOn: 'ABNTIME', removedOn: 'REMDATE', node: 'NODENUM', person: 'CERNO' },
} as const satisfies Record<SpellingFamily, Record<string, string>>;

const PUNISHMENT_COLUMNS = {
  lower: {
    code: 'uniscid',
    number: 'pendecno',
    reason: 'illegacttype',
    decidedOn: 'pendecissdate',
    authority: 'penauthCn',
    node: 'sExtNodenum',
    person: 'cerno',
  },
  camel: {
    code: 'uniScId',
    number: 'penDecNo',
    reason: 'illegActType',
    decidedOn: 'penDecIssDate',
    authority: 'penAuthCn',
    node: 'nodeNum',
    person: 'cerNo',
  },
  upper: {
    code: 'UNISCID',
    number: 'PENDECNO',
    reason: 'ILLEGACTTYPE',
    decidedOn: 'PENDECISSDATE',
    authority: 'PENAUTH_CN',
    node: 'NODENUM',
    person: 'CERNO',
  },
} as const satisfies Record<SpellingFamily, Record<string, string>>;

type RegistrationField = keyof (typeof REGISTRATION_COLUMNS)['lower'];
/** A registration by field, spelt but under no province's column names yet. */
export type SpeltRegistration = Readonly<Record<Exclude<RegistrationField, 'person'>, unknown>>;

/** The values of a registration as its province writes them. `serial` picks among the texts that clerks typed for one state. */
export function spellRegistration(unit: Unit, serial: number): SpeltRegistration {
  const node = registeringProvince(unit);
  const { family, states } = spellingOf(node);
  const texts = states[unit.state];
  return {
    code: unit.creditCode,
    name: unit.name,
    type: unit.type,
    representative: unit.legalRepresentative,
    state: texts[serial % texts.length],
    capital: unit.capital === undefined ? '' : spellCapital(unit.capital, family),
    established: spellDate(unit.established, family),
    division: unit.division,
    registrar: unit.registrar,
    address: unit.address,
    scope: unit.scope,
    node,
  };
}

/** 万元 with two or six places as text; the upper-case registers keep yuan. */
function spellCapital(fen: number, family: SpellingFamily): string {
  if (family === 'upper') return (fen / 100).toFixed(2);
  return (fen / 1_000_000).toFixed(family === 'lower' ? 6 : 2);
}

/** Epoch milliseconds of midnight in UTC+8, or text. */
export function spellDate(date: string | undefined, family: SpellingFamily): number | string | null {
  if (date === undefined) return family === 'lower' ? null : '';
  if (family === 'lower') return Date.parse(`${date}T00:00:00+08:00`);
  return family === 'camel' ? date : date.replaceAll('-', '/');
}

/** The row as the province sends it; with the number of the person it is listed for, where it was asked by persons. */
export function registrationRow(spelt: SpeltRegistration, family: SpellingFamily, person: string | undefined): JsonRow {
  return underColumns({ ...spelt, ...(person === undefined ? {} : { person }) }, REGISTRATION_COLUMNS[family]);
}

export function abnormalRows(unit: Unit, code: string, person: string | undefined): JsonRow[] {
  const node = registeringProvince(unit);
  const { family } = spellingOf(node);
  return unit.abnormal.map(({ reason, listedOn, removedOn }) =>
    underColumns(
      {
        code,
        reason,
        listedOn: spellDate(listedOn, family),
        removedOn: spellDate(removedOn, family),
        node,
        ...(person === undefined ? {} : { person }),
      },
      ABNORMAL_COLUMNS[family],
    ),
  );
}

export function punishmentRows(unit: Unit, code: string, person: string | undefined): JsonRow[] {
  const node = registeringProvince(unit);
  const { family } = spellingOf(node);
  return unit.punishments.map(({ documentNumber, reason, decidedOn, authority }) =>
    underColumns(
      {
        code,
        number: documentNumber,
        reason,
        decidedOn: spellDate(decidedOn, family),
        authority,
        node,
        ...(person === undefined ? {} : { person }),
      },
      PUNISHMENT_COLUMNS[family],
    ),
  );
}

function underColumns(values: Readonly<Record<string, unknown>>, columns: Readonly<Record<string, string>>): JsonRow {
  return Object.fromEntries(Object.entries(values).map(([field, value]) => [columns[field] ?? field, value]));
}

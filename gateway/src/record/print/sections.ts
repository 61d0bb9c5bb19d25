import { isRecord } from '../../agencies/reply.js';

type Row = Readonly<Record<string, unknown>>;

/** A section of a printed archive: a piece of the record as a table. */
export interface Section {
  /** Path of the piece. */
  readonly piece: string;
  readonly title: string;
  /** Where its rows are, for a piece that is no list. */
  readonly rows?: (piece: unknown) => readonly Row[];
  readonly columns: readonly { readonly title: string; readonly share: number; readonly text: (row: Row) => string }[];
}

const WORDS: Readonly<Record<string, string>> = {
  EMPLOYEE_PENSION: '企业职工养老',
  PUBLIC_INSTITUTION_PENSION: '机关事业养老',
  RESIDENT_PENSION: '城乡居民养老',
  UNEMPLOYMENT: '失业',
  WORK_INJURY: '工伤',
  EMPLOYEE: '职工',
  RESIDENT: '居民',
  OTHER: '其他',
  ORDINARY: '一般账户',
  TEMPORARY: '临时账户',
  PAYING: '正常',
  PAUSED: '暂停',
  SUSPENDED: '暂停发放',
  ENDED: '终止',
  NORMAL: '正常',
  NOT_INSURED: '未参保',
  FULL_TIME: '全日制',
  PART_TIME: '非全日制',
  DISPATCHED: '劳务派遣',
  FLEXIBLE: '灵活就业',
  RIDE_HAILING: '网约车',
  INSTANT_DELIVERY: '即时配送',
  CITY_FREIGHT: '同城货运',
  ACTIVE: '有效',
  LOST: '挂失',
  CANCELLED: '注销',
  REVOKED: '吊销',
  MALE: '男',
  FEMALE: '女',
};

/** A value in words; nothing for what is not there. */
export function worded(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? (WORDS[value] ?? value) : '';
}

const column = (title: string, share: number, name: string): Section['columns'][number] => ({
  title,
  share,
  text: (row) => worded(row[name]),
});
const nested = (title: string, share: number, ...path: readonly string[]): Section['columns'][number] => ({
  title,
  share,
  text: (row) => worded(path.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), row)),
});
const SOURCE = nested('来源', 1.6, 'provenance', 'system');
const PLACE = column('参保地', 1, 'jurisdiction');

const RELATIONS: Section['columns'] = [
  column('险种', 1.6, 'scheme'),
  PLACE,
  column('账户', 1.1, 'accountKind'),
  column('状态', 0.8, 'state'),
  column('起', 1, 'firstMonth'),
  column('止', 1, 'lastMonth'),
  column('实缴月', 0.8, 'monthsActual'),
  column('视同月', 0.8, 'monthsDeemed'),
  SOURCE,
];
const CONTRIBUTIONS: Section['columns'] = [
  column('所属期', 0.9, 'month'),
  column('险种', 1.5, 'scheme'),
  PLACE,
  column('基数', 1, 'base'),
  column('个人', 0.9, 'personal'),
  column('单位', 0.9, 'employer'),
  column('记账', 0.9, 'credited'),
  column('到账', 1.2, 'paidOn'),
  column('缴费单位', 2.6, 'unitName'),
  SOURCE,
];
const BENEFITS: Section['columns'] = [
  column('险种', 1.6, 'scheme'),
  PLACE,
  column('状态', 1, 'state'),
  column('起', 1, 'from'),
  column('止', 1, 'to'),
  column('月待遇', 1, 'monthlyAmount'),
  SOURCE,
];

/** Sections in the order in which they are printed. */
export const SECTIONS: readonly Section[] = [
  { piece: 'pension.relations', title: '养老保险关系 · Pension relations', columns: RELATIONS },
  { piece: 'unemployment.relations', title: '失业保险关系 · Unemployment insurance relations', columns: RELATIONS },
  { piece: 'occupationalInjury.relations', title: '工伤保险关系 · Work-injury relations', columns: RELATIONS },
  {
    piece: 'pension.account',
    title: '个人账户 · Pension accounts by year',
    rows: accountYears,
    columns: [
      column('险种', 1.6, 'scheme'),
      PLACE,
      column('年度', 0.8, 'year'),
      column('月数', 0.7, 'months'),
      column('记账', 1, 'credited'),
      column('利息', 1, 'interest'),
      column('年末储存额', 1.2, 'balance'),
      SOURCE,
    ],
  },
  { piece: 'pension.benefits', title: '养老待遇 · Pensions', columns: BENEFITS },
  { piece: 'unemployment.benefits', title: '失业待遇 · Unemployment benefits', columns: BENEFITS },
  { piece: 'occupationalInjury.benefits', title: '工伤待遇 · Work-injury benefits', columns: BENEFITS },
  {
    piece: 'employments',
    title: '用工登记 · Employments',
    columns: [
      column('单位', 3, 'employerName'),
      column('起', 1.2, 'from'),
      column('止', 1.2, 'to'),
      column('形式', 1, 'kind'),
      column('登记地', 1, 'jurisdiction'),
      SOURCE,
    ],
  },
  {
    piece: 'platformWork',
    title: '平台用工 · Platform work',
    columns: [
      column('平台', 2, 'platformName'),
      column('业态', 1, 'trade'),
      column('地区', 1, 'division'),
      column('起', 1.2, 'from'),
      column('止', 1.2, 'to'),
      SOURCE,
    ],
  },
  {
    piece: 'courierWork',
    title: '快递从业 · Courier work',
    columns: [
      nested('企业', 2.6, 'enterprise', 'name'),
      nested('网点', 2.6, 'outlet', 'name'),
      column('起', 1.2, 'from'),
      column('止', 1.2, 'to'),
      SOURCE,
    ],
  },
  {
    piece: 'occupationalInjury.platformCover',
    title: '职业伤害保障 · Platform workers’ injury cover',
    columns: [
      column('月份', 1, 'month'),
      column('平台', 2, 'platformName'),
      column('天数', 0.7, 'days'),
      column('单量', 0.8, 'orders'),
      column('地区', 1, 'jurisdiction'),
      SOURCE,
    ],
  },
  {
    piece: 'medical.enrolments',
    title: '医疗保险参保 · Medical cover',
    columns: [
      column('险种', 1, 'scheme'),
      column('统筹区', 1, 'poolingArea'),
      column('状态', 1, 'state'),
      column('起', 1.2, 'from'),
      column('止', 1.2, 'to'),
      column('单位', 2.4, 'employerName'),
      SOURCE,
    ],
  },
  {
    piece: 'medical.account',
    title: '医保个人账户 · Medical accounts',
    rows: (piece) => (isRecord(piece) ? listed(piece['parts']) : []),
    columns: [column('险种', 1, 'scheme'), column('统筹区', 1, 'poolingArea'), column('余额', 1, 'balance'), SOURCE],
  },
  {
    piece: 'businesses',
    title: '名下市场主体 · Businesses',
    columns: [column('统一社会信用代码', 2, 'creditCode'), column('名称', 3, 'name'), column('状态', 1, 'state')],
  },
  { piece: 'pension.contributions', title: '养老保险缴费明细 · Pension contributions', columns: CONTRIBUTIONS },
  { piece: 'unemployment.contributions', title: '失业保险缴费明细 · Unemployment contributions', columns: CONTRIBUTIONS },
  { piece: 'occupationalInjury.contributions', title: '工伤保险缴费明细 · Work-injury contributions', columns: CONTRIBUTIONS },
  {
    piece: 'medical.payments',
    title: '医疗保险缴费明细 · Medical contributions',
    columns: [
      column('所属期', 0.9, 'month'),
      column('险种', 0.8, 'scheme'),
      column('统筹区', 1, 'poolingArea'),
      column('基数', 1, 'base'),
      column('个人', 0.9, 'personal'),
      column('单位', 0.9, 'employer'),
      column('到账', 1.2, 'paidOn'),
      column('缴费单位', 2.6, 'employerName'),
      SOURCE,
    ],
  },
];

export function listed(value: unknown): readonly Row[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function accountYears(account: unknown): readonly Row[] {
  return (isRecord(account) ? listed(account['parts']) : []).flatMap(({ scheme, jurisdiction, provenance, years }) =>
    listed(years).map((year) => ({ ...year, scheme, jurisdiction, provenance })),
  );
}

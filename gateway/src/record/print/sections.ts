import { isRecord } from '../../agencies/reply.js';
import type { Table } from './sheet.js';
import { dayInChina, placed, TRANSFER_KINDS, TRANSFER_STATES, worded } from './words.js';

type Row = Readonly<Record<string, unknown>>;

/** A section of a printed archive: a piece of the record as a table. */
export interface Section {
  /** Path of the piece. */
  readonly piece: string;
  readonly title: string;
  /** Where its rows are, for a piece that is no list. */
  readonly rows?: (piece: unknown) => readonly Row[];
  readonly columns: readonly (Table['columns'][number] & { readonly text: (row: Row) => string })[];
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
/** Yuan, or a count. */
const amount = (...of: Parameters<typeof column>): Section['columns'][number] => ({ ...column(...of), figures: true });
/** A place by its name, with its code. */
const place = (title: string, share: number, name: string): Section['columns'][number] => ({
  title,
  share,
  text: (row) => placed(row[name]),
});
/** The day of a point in time. */
const day = (title: string, share: number, name: string): Section['columns'][number] => ({
  title,
  share,
  text: (row) => dayInChina(row[name]),
});
const PLACE = place('参保地', 1.3, 'jurisdiction');

const RELATIONS: Section['columns'] = [
  column('险种', 1.6, 'scheme'),
  PLACE,
  column('账户', 1.1, 'accountKind'),
  column('状态', 0.8, 'state'),
  column('起', 1, 'firstMonth'),
  column('止', 1, 'lastMonth'),
  amount('实缴月', 0.8, 'monthsActual'),
  amount('视同月', 0.8, 'monthsDeemed'),
  SOURCE,
];
const CONTRIBUTIONS: Section['columns'] = [
  column('所属期', 0.9, 'month'),
  column('险种', 1.5, 'scheme'),
  PLACE,
  amount('基数', 1, 'base'),
  amount('个人', 0.9, 'personal'),
  amount('单位', 0.9, 'employer'),
  amount('记账', 0.9, 'credited'),
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
  amount('月待遇', 1, 'monthlyAmount'),
  SOURCE,
];

const TRANSFERS: Section['columns'] = [
  column('编号', 2.5, 'number'),
  { title: '类别', share: 1.8, text: ({ kind }) => worded(kind, TRANSFER_KINDS) },
  place('转出地', 1.3, 'source'),
  place('转入地', 1.3, 'target'),
  day('申请', 1.3, 'appliedAt'),
  day('办结', 1.3, 'endedAt'),
  { title: '状态', share: 1.2, text: ({ state }) => worded(state, TRANSFER_STATES) },
  { title: '转移金额', share: 1.4, figures: true, text: transferredAmount },
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
      amount('月数', 0.7, 'months'),
      amount('记账', 1, 'credited'),
      amount('利息', 1, 'interest'),
      amount('年末储存额', 1.2, 'balance'),
      SOURCE,
    ],
  },
  { piece: 'pension.benefits', title: '养老待遇 · Pensions', columns: BENEFITS },
  { piece: 'unemployment.benefits', title: '失业待遇 · Unemployment benefits', columns: BENEFITS },
  { piece: 'occupationalInjury.benefits', title: '工伤待遇 · Work-injury benefits', columns: BENEFITS },
  {
    piece: 'transfers',
    title: '社会保险关系转移接续 · Transfers',
    columns: TRANSFERS,
  },
  { piece: 'medicalTransfers', title: '医保关系转移 · Transfers of medical cover', columns: TRANSFERS },
  {
    piece: 'employments',
    title: '用工登记 · Employments',
    columns: [
      column('单位', 3, 'employerName'),
      column('起', 1.2, 'from'),
      column('止', 1.2, 'to'),
      column('形式', 1, 'kind'),
      place('登记地', 1.3, 'jurisdiction'),
      SOURCE,
    ],
  },
  {
    piece: 'platformWork',
    title: '平台用工 · Platform work',
    columns: [
      column('平台', 2, 'platformName'),
      column('业态', 1, 'trade'),
      place('地区', 1.3, 'division'),
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
      amount('天数', 0.7, 'days'),
      amount('单量', 0.8, 'orders'),
      place('地区', 1.3, 'jurisdiction'),
      SOURCE,
    ],
  },
  {
    piece: 'medical.enrolments',
    title: '医疗保险参保 · Medical cover',
    columns: [
      column('险种', 1, 'scheme'),
      place('统筹区', 1.3, 'poolingArea'),
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
    columns: [column('险种', 1, 'scheme'), place('统筹区', 1.3, 'poolingArea'), amount('余额', 1, 'balance'), SOURCE],
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
      place('统筹区', 1.3, 'poolingArea'),
      amount('基数', 1, 'base'),
      amount('个人', 0.9, 'personal'),
      amount('单位', 0.9, 'employer'),
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

/** What the destination received, else what was paid, else what the source's books say; in words where no money moves. */
function transferredAmount({ figures }: Row): string {
  if (!isRecord(figures)) return '';
  if (figures['moneyMoves'] === false) return '不转资金';
  const known = [figures['received'], figures['paid'], figures['source']].find(isRecord);
  return worded(known?.['total']);
}

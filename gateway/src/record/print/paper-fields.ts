/** What the codes on papers of transfers are called, in the order in which they are printed. Codes not named here are printed as they are. */
export const FIELD_NAMES: ReadonlyMap<string, string> = new Map([
  ['AAE270', '联系函编号'],
  ['AAZ341', '业务流水号'],
  ['AAE173', '转移类型'],
  ['AAE140', '险种'],
  ['AAE473', '账户类别'],
  ['AAC001', '个人编号'],
  ['AAB299', '转出地行政区划'],
  ['AAB301', '转入地行政区划'],
  ['AAB300', '经办机构名称'],
  ['AAE005', '联系电话'],
  ['AAE006', '通讯地址'],
  ['AAE007', '邮政编码'],
  ['AAC155', '开户银行'],
  ['AAC080', '开户银行行号'],
  ['AAE009', '户名'],
  ['AAC078', '银行账号'],
  ['AAB004', '最后参保单位'],
  ['AAE030', '起始缴费年月'],
  ['AAE031', '终止缴费年月'],
  ['AAE201', '实际缴费月数'],
  ['AAE200', '视同缴费月数'],
  ['AAE240', '个人账户储存额'],
  ['AAE035', '转移时间'],
  ['AIC093', '1998年以前个人缴费本息'],
  ['AIC089', '至上年末个人账户储存额'],
  ['AIC082', '当年记账本金'],
  ['AIC083', '个人账户转移额'],
  ['AIC084', '统筹基金转移额'],
  ['AIC102', '转移基金总额'],
  ['AAE127', '申请日期'],
  ['AAE036', '经办日期'],
  // 医保: the words of the national platform.
  ['trafNo', '联系函编号'],
  ['trafBizNo', '业务流水号'],
  ['insutype', '险种'],
  ['othInsutype', '转入险种'],
  ['psnNo', '人员编号'],
  ['poolareaNo', '统筹区'],
  ['trafoutAdmdvs', '转出统筹区'],
  ['trafinAdmdvs', '转入统筹区'],
  ['optinsName', '经办机构名称'],
  ['tel', '联系电话'],
  ['addr', '通讯地址'],
  ['poscode', '邮政编码'],
  ['bankName', '开户银行'],
  ['bankCode', '开户银行行号'],
  ['acctName', '户名'],
  ['bankAcct', '银行账号'],
  ['empName', '最后参保单位'],
  ['begnYm', '起始缴费年月'],
  ['expiYm', '终止缴费年月'],
  ['clctMons', '实际缴费月数'],
  ['balc', '个人账户余额'],
  ['trafYm', '转移时间'],
  ['opterTime', '经办日期'],
  ['code', '原因代码'],
  ['reason', '原因'],
]);

interface SegmentColumn {
  readonly code: string;
  readonly title: string;
  /** Of the width. */
  readonly share: number;
}

/** Columns of part 2 of the information sheet (IC91). */
export const SEGMENT_COLUMNS: readonly SegmentColumn[] = [
  { code: 'AAB299', title: '参保地', share: 1.1 },
  { code: 'AAE001', title: '年度', share: 0.8 },
  { code: 'AAE041', title: '起', share: 1.1 },
  { code: 'AAE042', title: '止', share: 1.1 },
  { code: 'AAE202', title: '月数', share: 0.7 },
  { code: 'AAE180', title: '月缴费基数', share: 1.3 },
  { code: 'AAE020', title: '单位缴费', share: 1.2 },
  { code: 'AAE022', title: '个人缴费', share: 1.2 },
  { code: 'AAE381', title: '记账金额', share: 1.2 },
  { code: 'AAE269', title: '利息', share: 1.1 },
  { code: 'AAE382', title: '年末储存额', share: 1.4 },
];

/** The same of medical insurance: what was paid, and no account by year. */
export const MEDICAL_COLUMNS: readonly SegmentColumn[] = [
  { code: 'poolareaNo', title: '统筹区', share: 1.4 },
  { code: 'clctYear', title: '年度', share: 0.8 },
  { code: 'begnYm', title: '起', share: 1.1 },
  { code: 'expiYm', title: '止', share: 1.1 },
  { code: 'clctMons', title: '月数', share: 0.7 },
  { code: 'clctstd', title: '月缴费基数', share: 1.3 },
  { code: 'empAmt', title: '单位缴费', share: 1.2 },
  { code: 'psnAmt', title: '个人缴费', share: 1.2 },
];

/** Codes whose values are divisions. */
export const PLACES: ReadonlySet<string> = new Set(['AAB299', 'AAB301', 'poolareaNo', 'trafoutAdmdvs', 'trafinAdmdvs']);

const SCHEMES: Readonly<Record<string, string>> = {
  110: '企业职工基本养老保险',
  120: '机关事业单位基本养老保险',
  170: '城乡居民基本养老保险',
  210: '失业保险',
  310: '职工基本医疗保险',
  390: '城乡居民基本医疗保险',
};

/** Values that stand for something, by the code of their field. */
export const VALUE_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AAE140: SCHEMES,
  insutype: SCHEMES,
  othInsutype: SCHEMES,
  AAE473: { ORDINARY: '一般账户', TEMPORARY: '临时账户' },
  AAE173: {
    PENSION: '基本养老保险关系转移接续',
    PENSION_TEMPORARY: '临时基本养老保险缴费账户',
    RESIDENT_LINK: '城乡养老保险制度衔接',
    UNEMPLOYMENT: '失业保险关系转移',
    MEDICAL: '基本医疗保险关系转移',
    COLLECTIVE: '成建制划转',
  },
};

/** What the law calls the transfer, by its kind: begins the title of its papers. */
export const TITLE_STEMS: Readonly<Record<string, string>> = {
  PENSION: '基本养老保险关系转移接续',
  PENSION_TEMPORARY: '基本养老保险关系转移接续',
  COLLECTIVE: '基本养老保险关系转移接续',
  RESIDENT_LINK: '城乡养老保险制度衔接',
  UNEMPLOYMENT: '失业保险关系转移',
  MEDICAL: '基本医疗保险关系转移接续',
};

/** The last part of a title, and its English name, by the kind of paper. */
export const PAPER_NAMES: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  CERTIFICATE: ['参保缴费凭证', 'Certificate of insurance and contributions'],
  APPLICATION: ['申请表', 'Application'],
  CONTACT_LETTER: ['联系函', 'Contact letter'],
  INFORMATION_SHEET: ['信息表', 'Information sheet'],
  REFUSAL_NOTICE: ['不予受理（退回）告知书', 'Notice of refusal or return'],
};

/** A certificate is of the insurance, not of the transfer. */
export const CERTIFICATE_STEMS: Readonly<Record<string, string>> = {
  PENSION: '基本养老保险',
  PENSION_TEMPORARY: '基本养老保险',
  COLLECTIVE: '基本养老保险',
  RESIDENT_LINK: '基本养老保险',
  UNEMPLOYMENT: '失业保险',
};

/** What 医保办发〔2021〕43号 calls its papers where they are not called like the others. */
export const MEDICAL_TITLES: Readonly<Record<string, string>> = {
  CERTIFICATE: '基本医疗保险参保凭证',
  INFORMATION_SHEET: '参保人员基本医疗保险信息表',
};

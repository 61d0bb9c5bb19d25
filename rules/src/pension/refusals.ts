import type { RefusalCatalogue } from '../refusal-entry.js';

export const pensionRefusals = {
  SEGMENT_TYPE_UNKNOWN: {
    zh: '不认识的缴费段类型',
    en: 'a segment of this type is not known',
    wayOut: { zh: '使用 ACTUAL、DEEMED、SERVICE、UNPAID 或 TEMPORARY', en: 'use ACTUAL, DEEMED, SERVICE, UNPAID or TEMPORARY' },
  },
  SEGMENT_CONTRADICTS: {
    zh: '缴费段的标记互相矛盾',
    en: 'the marks of this segment exclude each other',
    wayOut: { zh: '每段只保留一种标记', en: 'mark a segment in one way only' },
  },
  MONTHS_OVERLAP: {
    zh: '同一月份重复出现',
    en: 'a month stands in more than one segment',
    wayOut: { zh: '先转后清：清理重复缴费月份后再计算', en: 'clear double payments first (overlap_clearing), then count each month once' },
  },
  MONTH_OUTSIDE_SEGMENT: {
    zh: '月份不在该段内',
    en: 'the month lies outside the segment',
    wayOut: { zh: '核对欠费月份', en: 'check the month against the segment' },
  },
  MONTHS_AFTER_MOVE: {
    zh: '缴费月份晚于转移时间',
    en: 'months lie after the month of the move',
    wayOut: {
      zh: '核对转移时间；转出后的缴费属于转入地',
      en: 'check the month of the move; what was paid later belongs to the destination',
    },
  },
  ACCOUNT_KIND_UNKNOWN: {
    zh: '不认识的账户类别',
    en: 'an account of this kind is not known',
    wayOut: { zh: '使用 ORDINARY 或 TEMPORARY', en: 'use ORDINARY or TEMPORARY' },
  },
  ACCOUNT_KINDS_MIXED: {
    zh: '缴费段与所问账户的类别不同',
    en: 'the segment belongs to an account of the other kind',
    wayOut: { zh: '一般账户和临时账户分别计算', en: 'compute the ordinary and the temporary account apart' },
  },
  TEMPORARY_BEFORE_2010: {
    zh: '2010年以前没有临时缴费账户',
    en: 'there were no temporary accounts before 2010',
    wayOut: { zh: '按一般账户计算', en: 'compute these months as an ordinary account' },
  },
  PERSON_TYPE_UNKNOWN: {
    zh: '不认识的参保身份',
    en: 'this kind of insured person is not known',
    wayOut: { zh: '使用 ENTERPRISE_EMPLOYEE 或 FLEXIBLE', en: 'use ENTERPRISE_EMPLOYEE or FLEXIBLE' },
  },
  OTHER_RULE_APPLIES: {
    zh: '不适用企业职工养老保险关系转移的规则',
    en: 'the rules of the enterprise pension do not decide this',
    wayOut: {
      zh: '机关事业单位按人社部规〔2017〕1号办理，城乡居民按人社部发〔2014〕17号衔接（urban_rural_link）',
      en: 'institutions follow 人社部规〔2017〕1号; residents link by 人社部发〔2014〕17号 (urban_rural_link)',
    },
  },
  ALREADY_RECEIVING: {
    zh: '已领取养老金，不再转移',
    en: 'who already draws the pension does not move any more',
    wayOut: { zh: '由现待遇领取地继续发放', en: 'the place that pays goes on paying' },
  },
  INTEREST_METHOD_UNKNOWN: {
    zh: '不认识的计息办法',
    en: 'interest is not computed in this way',
    wayOut: {
      zh: '使用 MONTH_PRODUCT、ANNUAL、PREVIOUS_BALANCE、NONE 或 GIVEN_BALANCE',
      en: 'use MONTH_PRODUCT, ANNUAL, PREVIOUS_BALANCE, NONE or GIVEN_BALANCE',
    },
  },
  CREDITING_RATE_MISSING: {
    zh: '缺少该年度的记账利率',
    en: 'the crediting rate of a year is missing',
    wayOut: {
      zh: '2016年以前由各省公布，请在 ratesByYear 中给出，或给出年末储存额',
      en: 'before 2016 each province set its own: give it in ratesByYear, or give the balance at a later year end',
    },
  },
  YEAR_INVALID: {
    zh: '不是有效年度',
    en: 'this is no year',
    wayOut: { zh: '写成四位年度', en: 'write four digits' },
  },
  BALANCE_NOT_AT_YEAR_END: {
    zh: '储存额不是年末数',
    en: 'the balance does not stand at the end of a year',
    wayOut: { zh: '给出某年12月末的储存额', en: 'give the balance at the end of a December' },
  },
  BALANCE_AFTER_MOVE: {
    zh: '储存额的时点不早于转移年度',
    en: 'the balance stands at the end of the year of the move or later',
    wayOut: { zh: '给出转移上年末或更早的储存额', en: 'give the balance at the end of the year before the move, or earlier' },
  },
  BALANCE_NOT_OF_LAST_YEAR: {
    zh: '给定的储存额早于转移上年末，其间利息未计',
    en: 'the given balance is older than the end of the year before the move, and no method says how it grew',
    wayOut: {
      zh: '给出转移上年末的储存额，或选用计息办法',
      en: 'give the balance at the end of the year before the move, or name an interest method',
    },
  },
  BALANCE_BEFORE_1998_MISSING: {
    zh: '缺少1998年以前个人缴费本息',
    en: 'what the person paid before 1998, with interest, is not given',
    wayOut: { zh: '由转出地提供（AIC093）', en: 'the source agency holds it (AIC093)' },
  },
  PAPER_UNKNOWN: {
    zh: '不认识的证明材料',
    en: 'a paper of this kind is not known',
    wayOut: {
      zh: '使用 COMMITMENT、COURT、AUDIT、LABOUR_INSPECTION、ARBITRATION 等',
      en: 'use COMMITMENT, COURT, AUDIT, LABOUR_INSPECTION, ARBITRATION or one of the exceptions',
    },
  },
  RELATION_NOT_KNOWN: {
    zh: '无法判断关系所在地',
    en: 'nothing says where the relation is',
    wayOut: { zh: '给出 relationProvince 或至少一段缴费', en: 'give relationProvince, or at least one segment' },
  },
} as const satisfies RefusalCatalogue;

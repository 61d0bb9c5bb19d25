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
  SPECIAL_RULES_ABROAD: {
    zh: '出国（境）定居按专门规定办理',
    en: 'special rules decide for who settles abroad, in Hong Kong, Macao or Taiwan',
    wayOut: { zh: '向经办机构咨询', en: 'ask the agency' },
  },
  BORN_AFTER: {
    zh: '首次缴费早于出生',
    en: 'the first contribution is before birth',
    wayOut: { zh: '核对出生月份和首次缴费月份', en: 'check the month of birth and of the first contribution' },
  },
  KEEP_NOT_CHOSEN: {
    zh: '需由本人与经办机构商定保留哪一个关系',
    en: 'the person and the agency have to agree on what is kept',
    wayOut: { zh: '在 keep 中给出所选关系', en: 'name it in keep' },
  },
  KEEP_UNKNOWN: {
    zh: '所选关系不在其中',
    en: 'what is to be kept is not among those given',
    wayOut: { zh: '使用所列关系的编号', en: 'use the id of one that is listed' },
  },
  RELATION_TWICE: {
    zh: '编号重复',
    en: 'two of them have the same id',
    wayOut: { zh: '为每一项给出不同的编号', en: 'give each an id of its own' },
  },
  CLEARED_BEFORE_1998: {
    zh: '1998年以前清退月份的个人账户部分无法推算',
    en: 'the account part of a cleared month before 1998 cannot be computed',
    wayOut: { zh: '由转出地提供该段个人缴费本息', en: 'ask the source agency for the personal payments of these months' },
  },
  NOT_DOUBLE: {
    zh: '不足两项待遇',
    en: 'there are fewer than two pensions',
    wayOut: { zh: '给出全部在领和曾领的养老待遇', en: 'give every pension that is or was drawn' },
  },
  SUBSIDIES_EXCEED_ACCOUNT: {
    zh: '政府补贴大于账户余额',
    en: 'the subsidies are more than the account holds',
    wayOut: { zh: '核对账户余额与补贴', en: 'check the balance and the subsidies' },
  },
  LINK_NOT_YET: {
    zh: '城乡养老保险制度衔接自2014年7月1日起施行',
    en: 'the two schemes are linked since 2014-07-01 only',
    wayOut: { zh: '核对退休年度', en: 'check the year of retirement' },
  },
  RESIDENT_AGE_NOT_REACHED: {
    zh: '未到城乡居民养老金的领取年龄',
    en: 'the age of the resident pension is not reached',
    wayOut: { zh: '年满60周岁后领取', en: 'it is paid from the age of 60' },
  },
  OVERLAP_TOO_LONG: {
    zh: '重复月数多于缴费月数',
    en: 'more months overlap than were paid',
    wayOut: { zh: '核对重复缴费月份', en: 'check the overlapping months' },
  },
  REFUND_EXCEEDS_ACCOUNT: {
    zh: '应退金额大于居民账户余额',
    en: 'the refund is more than the resident account holds',
    wayOut: { zh: '核对年缴费额和账户余额', en: 'check the yearly payments and the balance' },
  },
  PROPOSAL_NOT_MIXED: {
    zh: '提案险种不得与现行险种混用',
    en: 'the proposed scheme is never mixed with one that exists',
    wayOut: { zh: '使用 X-MOBILE，或改用现行险种的规则', en: 'use X-MOBILE, or ask about the scheme that exists' },
  },
  ONLY_THE_PERSON_PAYS: {
    zh: '该提案只由个人缴费',
    en: 'in the proposal the person alone pays',
    wayOut: { zh: '去掉单位缴费', en: 'leave the employer’s payment out' },
  },
} as const satisfies RefusalCatalogue;

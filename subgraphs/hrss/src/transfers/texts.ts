import type { Eligibility, ResidentLink, Text, UnemploymentTransfer } from '@yichuang/rules';

/** What is said to somebody whose relation cannot move, and what it is called where it can. */
export const ELIGIBILITY_TEXTS: Readonly<Record<Eligibility['reason'], Text>> = {
  ALREADY_RECEIVING: { zh: '已领取养老金，不再转移', en: 'who already draws the pension does not move any more' },
  NO_CASH_OUT: { zh: '未达领取条件前不得终止关系、退保', en: 'nobody is paid out before pension age' },
  NOT_YET_CONTRIBUTED: {
    zh: '在转入地尚无缴费，缴费后再申请',
    en: 'nothing has been paid at the destination yet: apply after the first contribution',
  },
  SAME_PROVINCE: {
    zh: '省内流动，转移关系和账户信息，不转移基金',
    en: 'inside one province the relation and the account information move, the fund does not',
  },
  HUKOU_PROVINCE: { zh: '返回户籍所在地参保，关系随转', en: 'back to the hukou province: the relation moves at any age' },
  UNDER_AGE_LIMIT: { zh: '男未满50周岁、女未满40周岁，关系随转', en: 'under 50 for men, under 40 for women: the relation moves' },
  AGE_LIMIT_REACHED: {
    zh: '男满50周岁、女满40周岁首次在户籍以外参保：关系留在原参保地，转入地建立临时缴费账户',
    en: 'a man of 50 or a woman of 40 who first pays outside the hukou province: the relation stays, and the new place opens a temporary account',
  },
  OFFICIAL_TRANSFER: { zh: '经批准调动，不受年龄限制', en: 'officially transferred: no age limit' },
  INSURED_THERE_BEFORE_2010: { zh: '2010年以前已在转入地参保', en: 'insured at the destination before 2010' },
  MERELY_INTERRUPTED: { zh: '在转入地中断缴费后续保', en: 'payments at the destination were merely interrupted' },
  HUKOU_MOVED_IN: { zh: '户籍已迁入', en: 'the hukou moved in' },
};

export const LINK_TEXTS: Readonly<Record<ResidentLink['reason'], Text>> = {
  ENOUGH_EMPLOYEE_MONTHS: {
    zh: '职工养老保险缴费年限达到规定年限：由城乡居民转入职工',
    en: 'there are enough employee months: the link goes from the resident to the employee scheme',
  },
  TOO_FEW_EMPLOYEE_MONTHS: {
    zh: '职工养老保险缴费年限不足：由职工转入城乡居民',
    en: 'there are too few employee months: the link goes from the employee to the resident scheme',
  },
  STATUTORY_AGE_NOT_REACHED: { zh: '未达到职工养老保险法定退休年龄', en: 'the statutory age of the employee scheme is not reached' },
  ALREADY_RECEIVING: { zh: '已领取养老待遇，不再办理衔接', en: 'a pension is drawn already: there is no link any more' },
  RELATIONS_NOT_GATHERED: {
    zh: '须先将各地职工养老保险关系归集至待遇领取地',
    en: 'several employee relations are first gathered at the receiving place',
  },
};

export const UNEMPLOYMENT_TEXTS: Readonly<Record<UnemploymentTransfer['reason'], Text>> = {
  EMPLOYED: { zh: '在职或已再就业：关系随转，不划转资金', en: 'employed: the relation moves, no money does' },
  SAME_PROVINCE: { zh: '省内流动，一般无需转移', en: 'inside one province nothing is transferred' },
  CLAIMED_AT_LAST_PLACE: { zh: '在最后参保地申领，关系不转移', en: 'claimed at the last place of insurance: nothing moves' },
  PAID_UNDER_ONE_YEAR: { zh: '转出地缴费不满一年：只转关系', en: 'paid under one year: the relation moves without money' },
  CLAIMED_AT_HUKOU: { zh: '在户籍地申领：关系与资金一并转移', en: 'claimed at the hukou: relation and money move' },
};

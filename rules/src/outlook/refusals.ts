import type { RefusalCatalogue } from '../refusal-entry.js';

export const outlookRefusals = {
  CATEGORY_NOT_OF_SEX: {
    zh: '所选退休人群与登记的性别不符',
    en: 'the retirement group is not for the sex on record',
    wayOut: {
      zh: '男为 M60，女为 F55 或 F50；性别登记有误的先更正',
      en: 'M60 for men, F55 or F50 for women; a wrong sex on record is corrected first',
    },
  },
  PERSON_HAS_DIED: {
    zh: '参保人已去世，没有养老预测',
    en: 'the person has died: there is no outlook',
    wayOut: { zh: '由遗属申请继承个人账户余额', en: 'the heirs apply for the balance of the account' },
  },
} as const satisfies RefusalCatalogue;

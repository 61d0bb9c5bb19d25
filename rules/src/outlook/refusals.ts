import type { RefusalCatalogue } from '../refusal-entry.js';

export const outlookRefusals = {
  PERSON_HAS_DIED: {
    zh: '参保人已去世，没有养老预测',
    en: 'the person has died: there is no outlook',
    wayOut: { zh: '由遗属申请继承个人账户余额', en: 'the heirs apply for the balance of the account' },
  },
} as const satisfies RefusalCatalogue;

import type { RefusalCatalogue } from '../refusal-entry.js';

export const contributionRefusals = {
  LIMITS_REVERSED: {
    zh: '上限低于下限',
    en: 'the ceiling is below the floor',
    wayOut: { zh: '核对上下限', en: 'check the limits' },
  },
  RATES_INCONSISTENT: {
    zh: '记入个人账户的比例高于缴费比例',
    en: 'more goes to the account than is paid',
    wayOut: { zh: '核对两个比例', en: 'check both rates' },
  },
} as const satisfies RefusalCatalogue;

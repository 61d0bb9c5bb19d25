import type { RefusalCatalogue } from '../refusal-entry.js';

export const medicalRefusals = {
  MEDICAL_SCHEME_UNKNOWN: {
    zh: '不是基本医疗保险险种',
    en: 'this is no scheme of basic medical insurance',
    wayOut: { zh: '职工 310，城乡居民 390', en: 'employees 310, residents 390' },
  },
  RETIREE_COVER_STAYS: {
    zh: '已享受退休人员医保待遇的不转移',
    en: 'retiree cover is not transferred',
    wayOut: { zh: '办理异地就医备案', en: 'register for care elsewhere instead' },
  },
  REPAIRED_MORE_THAN_MISSED: {
    zh: '修复年数多于断保年数',
    en: 'more years were repaired than missed',
    wayOut: { zh: '核对两个年数', en: 'check both numbers' },
  },
} as const satisfies RefusalCatalogue;

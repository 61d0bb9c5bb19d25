import type { RefusalCatalogue } from '../refusal-entry.js';

export const deadlineRefusals = {
  DEADLINE_UNKNOWN: {
    zh: '没有这一法定时限',
    en: 'there is no statutory time limit of this name',
    wayOut: { zh: '使用已列出的时限代码，或直接给出天数和单位', en: 'use a listed code, or give the amount and its unit' },
  },
  EVENTS_OUT_OF_ORDER: {
    zh: '后一步早于前一步',
    en: 'a step happened before the one it follows',
    wayOut: { zh: '核对各步骤的日期', en: 'check the days of the steps' },
  },
} as const satisfies RefusalCatalogue;

import type { RefusalCatalogue } from '../refusal-entry.js';

export const recordRefusals = {
  SCHEME_UNKNOWN: {
    zh: '没有这个险种',
    en: 'there is no such scheme',
    wayOut: {
      zh: '使用险种代码，例如 110、120、170、210、310、390、410',
      en: 'use the code of a scheme, such as 110, 120, 170, 210, 310, 390, 410',
    },
  },
  SCHEME_NOT_YET: {
    zh: '该险种当时尚未建立',
    en: 'the scheme did not exist in that month',
    wayOut: { zh: '核对险种和费款所属期', en: 'check the scheme and the month' },
  },
  RECORD_EMPTY: {
    zh: '没有任何可供核查的记录',
    en: 'there is nothing in the record to look at',
    wayOut: { zh: '至少提供一段缴费、待遇、就业或参保记录', en: 'give at least one stretch of contributions, benefit, work or cover' },
  },
} as const satisfies RefusalCatalogue;

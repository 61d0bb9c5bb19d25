import type { RefusalCatalogue } from '../refusal-entry.js';

export const injuryRefusals = {
  DELIVERY_LEVEL_MISSING: {
    zh: '即时配送分两档收费，未说明平台适用哪一档',
    en: 'instant delivery is charged on two levels, and the level of the platform is not given',
    wayOut: { zh: '给出 LOW（新平台）或 HIGH', en: 'give LOW (new platforms) or HIGH' },
  },
  TRADE_UNKNOWN: {
    zh: '不是试点行业',
    en: 'this trade takes no part',
    wayOut: {
      zh: '使用 RIDE_HAILING、INSTANT_DELIVERY（含外卖）或 CITY_FREIGHT',
      en: 'use RIDE_HAILING, INSTANT_DELIVERY (with food delivery) or CITY_FREIGHT',
    },
  },
} as const satisfies RefusalCatalogue;

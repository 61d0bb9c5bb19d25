import type { RefusalCatalogue } from '../refusal-entry.js';

export const unemploymentRefusals = {
  BENEFIT_ALREADY_DRAWN: {
    zh: '已开始领取失业保险金，领取期间不得变更发放地',
    en: 'the benefit is being drawn: the paying place does not change during a claim',
    wayOut: { zh: '领取期满或停领后再办理', en: 'apply when the claim has ended' },
  },
  PLACE_CANNOT_PAY: {
    zh: '失业保险金只能在最后参保地或户籍地申领',
    en: 'unemployment benefit is claimed at the last place of insurance or at the hukou only',
    wayOut: { zh: '选择最后参保地或户籍地', en: 'choose one of the two' },
  },
} as const satisfies RefusalCatalogue;

import type { Kind } from '../kind.js';
import { accountGrowthKind } from './account/growth.kind.js';
import { residentLinkKind } from './link/resident-link.kind.js';
import { residentPensionKind } from './link/resident-pension.kind.js';
import { overlapClearingKind } from './overlap/clearing.kind.js';
import { doubleBenefitsKind } from './overlap/double-benefits.kind.js';
import { receivingPlaceKind } from './place/receiving-place.kind.js';
import { mobileSchemeKind } from './proposal/mobile-scheme.kind.js';
import { transferAmountKind } from './transfer/amount.kind.js';
import { transferEligibilityKind } from './transfer/eligibility.kind.js';
import { lumpSumKind } from './transfer/lump-sum.kind.js';

/** Questions about the enterprise pension: what moves, what grows, where it is drawn, and what happens to doubles. */
export const pensionKinds: readonly Kind[] = [
  transferAmountKind,
  transferEligibilityKind,
  lumpSumKind,
  accountGrowthKind,
  receivingPlaceKind,
  overlapClearingKind,
  doubleBenefitsKind,
  residentLinkKind,
  residentPensionKind,
  mobileSchemeKind,
].map(withReasons);

/** Who reads the figures alone is told with them why they may still change. */
function withReasons(kind: Kind): Kind {
  return {
    ...kind,
    answer(input, options) {
      const ruled = kind.answer(input, options);
      const { figures, provisional } = ruled;
      if (typeof figures !== 'object') return ruled;
      return { ...ruled, figures: { ...figures, provisional: provisional.map(({ reason }) => reason) } };
    },
  };
}

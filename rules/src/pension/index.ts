/*
 * The enterprise pension as typed functions: money in whole fen, months as indexes, places as provinces. A refusal is thrown as RuleRefusal.
 */
export {
  creditShareOf,
  Deposits,
  growAccount,
  interestMethodOf,
  type AccountGrowth,
  type AccountYearEnd,
  type InterestMethod,
} from './account/growth.js';
export { creditingRates, type CreditingRates } from './account/rates.js';
export type { AccountKind, Contribution, MonthState } from './contributions.js';
export { linkResident, type ResidentLink, type ResidentLinkInput } from './link/resident-link.js';
export { residentPension, type ResidentPension, type ResidentPensionQuestion } from './link/resident-pension.js';
export { clearOverlaps, type Clearing, type ClearingInput } from './overlap/clearing.js';
export { doubleBenefits, type DoubleBenefits, type DrawnBenefit } from './overlap/double-benefits.js';
export type { PlaceStretch } from './place/month-counts.js';
export { receivingPlace, type ReceivingPlace, type ReceivingPlaceInput } from './place/receiving-place.js';
export { mobileScheme, type MobilePayment, type MobileScheme } from './proposal/mobile-scheme.js';
export { transferAmount, type TransferAmount, type TransferAmountInput } from './transfer/amount.js';
export { transferEligibility, type Eligibility, type EligibilityQuestion } from './transfer/eligibility.js';
export { judgeLumpSum, type LumpSumVerdict } from './transfer/lump-sum.js';
export { moneyMoves } from './transfer/money-moves.js';

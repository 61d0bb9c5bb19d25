export { contributionLimits, type ContributionLimits, type LimitsQuestion } from './contribution-limits.js';
export {
  flexibleContribution,
  type FlexibleChoice,
  type FlexibleContribution,
  type FlexibleContributionQuestion,
  type PaymentRhythm,
} from './flexible-contribution.js';
export { contributionSubsidy, type Subsidy, type SubsidyQuestion } from './subsidy.js';

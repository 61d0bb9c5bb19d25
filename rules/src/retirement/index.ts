export { averageIndex, yearsOfBases, type AverageIndex, type AverageIndexQuestion, type YearOfBases } from './average-index.js';
export { benefitEstimate, type Benefit, type BenefitQuestion, type TransitionPart } from './benefit.js';
export type { TransitionBasis } from './benefit-terms.js';
export { contributionYears, yearsText, type ContributionYears, type YearsRounding } from './contribution-years.js';
export { accountDivisor, divisorText, type Divisor } from './divisor.js';
export { elasticRequest, type ElasticAnswer, type ElasticObstacle, type ElasticRequest } from './elastic-request.js';
export { minimumMonthsIn } from './minimum-months.js';
export { monthsMissing, type MinimumMonths, type MinimumMonthsQuestion, type ShortageWayOut } from './months-missing.js';
export {
  ageText,
  retirementCategoryFrom,
  retirementDate,
  retirementDates,
  type ElasticWindow,
  type RetirementCategory,
  type RetirementDates,
} from './retirement-ages.js';

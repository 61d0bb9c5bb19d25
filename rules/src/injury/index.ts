export {
  injuryContribution,
  type InjuryContribution,
  type InjuryContributionQuestion,
  type InjuryLevel,
  type InjuryTrade,
  type OrderCount,
} from './contribution.js';
export { injuryCoverage, type InjuryCoverage, type InjuryCoverageQuestion } from './coverage.js';
export { orderEvent, type OrderEvent, type OrderEventQuestion, type OrderFact } from './order-event.js';

import type { RecordNeeds } from '@yichuang/kit';

/** Which standard records each field reads. `relationIndex` says where to ask, so every field about relations needs it. */
export const needs: RecordNeeds = {
  'Citizen.identity': ['cardHolder'],
  'Citizen.socialCard': ['card'],
  'Citizen.jurisdictions': ['relationIndex'],
  'Citizen.outlook': ['relationIndex', 'cardHolder', 'person', 'relation', 'contribution', 'accountYear', 'benefit'],
  'Citizen.employments': ['relationIndex', 'employment'],
  'Pension.relations': ['relationIndex', 'relation', 'person'],
  'Pension.contributions': ['relationIndex', 'contribution'],
  'Pension.monthsPaid': ['relationIndex', 'contribution'],
  'Pension.hasPaidAtLeast': ['relationIndex', 'contribution'],
  'Pension.account': ['relationIndex', 'accountYear', 'person'],
  'Pension.benefit': ['relationIndex', 'benefit'],
  'Pension.benefits': ['relationIndex', 'benefit'],
  'Unemployment.relations': ['relationIndex', 'relation', 'person'],
  'Unemployment.contributions': ['relationIndex', 'contribution'],
  'Unemployment.benefits': ['relationIndex', 'benefit'],
  'OccupationalInjury.relations': ['relationIndex', 'relation', 'person'],
  'OccupationalInjury.contributions': ['relationIndex', 'contribution'],
  'OccupationalInjury.benefits': ['relationIndex', 'benefit'],
  'OccupationalInjury.platformCover': ['injuryCover'],
  'Enterprise.insuredHeadcount': ['unit'],
  'Enterprise.insuredNearRetirement': ['unit'],
  'Enterprise.socialInsuranceStanding': ['unit'],
};

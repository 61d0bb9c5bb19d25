import type { RecordNeeds } from '@yichuang/kit';

/** The same record by credit code and by the person who runs the unit; a system is asked only for the one its keys can find. */
const registration = ['registration', 'business'];

/** Which standard records each field reads. What is registered of an `Enterprise` needs the registration: it
 * decides whether there is such a unit. */
export const needs: RecordNeeds = {
  'Citizen.platformWork': ['engagement'],
  'Citizen.businesses': ['business'],
  'PlatformEngagement.months': ['activity'],
  'Enterprise.name': registration,
  'Enterprise.type': registration,
  'Enterprise.state': registration,
  'Enterprise.legalRepresentative': registration,
  'Enterprise.registeredCapital': registration,
  'Enterprise.established': registration,
  'Enterprise.division': registration,
  'Enterprise.registrar': registration,
  'Enterprise.address': registration,
  'Enterprise.businessScope': registration,
  'Enterprise.abnormalListings': [...registration, 'abnormal', 'businessAbnormal'],
  'Enterprise.punishments': [...registration, 'punishment', 'businessPunishment'],
  'Enterprise.provenance': registration,
  'Enterprise.platformHeadcounts': ['headcount'],
};

import type { RecordNeeds } from '@yichuang/kit';

/** Which standard records each field reads. An outlet's own fields need its record when it is reached by its filing number. */
export const needs: RecordNeeds = {
  'Citizen.courierWork': ['courier'],
  'CourierEngagement.outlet': ['outlet'],
  'Enterprise.expressLicence': ['licence'],
  'ExpressLicence.areas': ['licenceArea'],
  'Enterprise.outlets': ['outletOfUnit'],
  'Outlet.name': ['outlet'],
  'Outlet.enterprise': ['outlet'],
  'Outlet.division': ['outlet'],
  'Outlet.address': ['outlet'],
  'Outlet.openedOn': ['outlet'],
  'Outlet.closedOn': ['outlet'],
  'Outlet.couriers': ['outlet'],
  'Outlet.provenance': ['outlet'],
};

import { isRecord } from '../agencies/reply.js';

type Row = Readonly<Record<string, unknown>>;

/** States of the graph by the national list of 登记状态. */
export const REGISTERED_STATES: Readonly<Record<string, string>> = {
  ACTIVE: '1',
  REVOKED: '2',
  REVOKED_CANCELLED: '3',
  CANCELLED: '4',
  ANNULLED: '5',
  MOVED_OUT: '6',
  OTHER: '9',
};

/**
 * What the postal administration holds of a unit as an express company, as a record says it; nothing of any other unit.
 * @param enterprise holds `expressLicence`: null where there is none, undefined where nobody answered
 * @param files whether it files couriers or outlets: then to have no licence says something
 */
export function expressFacts({ expressLicence }: Row, files: boolean): Row {
  if (isRecord(expressLicence)) {
    const { validTo, state } = expressLicence;
    return { express: { ...(typeof validTo === 'string' ? { licensedUntil: validTo } : {}), licenceEnded: state !== 'VALID' } };
  }
  return files && expressLicence === null ? { express: { licensed: false } } : {};
}

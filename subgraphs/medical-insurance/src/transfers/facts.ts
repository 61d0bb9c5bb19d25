import { recordsOf, type Agency, type Loaded, type TransferFacts } from '@yichuang/kit';
import type { CitizenNumber } from '@yichuang/schema';
import type { EnrolmentRecord, PaymentRecord } from '../records.js';

/** What the national platform holds of one person. */
export interface MedicalFacts extends TransferFacts {
  readonly covers: readonly EnrolmentRecord[];
  readonly payments: readonly PaymentRecord[];
}

/**
 * Reads covers and payments of a person for the checks and the figures of a transfer. The agency asks its own system for its own case:
 * nothing of it leaves the agency but what the case says.
 * @throws AgencyFault when the platform does not answer: it is the only register
 */
export function factsOf(agency: Agency): (citizen: CitizenNumber, signal: AbortSignal) => Promise<MedicalFacts> {
  const system = agency.systems.find((one) => one.holds(['enrolment']) && one.holds(['payment']));
  if (!system) throw new Error('agency.yaml names no system that holds the records enrolment and payment');
  return async (citizen, signal) => {
    const records = (await system.ask('citizen', [citizen], ['enrolment', 'payment'], signal)).get(citizen) ?? new Map<string, never[]>();
    const loaded: Loaded & { readonly ok: true } = { ok: true, system, jurisdiction: undefined, records };
    return {
      covers: recordsOf<EnrolmentRecord>(loaded, 'enrolment'),
      payments: recordsOf<PaymentRecord>(loaded, 'payment'),
      missing: [],
    };
  };
}

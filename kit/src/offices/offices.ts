import type { Agency } from '../agency.js';
import type { GuardedSystem } from '../systems/guard.js';
import type { TransferOffice } from '../transfers/office.js';
import { inquiryPaper, orderPaper, readReceipt, type OrderCounter } from './papers.js';

/**
 * The offices of an agency by jurisdiction; undefined where the agency file says nothing of orders. A system that names no jurisdiction is a
 * national platform, and carries the orders to all offices that no other system is named for.
 */
export function officesOf(agency: Agency): (jurisdiction: string) => TransferOffice | undefined {
  const national = agency.systems.find(({ jurisdictions, office }) => jurisdictions.length === 0 && office !== undefined);
  return (jurisdiction) => (agency.systemOf(jurisdiction) ?? national)?.office;
}

/** The office behind a system's counter: within the limits of the system, and nothing twice. */
export function officeAt(system: Pick<GuardedSystem, 'id' | 'act'>, counter: OrderCounter): TransferOffice {
  return {
    inquire: (jurisdiction, key, signal) =>
      system.act(signal, async (inTime) => readReceipt(await counter.inquire(jurisdiction, inquiryPaper(key), inTime), key, system.id)),
    act: (order, signal) =>
      system.act(signal, async (inTime) => {
        const receipt = readReceipt(await counter.order(orderPaper(order), inTime), order.key, system.id);
        // An office that has been told has at least got it.
        return receipt ?? { state: 'PENDING', since: new Date().toISOString() };
      }),
  };
}

import type { Party } from '../access/principal.js';
import { partyText } from './actor.js';

/*
 * Names of the facts that are kept, as notifications carry them, without a space: sealed references, case numbers and users, no personal data.
 */

/** What one person has delegated to another. */
export function delegationKey(from: string, to: string): string {
  return `d|${from}|${to}`;
}

export function caseKey(caseNumber: string): string {
  return `c|${caseNumber}`;
}

/** The emergency access of one official. */
export function emergencyKey(user: string, party: Party | string): string {
  return `e|${encodeURIComponent(typeof party === 'string' ? party : partyText(party))}|${encodeURIComponent(user)}`;
}

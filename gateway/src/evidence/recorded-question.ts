import { createHmac, hkdfSync, randomUUID } from 'node:crypto';
import { parseCitizenNumber } from '@yichuang/schema';
import type { Caller, Principal } from '../access/principal.js';
import { BoundedCache } from '../bounded-cache.js';
import type { RecordedQuestion } from './record.js';

/** Says who asks, in a form that may be kept. */
export interface Recording {
  /** @param questionId UUID */
  of(caller: Caller, questionId: string): RecordedQuestion;
  /** The pseudonym under which somebody's acts are recorded. */
  actorOf(principal: Principal): string;
}

const PSEUDONYMS_KEPT = 10_000;

/**
 * @param keyHex secret of the installation; the key of the pseudonyms is derived from it, so that they are stable and say nothing to those
 *   who do not hold it
 */
export function recordingWith(keyHex: string): Recording {
  const key = Buffer.from(hkdfSync('sha256', Buffer.from(keyHex, 'hex'), '', 'yichuang:access-log:pseudonym:1', 32));
  const digest = (text: string): string => createHmac('sha256', key).update(text).digest('base64url').slice(0, 16);
  const pseudonyms = new BoundedCache<string, string>(PSEUDONYMS_KEPT);
  const actorOf = (principal: Principal): string => {
    if (principal.kind === 'ANONYMOUS') return 'anonymous';
    const { kind: party, code } = 'party' in principal ? principal.party : { kind: '', code: '' };
    const who = [principal.kind, party, code, principal.user].join('\0');
    return pseudonyms.through(who, () => `${principal.kind === 'CITIZEN' ? 'c' : 'o'}-${digest(who)}`);
  };
  return {
    actorOf,
    of: ({ principal, purpose, caseNumber }, questionId) => ({
      answerId: answerId(),
      questionId,
      actor: actorOf(principal),
      role: principal.kind,
      party: 'party' in principal ? principal.party : undefined,
      purpose: purpose.kind === 'NAMED' ? purpose.code : undefined,
      // Some offices number a case by the citizen number of its applicant.
      caseNumber: caseNumber !== undefined && containsValidCitizenNumber(caseNumber) ? `case-${digest(caseNumber)}` : caseNumber,
    }),
  };
}

/** UUID of version 7 (RFC 9562): in the order of time, so that the index over them grows at its end. */
function answerId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

/** True when a text contains a citizen number that is one by its check character, or an old one of 15 digits. */
function containsValidCitizenNumber(text: string): boolean {
  for (const [digits] of text.matchAll(/\d{15,}[\dXx]*/g)) {
    if (digits.length === 15 && parseCitizenNumber(digits)) return true;
    for (let at = 0; at + 18 <= digits.length; at++) if (parseCitizenNumber(digits.slice(at, at + 18))) return true;
  }
  return false;
}

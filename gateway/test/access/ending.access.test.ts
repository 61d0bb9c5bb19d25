import { describe, expect, it } from '@jest/globals';
import { loadAccessCatalogue } from '@yichuang/schema';
import type { Grant } from '../../src/access/decide.js';
import { canEnd, whyEnded, type Standing } from '../../src/access/ending.js';
import type { ConsentState } from '../../src/access/facts.js';
import { ref, OWN_NUMBER } from '../setup/hub.js';

const catalogue = loadAccessCatalogue();
const SUBJECT = ref(OWN_NUMBER);
const NOBODY_KNOWS: Standing = {
  consentsOf: () => undefined,
  delegationsOf: () => undefined,
  caseStated: () => undefined,
  emergencyOpen: () => undefined,
};

const mandate = (id: string): Grant => {
  const found = catalogue.mandates.find((one) => one.id === id);
  if (!found) throw new Error(`no mandate ${id}`);
  return { basis: 'MANDATE', mandate: found };
};
const delegation = { delegationId: 'dlg_1', kind: 'GUARDIAN', scopes: new Set(['a:read', 'b:read']) } as const;
const consent = { consentId: 'cns_1', state: 'ACTIVE', scopes: new Set(['a:read']), dataRange: undefined } as const;
const caseStated = (open: boolean): Standing['caseStated'] => {
  const fact = {
    caseNumber: '1',
    subject: SUBJECT,
    purpose: 'TRANSFER_OUT',
    partyKind: 'HRSS_OFFICE',
    jurisdictions: new Set<string>(),
    open,
  };
  return () => fact;
};
const why = (grant: Grant, now: Partial<Standing>) => whyEnded({ subject: SUBJECT, grant }, { ...NOBODY_KNOWS, ...now });

describe('what a release rests on', () => {
  it.each<[string, Grant]>([
    ['a person’s own record', { basis: 'SELF', delegation: undefined }],
    ['a mandate without a case', mandate('counter-service')],
    ['an employer’s duties', mandate('employer-duties')],
  ])('cannot end while an agency is asked where it is %s: nothing is looked at', (_, grant) => {
    expect([canEnd(grant), why(grant, {})]).toEqual([false, undefined]);
  });

  it.each<[string, Grant, string, Partial<Standing>, Partial<Standing>]>([
    ['a consent', { basis: 'CONSENT', consent }, 'CONSENT_UNAVAILABLE', consents('ACTIVE'), consents('REVOKED')],
    [
      'a delegation',
      { basis: 'SELF', delegation },
      'ACTING_UNAVAILABLE',
      { delegationsOf: () => [delegation] },
      { delegationsOf: () => [] },
    ],
    ['a case', mandate('transfer-out'), 'ACTING_UNAVAILABLE', { caseStated: caseStated(true) }, { caseStated: caseStated(false) }],
    [
      'a case of who is held here',
      mandate('benefit-pension'),
      'ACTING_UNAVAILABLE',
      { caseStated: caseStated(true) },
      { caseStated: () => 'NONE' },
    ],
    [
      'an emergency',
      { basis: 'EMERGENCY', emergency: { emergencyId: 'emg_1', subjects: new Set([SUBJECT]) } },
      'ACTING_UNAVAILABLE',
      { emergencyOpen: () => ({ emergencyId: 'emg_1', subjects: new Set([SUBJECT]) }) },
      { emergencyOpen: () => ({ emergencyId: 'emg_2', subjects: new Set([SUBJECT]) }) },
    ],
  ])('counts as long as it stands, and no longer: %s', (_, grant, unavailable, stands, ended) => {
    expect(canEnd(grant)).toBe(true);
    expect([why(grant, stands), why(grant, ended), why(grant, {})]).toEqual([undefined, 'ACCESS_DENIED', unavailable]);
  });

  it('has not ended where this question used it up itself', () => {
    expect(why({ basis: 'CONSENT', consent }, consents('EXHAUSTED'))).toBeUndefined();
    for (const state of ['PAUSED', 'EXPIRED', 'SUPERSEDED', 'INVALIDATED', 'SCHEDULED'] as const)
      expect(why({ basis: 'CONSENT', consent }, consents(state))).toBe('ACCESS_DENIED');
  });

  it('has ended where a birthday took a part of the delegation away', () => {
    const narrower = { ...delegation, scopes: new Set(['a:read']) };
    expect(why({ basis: 'SELF', delegation }, { delegationsOf: () => [narrower] })).toBe('ACCESS_DENIED');
  });
});

function consents(state: ConsentState): Pick<Standing, 'consentsOf'> {
  return { consentsOf: () => ({ consents: [{ ...consent, state }], pending: new Set() }) };
}

import { describe, expect, it } from '@jest/globals';
import { hasSteppedUp, principalFromClaims } from '../../src/access/principal.js';
import { OWN_NUMBER } from '../setup/hub.js';
import { seal } from './setup/acting.js';

const ACR = 'urn:yichuang:acr:step-up';
const NOW = Math.floor(Date.now() / 1000);

const steppedUp = (claims: object, at = NOW * 1000): boolean => {
  const principal = principalFromClaims({ sub: 'u', role: 'citizen', citizen_number: OWN_NUMBER, ...claims }, seal);
  if (!principal) throw new Error('no principal');
  return hasSteppedUp(principal, at);
};

describe('a step-up', () => {
  it('counts for ten minutes from the time of authentication, and not a moment longer', () => {
    const claims = { acr: ACR, auth_time: NOW };
    expect(steppedUp(claims)).toBe(true);
    expect(steppedUp(claims, NOW * 1000 + 599_999)).toBe(true);
    expect(steppedUp(claims, NOW * 1000 + 600_000)).toBe(false);
  });

  it.each([
    ['no class', { auth_time: NOW }],
    ['another class', { acr: 'urn:mace:incommon:iap:silver', auth_time: NOW }],
    ['several classes', { acr: [ACR], auth_time: NOW }],
    ['no time', { acr: ACR }],
    ['a time that is text', { acr: ACR, auth_time: String(NOW) }],
    ['a time that is no number', { acr: ACR, auth_time: Number.NaN }],
    ['a time eleven minutes ago', { acr: ACR, auth_time: NOW - 660 }],
    ['a time an hour ahead', { acr: ACR, auth_time: NOW + 3_600 }],
  ])('is not made by a token with %s', (_, claims) => {
    expect(steppedUp(claims)).toBe(false);
  });

  it('is made by an official’s token in the same way', () => {
    const claims = { sub: 'w', role: 'caseworker', party_kind: 'HRSS_OFFICE', party: '440000', jurisdiction: '440000' };
    const principal = principalFromClaims({ ...claims, acr: ACR, auth_time: NOW }, seal);
    expect(principal && hasSteppedUp(principal)).toBe(true);
  });
});

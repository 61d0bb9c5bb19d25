import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { grantPolicy } from '@yichuang/kit';
import { newGrantKey } from '@yichuang/schema';
import { ME } from './questions.js';
import { Window } from './window.js';

const PERSON = 'courier-four-provinces';
const national = newGrantKey('gm', 'hub-gm');
const nationalOnly = grantPolicy('gm', JSON.stringify({ keys: [national.publicKey] }));

let window: Window;
beforeAll(async () => {
  window = await Window.open({
    people: 120,
    grants: { 'medical-insurance': nationalOnly },
    gatewayEnv: { AGENCY_MEDICAL_INSURANCE_GRANT_SUITE: 'gm', AGENCY_MEDICAL_INSURANCE_GRANT_KEY: national.key },
  });
}, 60_000);
afterAll(() => window.close());

/** Agencies that something of an answer comes from. */
const agenciesIn = (provenance: readonly { readonly agency: string }[]): string[] =>
  [...new Set(provenance.map(({ agency }) => agency))].sort();

describe('with one agency on the national suite and the others not', () => {
  it('the one-window question is answered by all of them, without an error', async () => {
    const { status, errors, data, provenance } = await window.ask(ME, { as: PERSON });
    expect([status, errors]).toEqual([200, []]);
    expect(data.me.medical.enrolments.length).toBeGreaterThan(0);
    expect(agenciesIn(provenance)).toEqual(['hrss', 'market-regulation', 'medical-insurance', 'postal']);
  });

  it.each([
    ['the national suite refuses the other', 'postal', nationalOnly, 'courierWork'],
    ['the other suite refuses the national one', 'medical-insurance', undefined, 'medical'],
  ] as const)('an agency on %s: its part is a gap, and nothing of it is answered', async (_, name, grants, field) => {
    const port = window.portOf(name);
    const before = window.log().length;
    await window.stopAgency(name);
    await window.startAgency(name, port, grants ?? grantPolicy('intl', window.sandbox.secrets.grantKeys));
    try {
      const { data, errors, provenance } = await window.ask(ME, { as: PERSON });
      expect(data.me[field]).toBeNull();
      expect(new Set(errors.map(({ path, extensions }) => `${path?.[1] ?? ''} ${extensions.code}`))).toEqual(
        new Set([`${field} AGENCY_UNAVAILABLE`]),
      );
      expect(agenciesIn(provenance)).not.toContain(name);
      expect(data.me.identity.name).toBe(window.lifeOf(PERSON).name);
      expect(window.log().slice(before)).toContain('it is of another suite');
    } finally {
      await window.stopAgency(name);
      await window.startAgency(name, port);
    }
  });
});

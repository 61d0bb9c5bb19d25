import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { consentAfter, consentStateAt, dueAct, isLive, type ConsentAct } from '../../src/consent/consent.js';
import { readTicks, requestAfter, requestStateAt, type RequestAct, type RequestState } from '../../src/consent/request.js';
import { limitsWithin, type AskedTerms } from '../../src/consent/terms.js';
import type { ConsentState } from '../../src/access/facts.js';
import { ASKED, EMPLOYER, SCOPES, SENSITIVE, terms } from './setup.js';

const REQUEST_STATES: readonly RequestState[] = ['PENDING', 'APPROVED', 'PARTIALLY_APPROVED', 'DENIED', 'EXPIRED', 'WITHDRAWN'];
const REQUEST_ACTS: readonly Exclude<RequestAct, 'REQUEST'>[] = ['APPROVE', 'APPROVE_PART', 'DENY', 'EXPIRE', 'WITHDRAW'];
const CONSENT_STATES: readonly ConsentState[] = [
  'SCHEDULED',
  'ACTIVE',
  'PAUSED',
  'REVOKED',
  'EXPIRED',
  'EXHAUSTED',
  'SUPERSEDED',
  'INVALIDATED',
];
type Act = Exclude<ConsentAct, 'GRANT'>;
const CONSENT_ACTS: readonly Act[] = [
  'ACTIVATE',
  'PAUSE',
  'RESUME',
  'REVOKE',
  'GIVE_UP',
  'EXPIRE',
  'EXHAUST',
  'NARROW',
  'SUPERSEDE',
  'INVALIDATE',
];
const WHO = ['PERSON', 'RECIPIENT', 'HUB'] as const;
const NOW = new Date('2026-11-22T04:00:00Z');

describe('what can happen to a request', () => {
  it('is one answer, by the person, the recipient or time, each their own', () => {
    const may = WHO.flatMap((by) =>
      REQUEST_ACTS.flatMap((act) => {
        const to = requestAfter('PENDING', act, by);
        return to === undefined ? [] : [`${by} ${act} ${to}`];
      }),
    );
    expect(may).toEqual([
      'PERSON APPROVE APPROVED',
      'PERSON APPROVE_PART PARTIALLY_APPROVED',
      'PERSON DENY DENIED',
      'RECIPIENT WITHDRAW WITHDRAWN',
      'HUB EXPIRE EXPIRED',
    ]);
  });

  it('is nothing once it has been answered', () => {
    for (const state of REQUEST_STATES.filter((one) => one !== 'PENDING'))
      for (const act of REQUEST_ACTS) for (const by of WHO) expect(requestAfter(state, act, by)).toBeUndefined();
  });

  it('ends at the very moment it expires', () => {
    const request = { state: 'PENDING', expiresAt: NOW } as const;
    expect(requestStateAt(request, new Date(NOW.getTime() - 1))).toBe('PENDING');
    expect(requestStateAt(request, NOW)).toBe('EXPIRED');
  });
});

describe('what can happen to a consent', () => {
  it('is what the person, the recipient and the hub each may do, and nothing else', () => {
    const may = WHO.map((by) => [
      by,
      CONSENT_STATES.filter(isLive).flatMap((state) =>
        CONSENT_ACTS.flatMap((act) => {
          const to = consentAfter(state, act, by);
          return to === undefined || by === 'HUB' ? [] : [`${state} ${act} ${to}`];
        }),
      ),
    ]);
    expect(may).toEqual([
      [
        'PERSON',
        ['SCHEDULED REVOKE REVOKED', 'ACTIVE PAUSE PAUSED', 'ACTIVE REVOKE REVOKED', 'PAUSED RESUME ACTIVE', 'PAUSED REVOKE REVOKED'],
      ],
      ['RECIPIENT', ['SCHEDULED GIVE_UP REVOKED', 'ACTIVE GIVE_UP REVOKED', 'PAUSED GIVE_UP REVOKED']],
      ['HUB', []],
    ]);
  });

  it('is nothing in a final state', () => {
    for (const state of CONSENT_STATES.filter((one) => !isLive(one)))
      for (const act of CONSENT_ACTS) for (const by of WHO) expect(consentAfter(state, act, by)).toBeUndefined();
  });

  it('counts from its first moment and no longer at its last, by one clock', () => {
    const consent = { state: 'SCHEDULED', validFrom: NOW, validTo: new Date(NOW.getTime() + 1_000) } as const;
    const at = (ms: number): ConsentState => consentStateAt(consent, new Date(NOW.getTime() + ms));
    expect([at(-1), at(0), at(999), at(1_000), at(5_000)]).toEqual(['SCHEDULED', 'ACTIVE', 'ACTIVE', 'EXPIRED', 'EXPIRED']);
  });

  it('never comes back by the passing of time', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CONSENT_STATES),
        fc.integer({ min: -5, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        (state, from, lasts) => {
          const consent = { state, validFrom: new Date(NOW.getTime() + from), validTo: new Date(NOW.getTime() + from + lasts) };
          const due = dueAct(consent, NOW);
          const now = consentStateAt(consent, NOW);
          if (due) expect(consentAfter(state, due, 'HUB')).toBe(now);
          else expect(now).toBe(state);
          if (NOW >= consent.validTo) expect(isLive(now)).toBe(false);
        },
      ),
    );
  });
});

describe('ticks', () => {
  const request = { scopes: SCOPES };

  it('approve what is among what was asked, each sensitive scope by a tick of its own', () => {
    fc.assert(
      fc.property(fc.subarray([...SCOPES, 'never.asked:read']), fc.subarray([...SCOPES, 'never.asked:read']), (together, separately) => {
        const ticked = readTicks(request, { together, separately }, terms());
        const given = [...new Set([...together, ...separately])];
        if (given.length === 0) expect(ticked).toEqual({ kind: 'NONE' });
        else if (given.includes('never.asked:read')) expect(ticked).toEqual({ kind: 'NOT_ASKED' });
        else if (given.includes(SENSITIVE) && !separately.includes(SENSITIVE)) expect(ticked).toEqual({ kind: 'TICK_MISSING' });
        else {
          expect(ticked.kind).toBe(given.length === SCOPES.length ? 'APPROVED' : 'PARTIALLY_APPROVED');
          expect('scopes' in ticked && [...ticked.scopes].sort()).toEqual(given.sort());
        }
      }),
    );
  });

  it('take a tick of their own where the catalogue says nothing', () => {
    expect(readTicks({ scopes: ['gone:read'] }, { together: ['gone:read'], separately: [] }, terms()).kind).toBe('TICK_MISSING');
  });
});

describe('the limits of a request', () => {
  const asked = (change: Partial<AskedTerms>) =>
    limitsWithin({ ...ASKED, recipient: EMPLOYER, ...change }, terms({ frequency: { count: 2, perDays: 7 } }), NOW);

  it('are the most the purpose allows where it names none', () => {
    expect(asked({})).toEqual({
      limits: {
        dataRange: undefined,
        validFrom: undefined,
        validDays: 90,
        maxUses: 5,
        frequency: { count: 2, perDays: 7 },
        dataLifeDays: 30,
      },
    });
  });

  it.each([
    ['PURPOSE', { purpose: 'NO_SUCH' }],
    ['RECIPIENT', { recipient: { kind: 'INTEGRATOR', code: 'x' } }],
    ['SCOPES', { scopes: [...SCOPES, 'medical.account:read'] }],
    ['SCOPES', { scopes: [] }],
    ['DATA_RANGE', { dataRange: { from: '2026-13', to: undefined } }],
    ['DATA_RANGE', { dataRange: { from: '2026-10', to: '2026-09' } }],
    ['VALIDITY', { validDays: 91 }],
    ['VALIDITY', { validDays: 0.5 }],
    ['VALIDITY', { validFrom: new Date('2027-11-22T00:00:00Z') }],
    ['VALIDITY', { validFrom: new Date('nonsense') }],
    ['USES', { maxUses: 6 }],
    ['USES', { maxUses: 0 }],
    ['FREQUENCY', { frequency: { count: 3, perDays: 7 } }],
    ['FREQUENCY', { frequency: { count: 2, perDays: 6 } }],
    ['DATA_LIFE', { dataLifeDays: 31 }],
  ])('refuse what is beyond the purpose: %s of %j', (beyond, change) => {
    expect(asked(change)).toEqual({ beyond });
  });

  it('refuse to bound the months of what cannot be cut to months, and say what that is', () => {
    const dataRange = { from: '2024-01', to: '2024-12' };
    expect(asked({ scopes: SCOPES, dataRange })).toEqual({ beyond: 'SCOPES_WITHOUT_MONTHS', scopes: ['employment.registered:read'] });
    for (const scopes of [SCOPES.slice(0, 2), ['pension.contributions:read']])
      expect(asked({ scopes, dataRange })).toHaveProperty('limits');
    expect(asked({ scopes: SCOPES })).toHaveProperty('limits');
  });
});

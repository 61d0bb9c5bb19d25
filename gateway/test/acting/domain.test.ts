import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newCaseNumber, parseCaseNumber } from '@yichuang/schema';
import type { DelegationKind } from '../../src/access/facts.js';
import { ageAt, birthdaysOf } from '../../src/acting/age.js';
import { caseTerms } from '../../src/acting/case.js';
import {
  delegatedScopes,
  delegationAfter,
  delegationStateAt,
  mayAct,
  offered,
  registered,
  type DelegationAct,
  type DelegationSide,
  type DelegationState,
  type Registration,
} from '../../src/acting/delegation.js';
import {
  dueEmergencyAct,
  emergencyAfter,
  emergencyStateAt,
  pleaRefusal,
  type EmergencyAct,
  type EmergencyState,
} from '../../src/acting/emergency.js';
import { MANDATES, official, person, SCOPES, seal } from './setup/acting.js';

const birthdays = (birthDate: string): NonNullable<ReturnType<typeof birthdaysOf>> => {
  const found = birthdaysOf(person(birthDate), seal);
  if (!found) throw new Error('not a reference');
  return found;
};
const NOW = new Date('2026-11-22T04:00:00Z');
const ADULT = birthdays('19700101');

describe('the age of a person', () => {
  it('is reached on the birthday at midnight in Shanghai, and not a moment before', () => {
    const ages = birthdays('20121122');
    expect(ages).toEqual({ fourteenth: new Date('2026-11-22T00:00:00+08:00'), eighteenth: new Date('2030-11-22T00:00:00+08:00') });
    expect(ageAt(ages, new Date('2026-11-21T23:59:59.999+08:00'))).toBe('UNDER_14');
    expect(ageAt(ages, new Date('2026-11-22T00:00:00+08:00'))).toBe('MINOR');
    expect(ageAt(ages, new Date('2030-11-21T23:59:59.999+08:00'))).toBe('MINOR');
    expect(ageAt(ages, new Date('2030-11-22T00:00:00+08:00'))).toBe('ADULT');
  });

  it('is reached on 1 March by who was born on 29 February', () => {
    expect(birthdays('20080229').eighteenth).toEqual(new Date('2026-03-01T00:00:00+08:00'));
  });

  it('is not told of a reference this hub did not make', () => {
    expect(birthdaysOf('c1'.padEnd(48, 'A'), seal)).toBeUndefined();
  });
});

describe('a case number', () => {
  it('is read as people write it', () => {
    const number = newCaseNumber();
    expect(parseCaseNumber(number.toLowerCase().replace(/(.{4})/g, '$1-'))).toBe(number);
  });

  it('with one wrong character is none', () => {
    fc.assert(
      fc.property(fc.nat(15), fc.constantFrom(...Array.from('23456789ABCDEFGHJKLMNPQRSTVWXYZ')), (place, character) => {
        const number = newCaseNumber();
        fc.pre(number.charAt(place) !== character);
        expect(parseCaseNumber(number.slice(0, place) + character + number.slice(place + 1))).toBeUndefined();
      }),
    );
  });

  it('with two neighbours exchanged is none', () => {
    fc.assert(
      fc.property(fc.nat(14), (place) => {
        const number = newCaseNumber();
        const [one, other] = [number.charAt(place), number.charAt(place + 1)];
        fc.pre(one !== other);
        expect(parseCaseNumber(number.slice(0, place) + other + one + number.slice(place + 2))).toBeUndefined();
      }),
    );
  });
});

const DELEGATION_STATES: readonly DelegationState[] = ['OFFERED', 'ACTIVE', 'SUSPENDED', 'ENDED', 'REVOKED', 'LAPSED'];
const DELEGATION_ACTS: readonly DelegationAct[] = ['ACCEPT', 'SUSPEND', 'RESUME', 'REVOKE', 'END', 'LAPSE'];
const KINDS: readonly DelegationKind[] = ['GUARDIAN', 'FAMILY_HELP', 'COURT_APPOINTED', 'NEXT_OF_KIN'];
const SIDES: readonly DelegationSide[] = ['PERSON', 'HELPER', 'OFFICE', 'HUB'];

describe('a delegation', () => {
  it('that has ended stays ended, whatever is done and however long it lasts', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('ENDED', 'REVOKED', 'LAPSED' as const),
        fc.constantFrom(...DELEGATION_ACTS),
        fc.date({ noInvalidDate: true }),
        (state, act, now) => {
          expect(delegationAfter(state, act)).toBeUndefined();
          expect(delegationStateAt({ kind: 'FAMILY_HELP', state, offeredUntil: NOW, validTo: NOW }, now)).toBe(state);
        },
      ),
    );
  });

  it('is in force only after an offer was accepted or an office entered it', () => {
    const into = DELEGATION_STATES.flatMap((state) =>
      DELEGATION_ACTS.filter((act) => delegationAfter(state, act) === 'ACTIVE').map((act) => `${state} ${act}`),
    );
    expect(into).toEqual(['OFFERED ACCEPT', 'SUSPENDED RESUME']);
  });

  it('is accepted by nobody but the helper, and taken back by nobody but who gave it', () => {
    for (const kind of KINDS) {
      expect(SIDES.filter((side) => mayAct(kind, 'ACCEPT', side))).toEqual(['HELPER']);
      expect(SIDES.filter((side) => mayAct(kind, 'REVOKE', side))).toEqual([kind === 'FAMILY_HELP' ? 'PERSON' : 'OFFICE']);
    }
    expect(mayAct('GUARDIAN', 'END', 'HELPER')).toBe(false);
  });

  it('is over at its end, not a moment before and not a moment after', () => {
    const [justBefore, at] = [new Date(NOW.getTime() - 1), NOW];
    const active = { state: 'ACTIVE', offeredUntil: undefined, validTo: NOW } as const;
    expect(delegationStateAt({ ...active, kind: 'FAMILY_HELP' }, justBefore)).toBe('ACTIVE');
    expect(delegationStateAt({ ...active, kind: 'FAMILY_HELP' }, at)).toBe('ENDED');
    expect(delegationStateAt({ ...active, kind: 'GUARDIAN' }, at)).toBe('LAPSED');
  });

  it('of a child of fourteen no longer carries what needs an own tick', () => {
    const ages = birthdays('20121122');
    const given = { kind: 'GUARDIAN', scopes: [...SCOPES.keys()], narrowsAt: ages.fourteenth } as const;
    expect(delegatedScopes(given, new Date(ages.fourteenth.getTime() - 1), SCOPES)).toEqual([
      'pension.months:count',
      'pension.account:read',
      'medical.payments:read',
    ]);
    expect(delegatedScopes(given, ages.fourteenth, SCOPES)).toEqual(['pension.months:count']);
  });

  it('never carries more than was given, nor what the catalogue lets no such delegate have', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...KINDS),
        fc.subarray([...SCOPES.keys()]),
        fc.option(fc.date({ noInvalidDate: true }), { nil: undefined }),
        (kind, scopes, narrowsAt) => {
          for (const scope of delegatedScopes({ kind, scopes, narrowsAt }, NOW, SCOPES)) {
            expect(scopes).toContain(scope);
            expect(SCOPES.get(scope)?.delegable).toContain(kind);
          }
        },
      ),
    );
  });
});

describe('an offer of family help', () => {
  const [from, to] = [person('19500101'), person('19750101')];
  const offer = { from, to, scopes: ['pension.months:count'], relationship: 'CHILD', days: 365 } as const;
  const made = (change: object, ages = { from: ADULT, to: ADULT }): unknown => offered({ ...offer, ...change }, ages, NOW, SCOPES);

  it('stands for seven days, and what comes of it for a year at most', () => {
    expect(made({})).toMatchObject({
      kind: 'FAMILY_HELP',
      offeredUntil: new Date('2026-11-29T04:00:00Z'),
      validTo: new Date('2027-11-22T04:00:00Z'),
    });
    expect(made({ days: 366 })).toEqual({ refused: 'ACT_NOT_ALLOWED', reason: 'PERIOD' });
  });

  it.each([
    ['to oneself', { to: from }, undefined, { refused: 'ACT_NOT_ALLOWED', reason: 'SELF' }],
    ['of nothing', { scopes: [] }, undefined, { refused: 'ACT_NOT_ALLOWED', reason: 'NO_SCOPES' }],
    [
      'of what no helper may have',
      { scopes: ['pension.months:count', 'medical.payments:read'] },
      undefined,
      { refused: 'SCOPE_NOT_DELEGABLE' },
    ],
    ['of the right to delegate on', { scopes: ['delegation.grants:write'] }, undefined, { refused: 'SCOPE_NOT_DELEGABLE' }],
    ['of what is in no catalogue', { scopes: ['pension.everything:read'] }, undefined, { refused: 'SCOPE_NOT_DELEGABLE' }],
    ['by a 17-year-old', {}, { from: birthdays('20081123'), to: ADULT }, { refused: 'ACT_NOT_ALLOWED', reason: 'UNDER_AGE' }],
    ['to a 17-year-old', {}, { from: ADULT, to: birthdays('20081123') }, { refused: 'ACT_NOT_ALLOWED', reason: 'UNDER_AGE' }],
  ])('%s is refused', (_, change, ages, refusal) => {
    expect(made(change, ages)).toEqual(refusal);
  });

  it('can be made on the 18th birthday', () => {
    expect(made({}, { from: birthdays('20081122'), to: ADULT })).toMatchObject({ kind: 'FAMILY_HELP' });
  });
});

describe('a delegation an office enters', () => {
  const registration: Registration = {
    kind: 'GUARDIAN',
    from: person('20200101'),
    to: person('19900101'),
    evidence: '户字 2020-118',
    scopes: undefined,
    until: undefined,
    dead: false,
  };
  const made = (change: Partial<Registration>, from = birthdays('20200101')): unknown =>
    registered({ ...registration, ...change }, { from, to: ADULT }, NOW, SCOPES);

  it('for a child ends on the 18th birthday and narrows on the 14th, both kept when it is made', () => {
    expect(made({})).toMatchObject({
      scopes: ['pension.months:count', 'pension.account:read', 'medical.payments:read'],
      narrowsAt: new Date('2034-01-01T00:00:00+08:00'),
      validTo: new Date('2038-01-01T00:00:00+08:00'),
    });
  });

  it.each([
    ['a guardian of somebody of age', {}, ADULT, 'OF_AGE'],
    ['a guardian with an end of their own', { until: new Date('2030-01-01') }, undefined, 'PERIOD'],
    ['anybody without evidence', { evidence: '  ' }, undefined, 'EVIDENCE'],
    ['next of kin of the living', { kind: 'NEXT_OF_KIN' as const }, undefined, 'ALIVE'],
    ['a guardian of the dead', { dead: true }, undefined, 'DEAD'],
    ['a court’s appointment that is over', { kind: 'COURT_APPOINTED' as const, until: NOW }, ADULT, 'PERIOD'],
  ])('cannot be %s', (_, change, from, reason) => {
    expect(made(change, from)).toEqual({ refused: 'ACT_NOT_ALLOWED', reason });
  });
});

describe('the terms of a case', () => {
  const plea = { purpose: 'TRANSFER_OUT', jurisdictions: [], presented: undefined };

  it('ask for a relation in the official’s own jurisdiction where the mandate does', () => {
    expect(caseTerms(official('w'), { ...plea, jurisdictions: ['330100'] }, MANDATES)).toEqual({
      own: '440000',
      jurisdictions: ['330000', '440000'],
      mustBeHeld: true,
    });
  });

  it('ask that the person has come where the person need not be known there yet', () => {
    const transfer = { ...plea, purpose: 'TRANSFER_IN' };
    expect(caseTerms(official('w'), transfer, MANDATES)).toEqual({ refused: 'ACT_NOT_ALLOWED', reason: 'NOT_PRESENTED' });
    expect(caseTerms(official('w'), { ...transfer, presented: 'APPLICATION' }, MANDATES)).toMatchObject({ mustBeHeld: false });
  });

  it.each([
    ['for a purpose without a mandate', official('w'), 'HIRING_SUPERVISION'],
    ['for an official of another kind of party', official('w', { kind: 'POSTAL' }), 'TRANSFER_OUT'],
    ['for an official in another role', official('w', { role: 'REGULATOR' }), 'TRANSFER_OUT'],
    ['for an official of nowhere', official('w', { code: 'nowhere' }), 'TRANSFER_OUT'],
  ])('are not to be had %s', (_, by, purpose) => {
    expect(caseTerms(by, { ...plea, purpose }, MANDATES)).toEqual({ refused: 'ACCESS_DENIED' });
  });
});

const EMERGENCY_STATES: readonly EmergencyState[] = [
  'REQUESTED',
  'OPEN',
  'CLOSED',
  'ESCALATED',
  'REVIEWED_OK',
  'REVIEWED_MISUSE',
  'LAPSED',
];
const EMERGENCY_ACTS: readonly EmergencyAct[] = ['OPEN', 'CLOSE', 'LAPSE', 'ESCALATE', 'FIND_OK', 'FIND_MISUSE'];

describe('an emergency access', () => {
  it('is open only after a request, and never again once it was closed', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...EMERGENCY_ACTS)), (acts) => {
        let state: EmergencyState = 'REQUESTED';
        const seen: EmergencyState[] = [state];
        for (const act of acts) seen.push((state = emergencyAfter(state, act) ?? state));
        const opened = seen.filter((one, at) => one === 'OPEN' && seen[at - 1] !== 'OPEN');
        expect(opened.length).toBeLessThanOrEqual(1);
        if (seen.includes('REVIEWED_OK')) expect(seen).not.toContain('REVIEWED_MISUSE');
      }),
    );
    expect(EMERGENCY_STATES.filter((state) => EMERGENCY_ACTS.every((act) => emergencyAfter(state, act) === undefined))).toEqual([
      'REVIEWED_OK',
      'REVIEWED_MISUSE',
      'LAPSED',
    ]);
  });

  it('closes at its time and escalates at 72 hours, at the very moment', () => {
    const times = {
      approveBy: NOW,
      closesAt: new Date(NOW.getTime() + 4 * 3_600_000),
      reviewDue: new Date(NOW.getTime() + 72 * 3_600_000),
    };
    const at = (state: EmergencyState, hours: number, ms: number): EmergencyState =>
      emergencyStateAt({ ...times, state }, new Date(NOW.getTime() + hours * 3_600_000 + ms));
    expect([at('REQUESTED', 0, -1), at('REQUESTED', 0, 0)]).toEqual(['REQUESTED', 'LAPSED']);
    expect([at('OPEN', 4, -1), at('OPEN', 4, 0)]).toEqual(['OPEN', 'CLOSED']);
    expect([at('CLOSED', 72, -1), at('CLOSED', 72, 0), at('OPEN', 72, 0)]).toEqual(['CLOSED', 'ESCALATED', 'ESCALATED']);
    expect(dueEmergencyAct({ ...times, state: 'REVIEWED_OK' }, new Date(8.64e15))).toBeUndefined();
  });

  const parties = new Set(['HRSS_OFFICE']);
  const plea = {
    role: 'CASEWORKER',
    partyKind: 'HRSS_OFFICE',
    reason: 'MEDICAL_RESCUE',
    text: '急诊抢救，需核实参保地',
    subjects: ['c1'],
    minutes: 240,
  } as const;

  it('is for a reason in words, four hours and twenty persons at most', () => {
    expect(pleaRefusal(plea, parties)).toBeUndefined();
    expect(pleaRefusal({ ...plea, subjects: Array.from({ length: 20 }, String) }, parties)).toBeUndefined();
    expect(pleaRefusal({ ...plea, subjects: Array.from({ length: 21 }, String) }, parties)).toEqual({
      refused: 'ACT_NOT_ALLOWED',
      reason: 'SUBJECTS',
    });
    expect(pleaRefusal({ ...plea, subjects: [] }, parties)).toEqual({ refused: 'ACT_NOT_ALLOWED', reason: 'SUBJECTS' });
    expect(pleaRefusal({ ...plea, minutes: 241 }, parties)).toEqual({ refused: 'ACT_NOT_ALLOWED', reason: 'PERIOD' });
    expect(pleaRefusal({ ...plea, text: '急诊' }, parties)).toEqual({ refused: 'ACT_NOT_ALLOWED', reason: 'TEXT' });
  });

  it('takes no citizen number in its reason, however it is written', () => {
    for (const number of ['99000019900101001X', '990000 19900101 0012', '９９００００１９９００１０１００１２'])
      expect(pleaRefusal({ ...plea, text: `急诊抢救 ${number} 核实参保` }, parties)).toEqual({
        refused: 'ACT_NOT_ALLOWED',
        reason: 'TEXT',
      });
  });

  it('is for nobody of a party that the catalogue does not name', () => {
    expect(pleaRefusal({ ...plea, partyKind: 'POSTAL' }, parties)).toEqual({ refused: 'ACCESS_DENIED' });
  });

  it.each(['EMPLOYER', 'INTEGRATOR'] as const)('is for nobody in the role %s', (role) => {
    expect(pleaRefusal({ ...plea, role }, parties)).toEqual({ refused: 'ACCESS_DENIED' });
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Ask, Reply } from '../../src/agencies/reply.js';
import { agencyFacts, type IndexFacts } from '../../src/window/agency-facts.js';

const PERSON = 'yc1.person';
const OTHER = 'yc1.other';
const CONTEXT = { questionId: 'q', remainingMs: () => 1_000 };

type Answered = Partial<Omit<Extract<Reply, { ok: true }>, 'ok'>>;
type Said = Answered | Extract<Reply, { ok: false }>;

/** Facts of an agency that answers so, and what it was asked. */
function factsOf(said: Said): { readonly facts: IndexFacts; readonly asked: Ask[] } {
  const asked: Ask[] = [];
  const reply: Reply =
    'ok' in said ? said : { data: null, errors: [], provenance: [], writing: { ascii: true, escaped: true }, ...said, ok: true };
  const agency = {
    maxBatch: 100,
    ask: (ask: Ask, _: unknown, answered: (reply: Reply) => void): void => {
      asked.push(ask);
      setImmediate(answered, reply);
    },
  };
  return { facts: agencyFacts(agency), asked };
}

const identified = (identity: unknown): Answered => ({ data: { _entities: [{ id: PERSON, identity }] } });
const failing = (code: string, answered: Answered): Answered => ({
  ...answered,
  errors: [{ path: ['_entities', 0, 'identity'], extensions: { code } }],
});
const dead = async (said: Said): Promise<unknown> => (await factsOf(said).facts.dead([PERSON], CONTEXT)).get(PERSON);
const failure = (code: string): unknown => ({ code, detail: expect.objectContaining({ agency: 'hrss' }) });

describe('whether a person has died', () => {
  it.each([
    ['said to be alive', { alive: true, diedOn: null }, false],
    ['said to be dead', { alive: false, diedOn: null }, true],
    ['with a day of death', { alive: null, diedOn: '2026-10-01' }, true],
    ['of whom that is not said', { alive: null, diedOn: null }, false],
    ['of whom the register has nothing', null, false],
  ])('is known of a person %s', async (_, identity, expected) => {
    expect(await dead(identified(identity))).toBe(expected);
  });

  it('is not so for a person whom no register knows', async () => {
    expect(await dead({ data: { _entities: [null] } })).toBe(false);
    expect(await dead(failing('PERSON_NOT_FOUND', { data: { _entities: [null] } }))).toBe(false);
  });

  it.each(['AGENCY_UNAVAILABLE', 'AGENCY_TIMEOUT', 'AGENCY_RATE_LIMITED'])(
    'cannot be said where the register fails with %s',
    async (code) => {
      expect(await dead(failing(code, { data: { _entities: [null] } }))).toEqual(failure(code));
      expect(await dead(failing(code, identified(null)))).toEqual(failure(code));
      expect(await dead(failing(code, identified({ alive: null, diedOn: null })))).toEqual(failure(code));
    },
  );

  it('cannot be said by an answer that is about somebody else, or none', async () => {
    for (const data of [null, {}, { _entities: [] }, { _entities: [{ id: OTHER, identity: { alive: true, diedOn: null } }] }])
      expect(await dead({ data })).toEqual(failure('AGENCY_BAD_RESPONSE'));
    expect(await dead(failing('SOMETHING', { data: { _entities: [null] } }))).toEqual(failure('AGENCY_BAD_RESPONSE'));
    expect(await dead({ ok: false, failure: { code: 'AGENCY_TIMEOUT', detail: { agency: 'hrss' } } })).toEqual(failure('AGENCY_TIMEOUT'));
    expect((await agencyFacts(undefined).dead([PERSON], CONTEXT)).get(PERSON)).toEqual(failure('AGENCY_UNAVAILABLE'));
  });

  it('is asked for on the grounds of a decision, for the persons alone whom it is about', async () => {
    const { facts, asked } = factsOf(identified(null));
    await facts.dead([PERSON], CONTEXT);
    expect(asked.map(({ release }) => release?.groups)).toEqual([
      [{ subjects: [PERSON], scopes: ['identity.person:read'], basis: 'DECISION' }],
    ]);
  });
});

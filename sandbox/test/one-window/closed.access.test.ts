import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { generateKeyPair, SignJWT } from 'jose';
import { BY_NUMBER, CITIZEN, ME } from './questions.js';
import { Window } from './window.js';

let window: Window;

beforeAll(async () => {
  window = await Window.open({ people: 120 });
}, 60_000);
afterAll(() => window.close());
beforeEach(() => {
  window.resetCalls();
});

const codes = (errors: readonly { readonly extensions: { readonly code: string } }[]): string[] => [
  ...new Set(errors.map(({ extensions }) => extensions.code)),
];
const refOf = async (key: string): Promise<string> => (await window.ask('{ me { id } }', { as: key })).data.me.id as string;
/** Every value below the person, containers opened. */
const released = (value: unknown): unknown[] =>
  Array.isArray(value)
    ? value.flatMap(released)
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(released)
      : value === null
        ? []
        : [value];

describe('a caller without a token', () => {
  it('sees nothing personal, is told to sign in, and no agency is asked', async () => {
    const id = await refOf('courier-four-provinces');
    window.resetCalls();
    const { status, data, errors } = await window.ask(CITIZEN, { variables: { id } });
    expect(status).toBe(200);
    expect(released({ ...data.citizen, id: null })).toEqual([]);
    expect(codes(errors)).toEqual(['UNAUTHENTICATED']);
    expect(window.calls()).toEqual({});
  });

  it('is nobody, and is told so where they ask for themselves', async () => {
    for (const query of ['{ me { id } }', ME]) {
      const { status, data, errors } = await window.ask(query);
      expect([status, data.me]).toEqual([200, null]);
      expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([[['me'], 'UNAUTHENTICATED']]);
    }
    expect(window.calls()).toEqual({});
  });
});

describe('a token that cannot be trusted refuses the whole question', () => {
  it('expired', async () => {
    const token = await window.sandbox.identity.tokenFor('courier-four-provinces', { lifetime: 1 });
    const answer = await until(
      () => window.ask(ME, { token }),
      ({ status }) => status === 401,
    );
    expect(codes(answer.errors)).toEqual(['TOKEN_EXPIRED']);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    expect(answer.data ?? null).toBeNull();
  });

  it('for another audience', async () => {
    const token = await window.sandbox.identity.tokenFor('courier-four-provinces', { audience: 'https://another.service' });
    const { status, errors } = await window.ask(ME, { token });
    expect([status, codes(errors)]).toEqual([401, ['TOKEN_AUDIENCE']]);
  });

  it('forged with another key, unsigned, altered, or not a token at all', async () => {
    const good = await window.token('courier-four-provinces');
    const [head = '', claims = '', signature = ''] = good.split('.');
    const { privateKey } = await generateKeyPair('ES256');
    const known = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
    const forged = await new SignJWT(known)
      .setProtectedHeader({
        alg: 'ES256',
        typ: 'at+jwt',
        kid: (JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string }).kid,
      })
      .sign(privateKey);
    const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${claims}.`;
    const altered = `${head}.${Buffer.from(JSON.stringify({ ...known, role: 'caseworker' })).toString('base64url')}.${signature}`;
    for (const token of [forged, unsigned, altered, 'x.y.z', 'nonsense']) {
      const { status, errors } = await window.ask(ME, { token });
      expect([status, codes(errors)]).toEqual([401, ['TOKEN_INVALID']]);
    }
    expect(window.calls()).toEqual({});
  });
});

describe('a citizen', () => {
  it('sees nothing of another person, whether that person exists or not, and no agency is asked', async () => {
    const other = await refOf('rider-three-provinces');
    const nobody = (await window.ask(BY_NUMBER, { as: 'courier-four-provinces', variables: { number: '110105194912310011' } })).data
      ?.citizenByNumber;
    window.resetCalls();
    const answers = [];
    for (const id of [other, nobody?.id as string | undefined].filter((one) => one !== undefined))
      answers.push(await window.ask(CITIZEN, { as: 'courier-four-provinces', variables: { id } }));
    for (const { data, errors } of answers) {
      expect(released({ ...data.citizen, id: null })).toEqual([]);
      expect(codes(errors)).toEqual(['ACCESS_DENIED']);
    }
    expect(window.calls()).toEqual({});
  });
});

describe('a caseworker', () => {
  it('must name a purpose', async () => {
    const id = await refOf('courier-four-provinces');
    const { data, errors } = await window.ask(CITIZEN, { as: 'caseworker-440000', variables: { id } });
    expect(released({ ...data.citizen, id: null })).toEqual([]);
    expect(codes(errors)).toEqual(['PURPOSE_REQUIRED']);
  });

  it('may not use a purpose that is not theirs', async () => {
    const id = await refOf('courier-four-provinces');
    for (const purpose of ['OWN_RECORD', 'CURIOSITY']) {
      const { data, errors } = await window.ask(CITIZEN, { as: 'caseworker-440000', purpose, variables: { id } });
      expect(released({ ...data.citizen, id: null })).toEqual([]);
      expect(codes(errors)).toEqual(['PURPOSE_NOT_ALLOWED']);
    }
  });

  it('of another jurisdiction gets the same answer about a person as about nobody', async () => {
    const life = window.lifeOf('rider-three-provinces');
    const elsewhere = ['110000', '630000', '350000', '140000'].find(
      (code) => !life.relations.some((relation) => relation.jurisdiction === code),
    );
    const as = `caseworker-${elsewhere ?? ''}`;
    const ask = async (number: string) => {
      const { data } = await window.ask(BY_NUMBER, { as, variables: { number } });
      const answer = await window.ask(CITIZEN, { as, purpose: 'COUNTER_SERVICE', variables: { id: data.citizenByNumber.id } });
      // Every answer has a decision of its own to ask about.
      const errors = answer.errors.map((error) => ({
        ...error,
        extensions: { ...error.extensions, decisionId: typeof error.extensions['decisionId'] },
      }));
      return { data: { ...answer.data.citizen, id: null }, errors };
    };
    const somebody = await ask(life.number);
    const nobody = await ask('11010519491231002X');
    expect(somebody).toEqual(nobody);
    expect(codes(somebody.errors)).toEqual(['ACCESS_DENIED']);
    expect(released(somebody.data)).toEqual([]);
  });
});

describe('officials without a mandate yet', () => {
  it.each(['regulator-market-440000', 'regulator-postal-440000', 'integrator-1'])('%s sees nothing personal', async (as) => {
    const id = await refOf('courier-four-provinces');
    window.resetCalls();
    const { data, errors } = await window.ask(CITIZEN, { as, purpose: 'COUNTER_SERVICE', variables: { id } });
    expect(released({ ...data.citizen, id: null })).toEqual([]);
    expect(codes(errors)).toEqual(['ACCESS_DENIED']);
    expect(window.calls()).toEqual({});
  });
});

describe('a subgraph', () => {
  it('answers nobody but the hub', async () => {
    const response = await fetch(window.urlOf('hrss'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    expect(response.status).toBe(401);
    expect(((await response.json()) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code).toBe('GRANT_REQUIRED');
  });
});

async function until<T>(attempt: () => Promise<T>, done: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await attempt();
    if (done(value)) return value;
  }
}

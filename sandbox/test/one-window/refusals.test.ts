import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ME } from './questions.js';
import { Window } from './window.js';

let window: Window;

beforeAll(async () => {
  // One agency is away from the start, and stays away.
  window = await Window.open({ people: 60, down: ['postal'] });
}, 60_000);
afterAll(() => window.close());
beforeEach(() => {
  window.resetCalls();
});

const nested = (levels: number): string =>
  `{ ${'enterprise(creditCode: "91350100M000100Y43") { outlets { edges { node { '.repeat(1)}${'enterprise { outlets { edges { node { '.repeat(levels)}name${' } } } }'.repeat(levels)} } } } } }`;

describe('a question that cannot be answered is refused as a whole, by name and without being repeated', () => {
  it.each<[string, string, number, string]>([
    ['syntactically wrong', '{ me { id }', 400, 'GRAPHQL_PARSE_FAILED'],
    ['for something the graph does not have', '{ me { shoeSize } }', 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['too deep', nested(6), 400, 'QUERY_TOO_DEEP'],
    ['with too many aliases', `{ ${Array.from({ length: 60 }, (_, i) => `a${i}: me { id }`).join(' ')} }`, 400, 'QUERY_TOO_MANY_ALIASES'],
    ['with too many tokens', `{ ${'me { id } '.repeat(900)} }`, 400, 'QUERY_TOO_MANY_TOKENS'],
    ['too large', `{ me { id } } # ${'x'.repeat(300_000)}`, 413, 'REQUEST_TOO_LARGE'],
    ['with a malformed citizen number', '{ citizenByNumber(number: "110105194912310021") { id } }', 400, 'CITIZEN_NUMBER_INVALID'],
    ['with a malformed credit code', '{ enterprise(creditCode: "91350100M000100Y44") { name } }', 400, 'CREDIT_CODE_INVALID'],
    ['with a malformed month', '{ me { pension { contributions(from: "2024-13") { totalCount } } } }', 400, 'MONTH_INVALID'],
  ])('%s', async (_, query, status, code) => {
    const answer = await window.ask(query, { as: 'courier-four-provinces' });
    expect([answer.status, answer.errors.map(({ extensions }) => extensions.code)]).toEqual([status, [code]]);
    expect(JSON.stringify(answer.errors)).not.toContain('110105194912310021');
    expect(window.calls()).toEqual({});
  });

  it('with a malformed number in a variable', async () => {
    const { status, errors } = await window.ask('query ($number: CitizenNumber!) { citizenByNumber(number: $number) { id } }', {
      variables: { number: '110105194912310021' },
    });
    expect([status, errors.map(({ extensions }) => extensions.code)]).toEqual([400, ['CITIZEN_NUMBER_INVALID']]);
    expect(JSON.stringify(errors)).not.toContain('110105194912310021');
  });
});

describe('a field that cannot be answered is null in its place', () => {
  it('when the page asked for is out of bounds', async () => {
    const { status, data, errors } = await window.ask('{ me { pension { contributions(first: 601) { totalCount } monthsPaid } } }', {
      as: 'rider-three-provinces',
    });
    expect(status).toBe(200);
    expect(data.me.pension.contributions).toBeNull();
    expect(data.me.pension.monthsPaid).toBeGreaterThan(0);
    expect(errors.map(({ path, extensions }) => [path?.join('.'), extensions.code])).toEqual([
      ['me.pension.contributions', 'PAGE_INVALID'],
    ]);
  });

  it('when no register knows the unit', async () => {
    const { data, errors } = await window.ask('{ enterprise(creditCode: "91350100M000100Y43") { creditCode name } }');
    expect(data.enterprise?.name ?? null).toBeNull();
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['ENTERPRISE_NOT_FOUND']);
  });
});

describe('an agency that was down when the hub started', () => {
  it('is a gap in every answer, and joins as soon as it is there', async () => {
    const away = await window.ask(ME, { as: 'courier-four-provinces' });
    expect(away.data.me.courierWork).toBeNull();
    expect(away.errors.map(({ path, extensions }) => [path?.join('.'), extensions.code, extensions['agency']])).toEqual([
      ['me.courierWork', 'AGENCY_UNAVAILABLE', 'postal'],
    ]);
    expect(away.data.me.pension.monthsPaid).toBeGreaterThan(0);
    expect((await window.ask('{ agencies { code state } }')).data.agencies).toContainEqual({ code: 'postal', state: 'DOWN' });

    await window.startAgency('postal', window.portOf('postal'));
    const there = await window.ask(ME, { as: 'courier-four-provinces' });
    expect(there.errors).toEqual([]);
    expect(there.data.me.courierWork.length).toBeGreaterThan(0);
  });
});

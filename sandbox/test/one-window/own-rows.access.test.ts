import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { GrantActor, ReleaseGroup } from '@yichuang/schema';
import { citizenSeal, parseCitizenNumber, readGrantSigner } from '@yichuang/schema';
import { granted, grantFor } from '../../../kit/test/grants/forge.js';
import type { Life } from '../../src/people/model.js';
import { Window, type Answer } from './window.js';

/* An employer and what it has itself registered, on the whole hub over its sandbox: the engineer with three employers, and everybody's. */

const EMPLOYER = 'employer-2';
const WORKER = 'three-sql-groups';
const SPELL = 'employment.registered:read';
const QUERY = `query ($id: ID!) { citizen(id: $id) { employments { from to kind jurisdiction employerName enterprise { creditCode name } } } }`;

let window: Window;
let unit: string;
let id: string;
beforeAll(async () => {
  window = await Window.open({ people: 120 });
  id = (await window.ask('{ me { id } }', { as: WORKER })).data.me.id as string;
  const present = window.lifeOf(WORKER).employments.find(({ to }) => to === undefined);
  unit = present?.unit ?? '';
}, 60_000);
afterAll(() => window.close());

const read = (variables = { id }): Promise<Answer> => window.ask(QUERY, { as: EMPLOYER, purpose: 'EMPLOYER_DUTIES', variables });
const systemAt = (jurisdiction: string): string => {
  const group = [...window.sandbox.systems.keys()].find(
    (name) => name === `hrss-sql-${{ '110000': 'north', '320000': 'east', '440000': 'south' }[jurisdiction] ?? ''}`,
  );
  if (group === undefined) throw new Error(`no register of ${jurisdiction} among ${[...window.sandbox.systems.keys()].join(' ')}`);
  return group;
};

describe('the registers of 人社, asked by an employer', () => {
  const ask = async ({ number }: Life, act: GrantActor, more: Partial<ReleaseGroup>): Promise<unknown> => {
    const { secrets } = window.sandbox;
    const parsed = parseCitizenNumber(number);
    const ref = parsed ? citizenSeal(secrets.citizenRefKey).seal(parsed) : '';
    const query =
      'query ($p: [_Any!]!) { _entities(representations: $p) { ... on Citizen { employments { from to jurisdiction enterprise { creditCode } } } } }';
    const body = JSON.stringify({ query, variables: { p: [{ __typename: 'Citizen', id: ref }] } });
    const release: ReleaseGroup = { subjects: [ref], scopes: [SPELL], basis: 'MANDATE', ref: 'employer-duties', ...more };
    const grant = await grantFor({ signer: readGrantSigner('intl', secrets.grantKey), publicKey: {} }, body, [release], {
      call: { aud: 'hrss', act },
    });
    const headers = { ...granted(grant), 'yichuang-deadline-ms': '30000' };
    const answer = (await (await fetch(window.urlOf('hrss'), { method: 'POST', headers, body })).json()) as {
      readonly data: { readonly _entities: readonly { readonly employments: readonly unknown[] }[] };
      readonly extensions?: { readonly provenance?: readonly { readonly jurisdiction: string }[] };
    };
    const places = new Set((answer.extensions?.provenance ?? []).map(({ jurisdiction }) => jurisdiction));
    return [answer.data._entities[0]?.employments, [...places].sort()];
  };

  it('give of every life the rows of the unit that asks, all of them and no others, whether or not the grant says so', async () => {
    const lives = window.sandbox.world.personas.map(({ life }) => life).filter(({ employments }) => employments.length > 0);
    const party = (code: string): GrantActor => ({ role: 'EMPLOYER', user: 'e-1', party: { kind: 'EMPLOYER', code } });
    const official: GrantActor = { role: 'CASEWORKER', user: 'w-1', party: { kind: 'HRSS_OFFICE', code: '440000' } };
    let [own, others] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...lives), fc.nat(), fc.boolean(), async (life, which, said) => {
        const units = [...new Set(life.employments.map((one) => one.unit)), '91350100M000100Y43'];
        const code = units[which % units.length] ?? '';
        const [all] = (await ask(life, official, {})) as [
          { readonly jurisdiction: string; readonly enterprise: { readonly creditCode: string } | null }[],
        ];
        const expected = all.filter(({ enterprise }) => enterprise?.creditCode === code);
        const places = [...new Set(expected.map(({ jurisdiction }) => jurisdiction))].sort();
        expect(await ask(life, party(code), said ? { rowsOf: code } : {})).toEqual([expected, places]);
        own += expected.length;
        others += all.length - expected.length;
      }),
      { numRuns: 40 },
    );
    expect([own > 5, others > 5]).toEqual([true, true]);
  });
});

describe('the present employer of somebody who has worked for others', () => {
  it('sees the employment it has itself registered, and no trace of any other', async () => {
    const { employments } = window.lifeOf(WORKER);
    expect(new Set(employments.map((one) => one.unit)).size).toBe(3);
    const { data, errors, provenance } = await read();
    expect(errors).toEqual([]);
    const own = employments.filter((one) => one.unit === unit);
    expect(data.citizen.employments).toHaveLength(own.length);
    expect(data.citizen.employments).toMatchObject([
      { from: own[0]?.from, to: null, jurisdiction: '440000', enterprise: { creditCode: unit } },
    ]);
    for (const other of employments.filter((one) => one.unit !== unit))
      for (const trace of [other.unit, other.jurisdiction, other.from]) expect(JSON.stringify([data, provenance])).not.toContain(trace);
    expect(provenance.some(({ path }) => path.at(-1) === 'employments')).toBe(true);
  });

  it('is on the worker’s record with what it could see, in plain words', async () => {
    const { data } = await window.ask(
      '{ me { accessLog(own: false) { nodes { state words { zh } organisation { kind } basis reference kinds { scope } } } } }',
      { as: WORKER },
    );
    const [row] = data.me.accessLog.nodes as unknown[];
    expect(row).toMatchObject({
      organisation: { kind: 'EMPLOYER' },
      basis: 'MANDATE',
      reference: 'employer-duties',
      kinds: [{ scope: SPELL }],
    });
    expect(row).toMatchObject({ words: { zh: expect.stringContaining('用工登记（仅限该单位申报的）') } });
  });

  it('is nobody to those who have left it: the same as to somebody who never came', async () => {
    const left = await window.ask('{ me { id } }', { as: 'elder' });
    const { data, errors } = await read({ id: left.data.me.id as string });
    expect(data).toEqual({ citizen: { employments: null } });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['ACCESS_DENIED']);
  });

  it('is told the same when the registers of others are silent, and nothing of them when its own place is', async () => {
    const told = async (): Promise<unknown> => {
      const { data, errors, provenance } = await read();
      return { data, errors, provenance: provenance.map(({ path, system }) => [path, system]) };
    };
    const before = await told();
    for (const place of ['110000', '320000']) await window.fault(systemAt(place), { kind: 'closed' });
    const missed = await window.ask('{ me { employments { from } } }', { as: WORKER });
    expect([missed.data.me.employments.length, missed.errors.length]).toEqual([3, 2]);
    expect(await told()).toEqual(before);
    for (const place of ['110000', '320000']) await window.fault(systemAt(place), undefined);
    await window.fault(systemAt('440000'), { kind: 'closed' });
    const { data, errors } = await read();
    await window.fault(systemAt('440000'), undefined);
    expect(data).toEqual({ citizen: { employments: null } });
    expect(errors.map(({ extensions }) => extensions)).toEqual([{ code: 'AGENCY_UNAVAILABLE', agency: 'hrss' }]);
  });
});

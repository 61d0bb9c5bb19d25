import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { citizenSeal, parseCitizenNumber, type GrantActor, type ReleaseGroup } from '@yichuang/schema';
import type { Agency } from '../../src/agency.js';
import { rowsOfUnits } from '../../src/grants/own-rows.js';
import { startSubgraph, type RunningSubgraph, type SubgraphContext } from '../../src/server/subgraph.js';
import { granted, grantFor, hubKey, policyOf } from './forge.js';

const REF_KEY = '5a'.repeat(32);
const number = parseCitizenNumber('11010119900307803X');
const ANNA = number ? citizenSeal(REF_KEY).seal(number) : '';
const SPELL = 'employment.registered:read';
const [OWN, OTHER] = ['91440100MYA000088F', '91350100M000100Y43'] as const;
const ROWS: readonly (string | null)[] = [OTHER, OWN, null, OWN];

const key = hubKey();
const agency: Agency = {
  code: 'hrss',
  systems: [],
  systemOf: () => undefined,
  officeEntry: () => undefined,
  open: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
const settings = {
  name: 'hrss',
  agency,
  needs: {},
  grants: policyOf(key),
  citizenRefKey: REF_KEY,
  port: 0,
  logTo: { write: () => undefined },
} as const;
const rowOf = (unit: string | null): object => ({ enterprise: unit === null ? null : { creditCode: unit } });

let subgraph: RunningSubgraph;
/** One whose resolver does not ask whose rows it may show. */
let heedless: RunningSubgraph;
beforeAll(async () => {
  const Citizen = { __resolveReference: ({ id }: { id: string }) => ({ id }), pension: ({ id }: { id: string }) => ({ id }) };
  const Pension = { monthsPaid: () => 12 };
  const mindful = (_parent: unknown, _args: unknown, { rows }: SubgraphContext): object[] => rows.of(ROWS, (unit) => unit).map(rowOf);
  subgraph = await startSubgraph({ ...settings, resolvers: { Citizen: { ...Citizen, employments: mindful }, Pension } });
  heedless = await startSubgraph({ ...settings, resolvers: { Citizen: { ...Citizen, employments: () => ROWS.map(rowOf) }, Pension } });
});
afterAll(() => Promise.all([subgraph.close(), heedless.close()]));

const CLERK: GrantActor = { role: 'EMPLOYER', user: 'e-1', party: { kind: 'EMPLOYER', code: OWN } };
const OFFICIAL: GrantActor = { role: 'CASEWORKER', user: 'w-1', party: { kind: 'HRSS_OFFICE', code: '440000' } };
const release = (scope: string, more: Partial<ReleaseGroup> = {}): ReleaseGroup => ({
  subjects: [ANNA],
  scopes: [scope],
  basis: 'MANDATE',
  ...more,
});

async function ask(
  groups: readonly ReleaseGroup[],
  act: GrantActor,
  to = subgraph,
  selection = 'employments{enterprise{creditCode}}',
): Promise<unknown> {
  const query = `query($r:[_Any!]!){_entities(representations:$r){... on Citizen{${selection}}}}`;
  const body = JSON.stringify({ query, variables: { r: [{ __typename: 'Citizen', id: ANNA }] } });
  const headers = granted(await grantFor(key, body, groups, { call: { aud: 'hrss', act } }));
  const answer = (await (await fetch(to.url, { method: 'POST', headers, body })).json()) as {
    readonly data: { readonly _entities: readonly unknown[] };
    readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
  };
  return [answer.data._entities[0], (answer.errors ?? []).map(({ extensions }) => extensions.code)];
}
const rows = (...units: (string | null)[]): unknown => [{ employments: units.map(rowOf) }, []];

describe('rows by unit', () => {
  it('are those of the unit that the grant names', async () => {
    expect(await ask([release(SPELL, { rowsOf: OWN })], CLERK)).toEqual(rows(OWN, OWN));
    expect(await ask([release(SPELL, { rowsOf: OTHER })], OFFICIAL)).toEqual(rows(OTHER));
    expect(await ask([release(SPELL)], OFFICIAL)).toEqual(rows(...ROWS));
  });

  it('are an employer’s own where the grant forgets to say so, and none where it names another unit', async () => {
    expect(await ask([release(SPELL)], CLERK)).toEqual(rows(OWN, OWN));
    expect(await ask([release(SPELL)], { ...CLERK, role: 'INTEGRATOR' })).toEqual(rows(OWN, OWN));
    expect(await ask([release(SPELL)], { role: 'EMPLOYER', user: 'e-1' })).toEqual(rows());
    expect(await ask([release(SPELL, { rowsOf: OTHER })], CLERK)).toEqual(rows());
    expect(await ask([release(SPELL, { rowsOf: OWN }), release(SPELL, { basis: 'CONSENT' })], CLERK)).toEqual(rows(OWN, OWN));
  });

  it('are all there for the hub itself, which decides by them whose worker somebody is', async () => {
    expect(await ask([release(SPELL, { basis: 'DECISION' })], CLERK)).toEqual(rows(...ROWS));
  });

  it('are null where the resolver does not ask whose it may show', async () => {
    expect(await ask([release(SPELL, { rowsOf: OWN })], CLERK, heedless)).toEqual([{ employments: null }, ['INTERNAL']]);
    expect(await ask([release(SPELL)], CLERK, heedless)).toEqual([{ employments: null }, ['INTERNAL']]);
  });

  it('are not what a scope without rows holds: bounded so, it is withheld', async () => {
    const bounded = release('pension.months:count', { rowsOf: OWN });
    expect(await ask([bounded], CLERK, subgraph, 'pension{monthsPaid}')).toEqual([{ pension: { monthsPaid: null } }, ['ACCESS_DENIED']]);
    expect(await ask([release('pension.months:count')], CLERK, subgraph, 'pension{monthsPaid}')).toEqual([
      { pension: { monthsPaid: 12 } },
      [],
    ]);
  });

  it('of several units are of all of them, and of what is silent only the place of a unit is spoken of', () => {
    const unit = fc.constantFrom(OWN, OTHER, '91659000MYA000001X', 'unreadable');
    const place = fc.constantFrom('440000', '350000', '660000', undefined);
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 2 }), fc.array(fc.option(unit)), fc.array(place), (units, list, places) => {
        const own = rowsOfUnits(units);
        expect(own.of(list, (one) => one)).toEqual(list.filter((one) => units.every((code) => code === one)));
        const homes = units.map((code) => (code.startsWith('91659') ? '660000' : /^\d{8}/.test(code) ? `${code.slice(2, 4)}0000` : ''));
        expect(own.gaps(places, (one) => one)).toEqual(places.filter((one) => one !== undefined && homes.includes(one)));
      }),
    );
  });
});

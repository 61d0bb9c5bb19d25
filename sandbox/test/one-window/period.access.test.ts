import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startHrss } from '@yichuang/hrss';
import { grantPolicy, type RunningSubgraph } from '@yichuang/kit';
import { citizenSeal, parseCitizenNumber, readGrantSigner, type ReleaseGroup } from '@yichuang/schema';
import { granted, grantFor, type HubKey } from '../../../kit/test/grants/forge.js';
import type { Life } from '../../src/people/model.js';
import { startSandbox, type Sandbox } from '../../src/sandbox.js';

/* What the registers of 人社 say of a person who bounds the months of the data, beside what they say without a bound. */

const CLIPPED = [
  'pension.contributions:read',
  'pension.months:count',
  'pension.months:assert',
  'unemployment.contributions:read',
  'injury.contributions:read',
  'injury.platform:read',
];
const WHOLE = ['pension.relations:read', 'pension.account:read', 'pension.benefit:read', 'employment.registered:read'];
const ROWS = 'contributions(first: 600) { totalCount edges { node { scheme month jurisdiction personal employer } } }';
const PENSION = `monthsPaid one: hasPaidAtLeast(months: 1) year: hasPaidAtLeast(months: 12) ${ROWS}`;
const BY_MONTH = `pension { ${PENSION} } unemployment { ${ROWS} } occupationalInjury { ${ROWS} platformCover { month days } }`;

interface Row {
  readonly scheme: string;
  readonly month: string | null;
  readonly jurisdiction: string;
  readonly personal: string | null;
  readonly employer: string | null;
}
interface Rows {
  readonly contributions: { readonly totalCount: number; readonly edges: readonly { readonly node: Row }[] };
}
interface Person {
  readonly pension: Rows & { readonly monthsPaid: number; readonly one: boolean; readonly year: boolean };
  readonly unemployment: Rows;
  readonly occupationalInjury: Rows & { readonly platformCover: readonly { readonly month: string }[] };
}
interface Answer {
  readonly data: { readonly _entities: readonly [Person] };
  readonly errors?: readonly { readonly path: readonly unknown[]; readonly extensions: { readonly code: string } }[];
}
type Range = NonNullable<ReleaseGroup['dataRange']>;

let sandbox: Sandbox;
let hrss: RunningSubgraph;
let key: HubKey;
beforeAll(async () => {
  sandbox = await startSandbox({ people: 120 });
  const { env, secrets } = sandbox;
  key = { signer: readGrantSigner('intl', secrets.grantKey), publicKey: {} };
  hrss = await startHrss({
    env: { ...env, LEGACY_DEADLINE_MS: '20000' },
    grants: grantPolicy('intl', secrets.grantKeys),
    citizenRefKey: secrets.citizenRefKey,
    port: 0,
    logTo: { write: () => undefined },
  });
  await hrss.opened;
}, 60_000);
afterAll(async () => {
  await hrss.close();
  await sandbox.close();
});

async function ask({ number }: Life, selection: string, dataRange?: Range): Promise<Answer> {
  const parsed = parseCitizenNumber(number);
  const id = parsed ? citizenSeal(sandbox.secrets.citizenRefKey).seal(parsed) : '';
  const query = `query ($people: [_Any!]!) { _entities(representations: $people) { ... on Citizen { ${selection} } } }`;
  const body = JSON.stringify({ query, variables: { people: [{ __typename: 'Citizen', id }] } });
  const release: ReleaseGroup = { subjects: [id], scopes: [...CLIPPED, ...WHOLE], basis: 'CONSENT', ref: 'c-1' };
  const grant = await grantFor(key, body, [dataRange ? { ...release, dataRange } : release], { call: { aud: 'hrss' } });
  const headers = { ...granted(grant), 'yichuang-deadline-ms': '30000' };
  return (await (await fetch(hrss.url, { method: 'POST', headers, body })).json()) as Answer;
}

/** Months in which some place booked more than nothing in an employees' scheme. */
function paidMonths(rows: readonly Row[]): number {
  const booked = new Map<string, number>();
  for (const { scheme, month, jurisdiction, personal, employer } of rows) {
    if (scheme !== 'EMPLOYEE_PENSION' && scheme !== 'PUBLIC_INSTITUTION_PENSION') continue;
    const booking = `${String(month)} ${jurisdiction} ${scheme}`;
    booked.set(booking, (booked.get(booking) ?? 0) + Number(personal) + Number(employer));
  }
  return new Set([...booked].filter(([, sum]) => sum > 0.001).map(([booking]) => booking.slice(0, 7))).size;
}

const month = fc
  .date({ min: new Date('2008-01-01'), max: new Date('2027-12-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 7));
const range = fc
  .record({ from: month, to: month }, { requiredKeys: [] })
  .filter(({ from, to }) => (from ?? to) !== undefined && (from ?? '') <= (to ?? '9999'));

describe('a person who bounds the months of the data', () => {
  it('is never shown or counted with a month outside them', async () => {
    const lives = sandbox.world.personas.map(({ life }) => life);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...lives), range, async (life, bound) => {
        const [all, some] = [await ask(life, BY_MONTH), await ask(life, BY_MONTH, bound)];
        expect([all.errors, some.errors]).toEqual([undefined, undefined]);
        const within = (of: string | null): boolean => of !== null && of >= (bound.from ?? of) && of <= (bound.to ?? of);
        const [whole, part] = [all.data._entities[0], some.data._entities[0]];
        for (const branch of ['pension', 'unemployment', 'occupationalInjury'] as const) {
          const rows = whole[branch].contributions.edges.filter(({ node }) => within(node.month));
          expect(part[branch].contributions).toEqual({ totalCount: rows.length, edges: rows });
        }
        expect(part.occupationalInjury.platformCover).toEqual(whole.occupationalInjury.platformCover.filter((one) => within(one.month)));
        const paid = paidMonths(part.pension.contributions.edges.map(({ node }) => node));
        expect(part.pension).toMatchObject({ monthsPaid: paid, one: paid >= 1, year: paid >= 12 });
      }),
      { numRuns: 25 },
    );
  });

  it('is counted with exactly the months of the life that lie in them', async () => {
    const life = sandbox.world.personas.find(({ key: name }) => name === 'courier-four-provinces')?.life;
    if (!life) throw new Error('the courier is gone');
    const paid = life.relations
      .filter(({ scheme }) => scheme === '110')
      .flatMap(({ contributions }) => contributions.map((one) => one.month));
    const inYear = paid.filter((one) => one.startsWith('2021'));
    expect(inYear.length).toBeGreaterThan(0);
    const { data } = await ask(life, `pension { monthsPaid contributions { totalCount } }`, { from: '2021-01', to: '2021-12' });
    expect(data._entities).toEqual([{ pension: { monthsPaid: new Set(inYear).size, contributions: { totalCount: inYear.length } } }]);
  });

  it('is not shown what cannot be cut to months', async () => {
    const life = sandbox.world.personas[0]?.life;
    if (!life) throw new Error('nobody is there');
    const selection = 'employments { from } pension { relations { firstMonth } account { balance } benefit { from } monthsPaid }';
    const { data, errors = [] } = await ask(life, selection, { from: '2021-01' });
    expect(data._entities).toEqual([
      { employments: null, pension: { relations: null, account: null, benefit: null, monthsPaid: expect.any(Number) } },
    ]);
    expect(errors.map(({ path, extensions }) => `${String(path.at(-1))} ${extensions.code}`).sort()).toEqual(
      ['account', 'benefit', 'employments', 'relations'].map((field) => `${field} ACCESS_DENIED`),
    );
  });
});

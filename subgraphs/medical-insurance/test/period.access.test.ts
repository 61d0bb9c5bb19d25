import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ReleaseGroup } from '@yichuang/schema';
import { startHub, startPlatform, TODAY, type Hub, type Platform } from './hub.js';
import { continuousMonthsOf, paymentsOf } from './oracle.js';

const SCOPES = ['medical.payments:read', 'medical.months:count', 'medical.account:read', 'medical.enrolments:read'];
const bounded = (dataRange: NonNullable<ReleaseGroup['dataRange']>): Omit<ReleaseGroup, 'subjects'> => ({
  scopes: SCOPES,
  basis: 'CONSENT',
  ref: 'c-1',
  dataRange,
});
const month = fc
  .date({ min: new Date('2010-01-01'), max: new Date('2027-12-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 7));
const range = fc.record({ from: month, to: month }, { requiredKeys: [] }).filter(({ from = '', to = '9999' }) => from <= to);

describe('a person who bounds the months of the data', () => {
  let platform: Platform;
  let hub: Hub;
  beforeAll(async () => {
    platform = await startPlatform();
    hub = await startHub(platform.env);
  });
  afterAll(async () => {
    await hub.close();
    await platform.close();
  });

  it('is never shown or counted with a month outside them', async () => {
    const { personas } = platform.world;
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: personas.length - 1 }), range, async (index, months) => {
        const life = personas[index]?.life;
        if (!life) throw new Error('no such persona');
        const answer = await hub.ask(
          [life.number],
          'continuousMonths payments(first: 600) { totalCount edges { node { month personal } } }',
          {},
          bounded(months),
        );
        expect(answer.errors).toBeUndefined();
        const within = (paid: string): boolean => paid >= (months.from ?? paid) && paid <= (months.to ?? paid);
        const rows = (paymentsOf(life) as { month: string; personal: string }[]).filter((row) => within(row.month));
        expect(answer.data._entities[0]?.medical).toEqual({
          continuousMonths: continuousMonthsOf(life, TODAY.slice(0, 7), within),
          payments: { totalCount: rows.length, edges: rows.map(({ month: of, personal }) => ({ node: { month: of, personal } })) },
        });
      }),
      { numRuns: 60 },
    );
  });

  it('is not shown what cannot be cut to months, and the platform is not asked for it', async () => {
    const { number } = platform.persona('courier-four-provinces');
    platform.standIn.resetCalls();
    const answer = await hub.ask([number], 'account { balance } enrolments { scheme }', {}, bounded({ from: '2021-01' }));
    expect(answer.data._entities).toEqual([{ medical: { account: null, enrolments: null } }]);
    expect(answer.errors?.map(({ path, extensions }) => [path?.at(-1), extensions['code']])).toEqual([
      ['account', 'ACCESS_DENIED'],
      ['enrolments', 'ACCESS_DENIED'],
    ]);
    expect(platform.standIn.calls()).toBe(0);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ASSERT, citizen, consented, employer, legalAid } from './attacks/scene.js';
import type { Behaviour } from './setup/fake-agency.js';
import { OWN_NUMBER, ref, startTestHub, type Answered, type TestHub } from './setup/hub.js';

/* A yes or a no is counted over the registers of several places, of which an employer is told nothing beside the answer. */

const PLACES = ['440000', '620000', '510000'];
const QUERY = 'query ($id: ID!) { citizen(id: $id) { pension { hasPaidAtLeast(months: 24) } } }';
const AT = ['citizen', 'pension', 'hasPaidAtLeast'];

let hub: TestHub;
let unit = 0;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());
beforeEach(() => {
  hub.agencies.hrss.behaviour = counted(['LIVE', 'STALE', 'LIVE']);
});

/** Counts over some places; one that is not there did not answer. */
function counted(freshness: readonly (string | undefined)[]): Behaviour {
  const missing = PLACES.filter((_, i) => freshness[i] === undefined);
  return ({ representations }) => ({
    data: { _entities: representations.map((one) => ({ ...one, pension: { hasPaidAtLeast: missing.length > 0 ? null : true } })) },
    errors: representations.flatMap((_, at) =>
      missing.map((jurisdiction) => ({
        message: 'x',
        path: ['_entities', at, 'pension', 'hasPaidAtLeast'],
        extensions: { code: 'AGENCY_UNAVAILABLE', system: `register-${jurisdiction}`, jurisdiction },
      })),
    ),
    extensions: {
      provenance: representations.flatMap((_, at) =>
        PLACES.flatMap((jurisdiction, i) =>
          freshness[i] === undefined
            ? []
            : [
                {
                  path: ['_entities', at, 'pension', 'hasPaidAtLeast'],
                  agency: 'hrss',
                  system: `register-${jurisdiction}`,
                  jurisdiction,
                  asOf: '2026-11-01T00:00:00+08:00',
                  freshness: freshness[i],
                },
              ],
        ),
      ),
    },
  });
}

const ask = (token: string, purpose: string): Promise<Answered> =>
  hub.ask(QUERY, { token, headers: { 'yichuang-purpose': purpose }, variables: { id: ref(OWN_NUMBER) } });

/** A token of an employer to which the person has allowed the answer once. */
async function allowed(): Promise<string> {
  const token = await employer(hub, `91440300MA5DHDA${String(++unit).padStart(2, '0')}X`);
  await consented(hub, token, OWN_NUMBER, { purpose: 'HIRING_CHECK', scopes: [ASSERT] });
  return token;
}

describe('the sources of an answer', () => {
  it('are one without places to an employer, late when one of them is', async () => {
    const { body } = await ask(await allowed(), 'HIRING_CHECK');
    expect(body.data).toEqual({ citizen: { pension: { hasPaidAtLeast: true } } });
    expect(body.extensions?.provenance).toEqual([{ path: AT, agency: 'hrss', system: 'hrss', freshness: 'STALE' }]);
    hub.agencies.hrss.behaviour = counted(['LIVE', 'LIVE', 'LIVE']);
    const again = await ask(await allowed(), 'HIRING_CHECK');
    expect(again.body.extensions?.provenance).toEqual([{ path: AT, agency: 'hrss', system: 'hrss', freshness: 'LIVE' }]);
  });

  it('that did not answer are one without a place', async () => {
    hub.agencies.hrss.behaviour = counted([undefined, 'LIVE', undefined]);
    const { body } = await ask(await allowed(), 'HIRING_CHECK');
    expect(body.errors?.map(({ path, extensions }) => [path, extensions])).toEqual([[AT, { code: 'AGENCY_UNAVAILABLE', agency: 'hrss' }]]);
    expect(PLACES.filter((place) => JSON.stringify(body).includes(place))).toEqual([]);
  });

  it('are told with their places to everybody else', async () => {
    const aid = await legalAid(hub);
    await consented(hub, aid, OWN_NUMBER, { purpose: 'RIGHTS_SUPPORT', scopes: [ASSERT], frequency: { count: 5, perDays: 1 } });
    for (const [token, purpose] of [
      [await citizen(hub), 'OWN_RECORD'],
      [aid, 'RIGHTS_SUPPORT'],
    ] as const) {
      const { body } = await ask(token, purpose);
      expect(body.extensions?.provenance?.map(({ jurisdiction }) => jurisdiction)).toEqual(PLACES);
    }
  });
});

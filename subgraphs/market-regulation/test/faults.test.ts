import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { generateWorld } from '../../../sandbox/src/people/generate.js';
import type { Fault } from '../../../sandbox/src/systems/stand-in.js';
import { startMarketRegulation } from '../src/server.js';
import { startAll, type Running } from './running.js';
import { hubKey, policyOf } from '../../../kit/test/grants/forge.js';

const world = generateWorld({ people: 60 });
const courier = world.personas.find(({ key }) => key === 'courier-four-provinces')?.life;
const owner = world.personas.find(({ key }) => key === 'small-business-owner')?.life;
const numbers = [courier?.number ?? '', owner?.number ?? ''];

let running: Running;
beforeAll(async () => {
  running = await startAll(world);
});
afterAll(() => running.close());
afterEach(async () => {
  await running.system('market-registry').setFault(undefined);
  await running.system('market-platforms').setFault(undefined);
});

/** Both systems are asked; the fault is at the platforms' reports. */
async function askUnder(fault: Fault): Promise<{ readonly errors: unknown; readonly platformWork: unknown; readonly businesses: unknown }> {
  await running.system('market-platforms').setFault(fault);
  const { data, errors } = await running.entities(
    numbers.map((number) => ({ __typename: 'Citizen', id: running.ref(number) })),
    '... on Citizen { platformWork { platformName } businesses { creditCode } }',
    fault.kind === 'hang' || fault.kind === 'latency' ? { 'yichuang-deadline-ms': '700' } : {},
  );
  return {
    errors: errors?.map(({ path, extensions: { code, agency, system } }) => ({ path, code, agency, system })),
    platformWork: data?._entities.map((entity) => entity?.['platformWork']),
    businesses: data?._entities.map((entity) => entity?.['businesses']),
  };
}

const businesses = [courier, owner].map((life) => life?.businesses.map((creditCode) => ({ creditCode })));

describe('a system that fails', () => {
  it.each<readonly [Fault, string]>([
    [{ kind: 'hang' }, 'AGENCY_TIMEOUT'],
    [{ kind: 'latency', milliseconds: 5000 }, 'AGENCY_TIMEOUT'],
    [{ kind: 'drop' }, 'AGENCY_UNAVAILABLE'],
    [{ kind: 'error-in-200' }, 'AGENCY_BAD_RESPONSE'],
    [{ kind: 'truncate' }, 'AGENCY_BAD_RESPONSE'],
    [{ kind: 'wrong-encoding' }, 'AGENCY_BAD_RESPONSE'],
    [{ kind: 'wrong-person' }, 'SUBJECT_MISMATCH'],
    [{ kind: 'closed' }, 'AGENCY_CLOSED'],
    [{ kind: 'rate-limit' }, 'AGENCY_RATE_LIMITED'],
  ])('with %j leaves its fields null with %s and the rest answered', async (fault, code) => {
    const failing = await startAll(world);
    const healthy = running;
    running = failing;
    try {
      expect(await askUnder(fault)).toEqual({
        errors: [0, 1].map((i) => ({
          path: ['_entities', i, 'platformWork'],
          code,
          agency: 'market-regulation',
          system: 'market-platforms',
        })),
        platformWork: [null, null],
        businesses,
      });
    } finally {
      running = healthy;
      await failing.close();
    }
  });

  it('only once on a broken connection is asked again, and nobody notices', async () => {
    const { errors, platformWork } = await askUnder({ kind: 'drop', times: 1 });
    expect(errors).toBeUndefined();
    expect(platformWork).toEqual([courier?.platformWork.map(({ platform }) => ({ platformName: platform })).reverse(), []]);
  });

  it('with every row twice counts each once and says so', async () => {
    await running.system('market-registry').setFault({ kind: 'duplicate-rows' });
    const { data } = await running.citizens(numbers, 'businesses { creditCode provenance { quality { field rule } } }');
    expect(data?._entities).toEqual(
      businesses.map((list) => ({
        businesses: list?.map((business) => ({ ...business, provenance: { quality: [{ field: '*', rule: 'DUPLICATE_ROW' }] } })),
      })),
    );
  });

  it('leaves an enterprise its code, and each field says why it is missing and since when', async () => {
    await running.system('market-registry').setFault({ kind: 'error-in-200' });
    const [unit] = world.units;
    const { data, errors } = await running.enterprises([unit?.creditCode ?? ''], 'creditCode name state');
    expect(data?._entities).toEqual([{ creditCode: unit?.creditCode, name: null, state: null }]);
    expect(errors?.map(({ path, extensions }) => [path, extensions])).toEqual(
      ['name', 'state'].map((field) => [
        ['_entities', 0, field],
        {
          code: 'AGENCY_BAD_RESPONSE',
          agency: 'market-regulation',
          system: 'market-registry',
          since: expect.stringMatching(/^\d{4}-.*Z$/),
        },
      ]),
    );
  });
});

describe('the real rate limit', () => {
  it('is answered with the seconds to wait', async () => {
    const limited = await startAll(world, { rate: { burst: 1, perSecond: 0.1 } });
    try {
      const [first, second] = world.units;
      expect((await limited.enterprises([first?.creditCode ?? ''], 'name')).errors).toBeUndefined();
      const { errors } = await limited.enterprises([second?.creditCode ?? ''], 'name');
      const { code, retryAfterSeconds } = errors?.[0]?.extensions ?? {};
      expect(code).toBe('AGENCY_RATE_LIMITED');
      expect(retryAfterSeconds).toBeGreaterThanOrEqual(1);
      expect(retryAfterSeconds).toBeLessThanOrEqual(10);
    } finally {
      await limited.close();
    }
  });
});

describe('who may ask', () => {
  it('is the hub only', async () => {
    const response = await fetch(running.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('GRANT_REQUIRED');
  });

  it('must name a person by a reference of this hub', async () => {
    const { data, errors } = await running.entities(
      [{ __typename: 'Citizen', id: 'c1-of-another-hub' }],
      '... on Citizen { platformWork { platformName } businesses { name } }',
    );
    expect(data?._entities).toEqual([{ platformWork: null, businesses: null }]);
    expect(errors?.map(({ path, extensions }) => [path, extensions['code']])).toEqual([
      [['_entities', 0, 'platformWork'], 'PERSON_NOT_FOUND'],
      [['_entities', 0, 'businesses'], 'PERSON_NOT_FOUND'],
    ]);
  });

  it('leaves no citizen number and no name in the log, whatever failed', async () => {
    await askUnder({ kind: 'wrong-person' });
    await askUnder({ kind: 'error-in-200' });
    expect(running.log()).toContain('legacy system failed');
    for (const { number, name } of world.lives) {
      expect(running.log()).not.toContain(number);
      expect(running.log()).not.toContain(name);
    }
  });
});

describe('the start', () => {
  it('stops at a variable that is not set, and names it', () => {
    const settings = { grants: policyOf(hubKey()), citizenRefKey: '0'.repeat(64), port: 0, env: { MARKET_KEY: 'key' } };
    expect(() => startMarketRegulation(settings)).toThrow('the environment variable MARKET_URL is not set');
  });

  it('knows the spelling of all 31 provinces', () => {
    const file = readFileSync(new URL('../agency.yaml', import.meta.url), 'utf8');
    expect(file.match(/^ {10}'\d{2}0000': \[/gm)).toHaveLength(31);
  });
});

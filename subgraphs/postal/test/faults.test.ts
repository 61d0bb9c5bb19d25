import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { generateWorld } from '../../../sandbox/src/people/generate.js';
import type { Fault } from '../../../sandbox/src/systems/stand-in.js';
import { startPostal } from '../src/server.js';
import { startAll, TODAY, type Answer, type Running } from './running.js';
import { hubKey, policyOf } from '../../../kit/test/grants/forge.js';

const world = generateWorld({ people: 60 });
const courier = world.personas.find(({ key }) => key === 'courier-four-provinces')?.life;
const [licence] = world.licences;
const QUICK = { 'yichuang-deadline-ms': '800' };

const dayAgo = (days: number): string => new Date(Date.parse(`${TODAY}T00:00:00+08:00`) - days * 86_400_000).toISOString();

/** Both systems in one question. */
function askBoth(running: Running, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return running.entities(
    [
      { __typename: 'Citizen', id: running.ref(courier?.number ?? '') },
      { __typename: 'Enterprise', creditCode: licence?.unit },
    ],
    '... on Citizen { courierWork { filingNumber provenance { asOf freshness quality { field rule } } } } ... on Enterprise { expressLicence { number } }',
    headers,
  );
}

const filings = (asOf: string, freshness: string, quality: unknown[] = []): unknown =>
  courier?.courierWork.map(({ filingNumber }) => ({ filingNumber, provenance: { asOf, freshness, quality } }));
const failures = ({ errors }: Answer): unknown =>
  errors?.map(({ path, extensions: { code, agency, system } }) => ({ path, code, agency, system }));

async function withAll<T>(faults: Parameters<typeof startAll>[1], work: (running: Running) => Promise<T>): Promise<T> {
  const running = await startAll(world, faults);
  try {
    return await work(running);
  } finally {
    await running.close();
  }
}

describe('the licence service, when it fails,', () => {
  let running: Running;
  beforeAll(async () => {
    running = await startAll(world);
    await answeredFromFiles(running);
  });
  afterAll(() => running.close());
  afterEach(async () => {
    await running.system('postal-licences').setFault(undefined);
    expect((await askBoth(running)).errors).toBeUndefined();
  });

  it.each<readonly [Fault, string]>([
    [{ kind: 'hang' }, 'AGENCY_TIMEOUT'],
    [{ kind: 'drop' }, 'AGENCY_UNAVAILABLE'],
    [{ kind: 'error-in-200' }, 'AGENCY_BAD_RESPONSE'],
    [{ kind: 'truncate' }, 'AGENCY_BAD_RESPONSE'],
    [{ kind: 'wrong-encoding' }, 'AGENCY_BAD_RESPONSE'],
    [{ kind: 'wrong-person' }, 'SUBJECT_MISMATCH'],
    [{ kind: 'closed' }, 'AGENCY_CLOSED'],
    [{ kind: 'rate-limit' }, 'AGENCY_RATE_LIMITED'],
  ])('with %j leaves the licence null with %s and couriers answered', async (fault, code) => {
    await running.system('postal-licences').setFault(fault);
    const answer = await askBoth(running, fault.kind === 'hang' ? QUICK : {});
    expect(answer.data?._entities).toEqual([{ courierWork: filings(dayAgo(0), 'LIVE') }, { expressLicence: null }]);
    expect(failures(answer)).toEqual([{ path: ['_entities', 1, 'expressLicence'], code, agency: 'postal', system: 'postal-licences' }]);
  });

  it('by sending every row twice shows one licence, and says so', async () => {
    await running.system('postal-licences').setFault({ kind: 'duplicate-rows' });
    const { data } = await running.enterprises(
      [licence?.unit ?? ''],
      'expressLicence { number areas provenance { quality { field rule } } }',
    );
    const shown = data?._entities[0]?.['expressLicence'] as { number: string; areas: unknown; provenance: { quality: unknown[] } };
    expect([shown.number, shown.areas]).toEqual([licence?.number, licence?.areas]);
    expect(shown.provenance.quality).toContainEqual({ field: '*', rule: 'DUPLICATE_ROW' });
  });
});

describe('the daily files', () => {
  it('when the source hangs from the start, are waited for no longer than the question lasts', async () => {
    await withAll({ 'postal-couriers': { kind: 'hang' } }, async (running) => {
      const answer = await askBoth(running, QUICK);
      expect(answer.data?._entities).toEqual([{ courierWork: null }, { expressLicence: { number: licence?.number } }]);
      expect(failures(answer)).toEqual([
        { path: ['_entities', 0, 'courierWork'], code: 'AGENCY_TIMEOUT', agency: 'postal', system: 'postal-couriers' },
      ]);
    });
  });

  it('when the source breaks every connection, are missing with AGENCY_UNAVAILABLE', async () => {
    await withAll({ 'postal-couriers': { kind: 'drop' } }, async (running) => {
      expect(failures(await askBoth(running))).toEqual([
        { path: ['_entities', 0, 'courierWork'], code: 'AGENCY_UNAVAILABLE', agency: 'postal', system: 'postal-couriers' },
      ]);
    });
  });

  it.each<Fault['kind']>(['truncate', 'wrong-encoding'])(
    'with today’s file unusable (%s) are answered from yesterday’s, and say so',
    async (kind) => {
      await withAll({ 'postal-couriers': { kind } }, async (running) => {
        const { data, errors } = await answeredFromFiles(running);
        expect(errors).toBeUndefined();
        expect(data?._entities[0]).toEqual({ courierWork: filings(dayAgo(1), 'STALE') });
      });
    },
  );

  it('that are late are answered from the last ones, and say so', async () => {
    await withAll({ 'postal-couriers': { kind: 'stale-file' } }, async (running) => {
      const { data, errors, extensions } = await answeredFromFiles(running);
      expect(errors).toBeUndefined();
      expect(data?._entities[0]).toEqual({ courierWork: filings(dayAgo(3), 'STALE') });
      expect(extensions?.provenance).toContainEqual(
        expect.objectContaining({ path: ['_entities', 0, 'courierWork'], asOf: dayAgo(3), freshness: 'STALE' }),
      );
    });
  });

  it('that hold every row twice count each once, and say so', async () => {
    await withAll({ 'postal-couriers': { kind: 'duplicate-rows' } }, async (running) => {
      const { data } = await answeredFromFiles(running);
      expect(data?._entities[0]).toEqual({ courierWork: filings(dayAgo(0), 'LIVE', [{ field: '*', rule: 'DUPLICATE_ROW' }]) });
    });
  });

  it('that break while the subgraph runs leave the last good state standing, until a good one comes', async () => {
    await withAll({}, async (running) => {
      expect((await answeredFromFiles(running)).data?._entities[0]).toEqual({ courierWork: filings(dayAgo(0), 'LIVE') });
      await running.system('postal-couriers').setFault({ kind: 'truncate' });
      await until(async () => freshnessOf(await askBoth(running)) === 'STALE');
      expect((await askBoth(running)).data?._entities[0]).toEqual({ courierWork: filings(dayAgo(0), 'STALE') });
      await running.system('postal-couriers').setFault(undefined);
      await until(async () => freshnessOf(await askBoth(running)) === 'LIVE');
    });
  });
});

describe('who may ask', () => {
  let running: Running;
  beforeAll(async () => {
    running = await startAll(world);
  });
  afterAll(() => running.close());

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
      '... on Citizen { courierWork { filingNumber } }',
    );
    expect(data?._entities).toEqual([{ courierWork: null }]);
    expect(errors?.map(({ path, extensions }) => [path, extensions['code']])).toEqual([
      [['_entities', 0, 'courierWork'], 'PERSON_NOT_FOUND'],
    ]);
  });

  it('leaves no citizen number, no name and no password in the log', async () => {
    await running.system('postal-licences').setFault({ kind: 'error-in-200', times: 1 });
    await askBoth(running);
    expect(running.log()).toContain('legacy system failed');
    expect(running.log()).not.toMatch(/sftp:\/\//);
    for (const { number, name } of world.lives) {
      expect(running.log()).not.toContain(number);
      expect(running.log()).not.toContain(name);
    }
  });

  it('learns at the start which variable is not set', () => {
    const settings = { grants: policyOf(hubKey()), citizenRefKey: '0'.repeat(64), port: 0, env: { POSTAL_URL: 'http://127.0.0.1:1' } };
    expect(() => startPostal(settings)).toThrow('the environment variable POSTAL_KEY is not set');
  });
});

/** The first answer that has something from the files: on a busy machine the first look at them may take longer than a question. */
async function answeredFromFiles(running: Running): Promise<Answer> {
  let answer = await askBoth(running);
  await until(async () => {
    if (freshnessOf(answer) === undefined) answer = await askBoth(running);
    return freshnessOf(answer) !== undefined;
  });
  return answer;
}

function freshnessOf({ data }: Answer): unknown {
  const [first] = (data?._entities[0]?.['courierWork'] ?? []) as { provenance: { freshness: string } }[];
  return first?.provenance.freshness;
}

/** Asks until it is so; each question is a real wait for an answer. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await condition())) if (Date.now() > end) throw new Error('it did not become so in ten seconds');
}

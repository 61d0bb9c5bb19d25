import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generateWorld } from '../../src/people/generate.js';
import { registersOf } from '../../src/people/registers.js';
import { marketManifest, startMarket } from '../../src/systems/market.js';
import type { StandInGroup } from '../../src/systems/stand-in.js';
import { TokenBucket } from '../../src/systems/token-bucket.js';

type Row = Readonly<Record<string, unknown>>;

const world = generateWorld({ people: 300 });
let group: StandInGroup;
beforeAll(async () => {
  group = await startMarket({ world, registers: registersOf(world), port: () => 0, folder: tmpdir(), today: '2026-11-21' });
});
afterAll(() => group.close());

function post(path: string, body: unknown, key = group.env['MARKET_KEY'] ?? ''): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'x-api-key': key };
  return fetch(`${group.env['MARKET_URL'] ?? ''}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function rows(path: string, body: unknown): Promise<Readonly<Record<string, readonly Row[]>>> {
  const { data } = (await (await post(path, body)).json()) as { data: Readonly<Record<string, readonly Row[]>> };
  return data;
}

const registrationOf = async (creditCode: string | undefined): Promise<Row> =>
  (await rows('/registry/query', { uniscids: [creditCode], items: ['registration'] }))['registration']?.[0] ?? {};

describe('the shared registration query', () => {
  it('returns each record in the spelling of the province that registered it', async () => {
    const unitIn = (province: string): string | undefined => world.units.find(({ division }) => division.startsWith(province))?.creditCode;
    expect(await registrationOf(unitIn('31'))).toMatchObject({
      sExtNodenum: '310000',
      estdate: expect.any(Number),
      regcap: expect.stringMatching(/^\d+\.\d{6}$/),
    });
    expect(await registrationOf(unitIn('44'))).toMatchObject({
      nodeNum: '440000',
      corpStatus: '01',
      estDate: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
    });
    expect(await registrationOf(unitIn('42'))).toMatchObject({
      NODENUM: '420000',
      REGSTATE: '1',
      ESTDATE: expect.stringMatching(/^\d{4}\/\d{2}\/\d{2}$/),
    });
  });

  it('writes a date as the milliseconds of midnight in UTC+8', async () => {
    const unit = world.units.find(({ division }) => division.startsWith('31'));
    const { estdate } = await registrationOf(unit?.creditCode);
    expect(estdate).toBe(Date.parse(`${unit?.established ?? ''}T00:00:00+08:00`));
  });

  it('holds the dirt that the manifest lists, at the places it lists', async () => {
    const found: Readonly<Record<string, (row: Row) => unknown>> = {
      ESTABLISHED_ZERO: ({ estdate, estDate, ESTDATE }) => estdate === 0 || estDate === '00000000' || ESTDATE === '00000000',
      ESTABLISHED_EMPTY: ({ estdate, estDate, ESTDATE }) => estdate === '' || estDate === '' || ESTDATE === '',
      THOUSANDS_COMMA: (row) =>
        [row['regcap'], row['regCap'], row['REGCAP']].some((text) => typeof text === 'string' && /\d,\d{3}/.test(text)),
      LOWER_CASE_CREDIT_CODE: (row) =>
        [row['uniscid'], row['uniScId'], row['UNISCID']].some((code) => typeof code === 'string' && code !== code.toUpperCase()),
      STATE_UNLISTED: (row) => Object.values(row).includes('停业整顿'),
      FULL_WIDTH_PARENTHESES: (row) => Object.values(row).some((text) => typeof text === 'string' && text.includes('（')),
      STALE_STATE: () => true,
    };
    const entries = marketManifest(world).filter(({ system }) => system === 'market-registry');
    expect(entries.length).toBeGreaterThan(8);
    for (const { kind, rowKey } of entries) expect([kind, found[kind]?.(await registrationOf(rowKey))]).toEqual([kind, true]);
  });

  it('finds the businesses a person runs, and says whose they are', async () => {
    const owner = world.lives.find(({ businesses }) => businesses.length > 0);
    const { registration } = await rows('/registry/query', { personNos: [owner?.number], items: ['registration'] });
    expect(registration?.map((row) => row['cerno'] ?? row['cerNo'] ?? row['CERNO'])).toEqual(owner?.businesses.map(() => owner.number));
  });

  it.each([
    ['both kinds of key', { uniscids: ['x'], personNos: ['y'] }, 400],
    ['no key', { uniscids: [] }, 400],
    ['too many keys', { uniscids: Array.from({ length: 201 }, () => 'x') }, 400],
    ['something that is no list', { uniscids: 'x' }, 400],
  ])('refuses %s', async (_, body, status) => {
    expect((await post('/registry/query', body)).status).toBe(status);
  });

  it('lets nobody in without the key', async () => {
    expect((await post('/registry/query', { uniscids: ['x'] }, 'another key')).status).toBe(401);
  });

  it('counts the calls and forgets a fault that was set for some of them', async () => {
    const registry = group.systems.find(({ id }) => id === 'market-registry');
    registry?.resetCalls();
    await registry?.setFault({ kind: 'rate-limit', times: 1 });
    const limited = await post('/registry/query', { uniscids: ['x'] });
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await post('/registry/query', { uniscids: ['x'] })).status).toBe(200);
    expect(registry?.calls()).toBe(2);
  });
});

describe('a token bucket', () => {
  it('never lets more through than its burst and its rate allow, and wastes no token of a caller who waits', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 50 }), steps, (burst, perSecond, waits) => {
        let now = 0;
        const bucket = new TokenBucket({ burst, perSecond }, () => now);
        let taken = 0;
        for (const wait of waits) {
          now += wait;
          const seconds = bucket.take();
          if (seconds === 0) taken++;
          else {
            now += seconds * 1000;
            expect(bucket.take()).toBe(0);
            taken++;
          }
          expect(taken).toBeLessThanOrEqual(burst + (now / 1000) * perSecond + 1e-6);
        }
      }),
    );
  });
});

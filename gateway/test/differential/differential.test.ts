import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Comparing, type Tally } from './comparing.js';
import { APOLLOS, HUBS } from './differences.js';
import { composeFixture } from './graph-fixture.js';
import { classic } from './graphs/classic.js';
import { library } from './graphs/library.js';
import { market } from './graphs/market.js';

/** Another seed for other operations, more runs for a longer look: DIFFERENTIAL_SEED=7 DIFFERENTIAL_RUNS=5000. */
const SEED = Number(process.env['DIFFERENTIAL_SEED'] ?? 20_261_121);
const RUNS = Number(process.env['DIFFERENTIAL_RUNS'] ?? 350);
/** Worlds each operation is asked in: nothing is planned again for another. */
const WORLDS = 3;
/** Far more than is needed: the machine may have other things to do. */
const TIMEOUT_MS = 300_000 + RUNS * 1_000;

const tally: Record<'hub' | 'apollo', Tally> = { hub: new Map(), apollo: new Map() };

describe.each([library, market, classic])('operations on the graph “$name”', (source) => {
  let comparing: Comparing;

  beforeAll(async () => {
    comparing = await Comparing.start(composeFixture(source));
  });
  afterAll(() => comparing.stop());

  it(
    'are answered as one schema with everything in it would, in no more calls than by Apollo’s executor',
    async () => {
      const property = fc.asyncProperty(comparing.operations(), fc.nat(100_000), async (operation, seed) => {
        for (let world = 0; world < WORLDS; world++) {
          const wrong = await comparing.compare(operation, seed * WORLDS + world, tally);
          if (wrong !== undefined) throw new Error(wrong);
        }
      });
      await fc.assert(property, { seed: SEED, numRuns: RUNS });
    },
    TIMEOUT_MS,
  );
});

describe('a known difference', () => {
  it.each([...HUBS.map(({ name }) => ['hub', name] as const), ...APOLLOS.map(({ name }) => ['apollo', name] as const)])(
    'of the %s still occurs: %s',
    (who, name) => {
      expect(tally[who].get(name) ?? 0).toBeGreaterThan(0);
    },
  );

  it('is counted', () => {
    const lines = (['hub', 'apollo'] as const).flatMap((who) =>
      [...tally[who]].map(([name, count]) => `${who} ${String(count).padStart(5)} ${name}`),
    );
    if (process.env['DIFFERENTIAL_REPORT'] !== undefined) process.stdout.write(`${lines.sort().join('\n')}\n`);
    expect(lines.length).toBeGreaterThan(0);
  });
});

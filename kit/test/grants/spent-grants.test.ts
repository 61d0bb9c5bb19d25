import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SpentGrants } from '../../src/grants/spent-grants.js';
import { SpentInFolder } from '../../src/grants/spent-in-folder.js';

describe('the memory of used grants', () => {
  it('knows each for its whole life, whenever it was used, and nothing after two', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(120), { minLength: 1, maxLength: 40 }), (pauses) => {
        let now = 0;
        const spent = new SpentGrants(100, () => now);
        const used = new Map<string, number>();
        for (const [n, pause] of pauses.entries()) {
          now += pause;
          expect(spent.first(`g${n}`)).toBe(true);
          used.set(`g${n}`, now);
          for (const [id, at] of used) if (now - at < 100) expect(spent.first(id)).toBe(false);
        }
        now += 200;
        expect(spent.first('g0')).toBe(true);
      }),
    );
  });

  it('takes no more when it is full, rather than forget', () => {
    let now = 0;
    const spent = new SpentGrants(100, () => now, 3);
    expect(['a', 'b', 'c', 'd', 'a'].map((id) => spent.first(id))).toEqual([true, true, true, false, false]);
    now = 100;
    expect(spent.first('d')).toBe(true);
  });
});

describe('the memory that several processes share', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spent-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('knows each grant in all of them, whoever took it, whatever it is called, also at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uuid(), fc.string(), fc.integer({ min: 1, max: 5 }), async (unique, name, times) => {
        const id = `${unique}${name}`;
        const expires = Math.floor(Date.now() / 1_000) + 30;
        const processes = Array.from({ length: times }, () => new SpentInFolder(folder, Date.now));
        const taken = await Promise.all([...processes, ...processes].map((one) => one.first(id, expires)));
        expect(taken.filter((first) => first)).toHaveLength(1);
        expect(await new SpentInFolder(folder, Date.now).first(id, expires)).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  it('forgets none that could be used, also by a clock of ten minutes behind, and all others', async () => {
    let now = 1_800_000_000_000;
    const seconds = (): number => now / 1_000;
    const own = await mkdtemp(join(folder, 'own-'));
    const spent = new SpentInFolder(own, () => now);
    const used = new Map<string, number>();
    for (let n = 0; n < 60; n++) {
      now += 30_000;
      const expires = Math.floor(seconds()) + 30;
      expect(await spent.first(`g${n}`, expires)).toBe(true);
      used.set(`g${n}`, expires);
    }
    for (const [id, expires] of used) if (expires > seconds() - 600) expect(await spent.first(id, expires)).toBe(false);
    expect((await readdir(own)).length).toBeLessThan(14);
  });

  it('takes nothing that it cannot note', async () => {
    await expect(new SpentInFolder('/dev/null', Date.now).first('g', 1_000)).rejects.toThrow();
  });
});

import { describe, expect, it } from '@jest/globals';
import { Entrance } from '../../src/execution/entrance.js';
import { gate } from './setup/live.js';

const round = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Works that say when they begin and end when they are told. */
function works(entrance: Entrance) {
  const begun: number[] = [];
  return {
    begun,
    add: (id: number) => {
      const { opened, open } = gate();
      const done = entrance.through(async () => {
        begun.push(id);
        await opened;
        return id;
      });
      return { done, open };
    },
  };
}

describe('the entrance', () => {
  it('lets few in at once, and one more in each round while they wait for others', async () => {
    const entrance = new Entrance();
    const { begun, add } = works(entrance);
    const all = Array.from({ length: 20 }, (_, i) => add(i));
    expect(begun.length).toBe(16);
    expect(entrance.waitedMs).toBeGreaterThan(0);
    await round();
    expect(begun.length).toBe(17);
    while (begun.length < 20) await round();
    expect(begun).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(entrance.waitedMs).toBe(0);
    for (const { open } of all) open();
    expect(await Promise.all(all.map(({ done }) => done))).toEqual(begun);
  });

  it('lets all in by their order, however long the line is and however long it does not end', async () => {
    const entrance = new Entrance();
    const begun: number[] = [];
    const all: Promise<void>[] = [];
    const add = (id: number): Promise<void> =>
      entrance.through(() => {
        begun.push(id);
        return round();
      });
    while (all.length < 4_000) {
      for (let i = 0; i < 40; i++) all.push(add(all.length));
      await round();
      expect(entrance.waiting).toBe(all.length - begun.length);
    }
    expect(begun.length).toBeLessThan(all.length);
    await Promise.all(all);
    expect(begun).toEqual(all.map((_, id) => id));
    expect([entrance.waiting, entrance.waitedMs]).toEqual([0, 0]);
  });

  it('gives each a round of its own where none may run at once', async () => {
    const entrance = new Entrance(undefined, 0);
    const begun: number[] = [];
    const all = [0, 1, 2].map((id) => entrance.through(() => Promise.resolve(begun.push(id))));
    expect([begun, entrance.waiting]).toEqual([[], 3]);
    for (const expected of [[0], [0, 1], [0, 1, 2]]) {
      await round();
      expect(begun).toEqual(expected);
    }
    expect(await Promise.all(all)).toEqual([1, 2, 3]);
  });

  it('tells of a fault of what throws at once to who asked for it, and gives its place to the next', async () => {
    for (const atOnce of [1, 0]) {
      const entrance = new Entrance(undefined, atOnce);
      const throwing = (): Promise<void> => {
        throw new Error('a fault of the hub');
      };
      const all = [throwing, throwing].map((work) => entrance.through(work));
      for (const one of await Promise.allSettled(all))
        expect(one).toMatchObject({ status: 'rejected', reason: { message: 'a fault of the hub' } });
      expect(await entrance.through(() => Promise.resolve(7))).toBe(7);
      expect(entrance.waiting).toBe(0);
    }
  });

  it('lets the next in when one has ended, also one that has failed', async () => {
    const entrance = new Entrance();
    const { begun, add } = works(entrance);
    const [first] = Array.from({ length: 15 }, (_, i) => add(i));
    const failing = gate();
    const failed = entrance.through(async () => {
      await failing.opened;
      throw new Error('a fault of the hub');
    });
    add(100);
    add(101);
    first?.open();
    failing.open();
    await expect(failed).rejects.toThrow('a fault of the hub');
    await Promise.resolve();
    // Both places were taken within this round.
    expect(begun.slice(15)).toEqual([100, 101]);
  });
});

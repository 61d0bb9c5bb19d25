import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SpentGrants } from '../../src/grants/spent-grants.js';

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

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Subject } from '../../src/access/decide.js';
import { Breadth } from '../../src/access/breadth.js';

const subject = fc.oneof(
  fc.integer({ min: 0, max: 30 }).map((n): Subject => ({ kind: 'PERSON', ref: `p${n}` })),
  fc.integer({ min: 0, max: 5 }).map((n): Subject => ({ kind: 'UNIT', creditCode: `u${n}` })),
);
const calls = fc.array(fc.array(subject, { maxLength: 12 }), { maxLength: 12 });

describe('how many persons a question is about', () => {
  it('those who come first stay within it, all others are beyond it, and units do not count', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), calls, (most, asked) => {
        let exceeded = 0;
        const breadth = new Breadth(most, () => exceeded++);
        const seen = new Set<string>();
        for (const call of asked) {
          const beyond = breadth.beyond(call.map((one) => ({ subject: one }))) ?? new Set<string>();
          for (const one of call) if (one.kind === 'PERSON') seen.add(one.ref);
          // The oracle: in the order in which they were first asked about.
          const first = new Set([...seen].slice(0, most));
          for (const one of call) {
            if (one.kind === 'UNIT') expect(beyond.has(one.creditCode)).toBe(false);
            else expect(beyond.has(one.ref)).toBe(!first.has(one.ref));
          }
        }
        expect(exceeded).toBe(seen.size > most ? 1 : 0);
      }),
      { numRuns: 300 },
    );
  });

  it('nobody is told apart while the decisions are no more than the bound', () => {
    const breadth = new Breadth(50, () => undefined);
    const list = Array.from({ length: 50 }, (_, i) => ({ subject: { kind: 'PERSON', ref: `p${i}` } as const }));
    expect(breadth.beyond(list)).toBeUndefined();
    for (let call = 0; call < 10; call++) expect(breadth.beyond(list)).toBeUndefined();
    expect(breadth.beyond([{ subject: { kind: 'PERSON', ref: 'p50' } }])).toEqual(new Set(['p50']));
  });
});

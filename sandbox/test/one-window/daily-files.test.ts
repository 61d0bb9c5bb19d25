import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultKind } from '../../src/systems/stand-in.js';
import { Window, type Answer } from './window.js';

let window: Window;

beforeAll(async () => {
  window = await Window.open({ people: 60 });
}, 60_000);
afterAll(() => window.close());
afterEach(async () => {
  await window.fault(SYSTEM, undefined);
});

const SYSTEM = 'hrss-batch-620000';
const QUERY = '{ me { pension { monthsPaid relations { jurisdiction provenance { system freshness asOf quality { rule } } } } } }';

interface Relation {
  readonly provenance: { readonly system: string; readonly freshness: string; readonly asOf: string };
}
const ask = (): Promise<Answer> => window.ask(QUERY, { as: 'courier-four-provinces' });
const fromFile = ({ data }: Answer): Relation => {
  const relation = (data.me.pension.relations as Relation[]).find(({ provenance }) => provenance.system === SYSTEM);
  if (!relation) throw new Error('the province of daily files is not in the answer');
  return relation;
};
const freshness = (answer: Answer): string => fromFile(answer).provenance.freshness;

describe('a province that delivers daily files', () => {
  it.each<[string, FaultKind]>([
    ['late', 'stale-file'],
    ['truncated', 'truncate'],
    ['wrongly encoded', 'wrong-encoding'],
  ])(
    'whose file is %s is answered from the last good one, which says so, and is live again with the next good one',
    async (_, kind) => {
      const before = await until(ask, (answer) => freshness(answer) === 'LIVE');
      await window.fault(SYSTEM, { kind });
      const during = await until(ask, (answer) => freshness(answer) === 'STALE');
      expect(during.errors).toEqual([]);
      expect(during.data.me.pension.monthsPaid).toBe(before.data.me.pension.monthsPaid);
      expect(Date.parse(fromFile(during).provenance.asOf)).toBeLessThanOrEqual(Date.parse(fromFile(before).provenance.asOf));
      expect(during.provenance.filter(({ system }) => system === SYSTEM).every((source) => source.freshness === 'STALE')).toBe(true);
      await window.fault(SYSTEM, undefined);
      await until(ask, (answer) => freshness(answer) === 'LIVE');
    },
    60_000,
  );

  it('that sends its lines twice is read once', async () => {
    const before = await until(ask, (answer) => freshness(answer) === 'LIVE');
    await window.fault(SYSTEM, { kind: 'duplicate-rows' });
    const doubled = await until(ask, ({ data }) =>
      (data.me.pension.relations as { provenance: { quality: { rule: string }[] } }[]).some(({ provenance }) =>
        provenance.quality.some(({ rule }) => rule === 'DUPLICATE_ROW'),
      ),
    );
    expect(doubled.errors).toEqual([]);
    expect(doubled.data.me.pension.monthsPaid).toBe(before.data.me.pension.monthsPaid);
  }, 60_000);
});

/** The folder is looked at every two seconds: asks until the answer shows it. */
async function until(attempt: () => Promise<Answer>, done: (answer: Answer) => boolean): Promise<Answer> {
  for (;;) {
    const answer = await attempt();
    if (done(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

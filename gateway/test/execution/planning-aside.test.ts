import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildGraph } from '../../src/graph/build-graph.js';
import { Operations } from '../../src/graph/operations.js';
import { startPlanner, type Planner, type PlanningEvent } from '../../src/planning/planner.js';
import { shop } from './setup/shop.js';

const OPERATIONS = 100;
const FIELDS = ['name', 'stock', 'price', 'discount', 'shelf { row }', 'tag { text }', 'maker { title }'];

/** One of 127 questions that need a plan each. */
function question(which: number): string {
  return `{ goods { ${FIELDS.filter((_, at) => ((which + 1) & (1 << at)) !== 0).join(' ')} } }`;
}

describe('planning', () => {
  const events: PlanningEvent[] = [];
  const graph = buildGraph(shop().supergraphSdl, 'OPEN');
  const operations = new Operations(graph, { maxBytes: 10_000, maxTokens: 10_000, maxDepth: 20, maxAliases: 20 });
  let planner: Planner;
  beforeAll(async () => {
    planner = startPlanner(graph, {}, (event) => events.push(event));
    await planner.warm(prepared('{ best { sku } }'));
    events.length = 0;
  });
  afterAll(() => planner.stop());

  function prepared(text: string) {
    const preparation = operations.prepare(text, undefined);
    if (!preparation.ok) throw new Error(JSON.stringify(preparation.errors));
    return [preparation.prepared.operation];
  }

  it('of questions never seen is done by the thread, one by one, while this one goes on taking questions', async () => {
    const asked = Array.from({ length: OPERATIONS }, (_, which) => prepared(question(which))).flat();
    const plans = asked.map((operation) => planner.plan(operation));
    // Nothing has been planned by the time all have been taken: who takes them cannot have planned them.
    expect(plans.every((plan) => plan instanceof Promise)).toBe(true);
    expect(events).toEqual([]);
    let turns = 0;
    let over = false;
    const count = (): void => {
      turns++;
      if (!over) setImmediate(count);
    };
    count();
    const all = await Promise.all(plans.map((plan) => Promise.resolve(plan)));
    over = true;
    expect(all.every(({ ok }) => ok)).toBe(true);
    expect(events.map((event) => event.kind === 'PLANNING' && event.outcome)).toEqual(Array.from({ length: OPERATIONS }, () => 'PLANNED'));
    // One turn for each reply of the thread and many in between.
    expect(turns).toBeGreaterThan(OPERATIONS);
    expect(asked.map((operation) => planner.plan(operation)).some((plan) => plan instanceof Promise)).toBe(false);
  });
});

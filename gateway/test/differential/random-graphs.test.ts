import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { print } from 'graphql';
import { Comparing } from './comparing.js';
import { isConditional, isRight, report, saysNeeds } from './differences.js';
import { composeFixture } from './graph-fixture.js';
import type { Operation } from './operation-writer.js';
import { randomGraph } from './random-graph.js';

/** Another seed for other graphs, more runs for more of them: DIFFERENTIAL_SEED=7 DIFFERENTIAL_RUNS=1200. */
const SEED = Number(process.env['DIFFERENTIAL_SEED'] ?? 20_261_122);
const GRAPHS = Math.ceil(Number(process.env['DIFFERENTIAL_RUNS'] ?? 80) / 20);
const OPERATIONS = 20;
const TIMEOUT_MS = 120_000;
const WITHOUT_FAULTS = { faults: false };

describe('a graph whose fields require each other at random', () => {
  it.each(Array.from({ length: GRAPHS }, (_, at) => SEED + at))(
    'is answered as one schema with everything in it would, in no more calls than by Apollo’s executor: %i',
    async (seed) => {
      const comparing = await Comparing.start(composeFixture(randomGraph(seed)));
      try {
        const operations = fc.sample(comparing.operations({ depth: 3, fields: 10 }), { numRuns: OPERATIONS, seed });
        for (const operation of operations) await compare(comparing, operation, seed);
      } finally {
        await comparing.stop();
      }
    },
    TIMEOUT_MS,
  );
});

async function compare(comparing: Comparing, operation: Operation, seed: number): Promise<void> {
  const served = () => comparing.served(seed, WITHOUT_FAULTS);
  const truth = await comparing.truth(operation, seed, WITHOUT_FAULTS);
  const hub = await comparing.hub.ask(served(), operation);
  const beside = { operation, truth, required: new Set<string>() };
  if (!isRight({ ...beside, answer: hub })) throw new Error(report({ ...beside, answer: hub }));
  const apollo = await comparing.apollo.ask(served(), operation).catch(() => undefined);
  if (!apollo || isConditional(operation) || saysNeeds(apollo) || !isRight({ ...beside, answer: apollo })) return;
  expect({ operation: print(operation.document), more: Math.max(0, hub.calls.length - apollo.calls.length) }).toMatchObject({ more: 0 });
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { print } from 'graphql';
import { blueprintOf, type Blueprint } from '../differential/blueprint.js';
import { composeFixture, type GraphFixture } from '../differential/graph-fixture.js';
import { classic } from '../differential/graphs/classic.js';
import { library } from '../differential/graphs/library.js';
import { market } from '../differential/graphs/market.js';
import type { Operation } from '../differential/operation-writer.js';
import { operations } from '../differential/operations.js';
import { explainedNulls } from '../differential/outcome.js';
import { Served } from '../differential/served.js';
import { World } from '../differential/world.js';
import { deferring, type Deferring } from './setup/deferring.js';
import { inParts, Live } from './setup/live.js';
import { difference, merge, valueAt } from './setup/merging.js';

/** Another seed for other operations, more runs for a longer look, a smaller failing operation: DEFER_SEED=7 DEFER_RUNS=2000 DEFER_SHRINK=1. */
const SEED = Number(process.env['DEFER_SEED'] ?? 20_261_122);
const RUNS = Number(process.env['DEFER_RUNS'] ?? 70);
const PATIENCE_MS = 20_000;
const TIMEOUT_MS = 60_000 + RUNS * 1_000;

describe.each([classic, market, library])('deferred parts of operations on the graph “$name”', (source) => {
  let fixture: GraphFixture;
  let blueprint: Blueprint;
  let live: Live;

  beforeAll(() => {
    fixture = composeFixture(source);
    blueprint = blueprintOf(fixture);
    live = new Live(fixture.supergraphSdl);
  });
  afterAll(() => live.stop());

  type Parts = Awaited<ReturnType<typeof inParts>>;

  async function asked({ document, variables }: Operation, seed: number): Promise<Parts | Error> {
    const served = new Served(fixture.subgraphs, new World(blueprint, { ...fixture, seed, faults: seed % 3 !== 0 }));
    live.answering = ({ subgraph, text, variables: given }) => served.answer(subgraph, text, given);
    try {
      return await soon(live.ask(print(document), variables).then(inParts));
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** What is wrong with the deferred answer, for a reader. */
  async function fault({ plain, deferred, within }: Deferring, seed: number, tally: Map<string, number>): Promise<string | undefined> {
    const count = (name: string): void => void tally.set(name, (tally.get(name) ?? 0) + 1);
    const right = await asked(plain, seed);
    if (right instanceof Error) {
      count('no plan');
      return undefined;
    }
    const answer = await asked(deferred, seed);
    if (answer instanceof Error) return answer.stack;
    count(answer.batches.length > 0 ? 'in parts' : 'at once');
    const merged = merge(answer.first, answer.batches);
    const explained = explainedNulls(right.first.data, merged.errors);
    const unexplained = right.first.errors.find(
      ({ path = [] }) => valueAt(right.first.data, path) === null && !explained.has(JSON.stringify(path)),
    );
    const problem =
      merged.wrong[0] ??
      tooEarly(answer.batches, within) ??
      difference(merged, right.first.data) ??
      (unexplained && `nothing explains the null at ${String(unexplained.path)}`);
    return (
      problem &&
      `${problem}\nplain ${JSON.stringify(right.first)}\nfirst ${JSON.stringify(answer.first)}\n${answer.batches.map((batch) => `then  ${JSON.stringify(batch)}`).join('\n')}\n${live.calls
        .slice(-20)
        .map(({ subgraph, text }) => `${subgraph} ${text}`)
        .join('\n')}`
    );
  }

  it(
    'are, put together, the answer without @defer, and each belongs into what came before it',
    async () => {
      const tally = new Map<string, number>();
      const reserved = new Set([...blueprint.keys.values()].flatMap((keys) => [...keys]));
      const generated = deferring(operations({ api: fixture.api, reserved, literals: fixture.literals, fields: 16 }));
      const property = fc.asyncProperty(generated, fc.nat(100_000), async (operation, seed) => {
        live.calls.length = 0;
        const wrong = await fault(operation, seed, tally);
        if (wrong !== undefined) throw new Error(wrong);
      });
      await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: process.env['DEFER_SHRINK'] === undefined });
      expect(live.faults).toEqual([]);
      if (process.env['DEFER_REPORT'] !== undefined) process.stdout.write(`${source.name} ${JSON.stringify([...tally])}\n`);
      // Otherwise nothing has been shown.
      expect(tally.get('in parts')).toBeGreaterThan(RUNS / 4);
    },
    TIMEOUT_MS,
  );
});

/** A promise that is not kept is a fault, and not the end of the test. */
async function soon<T>(promise: Promise<T>): Promise<T> {
  let alarm: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    alarm = setTimeout(() => {
      reject(new Error('the answer never came to its end'));
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(alarm);
  }
}

/** A part that came before the one it belongs into. */
function tooEarly(batches: Awaited<ReturnType<typeof inParts>>['batches'], within: Deferring['within']): string | undefined {
  const parts = batches.flat();
  for (const [at, { label, path }] of parts.entries()) {
    const around = label === undefined ? undefined : within.get(label);
    const late = parts
      .slice(at + 1)
      .find((other) => other.label !== undefined && other.label === around && other.path.every((step, index) => path[index] === step));
    if (late) return `${String(label)} at ${path.join('.')} came before ${String(late.label)}, which it stands in`;
  }
  return undefined;
}

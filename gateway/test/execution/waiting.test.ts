import { afterAll, describe, expect, it } from '@jest/globals';
import { OperationTypeNode } from 'graphql';
import { loadAccessCatalogue } from '@yichuang/schema';
import { NO_EVIDENCE, NO_FACTS } from '../../src/access/without-store.js';
import { Entrance } from '../../src/execution/entrance.js';
import { LiveGraphs } from '../../src/execution/live-graphs.js';
import { STAYS } from '../../src/execution/question.js';
import { Questions } from '../../src/execution/questions.js';
import { Live, NOBODY } from './setup/live.js';
import { shop } from './setup/shop.js';

const DEADLINE_MS = 20_000;
const WAIT_MS = 50;

/** Lets nobody through before a time has passed. */
class Line extends Entrance {
  override async through<T>(work: () => Promise<T>): Promise<T> {
    const until = performance.now() + WAIT_MS;
    while (performance.now() < until) await new Promise((resolve) => setImmediate(resolve));
    return super.through(work);
  }
}

describe('the time of a question', () => {
  const remaining: number[] = [];
  const live = new Live(shop().supergraphSdl, {
    answering: () => ({ data: { goods: [] } }),
    around: (subgraph) => ({
      ...subgraph,
      ask: (ask, question, answered) => {
        remaining.push(question.remainingMs());
        subgraph.ask(ask, question, answered);
      },
    }),
  });
  const graphs = new LiveGraphs(() => Promise.resolve(live.graph));
  const line = new Line();
  const options = { catalogue: loadAccessCatalogue(), deadlineMs: DEADLINE_MS, facts: NO_FACTS, evidence: NO_EVIDENCE };
  const questions = new Questions(graphs, options, line);
  afterAll(() => graphs.stop());

  const ask = () =>
    questions.ask({
      query: '{ goods { sku } }',
      operationName: undefined,
      variables: {},
      caller: NOBODY,
      questionId: 'q',
      asker: STAYS,
      inParts: false,
      allows: new Set([OperationTypeNode.QUERY]),
    });

  it('counts what it waited in line for its first reading', async () => {
    await graphs.replace(live.graph.graph.supergraphSdl);
    // What is planned already: planning takes longer than the line.
    await live.whole('{goods{sku}}');
    remaining.length = 0;
    expect(await ask()).toMatchObject({ ok: true, kind: 'WHOLE', outcome: { errors: [] } });
    expect(remaining).toHaveLength(1);
    expect(remaining[0]).toBeLessThanOrEqual(DEADLINE_MS - WAIT_MS);
  });
});

import { randomUUID } from 'node:crypto';
import { loadAccessCatalogue } from '@yichuang/schema';
import { print } from 'graphql';
import { NO_EVIDENCE, NO_FACTS } from '../../src/access/without-store.js';
import { ANONYMOUS } from '../../src/access/principal.js';
import { readReply, type FetchDocument, type Reply } from '../../src/agencies/reply.js';
import { answer, type LiveGraph } from '../../src/execution/answer.js';
import type { Executor } from '../../src/execution/executor.js';
import type { Subgraph } from '../../src/execution/subgraph.js';
import { createYichuangExecutor } from '../../src/execution/yichuang.js';
import { buildGraph } from '../../src/graph/build-graph.js';
import type { Graph } from '../../src/graph/graph.js';
import { Operations } from '../../src/graph/operations.js';
import { startPlanner } from '../../src/planning/planner.js';
import type { GraphFixture } from './graph-fixture.js';
import type { Operation } from './operation-writer.js';
import type { Outcome } from './outcome.js';
import type { Served } from './served.js';

const catalogue = loadAccessCatalogue();
const caller = { principal: ANONYMOUS, purpose: { kind: 'NONE' }, caseNumber: undefined } as const;
const limits = { maxBytes: 1_000_000, maxTokens: 100_000, maxDepth: 100, maxAliases: 1_000 };
const DEADLINE_MS = 20_000;

/** The hub, from the parsed operation to the answer, over subgraphs in process. */
export class HubExecutor {
  readonly faults: unknown[] = [];
  /** Replies of which something was passed on as it came. */
  passedOn = 0;
  readonly #live: LiveGraph;
  readonly #served = new Map<string, Served>();

  constructor(fixture: GraphFixture) {
    const graph = buildGraph(fixture.supergraphSdl, 'OPEN');
    const alarms = {
      subjectMismatch: () => undefined,
      monthsExceeded: () => undefined,
      rowsExceeded: () => undefined,
      fault: (error: unknown) => void this.faults.push(error),
    };
    const subgraphs = new Map([...fixture.subgraphs.keys()].map((name) => [name, this.#subgraph(name)]));
    const executor: Executor = createYichuangExecutor(graph, { subgraphs, alarms, planner: startPlanner(graph) });
    this.#live = { graph, operations: new Operations(graph, limits), executor };
  }

  get graph(): Graph {
    return this.#live.graph;
  }

  async ask(served: Served, { document, variables }: Operation): Promise<Outcome> {
    const preparation = this.#live.operations.prepare(print(document), undefined);
    if (!preparation.ok) throw new Error(`refused: ${JSON.stringify(preparation.errors)}`);
    const questionId = randomUUID();
    this.#served.set(questionId, served);
    try {
      const request = { variables, caller, questionId };
      const answered = await answer(this.#live, preparation.prepared, request, {
        catalogue,
        deadlineMs: DEADLINE_MS,
        facts: NO_FACTS,
        evidence: NO_EVIDENCE,
      });
      if (!answered.ok) throw new Error(`refused: ${JSON.stringify(answered.errors)}`);
      if (answered.kind !== 'WHOLE') throw new Error(`answered in ${answered.kind}`);
      return { data: answered.outcome.data?.values ?? null, errors: answered.outcome.errors, calls: served.calls };
    } finally {
      this.#served.delete(questionId);
    }
  }

  stop(): Promise<void> {
    return this.#live.executor.stop();
  }

  #subgraph(name: string): Subgraph {
    return {
      name,
      maxBatch: Infinity,
      ask: ({ document, variables }, { questionId }, answered) => {
        void this.#answer(name, questionId, document, variables).then(answered);
      },
    };
  }

  async #answer(name: string, questionId: string, { text, reader }: FetchDocument, variables: string): Promise<Reply> {
    const bad: Reply = { ok: false, failure: { code: 'AGENCY_BAD_RESPONSE', detail: { agency: name } } };
    try {
      const body = await this.#served.get(questionId)?.answer(name, text, JSON.parse(variables));
      const atOnce = body && reader?.read(Buffer.from(JSON.stringify(body)), 0);
      if (atOnce) this.passedOn++;
      return atOnce ?? readReply(body) ?? bad;
    } catch (error) {
      this.faults.push(error);
      return bad;
    }
  }
}

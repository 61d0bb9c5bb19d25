import { randomUUID } from 'node:crypto';
import { loadAccessCatalogue } from '@yichuang/schema';
import { NO_EVIDENCE, NO_FACTS } from '../../../src/access/without-store.js';
import { ANONYMOUS, type Caller } from '../../../src/access/principal.js';
import { readReply, type Reply } from '../../../src/agencies/reply.js';
import { answer, type Answered, type LiveGraph } from '../../../src/execution/answer.js';
import type { DeferredPart, Outcome } from '../../../src/execution/executor.js';
import type { Subgraph } from '../../../src/execution/subgraph.js';
import type { SubscriptionSources } from '../../../src/execution/subscription-source.js';
import { createYichuangExecutor } from '../../../src/execution/yichuang.js';
import { buildGraph } from '../../../src/graph/build-graph.js';
import { Operations, type Refusal } from '../../../src/graph/operations.js';
import { startPlanner, type PlanningEvent } from '../../../src/planning/planner.js';

/** What a subgraph is asked. */
export interface Received {
  readonly subgraph: string;
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly questionId: string;
}

/** Answers one call with the body of a GraphQL response; one that is no such response fails the call. */
export type Answering = (received: Received) => unknown;

/** A reply as it is, with what no JSON can hold. */
export class Untouched {
  constructor(readonly reply: Reply) {}
}

interface LiveOptions {
  readonly answering?: Answering;
  readonly maxBatch?: number;
  readonly events?: SubscriptionSources;
  readonly deadlineMs?: number;
  /** What stands between the executor and a subgraph. */
  readonly around?: (subgraph: Subgraph) => Subgraph;
  /** Told of every planning. */
  readonly planning?: (event: PlanningEvent) => void;
}

const catalogue = loadAccessCatalogue();
const limits = { maxBytes: 1_000_000, maxTokens: 100_000, maxDepth: 100, maxAliases: 1_000 };
export const NOBODY: Caller = { principal: ANONYMOUS, purpose: { kind: 'NONE' }, caseNumber: undefined };

/** A graph under the hub's executor, over subgraphs that are functions of a test. */
export class Live {
  /** What operators were told of the hub's own faults. */
  readonly faults: unknown[] = [];
  readonly calls: Received[] = [];
  answering: Answering;
  readonly graph: LiveGraph;
  readonly #deadlineMs: number;

  constructor(supergraphSdl: string, { answering, maxBatch = Infinity, events, deadlineMs = 20_000, around, planning }: LiveOptions = {}) {
    this.answering = answering ?? (() => undefined);
    this.#deadlineMs = deadlineMs;
    const graph = buildGraph(supergraphSdl, 'OPEN');
    const subgraphs = new Map(
      graph.subgraphs.map(({ name }) => {
        const subgraph = this.#subgraph(name, maxBatch);
        return [name, around ? around(subgraph) : subgraph];
      }),
    );
    const executor = createYichuangExecutor(graph, {
      subgraphs,
      alarms: {
        subjectMismatch: () => undefined,
        monthsExceeded: () => undefined,
        rowsExceeded: () => undefined,
        fault: (error) => void this.faults.push(error),
      },
      planner: startPlanner(graph, {}, planning),
      ...(events ? { events } : {}),
    });
    this.graph = { graph, operations: new Operations(graph, limits), executor };
  }

  /** Asks an operation. */
  async ask(
    query: string,
    variables: Readonly<Record<string, unknown>> = {},
    { caller = NOBODY, questionId = randomUUID() } = {},
  ): Promise<ReadAnswer | Refusal> {
    const preparation = this.graph.operations.prepare(query, undefined);
    if (!preparation.ok) return preparation;
    const answered = await answer(
      this.graph,
      preparation.prepared,
      { variables, caller, questionId },
      { catalogue, deadlineMs: this.#deadlineMs, facts: NO_FACTS, evidence: NO_EVIDENCE },
    );
    return readAnswer(answered);
  }

  /** Asks an operation that is answered at once. */
  async whole(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Read<Outcome>> {
    const answered = await this.ask(query, variables);
    if (!answered.ok || answered.kind !== 'WHOLE') throw new Error(`not answered at once: ${JSON.stringify(answered)}`);
    return answered.outcome;
  }

  /** Texts of the calls to a subgraph, in their order. */
  texts(subgraph: string): string[] {
    return this.calls.filter((call) => call.subgraph === subgraph).map(({ text }) => text);
  }

  stop(): Promise<void> {
    return this.graph.executor.stop();
  }

  #subgraph(name: string, maxBatch: number): Subgraph {
    return {
      name,
      maxBatch,
      ask: ({ document, variables }, { questionId }, answered) => {
        const received: Received = { subgraph: name, text: document.text, variables: JSON.parse(variables), questionId };
        this.calls.push(received);
        const bad = { ok: false, failure: { code: 'AGENCY_BAD_RESPONSE', detail: { agency: name } } } as const;
        // As JSON goes over the wire: nothing in it is shared.
        const reply = async (): Promise<Reply> => {
          const body: unknown = await this.answering(received);
          if (body instanceof Untouched) return body.reply;
          if (body === undefined) return bad;
          const json = JSON.stringify(body);
          return document.reader?.read(Buffer.from(json), 0) ?? readReply(JSON.parse(json)) ?? bad;
        };
        reply().then(answered, () => {
          answered(bad);
        });
      },
    };
  }
}

/** Everything of an answer: what came first, and each batch of parts. */
export async function inParts(
  answered: ReadAnswer | Refusal,
): Promise<{ readonly first: Read<Outcome>; readonly batches: (readonly Read<DeferredPart>[])[] }> {
  if (!answered.ok) throw new Error(`refused: ${JSON.stringify(answered.errors)}`);
  if (answered.kind === 'EVENTS') throw new Error('answered with events');
  if (answered.kind === 'WHOLE') return { first: answered.outcome, batches: [] };
  const batches: (readonly Read<DeferredPart>[])[] = [];
  for await (const batch of answered.rest) batches.push(batch);
  return { first: answered.first, batches };
}

/** An answer with its data as values. */
export type Read<T extends Pick<Outcome, 'data'>> = Omit<T, 'data'> & { readonly data: Readonly<Record<string, unknown>> | null };

/** The same, of any kind. */
export type ReadAnswer =
  | { readonly ok: true; readonly kind: 'WHOLE'; readonly outcome: Read<Outcome> }
  | {
      readonly ok: true;
      readonly kind: 'PARTS';
      readonly first: Read<Outcome>;
      readonly rest: AsyncIterable<readonly Read<DeferredPart>[]>;
    }
  | { readonly ok: true; readonly kind: 'EVENTS'; readonly events: AsyncIterable<Read<Outcome>> };

function readAnswer(answered: Answered | Refusal): ReadAnswer | Refusal {
  if (!answered.ok) return answered;
  switch (answered.kind) {
    case 'WHOLE':
      return { ...answered, outcome: read(answered.outcome) };
    case 'PARTS':
      return { ...answered, first: read(answered.first), rest: mapped(answered.rest, (parts) => parts.map(read)) };
    case 'EVENTS':
      return { ...answered, events: mapped(answered.events, read) };
  }
}

function read<T extends Pick<Outcome, 'data'>>(answer: T): Read<T> {
  return { ...answer, data: answer.data?.values ?? null };
}

function mapped<T, R>(items: AsyncIterable<T>, map: (item: T) => R): AsyncIterable<R> {
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = items[Symbol.asyncIterator]();
      return {
        next: async () => {
          const item = await iterator.next();
          return item.done ? item : { done: false, value: map(item.value) };
        },
        return: async (): Promise<IteratorReturnResult<undefined>> => {
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

/** Something that is held back until a test lets it go. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** The entities asked for in a call, as representations, whatever the variable is called. */
export function representations({ variables }: Received): readonly Readonly<Record<string, unknown>>[] {
  return Object.entries(variables)
    .filter(([name]) => name.startsWith('representations'))
    .flatMap(([, list]) => list as Readonly<Record<string, unknown>>[]);
}

/** Answers an `_entities` call, joined or not, entity by entity. */
export function entities(
  received: Received,
  entity: (representation: Readonly<Record<string, unknown>>) => unknown,
): Record<string, unknown> {
  const aliases = [...received.text.matchAll(/(\w+):_entities\(representations:\$(\w+)\)/g)].map(
    ([, alias = '', name = '']) => [alias, name] as const,
  );
  const lists = aliases.length > 0 ? aliases : [['_entities', 'representations'] as const];
  return Object.fromEntries(
    lists.map(([alias, name]) => [alias, (received.variables[name] as Readonly<Record<string, unknown>>[]).map(entity)]),
  );
}

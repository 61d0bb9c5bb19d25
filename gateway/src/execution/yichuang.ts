import { executeSync, Kind, type OperationDefinitionNode } from 'graphql';
import type { Cut } from '../access/cut.js';
import { ANY_WRITING } from '../agencies/reply.js';
import type { Graph } from '../graph/graph.js';
import { undivided } from '../graph/undivided.js';
import { filled } from '../planning/literal.js';
import type { Planned, Planner } from '../planning/planner.js';
import { compileShape, type AnswerShape } from './answer-shape.js';
import { JoinedDocuments } from './calls.js';
import { PlanCompiler, type CompiledPlan } from './compile.js';
import { deliver, DeferredDelivery } from './delivery.js';
import type { Execution, ExecutionResult, Executor, NotPlanned, Outcome } from './executor.js';
import { linesToldTo, type Lines } from './entrance.js';
import { EntityGuard } from './guard.js';
import { copyOf } from './merge.js';
import { MadeOnce } from '../made-once.js';
import { Outcomes } from './outcomes.js';
import type { Fetched } from './places.js';
import { takeRoot, variablesOf } from './root-step.js';
import { Run, type Stage } from './run.js';
import { NOTHING } from './steps.js';
import type { ExecutionAlarms, Subgraph } from './subgraph.js';
import { cursorOf, type SubscriptionSources } from './subscription-source.js';
import { typeConditions } from './type-conditions.js';
import { isUnreachable } from './unreachable.js';

/** What the executor is made of beside the graph. */
export interface YichuangOptions {
  /** Those that answer; a fetch of another one fails as unavailable. */
  readonly subgraphs: ReadonlyMap<string, Subgraph>;
  readonly alarms: ExecutionAlarms;
  readonly planner: Planner;
  /** Where questions wait. @default lines of its own */
  readonly lines?: Lines;
  /** What brings the events of subscriptions; without it there are none. */
  readonly events?: SubscriptionSources;
  /** True for a reference of a person that this hub gave out: nothing is changed of whom another one names. @default none is known */
  readonly isReference?: (id: string) => boolean;
}

/** What an event came to, and whether it is the same for whoever asked the same. */
interface Made {
  readonly outcome: Outcome;
  readonly same: boolean;
}

/** An operation with all that is made of it once. */
interface Ready {
  readonly planned: Planned;
  readonly plan: CompiledPlan;
  readonly shape: AnswerShape;
  /** Of a subscription whose events are answers by themselves, without further calls. */
  readonly shared: MadeOnce<Fetched, Promise<Made>> | undefined;
}

/**
 * The hub's own executor: Apollo's plans, compiled and run with as few calls as they allow, with a decision at every entity where the
 * graph has access rules.
 */
export function createYichuangExecutor(graph: Graph, options: YichuangOptions): Executor {
  return new YichuangExecutor(graph, options);
}

class YichuangExecutor implements Executor {
  readonly #stage: Stage;
  readonly #plans: PlanCompiler;
  readonly #lines: Lines;
  readonly #ready = new WeakMap<Cut, Ready>();

  constructor(
    readonly graph: Graph,
    readonly options: YichuangOptions,
  ) {
    const isOfType = typeConditions(graph.full);
    const guard = graph.access.open ? undefined : new EntityGuard(graph, options.alarms, options.isReference ?? (() => false));
    this.#stage = { graph, subgraphs: options.subgraphs, alarms: options.alarms, isOfType, documents: new JoinedDocuments(), guard };
    this.#plans = new PlanCompiler(graph, isOfType, guard);
    this.#lines = options.lines ?? linesToldTo();
  }

  execute(execution: Execution): Promise<ExecutionResult | NotPlanned> {
    const ready = this.#prepare(execution);
    const run = (known: Ready | NotPlanned): Promise<ExecutionResult | NotPlanned> =>
      'code' in known ? Promise.resolve(known) : (forbiddenNull(known.planned, execution) ?? this.#begin(known, execution));
    return ready instanceof Promise ? ready.then(run) : run(ready);
  }

  async subscribe(execution: Execution): Promise<AsyncIterable<Outcome> | NotPlanned> {
    const ready = await this.#prepare(execution);
    if ('code' in ready) return ready;
    const refused = forbiddenNull(ready.planned, execution);
    if (refused) return refused;
    const { events } = ready.plan;
    const source = events && this.options.events?.(events.ask.service);
    if (!source) return { ok: false, code: 'SUBSCRIPTION_UNAVAILABLE' };
    const variables = planVariables(ready.planned, execution);
    const unused = new Run(this.#stage, execution.question, variables, ready.shape.asked, IGNORED, IGNORED);
    const stream = source({ document: events.ask.document, variables: variablesOf(events.ask, unused) }, execution.question);
    if ('code' in stream) return stream;
    const { question } = execution;
    const make = async (event: Fetched): Promise<Made> => {
      const own = question.renewed();
      const made = await this.#execute(ready, { ...execution, question: own }, event);
      own.conclude(made);
      const cursor = cursorOf(event);
      const same = made.data !== null && made.errors.length === 0 && !own.judged;
      return { outcome: cursor === undefined ? made : { ...made, cursor }, same };
    };
    const { shared } = ready;
    const asked = JSON.stringify(execution.variables);
    const made = async (event: Fetched): Promise<Outcome> => {
      if (!shared || question.explanation) return (await make(event)).outcome;
      let own: Promise<Made> | undefined;
      const { same, outcome } = await shared.of(event, asked, () => (own = make(event)));
      return same || own ? outcome : (await make(event)).outcome;
    };
    return new Outcomes(stream, made, () => {
      question.giveUp();
    });
  }

  async warm(operations: readonly OperationDefinitionNode[]): Promise<void> {
    await this.options.planner.warm(operations);
  }

  stop(): Promise<void> {
    return this.options.planner.stop();
  }

  #prepare({ prepared, cut }: Execution): Ready | NotPlanned | Promise<Ready | NotPlanned> {
    const known = this.#ready.get(cut);
    if (known) return known;
    const keep = (planned: Planned | NotPlanned): Ready | NotPlanned => {
      if (!planned.ok) return planned;
      if (isUnreachable(planned.plan, cut.operation, (node) => planned.keys.of(node))) return { ok: false, code: 'FIELD_UNREACHABLE' };
      const plan = this.#plans.compile(planned.plan);
      const ready = {
        planned,
        plan,
        shape: compileShape(this.graph, prepared.operation, cut, planned),
        shared: plan.events && plan.step === NOTHING ? new MadeOnce<Fetched, Promise<Made>>() : undefined,
      };
      this.#ready.set(cut, ready);
      return ready;
    };
    const planned = this.#plan(cut.operation);
    const inTurn = (): Promise<Ready | NotPlanned> =>
      this.#lines.firstTimes.through(async () => this.#ready.get(cut) ?? keep(await planned));
    return planned instanceof Promise ? planned.then(inTurn) : keep(planned);
  }

  /** The planner throws at some conditions inside deferred fragments; what it cannot plan in parts is answered at once. */
  #plan(operation: OperationDefinitionNode): Planned | NotPlanned | Promise<Planned | NotPlanned> {
    const { planner } = this.options;
    const planned = planner.plan(operation);
    if (!(planned instanceof Promise)) return planned;
    return planned.catch((fault: unknown) => {
      const whole = undivided(operation);
      if (whole === operation) throw fault;
      return planner.plan(whole);
    });
  }

  /** What takes one round of calls and holds little needs no turn. */
  #begin(ready: Ready, execution: Execution): Promise<ExecutionResult> {
    const work = (): Promise<ExecutionResult> => this.#execute(ready, execution);
    return ready.plan.entities ? this.#lines.turns.through(work) : work();
  }

  #execute(ready: Ready, execution: Execution, event?: Fetched): Promise<ExecutionResult> {
    const { question, variables } = execution;
    return new Promise((resolve, reject) => {
      const left = (): void => {
        resolve(NOT_ANSWERED);
      };
      const run = new Run(this.#stage, question, planVariables(ready.planned, execution), ready.shape.asked, reject, left);
      run.take(() => {
        if (ready.shape.introspection) this.#introspect(ready.shape.introspection, variables, run);
        const { events, step } = ready.plan;
        const start = (): void => {
          step.start(run, () => {
            const { data, errors, provenance } = deliver(ready.shape, run, variables);
            const deferred = run.deferred && new DeferredDelivery(run, run.deferred, ready.shape, variables, data);
            resolve({ data, errors, provenance, access: this.#accessOf(execution), deferred });
            deferred?.begin();
          });
        };
        // More is merged into what it holds, and a source may hand one event to several.
        if (event && events) {
          run.noteWriting(ANY_WRITING);
          takeRoot(events, copyOf(event), [run.root], () => [[]], run, start);
        } else start();
      });
    });
  }

  /** Of a graph with access rules, what was decided, for who wants to be told. */
  #accessOf({ prepared: { operation }, cut, variables, question }: Execution): Outcome['access'] {
    const { explanation, questionId, profile } = question;
    if (!explanation || this.graph.access.open) return undefined;
    return () => explanation.decisions(questionId, profile.caller, { cut, operation, variables, graph: this.graph });
  }

  #introspect(operation: NonNullable<AnswerShape['introspection']>, variableValues: Execution['variables'], run: Run): void {
    const { data } = executeSync({ schema: this.graph.api, document: { kind: Kind.DOCUMENT, definitions: [operation] }, variableValues });
    run.introspection = data ?? undefined;
    run.noteWriting(ANY_WRITING);
  }
}

const IGNORED = (): void => undefined;

/** For who has gone. */
const NOT_ANSWERED: ExecutionResult = { data: null, errors: [], provenance: [], deferred: undefined };

/**
 * A variable with a default may stand where no null may, and still be given one. The agency would refuse the whole call for it.
 */
function forbiddenNull({ variables }: Planned, { variables: given }: Execution): Promise<NotPlanned> | undefined {
  for (const source of variables)
    if (source.from === 'CLIENT' && source.nonNull && given[source.client] === null)
      return Promise.resolve({ ok: false, code: 'BAD_REQUEST', detail: 'A variable is null where its value must not be.' });
  return undefined;
}

/** JSON texts of the plan's variables: the client's by their names, and the literals of the question. */
function planVariables({ variables }: Planned, { variables: given }: Execution): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  const textOf = (client: string): string | undefined => (Object.hasOwn(given, client) ? JSON.stringify(given[client]) : undefined);
  for (const source of variables) {
    const text =
      source.from === 'LITERAL' ? source.json : source.from === 'CLIENT' ? textOf(source.client) : filled(source.template, textOf);
    if (text !== undefined) texts[source.name] = text;
  }
  return texts;
}

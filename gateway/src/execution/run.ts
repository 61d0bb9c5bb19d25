import type { Release } from '@yichuang/schema';
import type { Graph } from '../graph/graph.js';
import type { Ask, Reply, ReportedProvenance, Writing } from '../agencies/reply.js';
import { packed, sendCall, type CallContext, type JoinedDocuments } from './calls.js';
import type { AskedKeys } from './asked-keys.js';
import type { DeferredStep } from './defer-step.js';
import { Deferral } from './deferral.js';
import { Batch, Entities, type Part } from './entities.js';
import type { Collected } from './entity-step.js';
import type { EntityAsk } from './fetch-documents.js';
import { Findings, type ClientPath } from './findings.js';
import type { EntityGuard } from './guard.js';
import type { Fetched, IsOfType } from './places.js';
import type { SafeError } from './reported-errors.js';
import { applyRewrites } from './rewrites.js';
import type { Question } from './question.js';
import type { ExecutionAlarms, Subgraph } from './subgraph.js';

/** What stays the same for every question on one graph. */
export interface Stage {
  readonly graph: Graph;
  readonly subgraphs: ReadonlyMap<string, Subgraph>;
  readonly alarms: ExecutionAlarms;
  readonly isOfType: IsOfType;
  readonly documents: JoinedDocuments;
  /** Decides and checks entities; undefined for a graph without access rules. */
  readonly guard: EntityGuard | undefined;
}

/**
 * One question under way on a compiled plan. The plan runs in turns: a turn begins with a reply and ends when everything that could go on
 * has gone on; only then are the calls made that the turn wants, so that all it wants of an agency goes in one.
 */
export class Run {
  /** What has been fetched so far, from the root of the answer. */
  readonly root: Fetched = {};
  /** Told of by parts of the answer: 0 is the first part, others are deferred. */
  readonly findings: Findings[] = [new Findings()];
  /** Ended before its time: nothing further is asked. */
  cancelled = false;
  /** A string of the answer may need escaping in JSON. */
  escaped = false;
  /** All strings of the answer are ASCII. */
  ascii = true;
  /** What the graph itself has answered, by the client's keys. */
  introspection: Readonly<Record<string, unknown>> | undefined;
  /** Parts that come later; undefined while there are none. */
  deferred: Deferral | undefined;
  // Made when the first entity is wanted: many a question wants none.
  #collected: Map<string, Collected> | undefined;
  #entities: Map<EntityAsk, Entities> | undefined;
  /** What this turn wants, by agency and part of the answer. */
  #waiting: Map<string, Batch[]> | undefined;
  #soon: (() => void)[] | undefined;
  #sending = false;
  /** Counts turns: what was collected in one turn holds until the next. */
  turn = 0;

  constructor(
    readonly stage: Stage,
    readonly question: Question,
    /** JSON texts by the plan's names. */
    readonly variables: Readonly<Record<string, string>>,
    /** What the client can know of places. */
    readonly asked: AskedKeys,
    /** Told when the hub itself fails; the run is over then. */
    public crashed: (error: unknown) => void,
    /** Told when it is seen that nobody waits for it any more; the run is over then. */
    public left: () => void,
  ) {}

  /** True once nobody waits for it any more: nothing further is asked. */
  isOver(): boolean {
    if (!this.cancelled && this.question.asker.gone) {
      this.cancelled = true;
      this.left();
    }
    return this.cancelled;
  }

  /** True for a graph without access rules: what agencies say of their errors passes. */
  get open(): boolean {
    return this.stage.guard === undefined;
  }

  /** Does what may lead to calls, then makes them. */
  take(work: () => void): void {
    if (this.isOver()) return;
    this.turn++;
    try {
      work();
    } catch (error) {
      this.#crash(error);
      return;
    }
    if (!this.#waiting || this.#sending) return;
    // Nothing can join what the first turn wants; later on replies may have come together, and what they lead to goes together.
    if (this.turn === 1) this.#sendAll();
    else {
      this.#sending = true;
      setImmediate(() => {
        this.#sendAll();
      });
    }
  }

  /** What a path gave in the present turn, found by `collect` unless it has been already. */
  collected(source: string, collect: () => Omit<Collected, 'turn'>): Collected {
    const known = this.#collected?.get(source);
    if (known?.turn === this.turn) return known;
    const collected = { ...collect(), turn: this.turn };
    (this.#collected ??= new Map<string, Collected>()).set(source, collected);
    return collected;
  }

  #sendAll(): void {
    this.#sending = false;
    try {
      this.#send();
    } catch (error) {
      this.#crash(error);
    }
  }

  /** Goes on when a promise is through. What waits for the same facts goes on in one turn. */
  later<T>(promise: Promise<T>, work: (value: T) => void): void {
    promise.then(
      (value) => {
        const soon = (this.#soon ??= []);
        soon.push(() => {
          work(value);
        });
        if (soon.length > 1) return;
        setImmediate(() => {
          this.#catchUp();
        });
      },
      (error: unknown) => {
        this.#crash(error);
      },
    );
  }

  /** Announces parts that come later, then does what comes first. */
  defer(parts: readonly DeferredStep[], first: () => void): void {
    const deferral = (this.deferred ??= new Deferral(this));
    deferral.add(parts);
    first();
    deferral.begin();
  }

  /** Takes parts of the answer that are ready to go out. */
  giveOut: ((parts: readonly DeferredStep[], last: boolean) => void) | undefined;

  /** Says at a place of the plan's data why something is missing; as far as the client can know the place. */
  report(part: number, { code, extensions, message }: SafeError, path: ClientPath): void {
    for (const place of this.asked.nearest(path)) this.findingsOf(part).error(code, place, extensions, message);
  }

  /**
   * Says where data comes from that stands at a place of the plan, if the client asked for it.
   * @param agency that says so
   */
  source(part: number, agency: string, { system, jurisdiction, asOf, freshness }: ReportedProvenance, path: ClientPath): void {
    const { provenance } = this.findingsOf(part);
    for (const place of this.asked.places(path)) provenance.push({ path: place, agency, system, jurisdiction, asOf, freshness });
  }

  /** True when something said explains why there is nothing at a place of the plan's data, or when nobody asked for it. */
  explained(part: number, path: ClientPath): boolean {
    const places = this.asked.nearest(path);
    return places.every((place) => this.findingsOf(part).explains(place));
  }

  /** The findings of one part of the answer. */
  findingsOf(part: number): Findings {
    return (this.findings[part] ??= new Findings());
  }

  /** True when a condition of the plan holds. */
  holds(variable: string): boolean {
    return this.variables[variable] === 'true';
  }

  /** JSON text of a variable of the plan; undefined when it was not given. */
  variable(name: string): string | undefined {
    return Object.hasOwn(this.variables, name) ? this.variables[name] : undefined;
  }

  /** Takes note of how strings are written that come into the answer. */
  noteWriting({ ascii, escaped }: Writing): void {
    this.ascii &&= ascii;
    this.escaped ||= escaped;
  }

  /** What has been wanted under a selection. */
  entities(ask: EntityAsk): Entities {
    const tables = (this.#entities ??= new Map<EntityAsk, Entities>());
    let entities = tables.get(ask);
    if (!entities) tables.set(ask, (entities = new Entities(ask)));
    return entities;
  }

  /** The batch for more of some entities: it is asked for at the end of this turn. */
  batch(entities: Entities, part: number): Batch {
    const waiting = (this.#waiting ??= new Map<string, Batch[]>());
    const { service } = entities.ask;
    // What comes first must not wait for what may come later.
    const lane = part === 0 ? service : `${service} ${part}`;
    const batches = waiting.get(lane);
    const open = batches?.find((batch) => batch.entities === entities && batch.to === entities.size);
    if (open) return open;
    const batch = new Batch(entities);
    if (batches) batches.push(batch);
    else waiting.set(lane, [batch]);
    return batch;
  }

  /** After a mutation what was read before may be stale. */
  forget(): void {
    this.#entities?.clear();
  }

  /** Asks for something that is not an entity. The reply begins a turn. */
  ask(service: string, ask: Ask, answered: (reply: Reply) => void): void {
    if (this.isOver()) return;
    this.#subgraph(service).ask(ask, this.question, (reply) => {
      if (reply.ok) this.noteWriting(reply.writing);
      this.take(() => {
        answered(reply);
      });
    });
  }

  /** Asks for entities in a call of their own, whose variables mean something else than the question's. */
  askAlone(part: Part, variable: (name: string) => string | undefined): void {
    this.#call([part], { ...this.#context(part.entities.ask.service), variable });
  }

  #send(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (!waiting || this.isOver()) return;
    for (const batches of waiting.values()) {
      const [first] = batches;
      if (!first) continue;
      const context = this.#context(first.entities.ask.service);
      for (const call of packed(batches, context.subgraph.maxBatch)) this.#call(call, context);
    }
  }

  #call(parts: readonly Part[], context: CallContext): void {
    sendCall(parts, context, (answered, reply) => {
      if (this.isOver()) return;
      if (reply.ok) this.noteWriting(reply.writing);
      try {
        const checking = this.stage.guard?.check(answered, this);
        if (checking) {
          this.later(checking, () => {
            this.#settle(answered);
          });
        } else
          this.take(() => {
            this.#settle(answered);
          });
      } catch (error) {
        this.#crash(error);
      }
    });
  }

  #settle(parts: readonly Part[]): void {
    for (const { batch, entities, from, to } of parts) {
      const { rewrites } = entities.ask;
      if (rewrites) for (let i = from; i < to; i++) applyRewrites(rewrites, entities.came[i], this.stage.isOfType);
      batch.settle();
    }
  }

  readonly #release = (parts: readonly Part[]): Release | undefined => this.stage.guard?.release(parts, this.question);

  readonly #over = (): boolean => this.isOver();

  #catchUp(): void {
    const works = this.#soon ?? [];
    this.#soon = undefined;
    this.take(() => {
      for (const work of works) work();
    });
  }

  #crash(error: unknown): void {
    if (this.cancelled) return;
    this.cancelled = true;
    this.crashed(error);
  }

  #context(service: string): CallContext {
    return {
      subgraph: this.#subgraph(service),
      question: this.question,
      documents: this.stage.documents,
      variable: (name) => this.variable(name),
      open: this.open,
      over: this.#over,
      release: this.#release,
    };
  }

  #subgraph(service: string): Subgraph {
    return this.stage.subgraphs.get(service) ?? unavailable(service);
  }
}

function unavailable(name: string): Subgraph {
  return {
    name,
    maxBatch: Infinity,
    ask: (_ask, _question, answered) => {
      setImmediate(answered, { ok: false, failure: { code: 'AGENCY_UNAVAILABLE', detail: { agency: name } } });
    },
  };
}

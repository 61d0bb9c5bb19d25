import type { EntityAsk } from './fetch-documents.js';
import { mergeInto } from './merge.js';
import { collectObjects, type Fetched } from './places.js';
import { reportBeside } from './report.js';
import type { WriteRepresentation } from './representations.js';
import type { Run } from './run.js';
import type { Step } from './steps.js';
import type { Waiter, Wanted } from './wanted.js';

/** What of an entity fetch is known before any question. */
export interface EntityFetch {
  readonly ask: EntityAsk;
  /** Where the entities stand: response keys, and '@' for each element of a list. */
  readonly path: readonly string[];
  readonly represent: WriteRepresentation;
  /** Equal for fetches that need the same of the same objects: they share the work within a turn. */
  readonly source: string;
  /** Part of the answer it belongs to. */
  readonly part: number;
  /** Name by which deferred parts wait for it. */
  readonly id: string | undefined;
}

/** The entities an object path gave in one turn of one question. */
export interface Collected {
  readonly turn: number;
  readonly objects: readonly Fetched[];
  /** Undefined for an object that does not hold what the agency needs. */
  readonly representations: readonly (string | undefined)[];
}

/** Asks an agency for entities and merges what comes into the objects they belong to. */
export class EntityStep implements Step {
  constructor(readonly fetch: EntityFetch) {}

  start(run: Run, done: () => void): void {
    const { objects, representations } = this.#collect(run);
    if (objects.length === 0) {
      this.#end(run, done);
      return;
    }
    const { guard } = run.stage;
    const { ask } = this.fetch;
    if (!guard) {
      this.#want(run, objects, representations, () => ask, done);
      return;
    }
    const decided = guard.decide(this.fetch, objects, representations, run);
    if (!(decided instanceof Promise)) this.#want(run, objects, representations, decided, done);
    else
      run.later(decided, (asks) => {
        this.#want(run, objects, representations, asks, done);
      });
  }

  /** @param askFor the selection an object may be asked for under; undefined for one nothing may be asked of */
  #want(
    run: Run,
    objects: readonly Fetched[],
    representations: readonly (string | undefined)[],
    askFor: (index: number) => EntityAsk | undefined,
    done: () => void,
  ): void {
    const pending = new PendingEntities(run, this.fetch, objects, () => {
      this.#end(run, done);
    });
    for (let i = 0; i < objects.length; i++) {
      const representation = representations[i];
      const ask = representation === undefined ? undefined : askFor(i);
      pending.add(ask && representation !== undefined ? run.want(ask, representation, this.fetch.part) : undefined);
    }
    pending.begin();
  }

  #collect(run: Run): Collected {
    const { path, represent, source } = this.fetch;
    return run.collected(source, () => {
      const objects: Fetched[] = [];
      collectObjects(run.root, path, run.stage.isOfType, objects);
      return { objects, representations: objects.map(represent) };
    });
  }

  #end(run: Run, done: () => void): void {
    if (this.fetch.id !== undefined) run.deferred?.fetched(this.fetch.id);
    done();
  }
}

/** The entities of one fetch in one question, until all are there. */
class PendingEntities implements Waiter {
  readonly #wanted: (Wanted | undefined)[] = [];
  #missing = 1;

  constructor(
    readonly run: Run,
    readonly fetch: EntityFetch,
    readonly objects: readonly Fetched[],
    readonly done: () => void,
  ) {}

  add(wanted: Wanted | undefined): void {
    this.#wanted.push(wanted);
    if (wanted === undefined || wanted.done) return;
    this.#missing++;
    wanted.wait(this);
  }

  begin(): void {
    this.settled();
  }

  settled(): void {
    if (--this.#missing > 0) return;
    const { fetch, objects, run } = this;
    let beside = false;
    for (let i = 0; i < objects.length; i++) {
      const wanted = this.#wanted[i];
      const object = objects[i];
      if (!wanted || !object) continue;
      const entity = wanted.entityFor(this);
      if (entity !== null) mergeInto(object, entity, run.stage.graph.interfaceObjects);
      beside ||= wanted.failure !== undefined || wanted.errors !== undefined || wanted.provenance !== undefined;
    }
    if (beside) reportBeside(run, fetch, objects, this.#wanted);
    this.done();
  }
}

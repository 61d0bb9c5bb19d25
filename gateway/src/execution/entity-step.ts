import type { Entities, Waiter } from './entities.js';
import type { EntityAsk } from './fetch-documents.js';
import { mergeInto } from './merge.js';
import { collectObjects, type Fetched } from './places.js';
import { reportBeside } from './report.js';
import { Representations, type Represent, type RepresentationForm } from './representations.js';
import type { Run } from './run.js';
import type { Step } from './steps.js';

/** What of an entity fetch is known before any question. */
export interface EntityFetch {
  readonly ask: EntityAsk;
  /** Where the entities stand: response keys, and '@' for each element of a list. */
  readonly path: readonly string[];
  readonly represent: Represent;
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
  readonly representations: Representations;
}

/** Asks an agency for entities and merges what comes into the objects they belong to. */
export class EntityStep implements Step {
  constructor(readonly fetch: EntityFetch) {}

  start(run: Run, done: () => void): void {
    const collected = this.#collect(run);
    const { objects, representations } = collected;
    if (objects.length === 0) {
      this.#end(run, done);
      return;
    }
    const { guard } = run.stage;
    const { ask } = this.fetch;
    if (!guard) {
      this.#want(run, collected, () => ask, done);
      return;
    }
    const decided = guard.decide(this.fetch, objects, representations, run);
    if (!(decided instanceof Promise)) this.#want(run, collected, decided, done);
    else
      run.later(decided, (asks) => {
        this.#want(run, collected, asks, done);
      });
  }

  /** @param askFor the selection an object may be asked for under; undefined for one nothing may be asked of */
  #want(run: Run, { objects, representations }: Collected, askFor: (index: number) => EntityAsk | undefined, done: () => void): void {
    const pending = new PendingEntities(run, this.fetch, objects, () => {
      this.#end(run, done);
    });
    const { forms, values } = representations;
    for (let i = 0; i < objects.length; i++) {
      const form = forms[i];
      const value = values[i];
      const ask = value === undefined ? undefined : askFor(i);
      if (form && value !== undefined && ask) pending.shareOf(ask).set(i, form, value);
    }
    pending.begin();
  }

  #collect(run: Run): Collected {
    const { path, represent, source } = this.fetch;
    return run.collected(source, () => {
      const objects: Fetched[] = [];
      collectObjects(run.root, path, run.stage.isOfType, objects);
      const representations = new Representations();
      for (const object of objects) represent(object, representations);
      return { objects, representations };
    });
  }

  #end(run: Run, done: () => void): void {
    if (this.fetch.id !== undefined) run.deferred?.fetched(this.fetch.id);
    done();
  }
}

/** The entities of one fetch in one question, until all are there. */
class PendingEntities implements Waiter {
  /** One for each selection; almost always there is but one. */
  readonly #shares: Share[] = [];
  #missing = 1;

  constructor(
    readonly run: Run,
    readonly fetch: EntityFetch,
    readonly objects: readonly Fetched[],
    readonly done: () => void,
  ) {}

  shareOf(ask: EntityAsk): Share {
    for (const share of this.#shares) if (share.entities.ask === ask) return share;
    const share = new Share(this.run, this.run.entities(ask), this.fetch.part, this.objects.length);
    this.#shares.push(share);
    return share;
  }

  begin(): void {
    for (const { entities, numbers } of this.#shares) this.#missing += entities.wait(numbers, this);
    this.settled();
  }

  settled(): void {
    if (--this.#missing > 0) return;
    const { fetch, objects, run } = this;
    for (const { entities, numbers } of this.#shares) {
      for (let i = 0; i < objects.length; i++) {
        const object = objects[i];
        const number = numbers[i] ?? NONE;
        const entity = number === NONE ? null : entities.entityFor(number, this);
        if (object && entity !== null) mergeInto(object, entity, run.stage.graph.interfaceObjects);
      }
      if (entities.remarkable) reportBeside(run, fetch, objects, entities, numbers);
    }
    this.done();
  }
}

const NONE = -1;

/** The objects of one fetch that are asked for under one selection. */
class Share {
  /** The number of each object among the entities. */
  readonly numbers: number[];

  constructor(
    readonly run: Run,
    readonly entities: Entities,
    readonly part: number,
    objects: number,
  ) {
    this.numbers = new Array<number>(objects).fill(NONE);
  }

  set(index: number, form: RepresentationForm, value: string): void {
    const { entities } = this;
    this.numbers[index] = entities.numberOf(form, value) ?? entities.add(form, value, this.run.batch(entities, this.part));
  }
}

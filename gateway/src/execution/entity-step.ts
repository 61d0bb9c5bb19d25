import type { EntityAsk } from './fetch-documents.js';
import { PendingEntities, type Share } from './pending-entities.js';
import { collectObjects, type Fetched } from './places.js';
import { Representations, type Represent } from './representations.js';
import type { Run } from './run.js';
import type { Sharing } from './sharing.js';
import type { Step } from './steps.js';

/** What of an entity fetch is known before any question. */
export interface EntityFetch {
  readonly ask: EntityAsk;
  /** Who may have one object of what comes. */
  readonly sharing: Sharing;
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
    const pending = new PendingEntities(run, this.fetch, done);
    const { guard } = run.stage;
    const { ask } = this.fetch;
    if (!guard || objects.length === 0) {
      this.#want(pending, collected, () => ask);
      return;
    }
    const decided = guard.decide(this.fetch, objects, representations, run);
    if (!(decided instanceof Promise)) this.#want(pending, collected, decided);
    else
      run.later(decided, (asks) => {
        this.#want(pending, collected, asks);
      });
  }

  /** @param askFor the selection an object may be asked for under; undefined for one nothing may be asked of */
  #want(pending: PendingEntities, { objects, representations }: Collected, askFor: (index: number) => EntityAsk | undefined): void {
    const { run } = pending;
    const { part } = this.fetch;
    const { forms, values } = representations;
    const shareOf = (ask: EntityAsk): Share => {
      for (const share of pending.shares) if (share.entities.ask === ask) return share;
      const entities = run.entities(ask);
      return pending.share(entities, objects, () => run.batch(entities, part));
    };
    for (let i = 0; i < objects.length; i++) {
      const form = forms[i];
      const value = values[i];
      const ask = value === undefined ? undefined : askFor(i);
      if (form && value !== undefined && ask) shareOf(ask).want(i, form, value);
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
}

import type { ReplyPath } from '../agencies/reply.js';
import type { EntityAsk } from './fetch-documents.js';
import type { Provenance } from './findings.js';
import type { Fetched } from './places.js';
import { copyOf } from './merge.js';
import type { SafeError } from './reported-errors.js';

/** Who waits for an entity: one fetch of the plan in one question. */
export interface Waiter {
  /** One of those it waits for is there. */
  settled(): void;
}

/** Something an agency said about an entity, at a place inside it. */
export interface ErrorInside {
  readonly path: ReplyPath;
  readonly error: SafeError;
}

/** An entity, asked for once under one selection however many places want it. */
export class Wanted {
  /** What came; null for none. */
  entity: Fetched | null = null;
  done = false;
  /** Why nothing came. */
  failure: SafeError | undefined;
  /** What was said beside it; undefined while there is nothing, which is the rule. */
  errors: ErrorInside[] | undefined;
  provenance: (Omit<Provenance, 'path'> & { readonly path: ReplyPath })[] | undefined;
  #waiter: Waiter | undefined;
  /** Beside the first, which is all there are as a rule. */
  #others: Waiter[] | undefined;
  #owner: Waiter | undefined;

  constructor(
    readonly ask: EntityAsk,
    /** JSON text. */
    readonly representation: string,
  ) {}

  /** Takes away what came, for a reason. */
  withhold(failure: SafeError): void {
    this.entity = null;
    this.failure = failure;
    this.provenance = undefined;
  }

  /** Says why there is nothing at these places of it, unless something said before does. */
  explain(paths: readonly ReplyPath[], error: SafeError): void {
    if (paths.length === 0 || this.failure !== undefined) return;
    const said = new Set((this.errors ?? []).map(({ path }) => JSON.stringify(path)));
    for (const path of paths) {
      const above = Array.from({ length: path.length + 1 }, (_, length) => JSON.stringify(path.slice(0, length)));
      if (!above.some((place) => said.has(place))) (this.errors ??= []).push({ path, error });
    }
  }

  wait(waiter: Waiter): void {
    if (this.#waiter === undefined) this.#waiter = waiter;
    else (this.#others ??= []).push(waiter);
  }

  settle(): void {
    this.done = true;
    this.#waiter?.settled();
    if (this.#others) for (const waiter of this.#others) waiter.settled();
  }

  /**
   * The entity for one fetch. Places of one fetch may share what is below it, since they are asked the same; those of another fetch get a
   * copy, since more may be merged into it there.
   */
  entityFor(waiter: Waiter): Fetched | null {
    this.#owner ??= waiter;
    return this.#owner === waiter || !this.ask.nested ? this.entity : copyOf(this.entity);
  }
}

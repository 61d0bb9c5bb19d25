import type { Batch, Entities, Waiter } from './entities.js';
import type { EntityFetch } from './entity-step.js';
import { mergeInto } from './merge.js';
import type { Fetched } from './places.js';
import { reportBeside } from './report.js';
import type { RepresentationForm } from './representations.js';
import type { Run } from './run.js';

/** The entities of one fetch in one question, until all are there and merged into the objects they belong to. */
export class PendingEntities implements Waiter {
  /** Almost always there is but one. */
  readonly shares: Share[] = [];
  #missing = 1;

  constructor(
    readonly run: Run,
    readonly fetch: EntityFetch,
    readonly done: () => void,
  ) {}

  /** Some objects that are asked for as these entities. @param batch the batch for one more of them */
  share(entities: Entities, objects: readonly Fetched[], batch: () => Batch): Share {
    const share = new Share(entities, objects, batch);
    this.shares.push(share);
    return share;
  }

  /** All that is wanted has been said. */
  begin(): void {
    for (const { entities, numbers } of this.shares) this.#missing += entities.wait(numbers, this);
    this.settled();
  }

  settled(): void {
    if (--this.#missing > 0) return;
    const { fetch, run } = this;
    for (const { entities, numbers, objects } of this.shares) {
      const entityOf = entities.forPlaces(fetch.sharing);
      for (let i = 0; i < objects.length; i++) {
        const object = objects[i];
        const number = numbers[i] ?? NONE;
        const entity = number === NONE ? null : entityOf(number);
        if (object && entity !== null) mergeInto(object, entity, run.stage.graph.interfaceObjects);
      }
      if (entities.remarkable) reportBeside(run, fetch, objects, entities, numbers);
    }
    if (fetch.id !== undefined) run.deferred?.fetched(fetch.id);
    this.done();
  }
}

const NONE = -1;

/** Objects of one fetch that are asked for under one selection and with the same values around them. */
export class Share {
  /** The number of each object among the entities. */
  readonly numbers: number[];

  constructor(
    readonly entities: Entities,
    readonly objects: readonly Fetched[],
    readonly batch: () => Batch,
  ) {
    this.numbers = new Array<number>(objects.length).fill(NONE);
  }

  /** One of the objects is wanted. */
  want(index: number, form: RepresentationForm, value: string): void {
    const { entities } = this;
    this.numbers[index] = entities.numberOf(form, value) ?? entities.add(form, value, this.batch());
  }
}

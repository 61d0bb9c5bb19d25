import type { FetchDataKeyRenamer } from '@apollo/query-planner';
import { Batch, Entities } from './entities.js';
import type { EntityFetch } from './entity-step.js';
import type { EntityAsk } from './fetch-documents.js';
import { mergeInto } from './merge.js';
import { collectObjects, placesAt, type Fetched, type IsOfType, type Place } from './places.js';
import { reportBeside } from './report.js';
import { Representations, type RepresentationForm } from './representations.js';
import type { Run } from './run.js';
import type { Step } from './steps.js';
import { unshare } from './unshare.js';

/**
 * Asks for entities whose fields take values of the objects around them as arguments (`@context`, `@fromContext`). Those values are
 * variables of the fetch, so entities are asked for in one call per combination of values.
 */
export class ContextStep implements Step {
  constructor(
    readonly fetch: EntityFetch,
    readonly contexts: readonly FetchDataKeyRenamer[],
  ) {}

  start(run: Run, done: () => void): void {
    const { fetch } = this;
    const { isOfType } = run.stage;
    // One entity is asked with other values at each of its places.
    unshare(run.root, fetch.path);
    const places = placesAt(run.root, fetch.path, isOfType);
    const groups = new Map<string, Group>();
    for (const place of places) {
      const known = new Representations();
      fetch.represent(place.object, known);
      const [form] = known.forms;
      const [value] = known.values;
      if (!form || value === undefined) continue;
      const values = JSON.stringify(this.contexts.map((context) => [context.renameKeyTo, valueAround(place, context.path, isOfType)]));
      const group = groups.get(values) ?? new Group(fetch.ask);
      groups.set(values, group);
      group.add(place.object, form, value);
    }
    let left = 1;
    const settled = (): void => {
      if (--left > 0) return;
      for (const { entities, numbers, objects } of groups.values()) {
        objects.forEach((object, i) => {
          const entity = entities.entityFor(numbers[i] ?? -1, waiter);
          if (entity) mergeInto(object, entity, run.stage.graph.interfaceObjects);
        });
        reportBeside(run, fetch, objects, entities, numbers);
      }
      if (fetch.id !== undefined) run.deferred?.fetched(fetch.id);
      done();
    };
    const waiter = { settled };
    for (const [values, { batch, entities, numbers }] of groups) {
      const given = new Map(JSON.parse(values) as (readonly [string, unknown])[]);
      left += entities.wait(numbers, waiter);
      run.askAlone(batch.part(), (name) => {
        if (!given.has(name)) return run.variable(name);
        const value = given.get(name);
        return value === undefined ? undefined : JSON.stringify(value);
      });
    }
    settled();
  }
}

/** Objects with the same values around them. */
class Group {
  readonly objects: Fetched[] = [];
  readonly numbers: number[] = [];
  readonly entities: Entities;
  readonly batch: Batch;

  constructor(ask: EntityAsk) {
    this.entities = new Entities(ask);
    this.batch = new Batch(this.entities);
  }

  add(object: Fetched, form: RepresentationForm, value: string): void {
    this.objects.push(object);
    this.numbers.push(this.entities.numberOf(form, value) ?? this.entities.add(form, value, this.batch));
  }
}

/** A value of an object further out: each `..` of the path leaves one object, the rest leads down again. */
function valueAround(place: Place, path: readonly string[], of: IsOfType): unknown {
  const up = path.findIndex((step) => step !== '..');
  const down = path.slice(up);
  const around: readonly Fetched[] = [...place.within, place.object];
  const from = around[around.length - 1 - up];
  const key = down.at(-1);
  if (from === undefined || key === undefined) return null;
  const objects: Fetched[] = [];
  collectObjects(from, down.slice(0, -1), of, objects);
  return objects[0]?.[key] ?? null;
}

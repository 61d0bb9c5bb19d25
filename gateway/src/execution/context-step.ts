import type { FetchDataKeyRenamer } from '@apollo/query-planner';
import type { EntityFetch } from './entity-step.js';
import { mergeInto } from './merge.js';
import { collectObjects, placesAt, type Fetched, type IsOfType, type Place } from './places.js';
import { reportBeside } from './report.js';
import type { Run } from './run.js';
import type { Step } from './steps.js';
import { unshare } from './unshare.js';
import { Wanted } from './wanted.js';

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
    const groups = new Map<string, Wanted[]>();
    const wanted = places.map((place): Wanted | undefined => {
      const representation = fetch.represent(place.object);
      if (representation === undefined) return undefined;
      const values = JSON.stringify(this.contexts.map((context) => [context.renameKeyTo, valueAround(place, context.path, isOfType)]));
      const group = groups.get(values) ?? [];
      groups.set(values, group);
      const known = group.find((one) => one.representation === representation);
      if (known) return known;
      const one = new Wanted(fetch.ask, representation);
      group.push(one);
      return one;
    });
    let left = 1;
    const settled = (): void => {
      if (--left > 0) return;
      const objects = places.map(({ object }) => object);
      objects.forEach((object, i) => {
        const entity = wanted[i]?.entityFor(waiter);
        if (entity) mergeInto(object, entity, run.stage.graph.interfaceObjects);
      });
      reportBeside(run, fetch, objects, wanted);
      if (fetch.id !== undefined) run.deferred?.fetched(fetch.id);
      done();
    };
    const waiter = { settled };
    for (const [values, group] of groups) {
      const given = new Map(JSON.parse(values) as (readonly [string, unknown])[]);
      left += group.length;
      for (const one of group) one.wait(waiter);
      run.askAlone({ ask: fetch.ask, wanted: group }, (name) => {
        if (!given.has(name)) return run.variable(name);
        const value = given.get(name);
        return value === undefined ? undefined : JSON.stringify(value);
      });
    }
    settled();
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

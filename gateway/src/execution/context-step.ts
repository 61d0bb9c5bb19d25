import type { FetchDataKeyRenamer } from '@apollo/query-planner';
import { packed } from './calls.js';
import { Batch, Entities } from './entities.js';
import type { EntityFetch } from './entity-step.js';
import { PendingEntities } from './pending-entities.js';
import { collectObjects, placesAt, type Fetched, type IsOfType, type Place } from './places.js';
import { Representations } from './representations.js';
import type { Run } from './run.js';
import type { Step } from './steps.js';

/**
 * Asks for entities whose fields take values of the objects around them as arguments (`@context`, `@fromContext`). Those values are
 * variables of the fetch, so entities are asked for in calls per combination of values.
 */
export class ContextStep implements Step {
  constructor(
    readonly fetch: EntityFetch,
    readonly contexts: readonly FetchDataKeyRenamer[],
  ) {}

  start(run: Run, done: () => void): void {
    const { fetch } = this;
    const { isOfType } = run.stage;
    const groups = new Map<string, Group>();
    for (const place of placesAt(run.root, fetch.path, isOfType)) {
      const values = JSON.stringify(this.contexts.map((context) => [context.renameKeyTo, valueAround(place, context.path, isOfType)]));
      let group = groups.get(values);
      if (!group) groups.set(values, (group = { objects: [], representations: new Representations() }));
      group.objects.push(place.object);
      fetch.represent(place.object, group.representations);
    }
    const pending = new PendingEntities(run, fetch, done);
    const batches = [...groups].map(([values, { objects, representations }]) => {
      const entities = new Entities(fetch.ask);
      const batch = new Batch(entities);
      const share = pending.share(entities, objects, () => batch);
      representations.values.forEach((value, i) => {
        const form = representations.forms[i];
        if (form && value !== undefined) share.want(i, form, value);
      });
      return { values, batch };
    });
    pending.begin();
    const { maxBatch = Infinity } = run.stage.subgraphs.get(fetch.ask.service) ?? {};
    for (const { values, batch } of batches) {
      if (batch.entities.size === 0) continue;
      const given = new Map(JSON.parse(values) as (readonly [string, unknown])[]);
      const variable = (name: string): string | undefined => {
        if (!given.has(name)) return run.variable(name);
        const value = given.get(name);
        return value === undefined ? undefined : JSON.stringify(value);
      };
      for (const [part] of packed([batch], maxBatch)) if (part) run.askAlone(part, variable);
    }
  }
}

/** Objects with the same values around them. */
interface Group {
  readonly objects: Fetched[];
  readonly representations: Representations;
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

import { TO_ENTITY, type Entities } from './entities.js';
import type { EntityFetch } from './entity-step.js';
import type { EntityAsk } from './fetch-documents.js';
import type { ClientPath } from './findings.js';
import { placesAt, type Fetched, type Place } from './places.js';
import type { SafeError } from './reported-errors.js';
import type { Run } from './run.js';

/** Names the planner makes up where two fields of one key cannot be told apart. */
const MADE_UP = /__alias_\d+$/;

/**
 * Where a place inside a reply stands in the plan's data, once it is known where the reply's object does.
 * @param from steps of the place that lead to that object. @default 0
 */
export function planPath(at: ClientPath, inside: ClientPath, from = 0): ClientPath {
  const path = at.slice();
  for (let i = from; i < inside.length; i++) {
    const step = inside[i];
    if (step !== undefined) path.push(typeof step === 'string' && step.includes('__') ? step.replace(MADE_UP, '') : step);
  }
  return path;
}

/** The places of some objects of the answer, found again by walking the path they were found by. */
export function placesOf(run: Run, path: readonly string[], objects: readonly Fetched[]): (Place | undefined)[] {
  const places = placesAt(run.root, path, run.stage.isOfType);
  // The walk gives the same objects in the same order, unless something replaced a list meanwhile.
  let next = 0;
  return objects.map((object) => {
    if (places[next]?.object !== object)
      next = Math.max(
        0,
        places.findIndex((place) => place.object === object),
      );
    const place = places[next];
    next++;
    return place?.object === object ? place : undefined;
  });
}

/** Says at every place of the answer what was said beside the entities that belong there, given by their numbers. */
export function reportBeside(
  run: Run,
  fetch: EntityFetch,
  objects: readonly Fetched[],
  { ask, failures, errors, provenance }: Entities,
  numbers: readonly number[],
): void {
  const places = placesOf(run, fetch.path, objects);
  const plain = fetch.path.filter((step) => step !== '@' && !step.startsWith('... on '));
  numbers.forEach((number, i) => {
    const at = places[i]?.path ?? plain;
    const failure = failures?.get(number);
    if (failure) reportNotCome(run, fetch.part, failure, at, ask, objects[i]);
    for (const { path, error } of errors?.get(number) ?? []) run.report(fetch.part, error, planPath(at, path));
    for (const source of provenance?.get(number) ?? []) run.source(fetch.part, ask.service, source, planPath(at, source.path, TO_ENTITY));
  });
}

/** What of an entity that did not come is not there already; and the object itself when nobody else has said what it is. */
function reportNotCome(
  run: Run,
  part: number,
  failure: SafeError,
  at: ClientPath,
  { keys }: EntityAsk,
  object: Readonly<Fetched> = {},
): void {
  const { isOfType } = run.stage;
  const wanted = keys.filter(({ on }) => on.every((condition) => isOfType(object['__typename'], condition)));
  const missing = [...new Set(wanted.map(({ key }) => key))].filter((key) => !isThere(object, key));
  if (missing.length > 0 || wanted.length === 0) reportFailure(run, part, failure, at, missing);
  if (run.stage.graph.interfaceObjects.has(String(object['__typename']))) run.report(part, failure, at);
}

/** True for a value that nothing more can come into. */
function isThere(object: Readonly<Fetched>, key: string): boolean {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return value !== undefined && typeof value !== 'object';
}

/** The same error at every asked key of an object; at the object when what failed was only needed for something else. */
export function reportFailure(run: Run, part: number, failure: SafeError, at: ClientPath, keys: readonly string[]): void {
  const asked = keys.map((key) => planPath(at, [key])).filter((path) => run.asked.places(path).length > 0);
  for (const path of asked.length > 0 ? asked : [at]) run.report(part, failure, path);
}

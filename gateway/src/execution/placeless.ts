import type { ReplyPath } from '../agencies/reply.js';
import type { BoundedField } from './bound.js';
import { TO_ENTITY, type Entities } from './entities.js';
import { placesIn } from './guarded-selection.js';
import type { SafeError } from './reported-errors.js';

/**
 * Takes out of what is said beside an entity where a yes, a no or a number comes from: how many registers it was counted over, and where
 * they are, would tell an employer where else a person is known. That something of it is late, or did not answer, is told.
 */
export function hidePlaces(entities: Entities, number: number, fields: readonly BoundedField[], agency: string): void {
  for (const { path, placeless } of fields) {
    if (!placeless) continue;
    for (const place of placesIn(entities.came[number], path)) hideAt(entities, number, place, agency);
  }
}

function hideAt(entities: Entities, number: number, place: ReplyPath, agency: string): void {
  const isHere = (path: ReplyPath): boolean => startsWith(path, place);
  const inEntity = (path: ReplyPath): ReplyPath => path.slice(TO_ENTITY);
  const sources = entities.provenance?.get(number)?.filter(({ path }) => isHere(inEntity(path))) ?? [];
  entities.revise(
    number,
    ({ path, error }) => (isHere(path) ? { path: place, error: withoutPlace(error) } : { path, error }),
    (source) => (isHere(inEntity(source.path)) ? undefined : source),
  );
  const [first] = sources;
  if (!first) return;
  const freshness = sources.some((source) => source.freshness === 'STALE') ? 'STALE' : 'LIVE';
  entities.source(number, { path: [...first.path.slice(0, TO_ENTITY), ...place], system: agency, freshness });
}

/** An error of an agency without which of its registers it is about. */
export function withoutPlace({ code, extensions: { agency } }: SafeError): SafeError {
  return { code, extensions: agency === undefined ? {} : { agency } };
}

/** Some agencies write positions as text. */
export function startsWith(path: ReplyPath, start: ReplyPath): boolean {
  return start.every((step, i) => path[i] !== undefined && String(path[i]) === String(step));
}

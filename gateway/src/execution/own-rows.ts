import { Kind, type FieldNode, type GraphQLCompositeType, type SelectionNode, type SelectionSetNode } from 'graphql';
import { jurisdictionOfDivision } from '@yichuang/schema';
import { isRecord, type ReplyPath } from '../agencies/reply.js';
import { ROW_UNIT, UNIT_CODE } from '../graph/lint-own-rows.js';
import { fieldOf } from '../graph/schema-lookup.js';
import type { BoundedField } from './bound.js';
import { valueAt } from '../graph/value-at.js';
import { TO_ENTITY, type Entities } from './entities.js';
import { placesIn } from './guarded-selection.js';
import { startsWith, withoutPlace } from './placeless.js';

/** Where a row says of which unit it is, for the hub. */
const UNIT_KEY = 'yichuang_unit';

const field = (name: string): FieldNode => ({ kind: Kind.FIELD, name: { kind: Kind.NAME, value: name } });
const UNIT: FieldNode = {
  ...field(ROW_UNIT),
  alias: { kind: Kind.NAME, value: UNIT_KEY },
  selectionSet: { kind: Kind.SELECTION_SET, selections: [field(UNIT_CODE)] },
};

/** Rows of a type say of which unit they are; where the type cannot say it, none is anybody's own. */
export function withUnits(set: SelectionSetNode, type: GraphQLCompositeType): SelectionSetNode {
  const selections: readonly SelectionNode[] = set.selections;
  return fieldOf(type, ROW_UNIT) ? { ...set, selections: [UNIT, ...selections] } : set;
}

/**
 * Leaves of lists of rows that came for an entity those of one unit, before anybody has looked at them: what remains, and all that is said
 * beside it, is as if there were no others. An agency that keeps to its grant sends no others.
 * @param unit credit code
 * @returns true when an agency sent rows of others
 */
export function keepOwnRows(entities: Entities, number: number, fields: readonly BoundedField[], unit: string): boolean {
  const entity = entities.came[number];
  let others = false;
  for (const { path, ownRows } of entity ? fields : []) {
    if (!ownRows) continue;
    for (const place of placesIn(entity, path)) others = keepAt(entities, number, place, unit) || others;
  }
  return others;
}

function keepAt(entities: Entities, number: number, place: ReplyPath, unit: string): boolean {
  const rows = listAt(entities.came[number], place);
  const moved = new Map<number, number>();
  let others = false;
  if (rows) {
    const own = rows.filter((row, i) => {
      if (isOf(row, unit)) return moved.set(i, moved.size);
      others ||= row !== null;
      return false;
    });
    rows.splice(0, rows.length, ...own);
  }
  tidy(entities, number, place, rows && moved, unit);
  return others;
}

function listAt(entity: Readonly<Record<string, unknown>> | null | undefined, place: ReplyPath): unknown[] | undefined {
  const value = valueAt(entity ?? {}, place);
  return Array.isArray(value) ? value : undefined;
}

function isOf(row: unknown, unit: string): boolean {
  const own = isRecord(row) ? row[UNIT_KEY] : undefined;
  return isRecord(own) && own[UNIT_CODE] === unit;
}

/**
 * What was said about rows that are left goes with them, what was said about others goes. Where there is no list, its failure is told
 * without the place of a register in which somebody else may have put the person.
 * @param moved new positions of rows; undefined where there is no list
 */
function tidy(entities: Entities, number: number, place: ReplyPath, moved: ReadonlyMap<number, number> | undefined, unit: string): void {
  const home = jurisdictionOfDivision(unit.slice(2, 8));
  const isHome = (jurisdiction: unknown): boolean =>
    typeof jurisdiction === 'string' && home !== undefined && jurisdictionOfDivision(jurisdiction) === home;
  const below = (path: ReplyPath): ReplyPath | undefined => {
    const [index, ...rest] = path.slice(place.length);
    const to = moved?.get(Number(index));
    return to === undefined ? undefined : [...place, to, ...rest];
  };
  entities.revise(
    number,
    ({ path, error }) => {
      if (!startsWith(path, place)) return { path, error };
      if (!moved) return { path: place, error: isHome(error.extensions['jurisdiction']) ? error : withoutPlace(error) };
      const to = below(path);
      return to && { path: to, error };
    },
    (source) => {
      const path = source.path.slice(TO_ENTITY);
      if (!startsWith(path, place)) return source;
      if (path.length === place.length) return isHome(source.jurisdiction) ? source : undefined;
      const to = below(path);
      return to && { ...source, path: [...source.path.slice(0, TO_ENTITY), ...to] };
    },
  );
}

import {
  getNamedType,
  isCompositeType,
  Kind,
  type ArgumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { isRecord } from '../agencies/reply.js';
import type { DataRange } from '../access/facts.js';
import type { Graph } from '../graph/graph.js';
import { ROW_MONTH } from '../graph/lint-months.js';
import { fieldOf } from '../graph/schema-lookup.js';
import { valueAt } from '../graph/value-at.js';
import type { BoundedField } from './bound.js';
import { dropAt, ownBelow, placesIn, typeOf } from './guarded-selection.js';
import type { Fetched } from './places.js';

/** Where a row says of which month it is, for the hub. */
const MONTH_KEY = 'yichuang_month';

/**
 * Takes out of an entity what an agency says about months that were not granted: it has not kept to them, so nothing of the field is
 * released, not even a number.
 * @returns the places of what was taken out
 */
export function dropBeyond(entity: Fetched | null | undefined, fields: readonly BoundedField[]): (string | number)[][] {
  if (!entity) return [];
  return fields.flatMap(({ path, months }) =>
    placesIn(entity, path).filter((place) => months && isBeyond(valueAt(entity, place), months) && dropAt(entity, place)),
  );
}

/** True when something below a value says that it is of a month outside a range, or of none. */
function isBeyond(value: unknown, range: DataRange): boolean {
  if (Array.isArray(value)) return value.some((one: unknown) => isBeyond(one, range));
  if (!isRecord(value)) return false;
  if (Object.hasOwn(value, MONTH_KEY)) {
    const month = value[MONTH_KEY];
    if (typeof month !== 'string' || month < (range.from ?? month) || month > (range.to ?? month)) return true;
  }
  return Object.values(value).some((one) => isBeyond(one, range));
}

/** A field that takes a first and a last month is asked for those of a range only. @param variable JSON text of a variable of the plan */
export function withinArguments(
  field: FieldNode,
  { args }: GraphQLField<unknown, unknown>,
  range: DataRange,
  variable: (name: string) => string | undefined,
): FieldNode {
  if (!['from', 'to'].every((name) => args.some((argument) => argument.name === name))) return field;
  const asked = (name: string): string | undefined => {
    const value = field.arguments?.find((argument) => argument.name.value === name)?.value;
    return value && monthOf(value, variable);
  };
  const later = (one: string, other = one): string => (one > other ? one : other);
  const earlier = (one: string, other = one): string => (one < other ? one : other);
  const from = range.from === undefined ? undefined : later(range.from, asked('from'));
  const to = range.to === undefined ? undefined : earlier(range.to, asked('to'));
  const bounds = [...(from === undefined ? [] : [argument('from', from)]), ...(to === undefined ? [] : [argument('to', to)])];
  const others = (field.arguments ?? []).filter(({ name }) => !bounds.some((bound) => bound.name.value === name.value));
  return { ...field, arguments: [...others, ...bounds] };
}

function monthOf(value: ValueNode, variable: (name: string) => string | undefined): string | undefined {
  if (value.kind === Kind.STRING) return value.value;
  const given: unknown = value.kind === Kind.VARIABLE ? JSON.parse(variable(value.name.value) ?? 'null') : null;
  return typeof given === 'string' ? given : undefined;
}

function argument(name: string, month: string): ArgumentNode {
  return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: name }, value: { kind: Kind.STRING, value: month } };
}

const MONTH: FieldNode = {
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: MONTH_KEY },
  name: { kind: Kind.NAME, value: ROW_MONTH },
};

/** Rows below a field say of which month they are. */
export function withMonths(set: SelectionSetNode, type: GraphQLCompositeType, graph: Graph): SelectionSetNode {
  const selections = set.selections.map((selection): SelectionNode => {
    if (selection.kind === Kind.FRAGMENT_SPREAD || !selection.selectionSet) return selection;
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return {
        ...selection,
        selectionSet: withMonths(selection.selectionSet, typeOf(selection.typeCondition?.name.value, type, graph), graph),
      };
    const below = ownBelow(type, selection.name.value, graph);
    return below ? { ...selection, selectionSet: withMonths(selection.selectionSet, below, graph) } : selection;
  });
  const month = fieldOf(type, ROW_MONTH);
  return { ...set, selections: month && !isCompositeType(getNamedType(month.type)) ? [MONTH, ...selections] : selections };
}

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
import type { Judge } from '../access/judge.js';
import type { Judgement } from '../access/judgement.js';
import type { Requirement } from '../graph/access-map.js';
import type { Graph } from '../graph/graph.js';
import { ROW_MONTH } from '../graph/lint-months.js';
import { responseKey } from '../graph/response-key.js';
import { fieldOf } from '../graph/schema-lookup.js';
import { dropAt, lists, ownBelow, placesIn, typeOf } from './guarded-selection.js';
import type { Fetched } from './places.js';

/** Months to which what was granted of one subject is bounded, by scope. */
export type BoundedScopes = ReadonlyMap<string, DataRange>;

/** A field of an entity of which only some months were granted. */
export interface BoundedField {
  /** Its place in the entity. */
  readonly path: readonly string[];
  readonly range: DataRange;
}

/** Where a row says of which month it is, for the hub. */
const MONTH_KEY = 'yichuang_month';

/** The bounds of what is required of a subject. Undefined when there are none, which is the rule. */
export function boundedScopes(judge: Judge, subject: string, requirements: readonly Requirement[]): BoundedScopes | undefined {
  const granted = judge.grantedTo(subject);
  if (!granted) return undefined;
  const bounds = new Map<string, DataRange>();
  for (const requirement of requirements) {
    if (requirement.kind !== 'SCOPE') continue;
    const grant = granted.others?.get(requirement.scope) ?? granted.first;
    const range = grant.basis === 'CONSENT' && grant.consent.scopes.has(requirement.scope) ? grant.consent.dataRange : undefined;
    if (range && judge.catalogue.scopes.get(requirement.scope)?.period !== 'TIMELESS') bounds.set(requirement.scope, range);
  }
  return bounds.size > 0 ? bounds : undefined;
}

/**
 * Narrows a selection to the months that were granted: fields that take a first and a last month are asked for no others, and every row
 * says of which month it is.
 * @param variable JSON text of a variable of the plan
 */
export function narrowed(
  set: SelectionSetNode,
  type: GraphQLCompositeType,
  graph: Graph,
  bounds: BoundedScopes,
  variable: (name: string) => string | undefined,
): { readonly selectionSet: SelectionSetNode; readonly fields: readonly BoundedField[] } {
  const fields: BoundedField[] = [];
  const narrow = (inner: SelectionSetNode, on: GraphQLCompositeType, path: readonly string[]): SelectionSetNode => ({
    ...inner,
    selections: inner.selections.map((selection): SelectionNode => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const below = typeOf(selection.typeCondition?.name.value, on, graph);
        return { ...selection, selectionSet: narrow(selection.selectionSet, below, path) };
      }
      const definition = fieldOf(on, selection.name.value);
      const below = ownBelow(on, selection.name.value, graph);
      const place = [...path, responseKey(selection)];
      const own = graph.access.requirement(on.name, selection.name.value);
      const range = own?.kind === 'SCOPE' ? bounds.get(own.scope) : undefined;
      if (range && definition) {
        fields.push({ path: place, range });
        const asked = withinArguments(selection, definition, range, variable);
        return below && asked.selectionSet ? { ...asked, selectionSet: withMonths(asked.selectionSet, below, graph) } : asked;
      }
      if (!below || !selection.selectionSet) return selection;
      return { ...selection, selectionSet: narrow(selection.selectionSet, below, [...place, ...lists(definition?.type)]) };
    }),
  });
  return { selectionSet: narrow(set, type, []), fields };
}

/** Whoever came inside a reply about another was asked about without bounds: what is bounded is refused. */
export function withoutBounded(judged: Judgement, requirements: readonly Requirement[], bounds: BoundedScopes | undefined): Judgement {
  if (!bounds) return judged;
  return requirements.map((requirement, i) => {
    const { scope } = requirement.kind === 'SCOPE' ? requirement : { scope: '' };
    return judged?.[i] ?? (bounds.has(scope) ? { kind: 'DENIED', code: 'ACCESS_DENIED', scope } : undefined);
  });
}

/**
 * Takes out of an entity what an agency says about months that were not granted: it has not kept to them, so nothing of the field is
 * released, not even a number.
 * @returns the places of what was taken out
 */
export function dropBeyond(entity: Fetched | null | undefined, fields: readonly BoundedField[]): (string | number)[][] {
  if (!entity) return [];
  return fields.flatMap(({ path, range }) =>
    placesIn(entity, path).filter((place) => {
      const value = place.reduce<unknown>((holder, step) => (holder as Fetched | null | undefined)?.[step], entity);
      return isBeyond(value, range) && dropAt(entity, place);
    }),
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

function withinArguments(
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

function withMonths(set: SelectionSetNode, type: GraphQLCompositeType, graph: Graph): SelectionSetNode {
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

import { Kind, type GraphQLCompositeType, type SelectionNode, type SelectionSetNode } from 'graphql';
import type { Judge } from '../access/judge.js';
import type { Judgement } from '../access/judgement.js';
import type { Requirement } from '../graph/access-map.js';
import type { Graph } from '../graph/graph.js';
import { responseKey } from '../graph/response-key.js';
import { fieldOf } from '../graph/schema-lookup.js';
import type { Bound, BoundedField, BoundedScopes } from './bound.js';
import { withinArguments, withMonths } from './bounded-months.js';
import { lists, ownBelow, typeOf } from './guarded-selection.js';
import { withUnits } from './own-rows.js';

/** The bounds of what is required of a subject. Undefined when there are none, which is the rule. */
export function boundedScopes(judge: Judge, subject: string, requirements: readonly Requirement[]): BoundedScopes | undefined {
  const granted = judge.grantedTo(subject);
  if (!granted) return undefined;
  const bounds = new Map<string, Bound>();
  for (const requirement of requirements) {
    if (requirement.kind !== 'SCOPE') continue;
    const { scope } = requirement;
    const grant = granted.others?.get(scope) ?? granted.first;
    const range = grant.basis === 'CONSENT' && grant.consent.scopes.has(scope) ? grant.consent.dataRange : undefined;
    const months = judge.catalogue.scopes.get(scope)?.period === 'TIMELESS' ? undefined : range;
    const ownRows = judge.unitOfRows(scope) !== undefined;
    const placeless = judge.isPlaceless(scope);
    if (months || ownRows || placeless) bounds.set(scope, { months, ownRows, placeless });
  }
  return bounds.size > 0 ? bounds : undefined;
}

/**
 * Narrows a selection to what was granted: fields that take a first and a last month are asked for no others, and every row says of which
 * month, or of which unit, it is.
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
      const bound = own?.kind === 'SCOPE' ? bounds.get(own.scope) : undefined;
      if (bound && definition) {
        fields.push({ path: place, ...bound });
        const asked = bound.months ? withinArguments(selection, definition, bound.months, variable) : selection;
        if (!below || !asked.selectionSet) return asked;
        const byMonth = bound.months ? withMonths(asked.selectionSet, below, graph) : asked.selectionSet;
        return { ...asked, selectionSet: bound.ownRows ? withUnits(byMonth, below) : byMonth };
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

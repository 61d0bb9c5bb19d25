import type { AccessCatalogue } from '@yichuang/schema';
import { namedType, scopedFields, type DeclaredSubgraph, type DeclaredType } from './annotations.js';
import type { LintFailure } from './lint-failure.js';

/** Name of the field in which a row says of which month it is. */
export const ROW_MONTH = 'month';

/**
 * What of a scope is clipped to the months of a consent is a predicate, or rows that each say of which month they are: without it nobody
 * could see whether an agency kept to the period.
 */
export function checkMonths(subgraphs: readonly DeclaredSubgraph[], { scopes }: AccessCatalogue): LintFailure[] {
  return subgraphs.flatMap((subgraph) =>
    scopedFields(subgraph)
      .filter(({ scope, field }) => scopes.get(scope)?.period === 'CLIPPED' && field.predicateOf === undefined)
      .filter(({ field }) => !hasMonths(subgraph.types.get(namedType(field.type)), subgraph.types, new Set()))
      .map(({ scope, coordinate }): LintFailure => ({
        rule: 'MONTH_MISSING',
        subgraph: subgraph.name,
        coordinate,
        message: `${scope} is clipped to the months of a consent: give its rows a field ${ROW_MONTH}: YearMonth, or say another period in schema/access/scopes.yaml`,
      })),
  );
}

function hasMonths(type: DeclaredType | undefined, types: ReadonlyMap<string, DeclaredType>, seen: Set<string>): boolean {
  if (!type || seen.has(type.name)) return false;
  seen.add(type.name);
  const month = type.fields.get(ROW_MONTH);
  if (month && namedType(month.type) === 'YearMonth') return true;
  // What an entity of its own says is not about these rows.
  return [...type.fields.values()].some((field) => {
    const below = types.get(namedType(field.type));
    return below?.subject === undefined && hasMonths(below, types, seen);
  });
}

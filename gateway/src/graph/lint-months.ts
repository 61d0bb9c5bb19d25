import type { AccessCatalogue } from '@yichuang/schema';
import { effective, namedType, ROOT_TYPES, type DeclaredSubgraph, type DeclaredType } from './annotations.js';
import type { LintFailure } from './lint-failure.js';

/** Name of the field in which a row says of which month it is. */
export const ROW_MONTH = 'month';

/**
 * What of a scope is clipped to the months of a consent is a predicate, or rows that each say of which month they are: without it nobody
 * could see whether an agency kept to the period.
 */
export function checkMonths(subgraphs: readonly DeclaredSubgraph[], { scopes }: AccessCatalogue): LintFailure[] {
  return subgraphs.flatMap(({ name: subgraph, types }) =>
    [...types.values()]
      .filter(({ name }) => !ROOT_TYPES.has(name))
      .flatMap((type) =>
        [...type.fields.values()].flatMap((field): LintFailure[] => {
          const annotation = field.own[0] ?? effective(type, field);
          if (annotation?.kind !== 'ACCESS' || scopes.get(annotation.scope)?.period !== 'CLIPPED') return [];
          if (field.predicateOf !== undefined || hasMonths(types.get(namedType(field.type)), types, new Set())) return [];
          return [
            {
              rule: 'MONTH_MISSING',
              subgraph,
              coordinate: `${type.name}.${field.name}`,
              message: `${annotation.scope} is clipped to the months of a consent: give its rows a field ${ROW_MONTH}: YearMonth, or say another period in schema/access/scopes.yaml`,
            },
          ];
        }),
      ),
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

import { Kind, type TypeNode } from 'graphql';
import type { AccessCatalogue } from '@yichuang/schema';
import { namedType, scopedFields, type DeclaredField, type DeclaredSubgraph, type DeclaredType } from './annotations.js';
import type { LintFailure } from './lint-failure.js';

/** Name of the field in which a row says of which unit it is. */
export const ROW_UNIT = 'enterprise';
/** Name of the field that names a unit. */
export const UNIT_CODE = 'creditCode';

/**
 * What an employer sees only its own rows of is a plain list of rows that each name their unit: a total or a page would count those of
 * others, and of a row that does not name its unit nobody could see whose it is.
 */
export function checkOwnRows(subgraphs: readonly DeclaredSubgraph[], { scopes }: AccessCatalogue): LintFailure[] {
  return subgraphs.flatMap((subgraph) =>
    scopedFields(subgraph)
      .filter(({ scope, field }) => scopes.get(scope)?.own === 'SPELL' && !isListOfOwn(field, subgraph.types))
      .map(({ scope, coordinate }): LintFailure => ({
        rule: 'UNIT_MISSING',
        subgraph: subgraph.name,
        coordinate,
        message: `${scope} is cut to the rows of an employer's own unit: make it a list of rows with a field ${ROW_UNIT} of a type with the key ${UNIT_CODE}, without pages and totals, or take own: SPELL out of schema/access/scopes.yaml`,
      })),
  );
}

function isListOfOwn({ type, predicateOf }: DeclaredField, types: ReadonlyMap<string, DeclaredType>): boolean {
  const row = types.get(namedType(type));
  const unit = row?.fields.get(ROW_UNIT);
  return (
    predicateOf === undefined &&
    isPlainList(type) &&
    unit !== undefined &&
    types.get(namedType(unit.type))?.keys.includes(UNIT_CODE) === true
  );
}

function isPlainList(type: TypeNode): boolean {
  if (type.kind === Kind.NON_NULL_TYPE) return isPlainList(type.type);
  return type.kind === Kind.LIST_TYPE && named(type.type);
}

function named(type: TypeNode): boolean {
  return type.kind === Kind.NAMED_TYPE || (type.kind === Kind.NON_NULL_TYPE && named(type.type));
}

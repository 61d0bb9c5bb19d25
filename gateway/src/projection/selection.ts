import {
  doTypesOverlap,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type DirectiveNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { responseKey } from '../graph/response-key.js';
import { compositeType } from '../graph/schema-lookup.js';

/** Something that must hold of the variables: `$name` is true, or is not. */
export interface Condition {
  readonly variable: string;
  readonly is: boolean;
}

/** True when all of these hold. @param isTrue says it of a variable */
export function hold(conditions: readonly Condition[], isTrue: (variable: string) => boolean): boolean {
  return conditions.every(({ variable, is }) => isTrue(variable) === is);
}

/** A selection that counts only where all of these hold. */
export interface Conditioned<T> {
  readonly node: T;
  readonly conditions: readonly Condition[];
}

/** What a projection leaves to come later. */
export type IsDeferred = (directive: DirectiveNode) => boolean;

/** A key as it stands in the question once more, with what must hold for it to count there. */
export interface Occurrence {
  readonly key: string;
  readonly conditions: readonly Condition[];
}

/** The fields of an object by response key, and the keys in the order they were written, once for each time. */
export interface FieldsOfType {
  readonly byKey: ReadonlyMap<string, readonly Conditioned<FieldNode>[]>;
  readonly order: readonly Occurrence[];
  /** For an abstract type: what must hold for something to be asked of objects that are of one type of it and not of another. */
  readonly undecided: readonly (readonly Condition[])[];
}

/** Conditions no variables can meet: the selection is as if it had not been written. */
export const NEVER = Symbol('never');

/**
 * The fields that may count for an object of one type, by response key in the order they were written, each with the variables it
 * depends on. Fragment spreads have been written out before.
 * @param type runtime type of the object
 */
export function fieldsOfType(
  sets: readonly Conditioned<SelectionSetNode>[],
  type: GraphQLCompositeType,
  schema: GraphQLSchema,
  isDeferred: IsDeferred,
): FieldsOfType {
  const byKey = new Map<string, Conditioned<FieldNode>[]>();
  const order: Occurrence[] = [];
  const undecided: (readonly Condition[])[] = [];
  const walk = (set: SelectionSetNode, outer: readonly Condition[]): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      const own = conditionsOf(selection.directives ?? [], isDeferred);
      if (own === NEVER) continue;
      const conditions = own.length === 0 ? outer : [...outer, ...own];
      if (selection.kind === Kind.FIELD) {
        const key = responseKey(selection);
        const known = byKey.get(key);
        if (known) known.push({ node: selection, conditions });
        else byKey.set(key, [{ node: selection, conditions }]);
        order.push({ key, conditions });
      } else if (applies(schema, selection.typeCondition?.name.value, type)) {
        walk(selection.selectionSet, conditions);
      } else if (isAbstractType(type) && overlaps(schema, selection.typeCondition?.name.value, type) && asks(selection.selectionSet)) {
        undecided.push(conditions);
      }
    }
  };
  const asks = ({ selections }: SelectionSetNode): boolean =>
    selections.some(
      (selection) =>
        selection.kind !== Kind.FRAGMENT_SPREAD &&
        conditionsOf(selection.directives ?? [], isDeferred) !== NEVER &&
        (selection.kind === Kind.FIELD || asks(selection.selectionSet)),
    );
  for (const { node, conditions } of sets) walk(node, conditions);
  return { byKey, order, undecided };
}

/** Selection sets below some fields of one key. A single field that is there whenever its parent is adds no conditions of its own. */
export function selectionsBelow(fields: readonly Conditioned<FieldNode>[]): Conditioned<SelectionSetNode>[] {
  const [only] = fields;
  if (fields.length === 1 && only?.node.selectionSet) return [{ node: only.node.selectionSet, conditions: [] }];
  return fields.flatMap(({ node, conditions }) => (node.selectionSet ? [{ node: node.selectionSet, conditions }] : []));
}

/** True when an object of this type is fit for a fragment on `condition`. */
export function applies(schema: GraphQLSchema, condition: string | undefined, type: GraphQLCompositeType): boolean {
  if (condition === undefined || condition === type.name) return true;
  const wanted = compositeType(schema, condition);
  if (!isAbstractType(wanted)) return false;
  if (isObjectType(type)) return schema.isSubType(wanted, type);
  return !isAbstractType(type) ? false : schema.getPossibleTypes(type).every((possible) => schema.isSubType(wanted, possible));
}

/** True when some object of this type is fit for a fragment on `condition`. */
function overlaps(schema: GraphQLSchema, condition: string | undefined, type: GraphQLCompositeType): boolean {
  const wanted = compositeType(schema, condition);
  return wanted !== undefined && doTypesOverlap(schema, type, wanted);
}

/** What must hold for a selection with these directives to count; `NEVER` when nothing can make it. */
export function conditionsOf(directives: readonly DirectiveNode[], isDeferred: IsDeferred): readonly Condition[] | typeof NEVER {
  const conditions: Condition[] = [];
  for (const directive of directives) {
    const name = directive.name.value;
    const deferred = name === 'defer' && isDeferred(directive);
    if (name !== 'skip' && name !== 'include' && !deferred) continue;
    const wanted = name === 'include';
    const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
    if (value?.kind === Kind.VARIABLE) conditions.push({ variable: value.name.value, is: wanted });
    else if ((value?.kind === Kind.BOOLEAN ? value.value : true) !== wanted) return NEVER;
  }
  return conditions;
}

/** The composite type a field leads to, if any. */
export function targetOf(type: GraphQLOutputType | undefined): GraphQLCompositeType | undefined {
  const named = type && getNamedType(type);
  return isCompositeType(named) ? named : undefined;
}

import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isObjectType,
  Kind,
  type DirectiveNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { compositeType } from './schema-lookup.js';

/** The name a field has in the answer. */
export function responseKey(field: FieldNode): string {
  return field.alias?.value ?? field.name.value;
}

/**
 * The fields that count for one object, by response key, in the order they were written.
 * @param type runtime type of the object; undefined to count every fragment
 * @param variables for the conditions of @skip and @include
 */
export function activeFields(
  sets: readonly SelectionSetNode[],
  type: GraphQLCompositeType | undefined,
  schema: GraphQLSchema,
  variables: Readonly<Record<string, unknown>>,
  into = new Map<string, FieldNode[]>(),
): Map<string, FieldNode[]> {
  for (const selection of sets.flatMap((set) => set.selections)) {
    if (selection.kind === Kind.FRAGMENT_SPREAD || !isActive(selection, variables)) continue;
    if (selection.kind === Kind.FIELD) {
      const key = responseKey(selection);
      const nodes = into.get(key);
      if (nodes) nodes.push(selection);
      else into.set(key, [selection]);
    } else if (applies(schema, selection.typeCondition?.name.value, type)) {
      activeFields([selection.selectionSet], type, schema, variables, into);
    }
  }
  return into;
}

function applies(schema: GraphQLSchema, condition: string | undefined, type: GraphQLCompositeType | undefined): boolean {
  if (condition === undefined || type === undefined || condition === type.name) return true;
  const wanted = compositeType(schema, condition);
  return isAbstractType(wanted) && isObjectType(type) && schema.isSubType(wanted, type);
}

function isActive(node: { readonly directives?: readonly DirectiveNode[] }, variables: Readonly<Record<string, unknown>>): boolean {
  if (!node.directives?.length) return true;
  const skip = getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'];
  const include = getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'];
  return skip !== true && include !== false;
}

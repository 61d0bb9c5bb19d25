import { getNamedType, isLeafType, isObjectType, type FieldNode, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { fieldOf } from '../graph/schema-lookup.js';
import { fieldsOfType, selectionsBelow, type Conditioned, type IsDeferred } from '../projection/selection.js';

/** What must be known of a selection to tell its shape. */
export interface Selected {
  readonly schema: GraphQLSchema;
  readonly isDeferred: IsDeferred;
  /** Key of a field in what is fetched. */
  readonly keyOf: (node: FieldNode) => string;
  /** It is not fetched for this caller. */
  readonly isLeftOut: (node: FieldNode) => boolean;
}

/**
 * The shape of a field and all below it: equal for selections whose answers are written in the same way, key by key. Undefined where that
 * depends on variables, on the type of an object, or on who asks.
 * @param parent type of the object with the field
 * @param key under which it is written
 */
export function shapeOf(
  parent: GraphQLObjectType,
  key: string,
  nodes: readonly Conditioned<FieldNode>[],
  selected: Selected,
): string | undefined {
  const [first] = nodes;
  if (!first || nodes.some(({ node }) => selected.keyOf(node) !== key || selected.isLeftOut(node))) return undefined;
  const name = first.node.name.value;
  const here = `${key}:${parent.name}.${name}`;
  if (name === '__typename') return here;
  const field = fieldOf(parent, name);
  const type = field && getNamedType(field.type);
  if (isLeafType(type)) return here;
  if (!isObjectType(type)) return undefined;
  const below = shapesBelow(type, nodes, selected);
  return below && `${here}{${below.join()}}`;
}

function shapesBelow(type: GraphQLObjectType, nodes: readonly Conditioned<FieldNode>[], selected: Selected): string[] | undefined {
  const { byKey, order, undecided } = fieldsOfType(selectionsBelow(nodes), type, selected.schema, selected.isDeferred);
  if (undecided.length > 0 || order.some(({ conditions }) => conditions.length > 0)) return undefined;
  const shapes: string[] = [];
  for (const [key, inner] of byKey) {
    const shape = shapeOf(type, key, inner, selected);
    if (shape === undefined) return undefined;
    shapes.push(shape);
  }
  return shapes;
}

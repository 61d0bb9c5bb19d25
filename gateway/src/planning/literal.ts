import {
  getNullableType,
  GraphQLID,
  isInputObjectType,
  isListType,
  Kind,
  type GraphQLInputType,
  type ListValueNode,
  type ObjectValueNode,
  type ValueNode,
} from 'graphql';

/**
 * A literal as the JSON text that means the same for its type, with all digits of a number and with the fields of an object in one order
 * whatever theirs is. Undefined when it holds a variable. A single value where a list is expected stays single.
 * @param type undefined below a scalar of the graph's own, where nothing is known of what is inside
 */
export function jsonOf(node: ValueNode, type: GraphQLInputType | undefined): string | undefined {
  switch (node.kind) {
    case Kind.VARIABLE:
      return undefined;
    case Kind.NULL:
      return 'null';
    case Kind.LIST:
      return listOf(node, itemOf(type));
    case Kind.OBJECT:
      return objectOf(node, unlisted(type));
    case Kind.BOOLEAN:
      return String(node.value);
    case Kind.STRING:
    case Kind.ENUM:
      return JSON.stringify(node.value);
    case Kind.INT:
    case Kind.FLOAT:
      // A number is written in JSON as it is in GraphQL.
      return unlisted(type)?.toString() === GraphQLID.name ? JSON.stringify(node.value) : node.value;
  }
}

/** The type of the items of a list. */
export function itemOf(type: GraphQLInputType | undefined): GraphQLInputType | undefined {
  const nullable = type && getNullableType(type);
  return isListType(nullable) ? nullable.ofType : undefined;
}

/** The type inside all lists. */
export function unlisted(type: GraphQLInputType | undefined): GraphQLInputType | undefined {
  const item = itemOf(type);
  return item ? unlisted(item) : type && getNullableType(type);
}

function listOf(node: ListValueNode, type: GraphQLInputType | undefined): string | undefined {
  const items: string[] = [];
  for (const item of node.values) {
    const json = jsonOf(item, type);
    if (json === undefined) return undefined;
    items.push(json);
  }
  return `[${items.join()}]`;
}

function objectOf(node: ObjectValueNode, type: GraphQLInputType | undefined): string | undefined {
  const fields = isInputObjectType(type) ? type.getFields() : {};
  const entries: string[] = [];
  for (const { name, value } of node.fields) {
    const json = jsonOf(value, Object.hasOwn(fields, name.value) ? fields[name.value]?.type : undefined);
    if (json === undefined) return undefined;
    entries.push(`"${name.value}":${json}`);
  }
  return `{${entries.sort().join()}}`;
}

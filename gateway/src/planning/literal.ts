import {
  getNullableType,
  GraphQLFloat,
  GraphQLID,
  isInputObjectType,
  isListType,
  Kind,
  type GraphQLInputType,
  type ListValueNode,
  type ObjectValueNode,
  type ValueNode,
} from 'graphql';

/** The value of a literal as JSON, or that it has none: it holds a variable, or a number that JSON would change. */
export type Json = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

const NONE: Json = { ok: false };

/**
 * A literal as the JSON value that means the same for its type. A single value where a list is expected stays single.
 * @param type undefined below a scalar of the graph's own, where nothing is known of what is inside
 */
export function jsonOf(node: ValueNode, type: GraphQLInputType | undefined): Json {
  switch (node.kind) {
    case Kind.VARIABLE:
      return NONE;
    case Kind.NULL:
      return { ok: true, value: null };
    case Kind.LIST:
      return listOf(node, itemOf(type));
    case Kind.OBJECT:
      return objectOf(node, unlisted(type));
    case Kind.BOOLEAN:
    case Kind.STRING:
    case Kind.ENUM:
      return { ok: true, value: node.value };
    case Kind.INT:
    case Kind.FLOAT:
      return numberOf(node.value, unlisted(type), node.kind === Kind.INT);
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

function listOf(node: ListValueNode, type: GraphQLInputType | undefined): Json {
  const values: unknown[] = [];
  for (const item of node.values) {
    const json = jsonOf(item, type);
    if (!json.ok) return NONE;
    values.push(json.value);
  }
  return { ok: true, value: values };
}

function objectOf(node: ObjectValueNode, type: GraphQLInputType | undefined): Json {
  const fields = isInputObjectType(type) ? type.getFields() : {};
  const entries: [string, unknown][] = [];
  for (const { name, value } of node.fields) {
    const json = jsonOf(value, fields[name.value]?.type);
    if (!json.ok) return NONE;
    entries.push([name.value, json.value]);
  }
  return { ok: true, value: Object.fromEntries(entries) };
}

function numberOf(digits: string, type: GraphQLInputType | undefined, whole: boolean): Json {
  if (type?.toString() === GraphQLID.name) return { ok: true, value: digits };
  const value = Number(digits);
  const survives = whole && type?.toString() !== GraphQLFloat.name ? Number.isSafeInteger(value) : Number.isFinite(value);
  return survives ? { ok: true, value } : NONE;
}

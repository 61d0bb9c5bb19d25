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

/** JSON text, or how it is put together of the client's variables. */
export type Template =
  | string
  | { readonly client: string }
  | { readonly items: readonly Template[] }
  | { readonly fields: readonly (readonly [name: string, value: Template])[] };

/**
 * A literal as the JSON text that means the same for its type, with all digits of a number and with the fields of an object in one order
 * whatever theirs is; a template where it holds variables. A single value where a list is expected stays single.
 * @param type undefined below a scalar of the graph's own, where nothing is known of what is inside
 */
export function templateOf(node: ValueNode, type: GraphQLInputType | undefined): Template {
  switch (node.kind) {
    case Kind.VARIABLE:
      return { client: node.name.value };
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

/**
 * The JSON text of a template.
 * @param variable JSON text of a client's variable; undefined when it was not given
 * @returns undefined for a variable that was not given: an object then lacks the field, and in a list it is null
 */
export function filled(template: Template, variable: (client: string) => string | undefined): string | undefined {
  if (typeof template === 'string') return template;
  if ('client' in template) return variable(template.client);
  if ('items' in template) return listText(template.items.map((item) => filled(item, variable) ?? 'null'));
  return objectText(
    template.fields.flatMap(([name, value]) => {
      const json = filled(value, variable);
      return json === undefined ? [] : [[name, json]];
    }),
  );
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

function listOf(node: ListValueNode, type: GraphQLInputType | undefined): Template {
  const items = node.values.map((item) => templateOf(item, type));
  return items.every(isText) ? listText(items) : { items };
}

function objectOf(node: ObjectValueNode, type: GraphQLInputType | undefined): Template {
  const known = isInputObjectType(type) ? type.getFields() : {};
  const fields = node.fields
    .map(({ name, value }): [string, Template] => [
      name.value,
      templateOf(value, Object.hasOwn(known, name.value) ? known[name.value]?.type : undefined),
    ])
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return fields.every(isTextField) ? objectText(fields) : { fields };
}

function listText(items: readonly string[]): string {
  return `[${items.join()}]`;
}

function objectText(fields: readonly (readonly [name: string, json: string])[]): string {
  return `{${fields.map(([name, json]) => `"${name}":${json}`).join()}}`;
}

function isText(template: Template): template is string {
  return typeof template === 'string';
}

function isTextField(field: readonly [string, Template]): field is [string, string] {
  return isText(field[1]);
}

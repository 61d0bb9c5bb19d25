import { isCompositeType, isUnionType, type GraphQLCompositeType, type GraphQLField, type GraphQLSchema } from 'graphql';

/** A type that has selections, by name. */
export function compositeType(schema: GraphQLSchema, name: string | undefined): GraphQLCompositeType | undefined {
  const type = name === undefined ? undefined : schema.getType(name);
  return isCompositeType(type) ? type : undefined;
}

/** A field of a type; undefined for meta fields and for what the type does not have. */
export function fieldOf(type: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | undefined {
  return isUnionType(type) ? undefined : type.getFields()[name];
}

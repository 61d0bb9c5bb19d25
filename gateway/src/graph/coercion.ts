import {
  getVariableValues,
  Kind,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';

export type Coerced =
  { readonly coerced: Readonly<Record<string, unknown>>; readonly errors?: undefined } | { readonly errors: readonly GraphQLError[] };

/** Coerces the variables of one operation (GraphQL, section 6.1.2). */
export type Coerce = (given: Readonly<Record<string, unknown>>) => Coerced;

/** True for a value that is what it is coerced to. */
const PLAIN: Readonly<Record<string, (value: unknown) => boolean>> = {
  ID: (value) => typeof value === 'string',
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  Int: (value) => typeof value === 'number' && (value | 0) === value,
  Float: (value) => typeof value === 'number' && Number.isFinite(value),
};

/**
 * Makes the coercion of one operation. Variables that are plain scalars, given with plain values, are taken over; for everything else,
 * and to say what is wrong, there is graphql-js.
 */
export function compileCoercion(schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode, maxErrors: number): Coerce {
  const thoroughly: Coerce = (given) => getVariableValues(schema, variableDefinitions, given, { maxErrors });
  const checks = variableDefinitions.map((definition) => ({ name: definition.variable.name.value, fits: plainCheck(definition) }));
  if (checks.some(({ name, fits }) => fits === undefined || name === '__proto__')) return thoroughly;
  return (given) => {
    const coerced: Record<string, unknown> = {};
    for (const { name, fits } of checks) {
      const value = Object.hasOwn(given, name) ? given[name] : undefined;
      if (!fits?.(value)) return thoroughly(given);
      coerced[name] = value;
    }
    return { coerced };
  };
}

function plainCheck({ type }: VariableDefinitionNode): ((value: unknown) => boolean) | undefined {
  const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
  return named.kind === Kind.NAMED_TYPE && Object.hasOwn(PLAIN, named.name.value) ? PLAIN[named.name.value] : undefined;
}

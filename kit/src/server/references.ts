type Reference = (...args: readonly unknown[]) => unknown;

/**
 * Resolvers whose `__resolveReference` hands a failure over as a value. graphql-jit appends null for a list item that rejects instead
 * of putting it in its place, so one rejected entity would shift or cut the whole list of entities; an Error as a value stays in place.
 */
export function failuresInPlace(resolvers: object): object {
  return Object.fromEntries(Object.entries(resolvers).map(([type, fields]: [string, unknown]) => [type, withReferenceInPlace(fields)]));
}

function withReferenceInPlace(fields: unknown): unknown {
  if (typeof fields !== 'object' || fields === null || !('__resolveReference' in fields) || typeof fields.__resolveReference !== 'function')
    return fields;
  const resolve = fields.__resolveReference as Reference;
  return {
    ...fields,
    __resolveReference: async (...args: readonly unknown[]): Promise<unknown> => {
      try {
        return await resolve(...args);
      } catch (error) {
        return error instanceof Error ? error : new Error('a reference resolver failed', { cause: error });
      }
    },
  };
}

import { getOperationAST, Kind, TypeInfo, visit, visitWithTypeInfo, type DocumentNode, type GraphQLSchema } from 'graphql';

/** Field coordinate (`Pension.relations`) → standard records its resolver reads. */
export type RecordNeeds = Readonly<Record<string, readonly string[]>>;

/**
 * Finds out which standard records an operation needs, before any resolver runs, so that one call to a system can fetch them all.
 * Kept per document. Fields under @skip and @include count as asked: at worst a record is fetched that is not shown.
 */
export function recordNeeds(
  schema: GraphQLSchema,
  needs: RecordNeeds,
): (document: DocumentNode, operationName?: string | null) => ReadonlySet<string> {
  const known = new WeakMap<DocumentNode, Map<string, ReadonlySet<string>>>();
  return (document, operationName) => {
    const byOperation = known.get(document) ?? new Map<string, ReadonlySet<string>>();
    known.set(document, byOperation);
    const key = operationName ?? '';
    const records = byOperation.get(key) ?? collect(schema, needs, document, operationName);
    byOperation.set(key, records);
    return records;
  };
}

function collect(schema: GraphQLSchema, needs: RecordNeeds, document: DocumentNode, operationName?: string | null): ReadonlySet<string> {
  const operation = getOperationAST(document, operationName);
  const records = new Set<string>();
  if (!operation) return records;
  const info = new TypeInfo(schema);
  visit(
    {
      ...document,
      definitions: document.definitions.filter((definition) => definition === operation || definition.kind === Kind.FRAGMENT_DEFINITION),
    },
    visitWithTypeInfo(info, {
      Field: (node) => {
        const parent = info.getParentType();
        if (parent) for (const record of needs[`${parent.name}.${node.name.value}`] ?? []) records.add(record);
      },
    }),
  );
  return records;
}

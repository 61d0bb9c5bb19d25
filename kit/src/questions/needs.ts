import {
  getNamedType,
  getOperationAST,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { SchemaAccess } from '../grants/schema-access.js';
import type { KeyKind } from '../systems/system.js';

/** Field coordinate (`Pension.relations`) → standard records its resolver reads. */
export type RecordNeeds = Readonly<Record<string, readonly string[]>>;

/** A standard record that an operation reads, and what must be granted for that. */
export interface Need {
  readonly record: string;
  /** Of one subject; all of them. Empty: what reads it is not personal. */
  readonly scopes: readonly string[];
  /** Those of them that a consent to a bounded period of the data leaves nothing of. */
  readonly whole: readonly string[];
  /** As what kind of key systems know that subject. Undefined where the document names none. */
  readonly of: KeyKind | undefined;
}

/**
 * Finds out which standard records an operation needs, before any resolver runs, so that one call to a system can fetch them all, and
 * what must be granted for each: a record that only withheld fields read is not fetched. Kept per document. Fields under @skip and
 * @include count as asked: at worst a record is fetched that is not shown.
 */
export function recordNeeds(
  schema: GraphQLSchema,
  needs: RecordNeeds,
  access: SchemaAccess,
): (document: DocumentNode, operationName?: string | null) => readonly Need[] {
  const known = new WeakMap<DocumentNode, Map<string, readonly Need[]>>();
  return (document, operationName) => {
    const byOperation = known.get(document) ?? new Map<string, readonly Need[]>();
    known.set(document, byOperation);
    const key = operationName ?? '';
    const found = byOperation.get(key) ?? new Walk(schema, needs, access, document).of(operationName);
    byOperation.set(key, found);
    return found;
  };
}

/** Where a selection stands: below which scopes of which subject. */
interface Place {
  readonly scopes: readonly string[];
  readonly of: KeyKind | undefined;
}

class Walk {
  readonly #found = new Map<string, Need>();
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(
    readonly schema: GraphQLSchema,
    readonly needs: RecordNeeds,
    readonly access: SchemaAccess,
    readonly document: DocumentNode,
  ) {
    this.#fragments = new Map(
      document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [])),
    );
  }

  of(operationName?: string | null): readonly Need[] {
    const operation = getOperationAST(this.document, operationName);
    const root = operation && this.schema.getRootType(operation.operation);
    if (root) this.#walk(operation.selectionSet, root, { scopes: [], of: undefined });
    return [...this.#found.values()];
  }

  #walk(set: SelectionSetNode, type: GraphQLCompositeType, above: Place): void {
    const subject = this.access.subject(type);
    const place: Place = subject ? { scopes: [], of: subject.by } : above;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) this.#field(selection.name.value, selection.selectionSet, type, place);
      else {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(selection.name.value) : selection;
        const condition = fragment?.typeCondition && this.schema.getType(fragment.typeCondition.name.value);
        if (fragment) this.#walk(fragment.selectionSet, isCompositeType(condition) ? condition : type, place);
      }
    }
  }

  #field(name: string, below: SelectionSetNode | undefined, type: GraphQLCompositeType, { scopes, of }: Place): void {
    if (!isObjectType(type) && !isInterfaceType(type)) return;
    const own = this.access.scopes(type, name);
    const place: Place = { scopes: own.length === 0 ? scopes : [...new Set([...scopes, ...own])], of };
    for (const record of this.needs[`${type.name}.${name}`] ?? []) {
      const need: Need = { record, ...place, whole: place.scopes.filter((scope) => this.access.period(scope) === 'WITHHELD') };
      this.#found.set(JSON.stringify(need), need);
    }
    const target = type.getFields()[name]?.type;
    const named = target && getNamedType(target);
    if (below && isCompositeType(named)) this.#walk(below, named, place);
  }
}

import { baseType, isAbstractType, isCompositeType, isObjectType, type Schema, type Supergraph } from '@apollo/federation-internals';
import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import {
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  type FieldNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { withFetches } from './plan-fetches.js';

/** Object types by coordinate of the field (`Query.featured`). */
type ObjectTypes = ReadonlyMap<string, string>;

/**
 * Fields that are of an interface or a union in the graph, and of one object type in a subgraph. The planner asks that subgraph for no
 * `__typename` of them, since there it is plain, and nothing else in the reply says what the objects are.
 */
export class NarrowedTypes {
  /** By subgraph. */
  readonly #fields: ReadonlyMap<string, ObjectTypes>;
  readonly #schema: Schema;

  private constructor(fields: ReadonlyMap<string, ObjectTypes>, schema: Schema) {
    this.#fields = fields;
    this.#schema = schema;
  }

  /** Undefined for a graph without such fields, which is the rule. */
  static in({ schema }: Supergraph): NarrowedTypes | undefined {
    const names = namesOfSubgraphs(schema);
    const found = new Map<string, Map<string, string>>();
    for (const type of [...schema.objectTypes(), ...schema.interfaceTypes()])
      for (const field of type.fields()) {
        if (!field.type || !isAbstractType(baseType(field.type))) continue;
        for (const directive of field.appliedDirectives) {
          const { graph, type: declared }: Readonly<Record<string, unknown>> = directive.arguments();
          const name = directive.name === 'join__field' && typeof declared === 'string' ? declared.replace(/[[\]!]/g, '') : undefined;
          const subgraph = names.get(String(graph));
          const narrow = name === undefined ? undefined : schema.type(name);
          if (subgraph === undefined || name === undefined || !narrow || !isObjectType(narrow)) continue;
          const fields = found.get(subgraph) ?? new Map<string, string>();
          found.set(subgraph, fields.set(field.coordinate, name));
        }
      }
    return found.size > 0 ? new NarrowedTypes(found, schema) : undefined;
  }

  /** The same plan, with a `__typename` where the subgraph's reply would leave it open. */
  told(plan: QueryPlan): QueryPlan {
    return withFetches(plan, (node) => [this.#fetch(node)]);
  }

  #fetch(node: FetchNode): FetchNode {
    const fields = this.#fields.get(node.serviceName);
    if (!fields) return node;
    const document = parse(node.operation, { noLocation: true });
    const definitions = document.definitions.map((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION
        ? { ...definition, selectionSet: this.#set(definition.selectionSet, this.#rootOf(definition), fields) }
        : definition,
    );
    return { ...node, operation: stripIgnoredCharacters(print({ ...document, definitions })) };
  }

  #rootOf({ operation }: OperationDefinitionNode): string | undefined {
    return this.#schema.schemaDefinition.rootType(operation)?.name;
  }

  /** @param type its name; undefined in the list of entities, where a fragment says it */
  #set(set: SelectionSetNode, type: string | undefined, fields: ObjectTypes): SelectionSetNode {
    return {
      ...set,
      selections: set.selections.map((selection): SelectionNode => {
        if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
        if (selection.kind === Kind.INLINE_FRAGMENT)
          return { ...selection, selectionSet: this.#set(selection.selectionSet, selection.typeCondition?.name.value ?? type, fields) };
        if (!selection.selectionSet) return selection;
        const narrow = type === undefined ? undefined : fields.get(`${type}.${selection.name.value}`);
        const inner = this.#set(selection.selectionSet, narrow ?? this.#typeOf(type, selection), fields);
        return { ...selection, selectionSet: narrow === undefined ? inner : withTypename(inner) };
      }),
    };
  }

  #typeOf(parent: string | undefined, { name }: FieldNode): string | undefined {
    const type = parent === undefined ? undefined : this.#schema.type(parent);
    const field = type && isCompositeType(type) ? type.field(name.value) : undefined;
    return field?.type && baseType(field.type).name;
  }
}

/** By their values in `join__Graph`. */
function namesOfSubgraphs(schema: Schema): ReadonlyMap<string, string> {
  const type = schema.type('join__Graph');
  const values = type?.kind === 'EnumType' ? type.values : [];
  return new Map(
    values.flatMap(({ name, appliedDirectives }) =>
      appliedDirectives
        .filter((directive) => directive.name === 'join__graph')
        .map((directive) => [name, String((directive.arguments() as Readonly<Record<string, unknown>>)['name'])] as const),
    ),
  );
}

function withTypename(set: SelectionSetNode): SelectionSetNode {
  if (set.selections.some((one) => one.kind === Kind.FIELD && !one.alias && one.name.value === '__typename')) return set;
  return { ...set, selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }, ...set.selections] };
}

import {
  getNamedType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isCompositeType,
  isInputObjectType,
  isObjectType,
  isScalarType,
  Kind,
  OperationTypeNode,
  print,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type ArgumentNode,
  type DirectiveNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLInputType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { InterfaceObjects } from '../graph/interface-objects.js';
import { compositeType, fieldOf } from '../graph/schema-lookup.js';
import { itemOf, templateOf, unlisted } from './literal.js';
import { PlanKeys } from './plan-keys.js';
import { ConcreteConditions } from './concrete-conditions.js';
import { PlanVariables, type Position, type VariableSource } from './plan-variables.js';

const DEFER = 'defer';
const LABEL = 'label';

/** What is planned for an operation, free of everything that is only this client's. */
export interface NormalisedOperation {
  /** The operation without its name, with the plan's variables for the client's and for literals. */
  readonly text: string;
  /** How the plan's variables get their values. */
  readonly variables: readonly VariableSource[];
  /** Each `@defer` of the operation that is planned as one, and its label in the plan. */
  readonly deferLabels: ReadonlyMap<DirectiveNode, string>;
  /** Under which key each field stands in the plan's data. */
  readonly keys: PlanKeys;
}

/**
 * Writes an operation so that questions which differ only in names and values are the same text: one plan serves them all, and no
 * value (a citizen number, for instance) stands in a text that is kept and sent around. Conditions stay as they are, because the plan
 * is made of them.
 * @param operation valid, with its fragments written out
 * @param needed names of fields with arguments that agencies need of each other
 * @param interfaceObjects interfaces that some subgraph knows as one object type, with a field by which they are looked up
 */
export function normalise(
  operation: OperationDefinitionNode,
  api: GraphQLSchema,
  needed: ReadonlySet<string> = new Set(),
  interfaceObjects: InterfaceObjects = new Map(),
): NormalisedOperation {
  const keys = new PlanKeys(needed, operation.operation !== OperationTypeNode.MUTATION);
  const normaliser = new Normaliser(operation, api, keys, new ConcreteConditions(api, interfaceObjects));
  const root = api.getRootType(operation.operation) ?? undefined;
  const selectionSet = normaliser.selections(operation.selectionSet, root, operation.operation === OperationTypeNode.QUERY);
  const directives = normaliser.directives(operation.directives ?? [], false);
  const text = print({
    kind: Kind.OPERATION_DEFINITION,
    operation: operation.operation,
    variableDefinitions: normaliser.variables.definitions(),
    directives,
    selectionSet,
  });
  return { text, variables: normaliser.variables.sources(), deferLabels: normaliser.deferLabels, keys: normaliser.keys };
}

class Normaliser {
  readonly variables: PlanVariables;
  readonly deferLabels = new Map<DirectiveNode, string>();

  constructor(
    readonly operation: OperationDefinitionNode,
    readonly api: GraphQLSchema,
    readonly keys: PlanKeys,
    readonly conditions: ConcreteConditions,
  ) {
    this.variables = new PlanVariables(operation.variableDefinitions ?? []);
  }

  /** @param mayDefer false where nothing can come later: a mutation's own fields, and the events of a subscription */
  selections(set: SelectionSetNode, parent: GraphQLCompositeType | undefined, mayDefer: boolean): SelectionSetNode {
    const selections = set.selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) throw new Error('fragments are written out before an operation is planned');
      if (isNever(selection.directives ?? []) || isAnsweredHere(selection, parent)) return [];
      const directives = this.directives(selection.directives ?? [], mayDefer);
      if (selection.kind === Kind.FIELD) return [this.#field(selection, parent, directives)];
      const names = this.conditions.within(parent, selection.typeCondition?.name.value);
      const inside = names.map((name) => {
        const inner = name === undefined ? parent : compositeType(this.api, name);
        // One @defer cannot come in several places.
        return fragment(name, this.selections(selection.selectionSet, inner, mayDefer && names.length === 1));
      });
      const [only] = inside;
      if (only && inside.length === 1) return [{ ...only, directives }];
      return directives.length === 0 || inside.length === 0
        ? inside
        : [{ ...fragment(undefined, { kind: Kind.SELECTION_SET, selections: inside }), directives }];
    });
    // An object nothing is asked of is still asked whether it is there.
    return { kind: Kind.SELECTION_SET, selections: selections.length > 0 ? selections : [field(this.conditions.presence(parent))] };
  }

  directives(nodes: readonly DirectiveNode[], mayDefer: boolean): DirectiveNode[] {
    return nodes.flatMap((node) => {
      if (conditionOf(node) !== undefined && node.name.value !== DEFER) return [];
      const definitions = this.api.getDirective(node.name.value)?.args ?? [];
      const given = node.arguments ?? [];
      if (node.name.value !== DEFER) return [{ ...node, arguments: this.#arguments(given, definitions, false) }];
      if (!mayDefer) return [];
      const label = `d${this.deferLabels.size}`;
      this.deferLabels.set(node, label);
      const conditions = given.filter(({ name }) => name.value !== LABEL);
      return [{ ...node, arguments: [...this.#arguments(conditions, definitions, false), labelled(label)] }];
    });
  }

  #field(node: FieldNode, parent: GraphQLCompositeType | undefined, directives: readonly DirectiveNode[]): FieldNode {
    const definition = node.name.value === TypeMetaFieldDef.name ? TypeMetaFieldDef : parent && fieldOf(parent, node.name.value);
    const target = definition && getNamedType(definition.type);
    const key = this.keys.assign(node);
    return {
      kind: Kind.FIELD,
      name: node.name,
      ...(key === node.name.value ? {} : { alias: { kind: Kind.NAME, value: key } }),
      arguments: this.#arguments(node.arguments ?? [], definition?.args ?? [], true),
      directives,
      ...(node.selectionSet
        ? {
            selectionSet: this.selections(
              node.selectionSet,
              isCompositeType(target) ? target : undefined,
              this.operation.operation !== OperationTypeNode.SUBSCRIPTION,
            ),
          }
        : {}),
    };
  }

  #arguments(nodes: readonly ArgumentNode[], definitions: readonly GraphQLArgument[], lift: boolean): ArgumentNode[] {
    return nodes.map((node) => {
      const definition = definitions.find(({ name }) => name === node.name.value);
      return { ...node, value: this.#value(node.value, definition && positionOf(definition), lift) };
    });
  }

  #value(node: ValueNode, position: Position | undefined, lift: boolean): ValueNode {
    if (node.kind === Kind.VARIABLE) return this.variables.client(node, position);
    if (lift && position) {
      const template = templateOf(node, position.type);
      if (typeof template === 'string' || isOpaque(node, position.type)) return this.variables.literal(template, position.type);
    }
    if (node.kind === Kind.LIST) {
      const item = itemPosition(position);
      return { ...node, values: node.values.map((value) => this.#value(value, item, lift)) };
    }
    if (node.kind === Kind.OBJECT) {
      const fields = fieldsAt(position?.type);
      return {
        ...node,
        fields: node.fields.map((field) => {
          const definition = fields?.[field.name.value];
          return { ...field, value: this.#value(field.value, definition && positionOf(definition), lift) };
        }),
      };
    }
    return node;
  }
}

function field(name: string): FieldNode {
  return { kind: Kind.FIELD, name: { kind: Kind.NAME, value: name } };
}

function fragment(typeCondition: string | undefined, selectionSet: SelectionSetNode): InlineFragmentNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    ...(typeCondition === undefined
      ? {}
      : { typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: typeCondition } } as const }),
    selectionSet,
  };
}

/** What a condition written as a literal says: the selection counts, or does not. Undefined for a variable, or for no condition. */
function conditionOf({ name, arguments: given }: DirectiveNode): boolean | undefined {
  const value = given?.find((argument) => argument.name.value === 'if')?.value;
  if (value?.kind !== Kind.BOOLEAN) return undefined;
  return name.value === GraphQLIncludeDirective.name ? value.value : name.value === GraphQLSkipDirective.name ? !value.value : undefined;
}

/**
 * What the graph knows by itself: introspection, and what an object is that can only be one thing. The planner fails where either stands
 * under a condition.
 */
function isAnsweredHere(selection: SelectionNode, parent: GraphQLCompositeType | undefined): boolean {
  if (selection.kind !== Kind.FIELD) return false;
  const name = selection.name.value;
  return name === SchemaMetaFieldDef.name || name === TypeMetaFieldDef.name || (name === TypeNameMetaFieldDef.name && isObjectType(parent));
}

/** What can never count is not planned: the planner forgets what stands beside it. */
function isNever(directives: readonly DirectiveNode[]): boolean {
  return directives.some((directive) => conditionOf(directive) === false);
}

/** True for an object or a list that is one value of a scalar of the graph's own: what is in it has no types. */
function isOpaque(node: ValueNode, type: GraphQLInputType): boolean {
  return isScalarType(unlisted(type)) && (node.kind === Kind.OBJECT || itemOf(type) === undefined);
}

function positionOf(definition: { readonly type: GraphQLInputType; readonly defaultValue?: unknown }): Position {
  return { type: definition.type, hasDefault: definition.defaultValue !== undefined };
}

function itemPosition(position: Position | undefined): Position | undefined {
  const type = itemOf(position?.type);
  return type && { type, hasDefault: false };
}

/** Fields of the input object at a place; one object may stand for a list of them. */
function fieldsAt(type: GraphQLInputType | undefined) {
  const single = unlisted(type);
  return isInputObjectType(single) ? single.getFields() : undefined;
}

function labelled(label: string): ArgumentNode {
  return { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: LABEL }, value: { kind: Kind.STRING, value: label } };
}

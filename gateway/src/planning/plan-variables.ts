import {
  isNonNullType,
  Kind,
  parseType,
  type GraphQLInputType,
  type NamedTypeNode,
  type ListTypeNode,
  type TypeNode,
  type VariableDefinitionNode,
  type VariableNode,
} from 'graphql';
import type { Template } from './literal.js';

/** Where a variable of the plan comes from. */
export type VariableSource =
  | {
      readonly name: string;
      readonly from: 'CLIENT';
      readonly client: string;
      /**
       * The client's variable may be null and has a default value, and it stands where no null may be. The plan declares it non-null, so
       * a null the client sends for it must be refused before anybody is asked.
       */
      readonly nonNull: boolean;
    }
  /** `json` is its value as JSON text, `template` what it is where it holds variables of the client's. */
  | { readonly name: string; readonly from: 'LITERAL'; readonly json: string }
  | { readonly name: string; readonly from: 'TEMPLATE'; readonly template: Exclude<Template, string> };

/** A place where a value stands. */
export interface Position {
  readonly type: GraphQLInputType;
  /** The argument or input field has a default value of its own. */
  readonly hasDefault: boolean;
}

type Entry =
  | { readonly from: 'CLIENT'; readonly client: string; readonly type: TypeNode; nonNull: boolean }
  | { readonly from: 'LITERAL'; readonly template: Template; readonly type: NamedTypeNode | ListTypeNode; nonNull: boolean };

/** The variables of one plan, named v0, v1 … in the order in which they are first used. */
export class PlanVariables {
  readonly #entries: Entry[] = [];
  readonly #clients = new Map<string, number>();
  readonly #literals = new Map<string, number>();
  readonly #definitions: ReadonlyMap<string, VariableDefinitionNode>;

  constructor(definitions: readonly VariableDefinitionNode[]) {
    this.#definitions = new Map(definitions.map((definition) => [definition.variable.name.value, definition]));
  }

  /** The plan's variable for one of the client's. @param position undefined where the type is not known */
  client(node: VariableNode, position: Position | undefined): VariableNode {
    const client = node.name.value;
    const definition = this.#definitions.get(client);
    if (!definition) return node;
    const index = this.#clients.get(client) ?? this.#entries.push({ from: 'CLIENT', client, type: definition.type, nonNull: false }) - 1;
    this.#clients.set(client, index);
    const entry = this.#entries[index];
    const needsValue = position !== undefined && isNonNullType(position.type) && !position.hasDefault;
    if (entry && needsValue && definition.type.kind !== Kind.NON_NULL_TYPE) entry.nonNull = true;
    return variable(index);
  }

  /** The plan's variable for a literal. Equal values of one type share it, so that fields that could be merged still can. */
  literal(template: Template, type: GraphQLInputType): VariableNode {
    const nullable = isNonNullType(type) ? type.ofType : type;
    const key = `${String(nullable)} ${JSON.stringify(template)}`;
    let index = this.#literals.get(key);
    if (index === undefined) {
      const node = parseType(String(nullable));
      if (node.kind === Kind.NON_NULL_TYPE) throw new Error('a nullable type is written non-null');
      index = this.#entries.push({ from: 'LITERAL', template, type: node, nonNull: false }) - 1;
      this.#literals.set(key, index);
    }
    const entry = this.#entries[index];
    if (entry && isNonNullType(type)) entry.nonNull = true;
    return variable(index);
  }

  definitions(): VariableDefinitionNode[] {
    return this.#entries.map(({ type, nonNull }, index) => ({
      kind: Kind.VARIABLE_DEFINITION,
      variable: variable(index),
      type: nonNull && type.kind !== Kind.NON_NULL_TYPE ? { kind: Kind.NON_NULL_TYPE, type } : type,
    }));
  }

  sources(): VariableSource[] {
    return this.#entries.map((entry, index): VariableSource => {
      const name = nameOf(index);
      if (entry.from === 'CLIENT') return { name, from: 'CLIENT', client: entry.client, nonNull: entry.nonNull };
      const { template } = entry;
      return typeof template === 'string' ? { name, from: 'LITERAL', json: template } : { name, from: 'TEMPLATE', template };
    });
  }
}

function nameOf(index: number): string {
  return `v${index}`;
}

function variable(index: number): VariableNode {
  return { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: nameOf(index) } };
}

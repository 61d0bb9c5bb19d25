import type { Random } from 'fast-check';
import {
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  Kind,
  parseType,
  valueFromASTUntyped,
  type ArgumentNode,
  type ConstValueNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type ValueNode,
  type VariableDefinitionNode,
} from 'graphql';

/** Literals for scalars by type name; those of the specification have their own. */
export type Literals = Readonly<Record<string, (random: Random) => ConstValueNode>>;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Writes arguments, and the variables they use. */
export class ArgumentWriter {
  readonly definitions: VariableDefinitionNode[] = [];
  readonly variables: Record<string, unknown> = {};

  constructor(
    readonly random: Random,
    readonly literals: Literals,
  ) {}

  /** Arguments of one use of a field. */
  arguments(field: GraphQLField<unknown, unknown>): ArgumentNode[] {
    return field.args.flatMap((argument) => {
      if (!isRequiredArgument(argument) && this.#chance(35)) return [];
      return [{ kind: Kind.ARGUMENT, name: name(argument.name), value: this.#argument(argument) }];
    });
  }

  /** A condition of @skip or @include. */
  condition(): ValueNode {
    if (this.#chance(40)) return { kind: Kind.BOOLEAN, value: this.#chance(50) };
    const value = this.#chance(50);
    const known = this.definitions.find(({ type }) => type.kind === Kind.NON_NULL_TYPE && printed(type) === 'Boolean!');
    if (known && this.#chance(50)) return known.variable;
    return this.#chance(60)
      ? this.#variable('Boolean!', value)
      : this.#variable('Boolean', this.#chance(50) ? value : undefined, { kind: Kind.BOOLEAN, value: !value });
  }

  #argument(argument: GraphQLArgument): ValueNode {
    if (!this.#chance(45)) return this.#literal(argument.type, 2, true);
    return this.#variableFor(argument.type, argument.defaultValue !== undefined);
  }

  /** A variable that may stand where a type is wanted. @param hasDefault the place has a value of its own for a variable that is not given */
  #variableFor(type: GraphQLInputType, hasDefault: boolean): ValueNode {
    const known = this.definitions.filter((definition) => printed(definition.type) === type.toString());
    const again = known[this.random.nextInt(0, Math.max(0, known.length - 1))];
    if (again && this.#chance(30)) return again.variable;
    const nullable = getNullableType(type);
    const given = valueFromASTUntyped(this.#literal(nullable, 2, false, false));
    const fallback = (): ConstValueNode => this.#literal(nullable, 2, false, false) as ConstValueNode;
    if (isNonNullType(type)) {
      if (this.#chance(50)) return this.#variable(`${nullable.toString()}!`, given);
      if (hasDefault && this.#chance(50)) return this.#variable(nullable.toString(), this.#chance(50) ? given : undefined);
      return this.#variable(nullable.toString(), this.#chance(50) ? given : undefined, fallback());
    }
    switch (this.random.nextInt(0, 4)) {
      case 0:
        return this.#variable(`${nullable.toString()}!`, given);
      case 1:
        return this.#variable(nullable.toString(), null);
      case 2:
        return this.#variable(nullable.toString(), undefined);
      case 3:
        return this.#variable(nullable.toString(), this.#chance(30) ? null : undefined, fallback());
      default:
        return this.#variable(nullable.toString(), given);
    }
  }

  #variable(type: string, value: unknown, defaultValue?: ConstValueNode): ValueNode {
    const variable = { kind: Kind.VARIABLE, name: name(`v${this.definitions.length}`) } as const;
    const definition: Mutable<VariableDefinitionNode> = { kind: Kind.VARIABLE_DEFINITION, variable, type: parseType(type) };
    if (defaultValue) definition.defaultValue = defaultValue;
    this.definitions.push(definition);
    if (value !== undefined) this.variables[variable.name.value] = value;
    return variable;
  }

  #literal(type: GraphQLInputType, depth: number, withVariables: boolean, nulls = true): ValueNode {
    if (nulls && !isNonNullType(type) && this.#chance(8)) return { kind: Kind.NULL };
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      if (this.#chance(15) && !isListType(getNullableType(nullable.ofType)))
        return this.#inner(nullable.ofType, depth, withVariables, true);
      const values = Array.from({ length: this.random.nextInt(0, 2) }, () => this.#inner(nullable.ofType, depth, withVariables));
      return { kind: Kind.LIST, values };
    }
    if (isInputObjectType(nullable)) {
      const fields = Object.values(nullable.getFields()).filter(
        (field) => isRequiredInputField(field) || (this.#chance(50) && (depth > 0 || !isInputObjectType(getNullableType(field.type)))),
      );
      return {
        kind: Kind.OBJECT,
        fields: fields.map((field) => ({
          kind: Kind.OBJECT_FIELD,
          name: name(field.name),
          value: this.#inner(field.type, depth - 1, withVariables),
        })),
      };
    }
    if (isEnumType(nullable)) {
      const values = nullable.getValues();
      return { kind: Kind.ENUM, value: values[this.random.nextInt(0, values.length - 1)]?.name ?? '' };
    }
    return (this.literals[nullable.toString()] ?? scalars[nullable.toString()] ?? text)(this.random);
  }

  #inner(type: GraphQLInputType, depth: number, withVariables: boolean, alone = false): ValueNode {
    if (withVariables && this.#chance(20))
      return this.#variable(
        `${getNullableType(type).toString()}!`,
        valueFromASTUntyped(this.#literal(getNullableType(type), 0, false, false)),
      );
    const value = this.#literal(type, depth, withVariables);
    return alone && value.kind === Kind.NULL ? { kind: Kind.LIST, values: [] } : value;
  }

  #chance(percent: number): boolean {
    return this.random.nextInt(0, 99) < percent;
  }
}

const text = (random: Random): ConstValueNode => ({
  kind: Kind.STRING,
  value: ['', 'x', 'text', '"quoted"', '字'][random.nextInt(0, 4)] ?? '',
});
const scalars: Literals = {
  Int: (random) => ({ kind: Kind.INT, value: String(random.nextInt(-3, 9)) }),
  Float: (random) =>
    random.nextInt(0, 1) === 0
      ? { kind: Kind.INT, value: String(random.nextInt(0, 9)) }
      : { kind: Kind.FLOAT, value: `${random.nextInt(0, 9)}.5` },
  Boolean: (random) => ({ kind: Kind.BOOLEAN, value: random.nextInt(0, 1) === 1 }),
  ID: (random) => (random.nextInt(0, 1) === 0 ? { kind: Kind.INT, value: String(random.nextInt(0, 9)) } : text(random)),
};

function name(value: string): { readonly kind: Kind.NAME; readonly value: string } {
  return { kind: Kind.NAME, value };
}

function printed(type: VariableDefinitionNode['type']): string {
  if (type.kind === Kind.NON_NULL_TYPE) return `${printed(type.type)}!`;
  return type.kind === Kind.LIST_TYPE ? `[${printed(type.type)}]` : type.name.value;
}

import fc from 'fast-check';
import {
  getNamedType,
  GraphQLFloat,
  GraphQLInt,
  GraphQLString,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';

/** A random operation as text, and values for its variables. */
export interface RandomOperation {
  readonly text: string;
  readonly variables: Record<string, unknown>;
}

/** Stands in every text value, so that a test can look for it. */
export const SECRET = 'SECRET';

type Draw = fc.GeneratorValue;

/** Operations of a schema: arguments as literals, variables and mixtures, with and without defaults; conditions; `@defer`. */
export function randomOperation(schema: GraphQLSchema): fc.Arbitrary<RandomOperation> {
  return fc.gen().map((draw) => new Writer(schema, draw).operation());
}

class Writer {
  readonly #definitions: string[] = [];
  readonly #variables: Record<string, unknown> = {};
  #aliases = 0;

  constructor(
    readonly schema: GraphQLSchema,
    readonly draw: Draw,
  ) {}

  operation(): RandomOperation {
    const root = this.schema.getQueryType();
    if (!root) throw new Error('a schema without queries');
    const body = this.#selections(root, 3);
    if (this.#one(4)) this.#definitions.push('$unused: Int');
    if (this.#one(2)) this.#definitions.reverse();
    const head = this.#definitions.length > 0 ? `query Q${this.#upTo(9)}(${this.#definitions.join(', ')}) ` : '';
    return { text: head + body, variables: this.#variables };
  }

  #selections(type: GraphQLCompositeType, depth: number): string {
    const parts = Array.from({ length: 1 + this.#upTo(2) }, () => this.#selection(type, depth));
    // The same field twice, to the letter, is merged into one.
    return `{ ${[...parts, ...(this.#one(3) ? parts.slice(0, 1) : [])].join(' ')} }`;
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    if (this.#one(5)) {
      const types = isAbstractType(type) ? [...this.schema.getPossibleTypes(type)] : isObjectType(type) ? [type] : [];
      const target = this.#pick(types) ?? type;
      const defer = this.#one(3) && depth < 3 ? ` @defer${this.#pick(['', '(label: "mine")', '(if: true)', '(if: false)']) ?? ''}` : '';
      return `... on ${target.name}${this.#condition()}${defer} ${this.#selections(target, depth)}`;
    }
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    const possible = fields.filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)));
    const field = this.#pick(possible);
    if (!field || this.#one(8)) return `t${this.#aliases++}: __typename`;
    return this.#field(field, depth);
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const given = field.args.flatMap(({ name, type, defaultValue }) => {
      const required = isNonNullType(type) && defaultValue === undefined;
      return required || !this.#one(3) ? [`${name}: ${this.#value(type, defaultValue !== undefined, 2)}`] : [];
    });
    const target = getNamedType(field.type);
    const below = isCompositeType(target) ? ` ${this.#selections(target, depth - 1)}` : '';
    const args = given.length > 0 ? `(${given.join(', ')})` : '';
    return `a${this.#aliases++}: ${field.name}${args}${this.#condition()}${below}`;
  }

  #condition(): string {
    if (!this.#one(6)) return '';
    const directive = this.#pick(['skip', 'include']) ?? 'skip';
    const flag = this.#one(2);
    if (this.#one(3)) return ` @${directive}(if: ${flag})`;
    const name = this.#define(this.#one(2) ? 'Boolean!' : `Boolean = ${flag}`);
    if (this.#one(2) || this.#definitions.at(-1)?.endsWith('!')) this.#variables[name] = flag;
    return ` @${directive}(if: $${name})`;
  }

  /** A literal, a variable, or an input object or list that holds both. */
  #value(type: GraphQLInputType, hasDefault: boolean, depth: number): string {
    if (this.#one(3)) return this.#variable(type, hasDefault);
    return this.#literal(isNonNullType(type) ? type.ofType : type, depth);
  }

  #literal(type: GraphQLInputType, depth: number): string {
    if (isListType(type)) {
      if (depth > 0) return `[${Array.from({ length: this.#upTo(2) }, () => this.#value(type.ofType, false, depth - 1)).join(', ')}]`;
      return '[]';
    }
    if (isScalarType(type) && !isSpecifiedScalarType(type)) return this.#opaque(type, depth);
    if (!isInputObjectType(type)) return this.#leaf(type);
    const fields = Object.values(type.getFields()).flatMap(({ name, type: inner, defaultValue }) => {
      const required = isNonNullType(inner) && defaultValue === undefined;
      return required || (depth > 0 && this.#one(2)) ? [`${name}: ${this.#value(inner, defaultValue !== undefined, depth - 1)}`] : [];
    });
    return `{${fields.join(', ')}}`;
  }

  /** A value of a scalar of the graph's own, which may hold anything, and below a field variables of any type. */
  #opaque(type: GraphQLInputType, depth: number): string {
    if (depth > 0 && this.#one(2)) {
      const asList = this.#one(2);
      const below = asList ? type : (this.#pick([GraphQLInt, GraphQLString, GraphQLFloat]) ?? GraphQLInt);
      const inner = Array.from({ length: this.#upTo(2) }, () =>
        this.#one(3) ? this.#variable(below, false) : this.#opaque(below, depth - 1),
      );
      return asList ? `[${inner.join(', ')}]` : `{${inner.map((value, i) => `x${i}: ${value}`).join(', ')}}`;
    }
    return this.#leaf(type);
  }

  #variable(type: GraphQLInputType, hasDefault: boolean): string {
    const nullable = isNonNullType(type) ? type.ofType : type;
    const literal = this.#constant(nullable, 1);
    const needsValue = isNonNullType(type) && !hasDefault;
    const withDefault = this.#one(2);
    const mayBeNull = this.#one(2) && (!needsValue || withDefault);
    const name = this.#define(
      `${String(mayBeNull ? nullable : type)}${withDefault && literal.text !== 'null' ? ` = ${literal.text}` : ''}`,
    );
    const omitted = this.#one(3) && (withDefault || !isNonNullType(type));
    if (!omitted) this.#variables[name] = this.#constant(nullable, 1).json;
    return `$${name}`;
  }

  #constant(type: GraphQLInputType, depth: number): { readonly text: string; readonly json: unknown } {
    if (isNonNullType(type)) return this.#constant(type.ofType, depth);
    if (isListType(type)) {
      const items = Array.from({ length: this.#upTo(depth) }, () => this.#constant(type.ofType, 0));
      return { text: `[${items.map(({ text }) => text).join(', ')}]`, json: items.map(({ json }) => json) };
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(({ type: inner }) => depth > 0 || isNonNullType(inner));
      const values = fields.map(({ name, type: inner }) => [name, this.#constant(inner, depth - 1)] as const);
      return {
        text: `{${values.map(([name, { text }]) => `${name}: ${text}`).join(', ')}}`,
        json: Object.fromEntries(values.map(([name, { json }]) => [name, json])),
      };
    }
    const text = this.#leaf(type);
    return { text, json: isEnumType(type) ? text : JSON.parse(text) };
  }

  #leaf(type: GraphQLInputType): string {
    if (isEnumType(type)) return this.#pick(type.getValues())?.name ?? 'null';
    switch (String(type)) {
      case 'Int':
        return String(this.#upTo(3) - 1);
      case 'Float':
        return this.#pick(['1.5', '-2', '1e3', '12345678901234567890']) ?? '0';
      case 'Boolean':
        return String(this.#one(2));
      case 'ID':
        return this.#one(3) ? '12345678901234567890' : `"${SECRET}${this.#upTo(2)}"`;
      default:
        return `"${SECRET}${this.#upTo(2)}"`;
    }
  }

  #define(type: string): string {
    const name = this.#definitions.length === 0 && this.#one(2) ? 'representations' : `p${this.#definitions.length}`;
    this.#definitions.push(`$${name}: ${type}`);
    return name;
  }

  #upTo(most: number): number {
    return this.draw(fc.nat, { max: most });
  }

  /** True once in so many times; when a failure is shrunk, rather false. */
  #one(times: number): boolean {
    return this.#upTo(times - 1) === times - 1;
  }

  #pick<T>(from: readonly T[]): T | undefined {
    return from.length === 0 ? undefined : from[this.#upTo(from.length - 1)];
  }
}

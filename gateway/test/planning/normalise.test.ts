import { readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  buildSchema,
  execute,
  getVariableValues,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  Kind,
  NoUnusedVariablesRule,
  parse,
  print,
  specifiedRules,
  validate,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { SUPERGRAPH_FILE } from '@yichuang/schema';
import { inlineFragments } from '../../src/graph/inline-fragments.js';
import { filled } from '../../src/planning/literal.js';
import { normalise } from '../../src/planning/normalise.js';
import type { VariableSource } from '../../src/planning/planner.js';
import { randomOperation, SECRET } from './random-operation.js';

const real = Supergraph.build(readFileSync(SUPERGRAPH_FILE, 'utf8')).apiSchema().toGraphQLJSSchema({ includeDefer: true });
const inputs = buildSchema(`
  directive @defer(label: String, if: Boolean! = true) on FRAGMENT_SPREAD | INLINE_FRAGMENT
  enum Kind { ONE TWO }
  scalar Any
  input Inner { n: Int! = 3, s: String, ids: [ID!], kind: Kind, any: Any }
  input Outer { inner: Inner, list: [Inner!], must: String!, f: Float, deep: [[Int]] }
  interface Node { id: ID!, value(x: Int): String }
  type Leaf implements Node { id: ID!, value(x: Int): String, of(o: Outer!): Leaf }
  type Branch implements Node { id: ID!, value(x: Int): String, nodes(kind: Kind = ONE, os: [Outer]): [Node!]! }
  type Query {
    plain(x: Int, y: Int! = 2, z: Float, flag: Boolean!): String
    node(id: ID!): Node
    nodes(ids: [ID!]!, any: Any): [Branch]
    search(o: Outer, texts: [String]): Branch!
  }
  type Mutation { first(x: Int): Leaf, second(x: Int): Leaf }
  type Subscription { event(x: Int): Branch }
`);

/** What agencies need of each other: fields with arguments among them get keys of their own. */
const NEEDED = new Set(['value']);

function operationOf(text: string): OperationDefinitionNode {
  const document = parse(text);
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('no operation');
  return inlineFragments(document, operation);
}

/** A variable that is not used harms nobody, and is left out of the plan. */
function faultsOf(text: string, schema: GraphQLSchema): string[] {
  const rules = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);
  return validate(schema, parse(text), rules).map(({ message }) => message);
}

function plain(text: string, schema: GraphQLSchema = inputs) {
  const { text: written, variables } = normalise(operationOf(text), schema, NEEDED);
  return { text: print(parse(written, { noLocation: true })).replace(/\s+/g, ' '), variables };
}

/** Coerces the client's variables, and gives the plan's theirs. Undefined when a null stands where the plan allows none. */
function bind(
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
  sources: readonly VariableSource[],
  given: Record<string, unknown>,
) {
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], given);
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
  if (sources.some((source) => source.from === 'CLIENT' && source.nonNull && coerced[source.client] === null)) return undefined;
  const textOf = (client: string): string | undefined => (Object.hasOwn(coerced, client) ? JSON.stringify(coerced[client]) : undefined);
  return Object.fromEntries(
    sources.flatMap((source): [string, unknown][] => {
      const template = source.from === 'LITERAL' ? source.json : source.from === 'TEMPLATE' ? source.template : source;
      const json = filled(template, textOf);
      return json === undefined ? [] : [[source.name, JSON.parse(json)]];
    }),
  );
}

/**
 * Runs a text on a world in which every field answers with something, and tells what was asked: each field with its arguments, after
 * those it stands below. The keys under which the answers stand are the plan's own affair.
 */
function asked(schema: GraphQLSchema, text: string, variableValues: Record<string, unknown>): string[] {
  const questions = new Set<string>();
  const result = execute({
    schema,
    document: parse(text),
    variableValues,
    typeResolver: (_value, _context, info, type) => info.schema.getPossibleTypes(type)[0]?.name,
    fieldResolver: (source: unknown, args: unknown, _context, info) => {
      const question = `${typeof source === 'string' ? source : ''} ${info.fieldName}(${JSON.stringify(args)})`;
      questions.add(question);
      return somethingOf(info.returnType, question);
    },
  });
  if (result instanceof Promise) throw new Error('nothing here waits');
  return [...questions, ...(result.errors ?? []).map(({ message }) => message)].sort();
}

function somethingOf(type: GraphQLOutputType, question: string): unknown {
  if (isNonNullType(type)) return somethingOf(type.ofType, question);
  if (isListType(type)) return [somethingOf(type.ofType, question), somethingOf(type.ofType, question)];
  if (isCompositeType(type)) return question;
  if (isEnumType(type)) return type.getValues()[0]?.value;
  return { Int: 1, Float: 1, Boolean: true }[type.name] ?? 'text';
}

describe.each([
  ['the hub’s graph', real],
  ['a graph of input objects', inputs],
])('an operation on %s', (_name, schema) => {
  it('asks every field the same after normalisation', () => {
    fc.assert(
      fc.property(randomOperation(schema), ({ text, variables }) => {
        expect(faultsOf(text, schema)).toEqual([]);
        const operation = operationOf(text);
        const normalised = normalise(operation, schema, NEEDED);
        expect(faultsOf(normalised.text, schema)).toEqual([]);
        const bound = bind(operation, schema, normalised.variables, variables);
        if (!bound) return;
        expect(asked(schema, normalised.text, bound)).toEqual(asked(schema, text, variables));
      }),
      { numRuns: 150 },
    );
  });

  it('is the same text when it is normalised again, and has no value in it', () => {
    fc.assert(
      fc.property(randomOperation(schema), ({ text }) => {
        const normalised = normalise(operationOf(text), schema, NEEDED).text;
        expect(normalised).not.toContain(SECRET);
        expect(normalise(operationOf(normalised), schema, NEEDED).text).toBe(normalised);
      }),
      { numRuns: 100 },
    );
  });
});

describe('normalisation', () => {
  it('makes one text of operations that differ in names, values, and whether values are literals', () => {
    const texts = [
      '{ node(id: "110101199003078515") { id } }',
      'query Someone($who: ID!) { node(id: $who) { id } }',
      'query ($unused: Int, $representations: ID!) { node(id: $representations) { id } }',
      '{ node(id: 7) { ...N } } fragment N on Node { id }',
    ].map((text) => plain(text).text);
    expect(texts.slice(0, 3)).toEqual(Array(3).fill('query ($v0: ID!) { node(id: $v0) { id } }'));
    expect(texts[3]).toBe('query ($v0: ID!) { node(id: $v0) { ... on Node { id } } }');
  });

  it('keeps fields that can be merged mergeable: equal values share a variable, in whatever order objects are written', () => {
    const text = '{ search(o: {must: "a", f: 1}) { id } search(o: {f: 1, must: "a"}) { id } plain(flag: true, x: 2, y: 2) }';
    expect(plain(text)).toEqual({
      text: 'query ($v0: Outer, $v1: Boolean!, $v2: Int!) { search(o: $v0) { id } search(o: $v0) { id } plain(flag: $v1, x: $v2, y: $v2) }',
      variables: [
        { name: 'v0', from: 'LITERAL', json: '{"f":1,"must":"a"}' },
        { name: 'v1', from: 'LITERAL', json: 'true' },
        { name: 'v2', from: 'LITERAL', json: '2' },
      ],
    });
  });

  it('lifts the values beside a variable one by one, each with the type of its place', () => {
    expect(
      plain('query ($s: String) { search(o: {must: "a", inner: {s: $s, kind: TWO, ids: [1, "b"]}, deep: [[1], null]}) { id } }'),
    ).toEqual({
      text:
        'query ($v0: String!, $v1: String, $v2: Kind, $v3: [ID!], $v4: [[Int]]) ' +
        '{ search(o: {must: $v0, inner: {s: $v1, kind: $v2, ids: $v3}, deep: $v4}) { id } }',
      variables: [
        { name: 'v0', from: 'LITERAL', json: '"a"' },
        { name: 'v1', from: 'CLIENT', client: 's', nonNull: false },
        { name: 'v2', from: 'LITERAL', json: '"TWO"' },
        { name: 'v3', from: 'LITERAL', json: '["1","b"]' },
        { name: 'v4', from: 'LITERAL', json: '[[1],null]' },
      ],
    });
  });

  it('asks a value once that stands under two aliases, and an object once for each: what is null below one must not be below the other', () => {
    expect(plain('{ a: node(id: "1") { x: id y: id } b: node(id: "1") { value(x: 1) } }').text).toBe(
      'query ($v0: ID!, $v1: Int) { node(id: $v0) { id id } node__1: node(id: $v0) { value__0: value(x: $v1) } }',
    );
  });

  it('keeps all digits of numbers, and the fields of objects in one order', () => {
    expect(plain('{ nodes(ids: [], any: {z: 12345678901234567890, a: [0.1234567890123456789, -1e400]}) { id } }')).toEqual({
      text: 'query ($v0: [ID!]!, $v1: Any) { nodes(ids: $v0, any: $v1) { id } }',
      variables: [
        { name: 'v0', from: 'LITERAL', json: '[]' },
        { name: 'v1', from: 'LITERAL', json: '{"a":[0.1234567890123456789,-1e400],"z":12345678901234567890}' },
      ],
    });
  });

  it('lifts what holds variables whole where nothing is known of what is inside, and puts it together again with their values', () => {
    const text = 'query ($n: Int, $s: String) { nodes(ids: [], any: {z: [1e400, $n], a: $s, b: {c: $n, d: 12345678901234567890}}) { id } }';
    const { text: written, variables } = plain(text);
    expect(written).toBe('query ($v0: [ID!]!, $v1: Any) { nodes(ids: $v0, any: $v1) { id } }');
    const [, any] = variables;
    const json = (values: Record<string, string>) => any?.from === 'TEMPLATE' && filled(any.template, (name) => values[name]);
    expect(json({ n: '7', s: '"it"' })).toBe('{"a":"it","b":{"c":7,"d":12345678901234567890},"z":[1e400,7]}');
    expect(json({})).toBe('{"b":{"d":12345678901234567890},"z":[1e400,null]}');
  });

  it('says where a null of the client’s may not stand once the default value is gone', () => {
    const text = 'query ($f: Boolean = true, $x: Int = 1, $y: Int = 5) { plain(flag: $f, x: $x, y: $y) @include(if: $f) }';
    expect(plain(text)).toEqual({
      text: 'query ($v0: Boolean!, $v1: Int, $v2: Int) { plain(flag: $v0, x: $v1, y: $v2) @include(if: $v0) }',
      variables: [
        { name: 'v0', from: 'CLIENT', client: 'f', nonNull: true },
        { name: 'v1', from: 'CLIENT', client: 'x', nonNull: false },
        { name: 'v2', from: 'CLIENT', client: 'y', nonNull: false },
      ],
    });
  });

  it('gives every @defer a label of its own, also where one fragment is spread twice', () => {
    const operation = operationOf(
      `query ($c: Boolean!) { a: node(id: 1) { ...F } b: node(id: 1) { ...F @defer(label: "110101199003078515", if: $c) } }
       fragment F on Node { id ... @defer(label: "inner") { value } }`,
    );
    const { text, deferLabels } = normalise(operation, inputs, NEEDED);
    expect(text.match(/@defer(\([^)]*\))/g)).toEqual(['@defer(label: "d0")', '@defer(if: $v1, label: "d1")', '@defer(label: "d2")']);
    expect([...deferLabels.values()]).toEqual(['d0', 'd1', 'd2']);
    expect([...deferLabels.keys()].map((node) => print(node))).toEqual([
      '@defer(label: "inner")',
      '@defer(label: "110101199003078515", if: $c)',
      '@defer(label: "inner")',
    ]);
  });

  it('defers nothing where nothing can come later: a mutation’s own fields and the events of a subscription', () => {
    const mutation = operationOf('mutation { ... @defer { first { id } } second { ... @defer { id } } }');
    expect(normalise(mutation, inputs, NEEDED).text.match(/@defer(\([^)]*\))?/g)).toEqual(['@defer(label: "d0")']);
    const subscription = operationOf('subscription { event { ... @defer { id } } }');
    expect(normalise(subscription, inputs, NEEDED).text).not.toContain('defer');
    expect(normalise(subscription, inputs, NEEDED).deferLabels.size).toBe(0);
  });
});

it('the random operations reach what they are for', () => {
  const texts = fc.sample(randomOperation(inputs), { numRuns: 300, seed: 1 }).map(({ text }) => text);
  for (const sign of ['@defer', '@skip', '@include', '$representations', '= ', '{inner: ', 'kind: ', '... on'])
    expect(texts.filter((text) => text.includes(sign)).length).toBeGreaterThan(2);
});

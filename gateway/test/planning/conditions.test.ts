import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildSchema, execute, Kind, parse, print, validate, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import { inlineFragments } from '../../src/graph/inline-fragments.js';
import { Conditions } from '../../src/planning/conditions.js';
import { operations } from '../differential/operations.js';
import { composeFixture } from '../differential/graph-fixture.js';
import { classic } from '../differential/graphs/classic.js';

const fixture = composeFixture(classic);
const schema = buildSchema(`
  type Query { one: One! }
  type One { id: ID! text: String next: One all: [One!] any: Any }
  type Two { id: ID! one: One }
  union Any = One | Two
`);

function operationOf(text: string): OperationDefinitionNode {
  const document = parse(text, { noLocation: true });
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('no operation');
  return inlineFragments(document, operation);
}

function conditionsOf(text: string): Conditions {
  const conditions = Conditions.of(operationOf(text), fixture);
  if (!conditions) throw new Error('no conditions');
  return conditions;
}

/** The selections that are left for some values. */
function decided(text: string, values: Readonly<Record<string, unknown>>): string {
  const conditions = conditionsOf(text);
  const combination = conditions.combination(values);
  if (combination === undefined) return 'undecided';
  return print(conditions.decided(combination).selectionSet).replace(/\s+/g, ' ');
}

describe('the conditions of an operation', () => {
  it('are none where no variable decides anything', () => {
    for (const text of ['{ me { id } }', '{ me @skip(if: true) { id } }', 'query ($n: Int) { topProducts(first: $n) { upc } }'])
      expect(Conditions.of(operationOf(text), fixture)).toBeUndefined();
  });

  it('leave what counts, without a condition, and nothing of the rest', () => {
    const text = `query ($a: Boolean!, $b: Boolean!) {
      me { id @skip(if: $a) name @include(if: $a) @skip(if: $b) ... on User @include(if: $b) { birthday } ...F @skip(if: $b) }
    } fragment F on User { username @include(if: true) reviews @skip(if: true) { id } }`;
    expect(decided(text, { a: true, b: false })).toBe('{ me { name ... on User { username } } }');
    expect(decided(text, { a: false, b: true })).toBe('{ me { id ... on User { birthday } } }');
  });

  it('leave an operation that can be read and asked where nothing counts', () => {
    const left = decided('query ($a: Boolean!) { me { id @skip(if: $a) } }', { a: true });
    expect(left).toBe('{ me { __typename @skip(if: true) } }');
    expect(validate(fixture.api, parse(left))).toEqual([]);
  });

  it('say what is deferred, with its label, and defer what has no value', () => {
    const text = 'query ($a: Boolean) { me { ... @defer(label: "x", if: $a) { id } } }';
    expect(decided(text, { a: true })).toBe('{ me { ... @defer(label: "x") { id } } }');
    expect(decided(text, {})).toBe('{ me { ... @defer(label: "x") { id } } }');
    expect(decided(text, { a: false })).toBe('{ me { ... { id } } }');
  });

  it('are not decided by a null', () => {
    expect(decided('query ($a: Boolean = true) { me { id @skip(if: $a) } }', { a: null })).toBe('undecided');
  });

  it('number every combination', () => {
    const conditions = conditionsOf('query ($a: Boolean!, $b: Boolean!) { me { id @skip(if: $b) name @include(if: $a) } }');
    expect(conditions.variables).toEqual(['b', 'a']);
    const all = Array.from({ length: conditions.combinations }, (_, combination) => conditions.values(combination));
    expect(all).toEqual([
      { b: false, a: false },
      { b: true, a: false },
      { b: false, a: true },
      { b: true, a: true },
    ]);
    expect(all.map((values) => conditions.combination(values))).toEqual([0, 1, 2, 3]);
  });

  it('are decided up to four variables, of more those first that decide over required fields and deferred parts', () => {
    const text = `query ($a: Boolean!, $b: Boolean!, $c: Boolean!, $d: Boolean!, $e: Boolean!, $f: Boolean!) {
      me { id @skip(if: $a) name @skip(if: $b) username @skip(if: $c) ... @defer(if: $d) { birthday @include(if: $e) } }
      topProducts @include(if: $f) { shippingEstimate }
    }`;
    expect(conditionsOf(text).variables).toEqual(['d', 'f', 'a', 'b']);
    expect(decided(text, { a: true, b: false, c: true, d: false, e: true, f: false })).toBe(
      '{ me { name username @skip(if: $c) ... { birthday @include(if: $e) } } }',
    );
  });

  it('are the same once they are decided, whatever the operation and its values', () => {
    let compared = 0;
    fc.assert(
      fc.property(operations({ api: schema, fields: 12 }), ({ document, variables }) => {
        const definition = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
        const conditions = definition && Conditions.of(inlineFragments(document, definition), fixture);
        // Values of variables that have them; defaults are filled in by who coerces.
        const values = { ...defaults(definition), ...variables };
        const combination = conditions?.combination(values);
        if (!conditions || combination === undefined) return;
        compared++;
        const left = { kind: Kind.DOCUMENT, definitions: [conditions.decided(combination)] } as const;
        expect(answerTo(left, variables)).toBe(answerTo(document, variables));
      }),
      { numRuns: 400 },
    );
    // Otherwise nothing has been shown.
    expect(compared).toBeGreaterThan(40);
  });
});

function defaults(operation: OperationDefinitionNode | undefined): Record<string, unknown> {
  return Object.fromEntries(
    (operation?.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
      defaultValue?.kind === Kind.BOOLEAN ? [[variable.name.value, defaultValue.value]] : [],
    ),
  );
}

function answerTo(document: DocumentNode, variableValues: Record<string, unknown>): string {
  const one: unknown = { __typename: 'One', id: '1', text: 'text', next: () => one, all: () => [one], any: () => one };
  return JSON.stringify(execute({ schema, document, variableValues, rootValue: { one } }));
}

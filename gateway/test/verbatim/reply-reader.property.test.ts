import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  OperationTypeNode,
  parse,
  print,
  visit,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql';
import { readReply, type ReadReply } from '../../src/agencies/reply.js';
import { entityAsk, rootAsk } from '../../src/execution/fetch-documents.js';
import { responseKey } from '../../src/graph/response-key.js';
import { BUBBLE, Projecting } from '../../src/projection/projecting.js';
import { ProjectionCompiler } from '../../src/projection/projection.js';
import { Verbatim } from '../../src/verbatim/verbatim.js';

const RUNS = Number(process.env['VERBATIM_RUNS'] ?? 1_500);

const schema = buildSchema(`
  scalar Yuan
  enum State { PAYING PAUSED ENDED }
  type Query { person: Person people: [Person!]! rows: [[Row!]]! count: Int! }
  type Person { id: ID! name: String account: Account! months: [Row!]! relations: [Relation] nicknames: [String!] state: State }
  type Account { balance: Float! principal: Yuan asOf: String! relation: Relation }
  type Row { month: Int! base: Yuan! paid: Boolean! state: State! note: String nested: [[Account]!] }
  type Relation { id: ID! place: String! state: State account: Account rows: [Row!] }
`);
const query = schema.getQueryType();
if (!query) throw new Error('a schema without a query type');

/** A selection as text, with aliases and in any order, as deep as said. */
function selections(type: GraphQLObjectType, depth: number): fc.Arbitrary<string> {
  const fields = Object.values(type.getFields()).filter(({ type: output }) => depth > 0 || !isObjectType(getNamedType(output)));
  return fc.shuffledSubarray(fields, { minLength: 1 }).chain((chosen) =>
    fc
      .tuple(
        ...chosen.map(({ name, type: output }) => {
          const target = getNamedType(output);
          const below = isObjectType(target) ? selections(target, depth - 1) : fc.constant('');
          return fc.tuple(fc.boolean(), below).map(([renamed, inner]) => `${renamed ? `own_${name}: ` : ''}${name}${inner}`);
        }),
        fc.constantFrom('', '__typename', 'kind: __typename'),
      )
      .map((parts) => `{ ${parts.join(' ')} }`),
  );
}

const strings = fc.oneof(fc.constantFrom('', '张三', 'plain', '"', '\\', 'a/b', '\n', '\u0001', '\ud800', '😀', 'null'), fc.string());
const rightScalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  ID: strings,
  String: strings,
  Int: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  Float: fc.oneof(
    fc.integer({ min: -1_000_000, max: 1_000_000 }).map((fen) => fen / 100),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  ),
  Boolean: fc.boolean(),
  Yuan: fc.oneof(fc.constantFrom('12.30', 12.3, 0, -0, 1e21, 1e-7, true), fc.constant({ any: ['thing'] })),
};
/** What an agency should not say. */
const wrong = fc.constantFrom(null, 'x', 2 ** 31, 1.5, true, [], {}, [null], 'UNKNOWN', -0);

/** A value of a type for a selection; now and then one that is none. */
function values(type: GraphQLOutputType, set: string, faults: number): fc.Arbitrary<unknown> {
  const right = ((): fc.Arbitrary<unknown> => {
    if (isNonNullType(type)) return present(type.ofType, set, faults);
    return fc.oneof({ arbitrary: fc.constant(null), weight: 1 }, { arbitrary: present(type, set, faults), weight: 4 });
  })();
  return faults === 0 ? right : fc.oneof({ arbitrary: right, weight: 100 }, { arbitrary: wrong, weight: faults });
}

function present(type: GraphQLOutputType, set: string, faults: number): fc.Arbitrary<unknown> {
  if (isListType(type)) return fc.array(values(type.ofType as GraphQLOutputType, set, faults), { maxLength: 3 });
  if (isObjectType(type)) return objects(type, set, faults);
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  return rightScalars[getNamedType(type).name] ?? fc.constant(null);
}

function objects(type: GraphQLObjectType, set: string, faults: number): fc.Arbitrary<Record<string, unknown>> {
  const fields = parse(set).definitions.flatMap((one) => (one.kind === Kind.OPERATION_DEFINITION ? one.selectionSet.selections : []));
  const entries = fields.flatMap((field) => {
    if (field.kind !== Kind.FIELD) return [];
    const output = type.getFields()[field.name.value]?.type;
    const inner = field.selectionSet && set.slice(field.selectionSet.loc?.start, field.selectionSet.loc?.end);
    const value = output ? values(output, inner ?? '', faults) : fc.constant(type.name);
    return [value.map((one) => [responseKey(field), one] as const)];
  });
  return fc.tuple(...entries).map((all) => Object.fromEntries(all));
}

const bytesOfJson = [...Buffer.from('{}[]",:\\0123456789.-eEtrufalsn '), 0, 0x80, 0xff];
/** Changes to bytes: what of them is replaced, from where on, by what. */
const changes = fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.array(fc.constantFrom(...bytesOfJson), { maxLength: 2 })), { maxLength: 2 });

function changed(bytes: Buffer, all: readonly (readonly [number, number, readonly number[]])[]): Buffer {
  let result = bytes;
  for (const [place, length, by] of all) {
    const at = place % (result.length + 1);
    result = Buffer.concat([result.subarray(0, at), Buffer.from(by), result.subarray(at + length)]);
  }
  return result;
}

/** The client's answer, and whether something in it was not as the schema says; undefined for a reply that cannot be read. */
function answerOf(reply: ReadReply | undefined, asked: string): unknown {
  if (!reply?.data || !query) return undefined;
  const operation = parse(asked).definitions[0];
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return undefined;
  const source = { schema, withheld: new Map(), emptied: new Set<never>(), isDeferred: () => false, planKey: responseKey };
  const write = new ProjectionCompiler(source).object(query, [{ node: operation.selectionSet, conditions: [] }]);
  const projecting = new Projecting({}, true, [], undefined, reply.writing.escaped);
  const text = write('', reply.data, projecting);
  return { data: text === BUBBLE ? null : (JSON.parse(text) as unknown), broken: projecting.broken };
}

function asJson(bytes: Buffer): ReadReply | undefined {
  try {
    return readReply(JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)));
  } catch {
    return undefined;
  }
}

const readerOf = (asked: string, isLookedInto: (place: string) => boolean) =>
  rootAsk({ serviceName: 'any', operationKind: OperationTypeNode.QUERY }, asked, { schema, isLookedInto, isChecked: () => false }).document
    .reader;

describe('a reply of which parts are passed on as they came', () => {
  const cases = (faults: number) =>
    selections(query, 3).chain((asked) =>
      fc.tuple(fc.constant(asked), objects(query, asked, faults), fc.array(fc.constantFrom<string[]>('person', 'people', 'people.months'))),
    );

  it('gives the answer that reading all of it gives, whatever bytes came', () => {
    let passed = 0;
    fc.assert(
      fc.property(cases(1), changes, fc.boolean(), ([asked, data, lookedInto], all, sources) => {
        const extensions = { provenance: [{ path: ['person'], system: 'hrss-440000', freshness: 'LIVE' }] };
        const bytes = changed(Buffer.from(JSON.stringify(sources ? { data, extensions } : { data })), all);
        const reply = readerOf(asked, (place) => lookedInto.includes(place))?.read(bytes, 0);
        if (!reply) return;
        passed++;
        const read = asJson(bytes);
        expect(answerOf(reply, asked)).toEqual(answerOf(read, asked));
        expect(reply.provenance).toEqual(read?.provenance);
        expect(read?.errors).toEqual([]);
      }),
      { numRuns: RUNS, seed: 7 },
    );
    // Some of the bytes were left as they were, and some changes change nothing that counts.
    expect(passed).toBeGreaterThan(RUNS / 20);
  });

  it('serves clients who ask in another order just as well', () => {
    fc.assert(
      fc.property(
        selections(query, 3).chain((asked) => fc.tuple(fc.constant(asked), objects(query, asked, 0))),
        ([asked, data]) => {
          const bytes = Buffer.from(JSON.stringify({ data }));
          const reply = readerOf(asked, () => false)?.read(bytes, 0);
          const reversed = print(
            visit(parse(asked), { SelectionSet: { leave: (set) => ({ ...set, selections: [...set.selections].reverse() }) } }),
          );
          if (reply) expect(answerOf(reply, reversed)).toEqual(answerOf(asJson(bytes), reversed));
        },
      ),
      { numRuns: RUNS / 5, seed: 8 },
    );
  });
});

const PERSON = '{ person { id account { balance } months { month base paid state } } }';
const person = { id: 'p1', account: { balance: 12.5 }, months: [{ month: 202401, base: '6000.00', paid: true, state: 'PAYING' }] };

describe('what is passed on', () => {
  const reader = readerOf(PERSON, (place) => place === 'person');

  it('is text, up to what the plan looks into', () => {
    const data = reader?.read(Buffer.from(JSON.stringify({ data: { person } })), 0)?.data;
    expect(data).toEqual({ person: { id: 'p1', account: expect.any(Verbatim), months: expect.any(Verbatim) } });
  });

  it('is text of a reply in Chinese as well', () => {
    const months = [{ month: 202401, base: '六千', paid: true, state: 'PAYING' }];
    const data = reader?.read(Buffer.from(JSON.stringify({ data: { person: { ...person, id: '张', months } } })), 0)?.data;
    expect(data).toMatchObject({ person: { id: '张', months: { text: JSON.stringify(months) } } });
  });

  it.each<[string, string]>([
    ['an error beside it', JSON.stringify({ data: { person }, errors: [{ message: 'no' }] })],
    ['a field nobody asked for', JSON.stringify({ data: { person: { ...person, account: { balance: 1, owner: 'x' } } } })],
    ['a field missing', JSON.stringify({ data: { person: { ...person, account: {} } } })],
    ['null where none may stand', JSON.stringify({ data: { person: { ...person, account: { balance: null } } } })],
    ['a value of an enumeration that clients do not know', JSON.stringify({ data: { person } }).replace('PAYING', 'RESTING')],
    ['a number beyond 32 bits', JSON.stringify({ data: { person } }).replace('202401', '20240100000')],
    ['half a character', JSON.stringify({ data: { person } }).replace('6000.00', '\\ud800')],
    ['a number that is none', JSON.stringify({ data: { person } }).replace('12.5', '012.5')],
    ['white space', JSON.stringify({ data: { person } }, undefined, 1)],
    ['text behind it', `${JSON.stringify({ data: { person } })} {}`],
    ['an end before its end', JSON.stringify({ data: { person } }).slice(0, -1)],
  ])('is nothing of a reply with %s', (_, json) => {
    expect(reader?.read(Buffer.from(json), 0)).toBeUndefined();
  });

  it('is nothing of a reply that is not UTF-8', () => {
    const bytes = Buffer.from(JSON.stringify({ data: { person } }).replace('6000', 'é'), 'latin1');
    expect(reader?.read(bytes, 0)).toBeUndefined();
  });

  it('is nothing of entities of several types, whose replies are read', () => {
    const of = { schema, isLookedInto: () => false, isChecked: () => false };
    const text = (types: string): string =>
      `query($representations: [_Any!]!) { _entities(representations: $representations) { ${types} } }`;
    const one = entityAsk('any', text('... on Person { account { balance } }'), undefined, new Set(), of);
    expect(one.document.reader?.read(Buffer.from('{"data":{"_entities":[{"account":{"balance":1}},null]}}'), 0)?.data).toEqual({
      _entities: [{ account: expect.any(Verbatim) }, null],
    });
    const two = entityAsk('any', text('... on Person { account { balance } } ... on Relation { place }'), undefined, new Set(), of);
    expect(two.document.reader).toBeUndefined();
  });

  it('is looked for only now and then in the replies of an agency that writes in another way', () => {
    const other = readerOf(PERSON, (place) => place === 'person');
    const spaced = Buffer.from(JSON.stringify({ data: { person } }, undefined, 1));
    const plain = Buffer.from(JSON.stringify({ data: { person } }));
    for (let i = 0; i < 20; i++) expect(other?.read(spaced, 0)).toBeUndefined();
    expect(other?.read(plain, 0)).toBeUndefined();
    let tries = 1;
    while (other?.read(plain, 0) === undefined) expect(++tries).toBeLessThan(100);
    expect(other.read(plain, 0)).toBeDefined();
  });
});

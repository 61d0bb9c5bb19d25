import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { loadAccessCatalogue, type AccessCatalogue } from '@yichuang/schema';
import { composeSupergraph, subgraphSources } from '../src/graph/compose.js';
import { lint } from '../src/graph/lint.js';
import type { LintRule } from '../src/graph/lint-failure.js';

const real = loadAccessCatalogue();
const catalogue: AccessCatalogue = {
  ...real,
  scopes: new Map([
    ...real.scopes,
    [
      'risk.secret:read',
      {
        zh: '内部',
        en: 'Internal',
        covers: { zh: 'x', en: 'x' },
        sensitivity: 'S4',
        sharing: 'NOT_SHARED',
        separate: true,
        delegable: [],
        stepUp: false,
        period: 'WITHHELD',
      },
    ],
  ]),
};
const scope = '@access(scope: "pension.relations:read")';
const write = '@access(scope: "consent.requests:write")';
const hub =
  'type Query { citizen(id: ID!): Citizen @public(reason: "r") }\n type Citizen @key(fields: "id") @subject(field: "id") { id: ID! @public(reason: "r") }';

/** One agency beside the hub, written so that exactly one thing is wrong with it. */
interface Case {
  readonly rule: LintRule;
  readonly coordinate: string;
  readonly sdl: string;
  readonly hub?: string;
}
const citizen = (fields: string): string =>
  `type Citizen @key(fields: "id") @subject(field: "id") { id: ID! @public(reason: "r") ${fields} }`;

const cases: Case[] = [
  { rule: 'NOT_ANNOTATED', coordinate: 'Citizen.pension', sdl: citizen('pension: Int') },
  { rule: 'ANNOTATED_TWICE', coordinate: 'Citizen.pension', sdl: citizen(`pension: Int ${scope} @public(reason: "r")`) },
  {
    rule: 'ANNOTATED_DIFFERENTLY',
    coordinate: 'Citizen.id',
    sdl: `type Citizen @key(fields: "other") @subject(field: "other") { id: ID ${scope} other: ID! @public(reason: "r") }`,
  },
  { rule: 'SCOPE_UNKNOWN', coordinate: 'Citizen.pension', sdl: citizen('pension: Int @access(scope: "pension.everything:read")') },
  { rule: 'SCOPE_UNKNOWN', coordinate: 'Citizen.paid', sdl: citizen(`paid: Int ${scope} @predicate(of: "nothing.known:read")`) },
  { rule: 'SCOPE_NOT_SHARED', coordinate: 'Citizen.secret', sdl: citizen('secret: Int @access(scope: "risk.secret:read")') },
  { rule: 'PERSONAL_NON_NULL', coordinate: 'Citizen.pension', sdl: citizen(`pension: Int! ${scope}`) },
  {
    rule: 'PERSONAL_NON_NULL',
    coordinate: 'Identity.name',
    sdl: `${citizen(`identity: Identity ${scope}`)} type Identity ${scope} { name: String! }`,
  },
  { rule: 'CROSSING_NON_NULL', coordinate: 'Citizen.box', sdl: citizen('box: Int! @public(reason: "r")') },
  { rule: 'CROSSING_NON_NULL', coordinate: 'Query.count', sdl: 'type Query { count: Int! @public(reason: "r") }' },
  {
    rule: 'SUBJECT_MISSING',
    coordinate: 'Unit',
    sdl: `type Unit @key(fields: "code") { code: ID! @public(reason: "r") arrears: Int ${scope} }`,
  },
  {
    rule: 'SUBJECT_MISSING',
    coordinate: 'Unit',
    sdl: `type Unit @key(fields: "code") @subject(field: "name") { code: ID! @public(reason: "r") name: ID @public(reason: "r") arrears: Int ${scope} }`,
  },
  {
    rule: 'SCOPE_IN_FIELD_SET',
    coordinate: 'Unit',
    sdl: `type Unit @key(fields: "code owner { number }") @public(reason: "r") { code: ID! owner: Owner } type Owner @public(reason: "r") { number: ID ${scope} }`,
  },
  {
    rule: 'SCOPE_IN_FIELD_SET',
    coordinate: 'Citizen.total',
    sdl: citizen(`pension: Int @external ${scope} total: Int ${scope} @requires(fields: "pension")`),
  },
  {
    rule: 'LIST_UNBOUNDED',
    coordinate: 'Query.everybody',
    sdl: '',
    hub: `type Query { everybody(first: Int, after: String): [Citizen] @public(reason: "r") } ${citizen('')}`,
  },
  {
    rule: 'LIST_UNBOUNDED',
    coordinate: 'Citizen.rows',
    sdl: `${citizen(`rows(first: Int): RowConnection ${scope}`)} type RowConnection @public(reason: "r") { total: Int }`,
  },
  {
    rule: 'MONTH_MISSING',
    coordinate: 'Citizen.paid',
    sdl: `${citizen('paid(first: Int): [Row] @access(scope: "pension.contributions:read")')} scalar YearMonth
      type Row @public(reason: "reached only through fields that carry a scope") { amount: Int month: Int since: YearMonth }`,
  },
  ...[
    'jobs(first: Int): [Job]', // of a row that does not name its unit
    'jobs(first: Int): [Named]', // that names it by a type that is no unit
    'jobs(first: Int): [[OwnJob]]',
    'jobs: OwnJob',
    'jobs(first: Int): Jobs', // with a total
  ].map((jobs) => ({
    rule: 'UNIT_MISSING' as const,
    coordinate: 'Citizen.jobs',
    sdl: `${citizen(`${jobs} @access(scope: "employment.registered:read")`)}
      type Jobs @public(reason: "reached only through fields that carry a scope") { total: Int nodes: [OwnJob] }
      type Job @public(reason: "reached only through fields that carry a scope") { from: Int }
      type Named @public(reason: "reached only through fields that carry a scope") { enterprise: Job }
      type OwnJob @public(reason: "reached only through fields that carry a scope") { enterprise: Enterprise }
      type Enterprise @key(fields: "creditCode") @public(reason: "r") { creditCode: ID! }`,
  })),
  { rule: 'ROOT_PERSONAL', coordinate: 'Query.worker', sdl: `type Query { worker: Citizen @public(reason: "r") } ${citizen('')}` },
  { rule: 'ROOT_PERSONAL', coordinate: 'Query.months', sdl: `type Query { months: Int ${scope} }` },
  {
    rule: 'PATH_UNGUARDED',
    coordinate: 'Citizen.rows',
    sdl: `${citizen('rows: [Row] @public(reason: "r")')} type Row @public(reason: "reached only through fields that carry a scope") { month: Int }`,
  },
  {
    rule: 'PATH_UNGUARDED',
    coordinate: 'Query.stray',
    sdl: `type Query { stray: Pension @public(reason: "r") } type Pension @public(reason: "r") { months: Int ${scope} }`,
  },
  {
    rule: 'PATH_UNGUARDED',
    coordinate: 'Query.stray',
    sdl: `type Query { stray: Pension @public(reason: "r") } type Pension ${scope} { months: Int }`,
  },
  {
    rule: 'PATH_UNGUARDED',
    coordinate: 'Query.stray',
    sdl: `type Query { stray: Row @public(reason: "r") } interface Row { month: Int @public(reason: "r") }
      type Paid implements Row @public(reason: "r") { month: Int base: Int ${scope} }`,
  },
  {
    rule: 'PATH_UNGUARDED',
    coordinate: 'Citizen.rows',
    sdl: `${citizen('rows: [Row] @public(reason: "r")')} union Row = Paid
      type Paid @public(reason: "reached only through fields that carry a scope") { base: Int }`,
  },
  {
    rule: 'NOT_ANNOTATED',
    coordinate: 'Row.month',
    sdl: 'interface Row { month: Int } type Paid implements Row @public(reason: "r") { month: Int }',
  },
  {
    rule: 'ANNOTATED_DIFFERENTLY',
    coordinate: 'Row.base',
    sdl: `interface Row { base: Int @public(reason: "r") } type Paid implements Row @public(reason: "r") { base: Int ${scope} }`,
  },
  {
    rule: 'ANNOTATED_DIFFERENTLY',
    coordinate: 'Row.base',
    sdl: `interface Row { base: Int ${scope} } type Paid implements Row @public(reason: "r") { base: Int }`,
  },
  {
    rule: 'ANNOTATED_DIFFERENTLY',
    coordinate: 'Box',
    hub: `${hub} type Box @public(reason: "r") { a: Int }`,
    sdl: `type Box ${scope} { b: Int }`,
  },
  {
    rule: 'ANNOTATED_DIFFERENTLY',
    coordinate: 'Citizen',
    sdl: 'type Citizen @key(fields: "other") @subject(field: "other") { other: ID! @public(reason: "r") }',
  },
  { rule: 'SCOPE_UNKNOWN', coordinate: 'Identity', sdl: 'type Identity @access(scope: "pension.everything:read") { name: String }' },
  { rule: 'SCOPE_UNKNOWN', coordinate: 'Row.base', sdl: 'interface Row { base: Int @access(scope: "pension.everything:read") }' },
  { rule: 'SCOPE_NOT_SHARED', coordinate: 'Secret', sdl: 'type Secret @access(scope: "risk.secret:read") { text: String }' },
  { rule: 'SCOPE_NOT_SHARED', coordinate: 'Row.secret', sdl: 'interface Row { secret: Int @access(scope: "risk.secret:read") }' },
  { rule: 'PERSONAL_NON_NULL', coordinate: 'Row.base', sdl: `interface Row { base: Int! ${scope} }` },
  { rule: 'PREDICATE_MISMATCH', coordinate: 'Citizen.months', sdl: citizen('months: Int @access(scope: "pension.months:count")') },
  {
    rule: 'PREDICATE_MISMATCH',
    coordinate: 'Citizen.months',
    sdl: citizen('months: Int @access(scope: "pension.months:count") @predicate(of: "pension.relations:read")'),
  },
  {
    rule: 'PREDICATE_MISMATCH',
    coordinate: 'Citizen.rows',
    sdl: citizen(`rows: [Int] ${scope} @predicate(of: "pension.contributions:read")`),
  },
  {
    rule: 'SUBJECT_MISSING',
    coordinate: 'Unit',
    sdl: `type Unit @key(fields: "code") ${scope} { code: ID @public(reason: "r") arrears: Int }`,
  },
  {
    rule: 'SCOPE_IN_FIELD_SET',
    coordinate: 'Citizen.total',
    sdl: `${citizen(`row: Row @external @public(reason: "r") total: Int ${scope} @requires(fields: "row { box { base } }")`)}
      interface Row { box: Box @public(reason: "r") } interface Box { base: Int ${scope} }
      type Paid implements Row @public(reason: "r") { box: Box } type Full implements Box @public(reason: "r") { base: Int ${scope} }`,
  },
  {
    rule: 'SCOPE_IN_FIELD_SET',
    coordinate: 'Citizen.unit',
    sdl: `${citizen('unit: Unit @public(reason: "r") @provides(fields: "arrears")')}
      type Unit @key(fields: "code") @subject(field: "code") { code: ID! @public(reason: "r") arrears: Int @external ${scope} }`,
  },
  {
    rule: 'LIST_UNBOUNDED',
    coordinate: 'Unit.workers',
    sdl: `${citizen('')} type Unit @key(fields: "code") { code: ID! @public(reason: "r") workers: [Citizen] @public(reason: "r") }`,
  },
  {
    rule: 'LIST_UNBOUNDED',
    coordinate: 'Unit.workers',
    sdl: `${citizen('')} type Unit @key(fields: "code") { code: ID! @public(reason: "r") workers: [Worker] @public(reason: "r") }
      type Worker @public(reason: "r") { unit: Unit since: Int party: Party } union Party = Unit | Citizen`,
  },
  {
    rule: 'LIST_UNBOUNDED',
    coordinate: 'Named.persons',
    sdl: `${citizen('')} interface Named { persons: [Citizen] @public(reason: "r") }`,
  },
  {
    rule: 'ROOT_PERSONAL',
    coordinate: 'Query.page',
    sdl: `type Query { page(first: Int, after: String): WorkerConnection @public(reason: "r") } ${citizen('')}
      type WorkerConnection @public(reason: "r") { nodes: [Worker] } type Worker @public(reason: "r") { person: Citizen }`,
  },
  {
    rule: 'ROOT_PERSONAL',
    coordinate: 'Query.found',
    sdl: `type Query { found: Found @public(reason: "r") } ${citizen('')} union Found = Worker
      type Worker @public(reason: "r") { person: Citizen }`,
  },
  {
    rule: 'UNDECIDABLE',
    coordinate: 'Party',
    sdl: 'type Party @key(fields: "id") @interfaceObject { id: ID! @public(reason: "r") }',
  },
  {
    rule: 'UNDECIDABLE',
    coordinate: 'Citizen.pension',
    sdl: citizen(`pension(of: Int @fromContext(field: "$c { other }")): Int ${scope}`),
  },
  { rule: 'ACT_OPEN', coordinate: 'Mutation.claim', sdl: 'type Mutation { claim(citizen: ID!): Int @public(reason: "r") }' },
  ...[
    `claim(citizen: ID!): Int ${write}`, // of whom
    `claim(citizen: ID!): Int @public(reason: "r") @about(argument: "citizen")`,
    `claim(citizen: ID!): Int ${scope} @about(argument: "citizen")`, // that reads
    `claim(citizen: ID): Int ${write} @about(argument: "citizen")`, // of nobody, perhaps
    `claim(citizen: Int!): Int ${write} @about(argument: "citizen")`,
    `claim(input: Claim!): Int ${write} @about(argument: "input.citizen")`,
    `claim(input: Claim!): Int ${write} @about(argument: "input")`,
    `claim: Int ${write} @about(argument: "citizen")`,
  ].map((claim) => ({
    rule: 'ACT_UNNAMED' as const,
    coordinate: 'Mutation.claim',
    sdl: `type Mutation { ${claim} } input Claim { citizen: ID }`,
  })),
  { rule: 'ACT_UNNAMED', coordinate: 'Citizen.claim', sdl: citizen(`claim(citizen: ID!): Int ${scope} @about(argument: "citizen")`) },
  { rule: 'ACT_UNNAMED', coordinate: 'Citizen.claim', sdl: citizen(`claim: Int ${write}`) },
  {
    rule: 'ROOT_PERSONAL',
    coordinate: 'Mutation.claim',
    sdl: `type Mutation { claim(citizen: ID!): Claimed ${write} @about(argument: "citizen") } ${citizen('')}
      type Claimed @public(reason: "r") { person: Citizen }`,
  },
];

describe('the composition lint', () => {
  it.each(cases)('refuses $coordinate with $rule and says how to mend it', ({ rule, coordinate, sdl, hub: ownHub }) => {
    const sources = [{ name: 'hub', sdl: parse(ownHub ?? hub) }, ...(sdl === '' ? [] : [{ name: 'hrss', sdl: parse(sdl) }])];
    const failures = lint(sources, catalogue);
    expect(failures.map((failure) => `${failure.rule} ${failure.coordinate}`)).toContain(`${rule} ${coordinate}`);
    expect(failures.every((failure) => failure.message.length > 20)).toBe(true);
  });

  it('accepts a mutation that names the person, and an entity whose key has more than one field', () => {
    const agency = `${citizen('')}
      type Mutation { claim(input: Claim!): Claimed ${write} @about(argument: "input.citizen") } input Claim { citizen: ID! }
      type Claimed @public(reason: "reached only through fields that carry a scope") { months: Int ${scope} }
      type Happening @key(fields: "no person") @subject(field: "person")
        { no: ID! @public(reason: "r") person: ID! @public(reason: "r") months: Int ${scope} }`;
    const sources = [
      { name: 'hub', sdl: parse(hub) },
      { name: 'hrss', sdl: parse(agency) },
    ];
    expect(lint(sources, catalogue)).toEqual([]);
  });

  it('accepts a guarded interface and union, and persons in pages', () => {
    const agency = `${citizen(`rows: [Row] ${scope} found: Found @public(reason: "container")`)}
      interface Row { month: Int @public(reason: "r") base: Int ${scope} }
      type Paid implements Row @public(reason: "r") { month: Int base: Int ${scope} }
      union Found = Paid
      type Unit @key(fields: "code") { code: ID! @public(reason: "r") workers(first: Int, after: String): WorkerConnection @public(reason: "r") }
      type WorkerConnection @public(reason: "r") { edges: [WorkerEdge!] nodes: [Citizen!] }
      type WorkerEdge @public(reason: "r") { node: Citizen }`;
    const sources = [
      { name: 'hub', sdl: parse(hub) },
      { name: 'hrss', sdl: parse(agency) },
    ];
    expect(lint(sources, catalogue)).toEqual([]);
  });

  it('accepts a count that says what it stands for', () => {
    const sdl = parse(citizen('months: Int @access(scope: "pension.months:count") @predicate(of: "pension.contributions:read")'));
    expect(lint([{ name: 'hrss', sdl }], catalogue)).toEqual([]);
  });

  it('accepts a small graph in which every field is annotated and guarded', () => {
    const agency = `${citizen(`pension: Pension @public(reason: "container") rows(first: Int, after: String): RowConnection ${scope}`)}
      type Pension @public(reason: "container") { months: Int ${scope} }
      type RowConnection @public(reason: "reached only through fields that carry a scope") { total: Int! }`;
    expect(
      lint(
        [
          { name: 'hub', sdl: parse(hub) },
          { name: 'hrss', sdl: parse(agency) },
        ],
        catalogue,
      ),
    ).toEqual([]);
  });

  it('accepts the real graph', () => {
    expect(lint(subgraphSources(), real)).toEqual([]);
  });

  it('keeps a graph from being composed when a rule is broken', () => {
    const composition = composeSupergraph([
      { name: 'hub', sdl: parse(hub) },
      { name: 'hrss', sdl: parse(citizen('pension: Int')) },
    ]);
    expect(composition).toMatchObject({ ok: false, lint: [{ rule: 'NOT_ANNOTATED' }] });
  });
});

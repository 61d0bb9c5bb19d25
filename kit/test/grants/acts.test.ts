import { beforeEach, describe, expect, it } from '@jest/globals';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { guardFields } from '../../src/grants/field-guards.js';
import { schemaAccess } from '../../src/grants/schema-access.js';

const DIRECTIVES = `
  directive @access(scope: String!) on FIELD_DEFINITION | OBJECT
  directive @public(reason: String!) on FIELD_DEFINITION | OBJECT
  directive @subject(field: String!) on OBJECT
  directive @about(argument: String!) on FIELD_DEFINITION
  type Query { a: Int @public(reason: "r") }
`;
const done: string[] = [];
const schema = buildSubgraphSchema({
  typeDefs: parse(`${DIRECTIVES}
    type Mutation { claim(input: Claim!): Claimed @access(scope: "claims:write") @about(argument: "input.citizen") }
    input Claim { citizen: ID! reason: String }
    type Claimed @public(reason: "r") { number: String made: Made @access(scope: "claims:read") }
    type Made @public(reason: "r") { state: String }
  `),
  resolvers: {
    Mutation: {
      claim: async (_: unknown, { input }: { input: { citizen: string; reason: string } }) => {
        done.push(`begins ${input.reason}`);
        await Promise.resolve();
        done.push(`ends ${input.reason}`);
        return { number: input.citizen, made: { state: 'OPEN' } };
      },
    },
  },
});
guardFields(schema, schemaAccess(schema));

async function ask(source: string, allowed: readonly string[]): Promise<unknown> {
  const contextValue = {
    question: {
      allows: (scope: string, subject: string) => allowed.includes(`${scope} ${subject}`),
      boundsOf: () => [],
      unitsOf: () => [],
    },
  };
  const { data, errors = [] } = await graphql({ schema, source, contextValue });
  return JSON.parse(JSON.stringify({ data, errors: errors.map(({ path, extensions }) => [path?.join('.'), extensions['code']]) }));
}

beforeEach(() => {
  done.length = 0;
});

describe('a mutation of an agency', () => {
  const both =
    '{ a: claim(input: { citizen: "anna", reason: "1" }) { number made { state } } b: claim(input: { citizen: "ben", reason: "2" }) { number } }';

  it('is done for the person it names where the grant names the act for them, one after the other', async () => {
    expect(await ask(`mutation ${both}`, ['claims:write anna', 'claims:write ben', 'claims:read anna'])).toEqual({
      data: { a: { number: 'anna', made: { state: 'OPEN' } }, b: { number: 'ben' } },
      errors: [],
    });
    expect(done).toEqual(['begins 1', 'ends 1', 'begins 2', 'ends 2']);
  });

  it('does not begin for a person of whom the grant names something else, or nothing', async () => {
    expect(await ask(`mutation ${both}`, ['claims:write ben', 'claims:read anna'])).toEqual({
      data: { a: null, b: { number: 'ben' } },
      errors: [['a', 'ACCESS_DENIED']],
    });
    expect(done).toEqual(['begins 2', 'ends 2']);
  });

  it('does not show what it made to who may only make it', async () => {
    expect(await ask(`mutation ${both}`, ['claims:write anna', 'claims:write ben'])).toEqual({
      data: { a: { number: 'anna', made: null }, b: { number: 'ben' } },
      errors: [['a.made', 'ACCESS_DENIED']],
    });
  });

  it.each(['@public(reason: "r")', '@access(scope: "claims:write")'])('with %s alone is not served', (annotation) => {
    const open = buildSubgraphSchema({ typeDefs: parse(`${DIRECTIVES} type Mutation { claim(citizen: ID!): Int ${annotation} }`) });
    expect(() => schemaAccess(open)).toThrow('Mutation.claim does not say');
  });
});

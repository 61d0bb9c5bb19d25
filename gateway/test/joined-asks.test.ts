import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parse, validate } from 'graphql';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { subgraphSdl } from '@yichuang/schema';
import { startTestHub, type TestHub } from './setup/hub.js';
import { entities } from './setup/fake-agency.js';

const CODES = ['91350100M000100Y43', '91440300MA5EQXRX77'];

let hub: TestHub;
let token: string;

beforeAll(async () => {
  hub = await startTestHub(
    {},
    {
      hrss: entities(() => ({
        employments: [{ enterprise: { __typename: 'Enterprise', creditCode: CODES[0] } }],
        pension: { contributions: { edges: [{ node: { enterprise: { __typename: 'Enterprise', creditCode: CODES[0] } } }, null] } },
      })),
      'market-regulation': ({ representations }) => ({
        data: {
          _entities: representations.map((one) => (one['__typename'] === 'Enterprise' ? { ...one, name: 'named', state: 'ACTIVE' } : one)),
        },
        errors: [{ message: 'x', path: ['_entities', 0, 'state'], extensions: { code: 'AGENCY_TIMEOUT', system: 'market-registry' } }],
        extensions: { provenance: [{ path: ['_entities', 0, 'name'], system: 'market-registry', freshness: 'LIVE' }] },
      }),
    },
  );
  token = await hub.citizen();
});
afterAll(() => hub.close());
beforeEach(() => {
  for (const agency of Object.values(hub.agencies)) agency.received.length = 0;
});

const QUERY = `{ me {
  employments { enterprise { creditCode name state } }
  pension { contributions { edges { node { enterprise { creditCode name } } } } }
} }`;

describe('branches of one step that ask the same agency', () => {
  it('share one call, which is a question the agency’s schema accepts', async () => {
    const { body } = await hub.ask(QUERY, { token });
    expect(body.data?.['me']).toMatchObject({
      employments: [{ enterprise: { name: 'named' } }],
      pension: { contributions: { edges: [{ node: { enterprise: { name: 'named' } } }, null] } },
    });
    const asked = hub.agencies['market-regulation'].questions;
    expect(asked).toHaveLength(1);
    const schema = buildSubgraphSchema([{ typeDefs: parse(subgraphSdl('market-regulation')) }]);
    expect(validate(schema, parse(asked[0]?.query ?? ''))).toEqual([]);
  });

  it('each get their own errors and sources, at their own places', async () => {
    const { body } = await hub.ask(QUERY, { token });
    const market = (body.extensions?.provenance ?? []).filter(({ agency }) => agency === 'market-regulation').map(({ path }) => path);
    expect(market).toContainEqual(['me', 'employments', 0, 'enterprise', 'name']);
    expect(market).toContainEqual(['me', 'pension', 'contributions', 'edges', 0, 'node', 'enterprise', 'name']);
    expect(body.errors?.map(({ path }) => path)).toContainEqual(['me', 'employments', 0, 'enterprise', 'state']);
  });

  it('do not share it with another question', async () => {
    await Promise.all([hub.ask(QUERY, { token }), hub.ask(QUERY, { token })]);
    expect(hub.agencies['market-regulation'].questions).toHaveLength(2);
  });
});

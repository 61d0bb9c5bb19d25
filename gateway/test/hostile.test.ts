import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type TestHub } from './setup/hub.js';
import { entities } from './setup/fake-agency.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());
beforeEach(() => {
  for (const agency of Object.values(hub.agencies)) agency.behaviour = entities(() => ({}));
});

const COUNTER = { 'yichuang-purpose': 'COUNTER_SERVICE' };

describe('names that a client chooses', () => {
  it.each([
    '{ me { id: identity { name } pension { monthsPaid } medical { continuousMonths } } }',
    '{ me { ... on Citizen { id: jurisdictions } medical { continuousMonths } } }',
    '{ me { ...F } } fragment F on Citizen { employments { enterprise { creditCode: insuredHeadcount } } }',
    '{ me { __typename: id pension { monthsPaid } } }',
    '{ me { pension { months__alias_0: monthsPaid } } }',
  ])('never stand where the hub keeps whom an entity is about: %s', async (query) => {
    for (const agency of Object.values(hub.agencies)) agency.received.length = 0;
    const { status } = await hub.ask(query, { token: await hub.citizen() });
    expect(status).toBe(200);
    const asked = Object.values(hub.agencies).flatMap(({ questions }) => questions);
    expect(asked.length).toBeGreaterThan(0);
    for (const { query: text, representations } of asked) {
      expect(text).not.toMatch(/\b(id|creditCode|__typename|months__alias_0) ?:/);
      expect(representations).toEqual([{ __typename: 'Citizen', id: ref(OWN_NUMBER) }]);
    }
  });

  it('may be the name of the variable that entity calls use', async () => {
    hub.agencies.hrss.behaviour = entities(() => ({ pension: { contributions: { totalCount: 3 } } }));
    const { body } = await hub.ask(
      'query($representations: ID!, $representations_: Int) { citizen(id: $representations) { pension { contributions(first: $representations_) { totalCount } } } }',
      { token: await hub.citizen(), variables: { representations: ref(OWN_NUMBER), representations_: 7 } },
    );
    expect(body.data).toEqual({ citizen: { pension: { contributions: { totalCount: 3 } } } });
    expect(body.errors).toBeUndefined();
    expect(Object.values((JSON.parse(hub.agencies.hrss.questions.at(-1)?.body ?? '') as { variables: object }).variables)).toContain(7);
  });

  it('may be __proto__ for a field, a list and a variable, and places stay exact', async () => {
    hub.agencies.hrss.behaviour = entities(() => ({ identity: { name: '某人' } }));
    const query =
      'query($__proto__: [ID!]!) { __proto__: citizens(ids: $__proto__) { nodes { __proto__: identity { __proto__: name } } } }';
    const { body } = await hub.ask(query, {
      token: await hub.citizen(),
      variables: JSON.parse(`{"__proto__":${JSON.stringify([OTHER_NUMBER, OWN_NUMBER].map(ref))}}`) as Record<string, unknown>,
    });
    expect(body.errors?.map(({ path }) => path)).toEqual([['__proto__', 'nodes', 0, '__proto__']]);
    expect(JSON.stringify(body.data)).toBe('{"__proto__":{"nodes":[{"__proto__":null},{"__proto__":{"__proto__":"某人"}}]}}');
  });
});

it('a key that the client asks for under a condition is still there to decide by', async () => {
  hub.agencies.hrss.behaviour = entities(() => ({
    jurisdictions: ['440000'],
    employments: [{ enterprise: { __typename: 'Enterprise', creditCode: '91440101MA59ABCD1X', insuredHeadcount: 7 } }],
  }));
  const { body } = await hub.ask(
    `query($no: Boolean!) { citizen(id: "${ref(OWN_NUMBER)}") { employments { enterprise { creditCode @include(if: $no) insuredHeadcount } } } }`,
    { token: await hub.caseworker(), headers: COUNTER, variables: { no: false } },
  );
  expect(body).toMatchObject({ data: { citizen: { employments: [{ enterprise: { insuredHeadcount: 7 } }] } } });
  expect(body.errors).toBeUndefined();
});

describe('what an agency writes', () => {
  it('does not reach the client as the place of an error or of a source, nor as the name of a system', async () => {
    const text = '张三 110101199001011237';
    hub.agencies.hrss.behaviour = ({ representations }) => ({
      data: { _entities: representations.map((r) => ({ ...r, identity: { name: null } })) },
      errors: [
        { message: text, path: ['_entities', 0, 'identity', text], extensions: { code: 'AGENCY_TIMEOUT' } },
        { message: text, path: ['_entities', 0, text], extensions: { code: 'AGENCY_RATE_LIMITED', system: text } },
      ],
      extensions: {
        provenance: [
          { path: ['_entities', 0, text], system: 's', freshness: 'LIVE' },
          { path: ['_entities', 0, 'identity'], system: text, freshness: 'LIVE' },
          { path: ['_entities', 0, 'identity'], system: 's', jurisdiction: text, asOf: text, freshness: 'LIVE' },
        ],
      },
    });
    const { body } = await hub.ask('{ me { identity { name } } }', { token: await hub.citizen() });
    expect(JSON.stringify(body)).not.toMatch(/张三|110101199001011237/);
    expect(body.errors?.map(({ path, extensions }) => [path, extensions['code']])).toEqual([
      [['me'], 'AGENCY_RATE_LIMITED'],
      [['me', 'identity'], 'AGENCY_TIMEOUT'],
    ]);
    expect(body.extensions?.provenance).toEqual([{ path: ['me', 'identity'], agency: 'hrss', system: 's', freshness: 'LIVE' }]);
  });

  it('is answered whole, each place with its own error, however much of it is unusable', async () => {
    const size = 20_000;
    hub.agencies.hrss.behaviour = entities(() => ({ employments: Array.from({ length: size }, () => ({ enterprise: 5 })) }));
    const { body } = await hub.ask('{ me { employments { enterprise { creditCode } } } }', { token: await hub.citizen() });
    expect(new Set(body.errors?.map(({ path }) => path?.join('.'))).size).toBe(size);
  });
});

describe('a client on the wire', () => {
  const sent = async (port: string, text: string): Promise<string> => {
    const socket = connect(Number(port), '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.write(text);
    await once(socket, 'close');
    return received;
  };

  it('that sends two tokens is nobody', async () => {
    const body = JSON.stringify({ query: '{ me { id } }' });
    const tokens = [await hub.citizen(), await hub.citizen(OTHER_NUMBER)].map((token) => `authorization: Bearer ${token}\r\n`).join('');
    const answer = await sent(
      new URL(hub.gateway.url).port,
      `POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n${tokens}content-length: ${body.length}\r\n\r\n${body}`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 401 [^]*TOKEN_INVALID/);
  });

  it('that never ends its request is sent away', async () => {
    const impatient = await startTestHub({ QUESTION_DEADLINE_MS: '200' });
    try {
      const answer = await sent(
        new URL(impatient.gateway.url).port,
        'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{',
      );
      expect(answer).toMatch(/^HTTP\/1.1 408 /);
    } finally {
      await impatient.close();
    }
  });
});

it('the same answer has its errors and sources in the same order, whichever agency is faster', async () => {
  const order = async (slow: 'hrss' | 'postal'): Promise<unknown> => {
    for (const name of ['hrss', 'postal'] as const) {
      const answer = entities(() => ({ identity: { name: null }, courierWork: 'none' }));
      hub.agencies[name].behaviour = (request, response) => {
        const reply = {
          ...(answer(request, response) as object),
          extensions: {
            provenance: [{ path: ['_entities', 0, name === 'hrss' ? 'identity' : 'courierWork'], system: name, freshness: 'LIVE' }],
          },
          errors:
            name === 'hrss' ? [{ message: 'x', path: ['_entities', 0, 'identity', 'name'], extensions: { code: 'AGENCY_TIMEOUT' } }] : [],
        };
        setTimeout(() => response.setHeader('content-type', 'application/json').end(JSON.stringify(reply)), name === slow ? 60 : 0);
        return undefined;
      };
    }
    const { body } = await hub.ask('{ me { courierWork { from } identity { name } } }', { token: await hub.citizen() });
    return [body.errors?.map(({ path }) => path?.join('.')), body.extensions?.provenance?.map(({ system }) => system)];
  };
  const expected = [
    ['me.courierWork', 'me.identity.name'],
    ['postal', 'hrss'],
  ];
  expect(await order('postal')).toEqual(expected);
  expect(await order('hrss')).toEqual(expected);
});

it('a document that repeats a field too often to be checked is refused for that, and not for its values', async () => {
  const { status, body } = await hub.ask(`{ me { ${'id '.repeat(1_980)} } }`);
  expect(status).toBe(400);
  expect(body.errors).toMatchObject([
    { extensions: { code: 'GRAPHQL_VALIDATION_FAILED', detail: 'Checking was given up: too many errors, or fields repeated too often.' } },
  ]);
});

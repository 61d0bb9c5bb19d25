import { isUtf8 } from 'node:buffer';
import { afterEach, describe, expect, it } from '@jest/globals';
import { refuse } from '../../src/graph/operations.js';
import type { ServerOptions } from '../../src/http/server.js';
import { TrustedDocuments } from '../../src/trusted/documents.js';
import { documentHash } from '../../src/trusted/manifest.js';
import { failure, startFront, whole, type TestFront } from './setup/front.js';
import { until } from '../setup/until.js';
import { RawClient } from './setup/raw-client.js';

const ME = 'query Me { me { id } }';
const WATCH = 'subscription Watch { transferChanged { step } }';
let front: TestFront;
afterEach(() => front.close());

async function start(options: Partial<ServerOptions> = {}): Promise<void> {
  front = await startFront({ Me: () => whole({ me: { id: '1' } }) }, options);
}
const told = async (response: Response): Promise<unknown[]> => {
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  return [response.status, ...errors.map(({ extensions }) => extensions.code)];
};
const get = (params: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${front.url}?${new URLSearchParams(params).toString()}`, { headers });

describe('an answer', () => {
  it.each([
    ['short', 'plain'],
    ['long', 'plain'],
    ['short', '字 𠀀 é \u2028 "\\\n'],
    ['long', '字 𠀀 é \u2028 "\\\n'],
  ])('comes byte by byte as it is: %s, of %j', async (length, text) => {
    const late = { ...failure('AGENCY_TIMEOUT', ['me']), message: '逾期' };
    const id = text.repeat(length === 'long' ? 2_000 : 1);
    front = await startFront({ Me: () => whole({ me: { id } }), Late: () => whole({ me: { id } }, { errors: [late] }) });
    const bytes = async (query: string): Promise<Buffer> => Buffer.from(await (await front.post({ query })).arrayBuffer());
    const body = await bytes(ME);
    expect(isUtf8(body)).toBe(true);
    expect(JSON.parse(body.toString())).toMatchObject({ data: { me: { id } } });
    expect(JSON.parse((await bytes('query Late { me { id } }')).toString())).toMatchObject({
      data: { me: { id } },
      errors: [{ message: '逾期' }],
    });
  });
});

describe('a subscription without a stream', () => {
  it.each(['application/json', 'application/graphql-response+json', 'multipart/mixed;deferSpec=20220824, application/json'])(
    'is told how to ask where %s is accepted',
    async (accept) => {
      await start();
      expect(await told(await front.post({ query: WATCH }, { accept }))).toEqual([406, 'SUBSCRIPTION_NEEDS_STREAM']);
      expect(await told(await get({ query: WATCH }, { accept }))).toEqual([406, 'SUBSCRIPTION_NEEDS_STREAM']);
    },
  );
});

describe('GET', () => {
  it('changes nothing', async () => {
    await start();
    const response = await get({ query: 'mutation Change { changed }' });
    expect([response.headers.get('allow'), ...(await told(response))]).toEqual(['POST', 405, 'METHOD_NOT_ALLOWED']);
  });
});

describe('who asks', () => {
  it.each([
    ['a token that is not good', ['Bearer bad'], 401, 'TOKEN_INVALID'],
    ['no bearer token', ['Basic dXNlcjpwdw=='], 401, 'TOKEN_INVALID'],
    ['one token after another', ['Bearer good', 'Bearer good'], 401, 'TOKEN_INVALID'],
    ['a token that has expired', ['Bearer old'], 401, 'TOKEN_EXPIRED'],
  ])('is refused with %s', async (_, authorization, status, code) => {
    await start();
    front.tokens.set('good', { user: 'w-1' }).set('old', { user: 'w-1', expires: 1 });
    const client = new RawClient(front.port).send(
      `GET /graphql?query=%7Bme%7D HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n${authorization.map((line) => `authorization: ${line}\r\n`).join('')}\r\n`,
    );
    await until(() => client.closed);
    expect(client.received).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(client.received).toContain('www-authenticate: Bearer error="invalid_token"');
    expect(client.received).toContain(code);
    expect(front.asked).toEqual([]);
  });

  it('is anonymous where nobody signs in, whatever is sent', async () => {
    await start({ tokens: undefined });
    expect((await front.post({ query: ME }, { authorization: 'Bearer of another house' })).status).toBe(200);
    expect(front.asked[0]?.caller.principal).toEqual({ kind: 'ANONYMOUS' });
  });
});

describe('a hub that takes no questions', () => {
  it('says so before it reads one, and when to come again', async () => {
    await start({ refuseNew: () => refuse('HUB_OVERLOADED') });
    const response = await front.post('no question at all');
    expect([response.headers.get('retry-after'), ...(await told(response))]).toEqual(['1', 503, 'HUB_OVERLOADED']);
    expect(front.asked).toEqual([]);
  });
});

describe('a document that was made known ahead', () => {
  const hash = documentHash(ME);
  const documents = (): TrustedDocuments => new TrustedDocuments('only', [{ client: 'window', documents: new Map([[hash, ME]]) }]);
  const persistedQuery = { version: 1, sha256Hash: hash };

  it.each<[string, () => Promise<Response>]>([
    ['its id by POST', () => front.post({ documentId: `sha256:${hash}` })],
    ['its id by GET', () => get({ documentId: `sha256:${hash}` })],
    ["Apollo's extension by POST", () => front.post({ extensions: { persistedQuery } })],
    ["Apollo's extension by GET", () => get({ extensions: JSON.stringify({ persistedQuery }) })],
    ['its text', () => front.post({ query: ME })],
  ])('is asked by %s', async (_, ask) => {
    await start({ documents });
    expect((await ask()).status).toBe(200);
    expect(front.asked.map(({ query }) => query)).toEqual([ME]);
  });

  it.each<[string, unknown, Record<string, string>, number, string]>([
    ['another text', { query: '{ me { name } }' }, {}, 403, 'DOCUMENT_NOT_TRUSTED'],
    ['an id that is not known', { documentId: `sha256:${'0'.repeat(64)}` }, {}, 404, 'DOCUMENT_NOT_FOUND'],
    ['an id that another client has', { documentId: `sha256:${hash}` }, { 'yichuang-client': 'other' }, 404, 'DOCUMENT_NOT_FOUND'],
    ['neither', {}, {}, 400, 'BAD_REQUEST'],
    ['an id that is no text', { documentId: 7 }, {}, 400, 'BAD_REQUEST'],
  ])('keeps out %s', async (_, body, headers, status, code) => {
    await start({ documents });
    for (const accept of ['application/json', 'application/graphql-response+json', 'text/event-stream'])
      expect(await told(await front.post(body, { ...headers, accept }))).toEqual([status, code]);
    expect(front.asked).toEqual([]);
  });
});

describe('a request that offers another protocol', () => {
  it('is answered as it stands, as those of Java’s HttpClient must be, and the connection goes on', async () => {
    await start();
    const upgrade = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAEAAEAAAAIAAAAB' };
    const client = new RawClient(front.port).post('/graphql', { query: ME }, upgrade);
    await client.sees('"me":{"id":"1"}');
    client.post('/graphql', { query: ME }, { connection: 'close' });
    await until(() => client.closed);
    expect(client.received.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  });

  it('for WebSocket on another path is told that there is nothing', async () => {
    await start();
    const client = new RawClient(front.port).send('GET /health HTTP/1.1\r\nhost: hub\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n');
    await until(() => client.closed);
    expect(client.received).toMatch(/^HTTP\/1\.1 404 /);
  });
});

describe('a byte order mark', () => {
  it('before the body does no harm', async () => {
    await start();
    const response = await fetch(front.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `\ufeff${JSON.stringify({ query: ME })}`,
    });
    expect(response.status).toBe(200);
  });
});

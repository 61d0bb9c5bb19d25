import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeferredPart } from '../../src/execution/executor.js';
import { failure, outcome, part, settled, startFront, whole, type TestFront } from './setup/front.js';
import { until } from '../setup/until.js';
import { RawClient } from './setup/raw-client.js';
import { Source } from './setup/source.js';

const APOLLO = 'multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json;q=0.9';
const DEFERRED = { query: 'query Deferred { me { id ... @defer(label: "slow") { name } } }' };
const ID = '[0-9a-f-]{36}';

let front: TestFront;
let rest: Source<DeferredPart[]>;
beforeAll(async () => {
  front = await startFront({
    Deferred: () => ({ ok: true, kind: 'PARTS', first: outcome({ me: { id: '1' } }), rest }),
    Plain: () => whole({ me: { id: '1' } }),
  });
});
beforeEach(() => {
  rest = new Source();
});
afterAll(() => front.close());

describe('a deferred answer over multipart/mixed', () => {
  it('has the framing that Apollo’s clients and the RFC on incremental delivery want, part by part', async () => {
    const client = new RawClient(front.port).post('/graphql', DEFERRED, { accept: APOLLO });
    // The first part is whole, its closing delimiter included, while the second is not even ready.
    await client.sees('"hasNext":true}\r\n---\r\n');
    rest.push([part(['me'], { name: 'x' }, { label: 'slow', provenance: [{ path: ['me', 'name'], agency: 'hrss' } as never] })]);
    await client.sees('"name":"x"');
    rest.push([part(['me'], null, { errors: [failure('AGENCY_TIMEOUT', ['me', 'name'])] }), part([], { viewer: null })]).end();
    await client.sees('-----\r\n');
    const { head, body } = client.response;
    expect(head).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(head).toMatch(/\r\ncontent-type: multipart\/mixed; boundary="-"; deferSpec=20220824\r\n/);
    expect(head).toMatch(/\r\ncache-control: no-store\r\n/);
    expect(head).toMatch(/\r\ntransfer-encoding: chunked(\r\n|$)/i);
    expect(body.replace(new RegExp(ID), 'ID').split('\r\n')).toEqual([
      '',
      '---',
      'content-type: application/json; charset=utf-8',
      '',
      '{"data":{"me":{"id":"1"}},"extensions":{"requestId":"ID"},"hasNext":true}',
      '---',
      'content-type: application/json; charset=utf-8',
      '',
      '{"incremental":[{"data":{"name":"x"},"path":["me"],"label":"slow","extensions":{"provenance":[{"path":["me","name"],"agency":"hrss"}]}}],"hasNext":true}',
      '---',
      'content-type: application/json; charset=utf-8',
      '',
      '{"incremental":[{"data":null,"path":["me"],"errors":[{"message":"AGENCY_TIMEOUT","path":["me","name"],"extensions":{"code":"AGENCY_TIMEOUT"}}]},{"data":{"viewer":null},"path":[]}],"hasNext":true}',
      '---',
      'content-type: application/json; charset=utf-8',
      '',
      '{"hasNext":false}',
      '-----',
      '',
    ]);
    client.leave();
  });

  it('lets go of the question when the client leaves between two parts', async () => {
    const client = new RawClient(front.port).post('/graphql', DEFERRED, { accept: APOLLO });
    await client.sees('"hasNext":true');
    await until(() => rest.pulls === 1);
    client.leave();
    await rest.returned;
  });

  it('ends with INTERNAL when the hub fails after the first part, and the fault is in the log', async () => {
    rest.fail(new Error('a secret of the hub'));
    const response = await front.post(DEFERRED, { accept: APOLLO });
    const body = await response.text();
    expect(body).toMatch(/"code":"INTERNAL".*"hasNext":false}\r\n-----\r\n$/);
    expect(body + front.log.join('')).not.toContain('a secret');
    expect(front.log.join('')).toContain('"msg":"fault"');
  });

  it('does not run ahead of a client that reads slowly', async () => {
    const large = 'x'.repeat(64 * 1024);
    const parts = 500;
    for (let i = 0; i < parts; i++) rest.push([part(['me'], { name: large })]);
    rest.end();
    const client = new RawClient(front.port).post('/graphql', DEFERRED, { accept: APOLLO });
    await client.sees('"hasNext":true');
    client.keeps = false;
    client.socket.pause();
    expect(await settled(() => rest.pulls)).toBeLessThan(parts / 2);
    client.socket.resume();
    await client.sees('-----\r\n');
    expect(client.length).toBeGreaterThan(parts * large.length);
    client.leave();
  });
});

describe('a plain answer for a client that takes parts', () => {
  it('comes at once in the type it prefers', async () => {
    const response = await front.post({ query: 'query Plain { me { id } }' }, { accept: APOLLO });
    expect(response.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
    expect(await response.json()).toMatchObject({ data: { me: { id: '1' } } });
  });

  it('comes as the only part when nothing else is accepted', async () => {
    const response = await front.post({ query: 'query Plain { me { id } }' }, { accept: 'multipart/mixed' });
    expect((await response.text()).replace(new RegExp(ID), 'ID')).toBe(
      '\r\n---\r\ncontent-type: application/json; charset=utf-8\r\n\r\n{"data":{"me":{"id":"1"}},"extensions":{"requestId":"ID"},"hasNext":false}\r\n-----\r\n',
    );
  });

  it('is refused as JSON with its own status', async () => {
    const response = await front.post({ query: 'query {' }, { accept: 'multipart/mixed' });
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/graphql-response+json; charset=utf-8']);
  });
});

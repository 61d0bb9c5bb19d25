import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import type { AgencyClient } from '../../src/agencies/client.js';
import type { Reply } from '../../src/agencies/reply.js';
import { FakeAgency, type Behaviour } from '../setup/fake-agency.js';
import { until } from '../setup/until.js';
import { clientOf, codeOf, mutate, query, raw, RawServer } from './setup.js';

const agency = new FakeAgency(() => ({ data: { n: 1 } }));
let client: AgencyClient;
const outcomes: string[] = [];
beforeAll(() => agency.start());
afterAll(() => agency.stop());

const DEADLINE_MS = 10_000;
/** What the hub's clock is ahead by: time passes when the agency has what it does not answer, and not while the machine is busy. */
let ahead = 0;
const now = performance.now.bind(performance);
beforeAll(() => void jest.spyOn(performance, 'now').mockImplementation(() => now() + ahead));
afterAll(() => {
  jest.restoreAllMocks();
});

/** Asks; lets the deadline pass, where the agency lets it, once the question is there. */
async function asked(code: string, ask: (client: AgencyClient) => Promise<Reply>): Promise<Reply> {
  const reply = ask(client);
  if (code === 'AGENCY_TIMEOUT') {
    await until(() => agency.questions.length === 1);
    ahead += DEADLINE_MS;
  }
  return reply;
}
beforeEach(() => {
  agency.received.length = 0;
  outcomes.length = 0;
  const settings = { deadlineMs: DEADLINE_MS, maxReplyBytes: 50_000, breakAfter: 100 };
  client = clientOf(agency.url, settings, ({ outcome }) => outcomes.push(outcome));
});
const held: ServerResponse[] = [];
afterEach(async () => {
  for (const response of held.splice(0)) response.destroy();
  await until(() => client.pressure.underWay === 0);
  expect(client.pressure).toEqual({ underWay: 0, waiting: 0, open: 0, circuit: 'CLOSED' });
  await client.close();
});

const begins = (text: string, headers: Record<string, string> = {}): Behaviour => {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).write(text);
    held.push(response);
    return undefined;
  };
};
const breaksOff = (text: string, headers: Record<string, string> = {}): Behaviour => {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).write(text, () => response.destroy());
    return undefined;
  };
};
const TOO_MUCH = `{"data":{"n":"${'x'.repeat(60_000)}"}}`;

/** What the agency does, the code of the failure, and how often a query is sent. */
const FAULTS: readonly (readonly [name: string, code: string, times: number, behaviour: Behaviour])[] = [
  ['hangs before its headers', 'AGENCY_TIMEOUT', 1, (_, response) => void held.push(response)],
  ['hangs in its body', 'AGENCY_TIMEOUT', 1, begins('{"data":')],
  ['hangs in a body of known length', 'AGENCY_TIMEOUT', 1, begins('{"data":', { 'content-length': '100' })],
  ['breaks off in a body of known length', 'AGENCY_BAD_RESPONSE', 1, breaksOff('{"data":', { 'content-length': '100' })],
  ['breaks off between chunks', 'AGENCY_BAD_RESPONSE', 1, breaksOff('{"data":{"n":1}}')],
  ['closes the connection', 'AGENCY_UNAVAILABLE', 2, (_, response) => void response.destroy()],
  ['resets the connection', 'AGENCY_UNAVAILABLE', 2, (_, response) => void response.socket?.resetAndDestroy()],
  ['sends a page', 'AGENCY_BAD_RESPONSE', 1, raw('{"data":{"n":1}}', { type: 'text/html' })],
  ['names no content type', 'AGENCY_BAD_RESPONSE', 1, (_, response) => void response.writeHead(200).end('{"data":{"n":1}}')],
  ['sends too much', 'AGENCY_BAD_RESPONSE', 1, raw(TOO_MUCH)],
  ['sends too much without end', 'AGENCY_BAD_RESPONSE', 1, begins(TOO_MUCH)],
  ['sends too much of something else', 'AGENCY_BAD_RESPONSE', 1, raw(TOO_MUCH, { type: 'text/html' })],
  ['sends no JSON', 'AGENCY_BAD_RESPONSE', 1, raw('{"data":')],
  ['sends nothing', 'AGENCY_BAD_RESPONSE', 1, raw('')],
  ['writes names in GB18030', 'AGENCY_BAD_RESPONSE', 1, raw(Buffer.from('7b2264617461223a7b226e223a22cdf5227d7d', 'hex'))],
  [
    'writes a long reply in GB18030',
    'AGENCY_BAD_RESPONSE',
    1,
    raw(Buffer.concat([Buffer.from('{"data":{"n":"'), Buffer.alloc(4_000, 'cdf5', 'hex'), Buffer.from('"}}')])),
  ],
  ['sends a list', 'AGENCY_BAD_RESPONSE', 1, raw('[1]')],
  ['sends an object that is no reply', 'AGENCY_BAD_RESPONSE', 1, raw('{}')],
  ['sends data that is a list', 'AGENCY_BAD_RESPONSE', 1, raw('{"data":[1]}')],
  ['sends errors that are no list', 'AGENCY_BAD_RESPONSE', 1, raw('{"data":null,"errors":{}}')],
  ['fails', 'AGENCY_UNAVAILABLE', 1, raw('oops', { type: 'text/plain', status: 500 })],
  ['is not available', 'AGENCY_UNAVAILABLE', 2, raw('', { type: 'text/plain', status: 503 })],
  ['has a gateway that cannot reach it', 'AGENCY_UNAVAILABLE', 2, raw('', { type: 'text/html', status: 502 })],
  ['has a gateway that waits in vain', 'AGENCY_UNAVAILABLE', 2, raw('', { type: 'text/html', status: 504 })],
  ['wants to be left alone for long', 'AGENCY_UNAVAILABLE', 1, raw('', { status: 503, headers: { 'retry-after': '60' } })],
  ['refuses the hub', 'AGENCY_UNAVAILABLE', 1, raw('{}', { status: 401 })],
  ['refuses the document', 'AGENCY_BAD_RESPONSE', 1, raw('{"errors":[{"message":"x"}]}', { status: 400 })],
  ['is not there', 'AGENCY_BAD_RESPONSE', 1, raw('not found', { type: 'text/plain', status: 404 })],
  ['is busy', 'AGENCY_RATE_LIMITED', 1, raw('', { status: 429 })],
];

describe('an agency that', () => {
  it.each(FAULTS)('%s is a failure with %s, and a query goes to it %d times', async (_, code, times, behaviour) => {
    agency.behaviour = behaviour;
    const reply = await asked(code, query);
    expect(codeOf(reply)).toBe(code);
    expect(reply).toMatchObject({ failure: { detail: { agency: 'postal', since: expect.stringMatching(/^\d{4}-.*Z$/) } } });
    expect(agency.questions).toHaveLength(times);
    expect(outcomes).toEqual([code]);
  });

  it.each(FAULTS)('%s is a failure with %s, and a mutation goes to it once', async (_, code, __, behaviour) => {
    agency.behaviour = behaviour;
    expect(codeOf(await asked(code, mutate))).toBe(code);
    expect(agency.questions).toHaveLength(1);
  });

  it('is down is a failure with AGENCY_UNAVAILABLE since the first one, and answers when it is back', async () => {
    const other = await new FakeAgency(() => ({ data: { n: 2 } })).start();
    const down = clientOf(other.url);
    const { port } = other;
    await other.stop();
    const first = await query(down);
    expect(first).toMatchObject({ failure: { code: 'AGENCY_UNAVAILABLE' } });
    expect(await mutate(down)).toEqual(first);
    expect(down.tracker.state).toBe('DOWN');
    await other.start(port);
    expect(await query(down)).toMatchObject({ ok: true, data: { n: 2 } });
    expect(down.tracker).toMatchObject({ state: 'UP', failingSince: undefined });
    await down.close();
    await other.stop();
  });

  it('accepts connections and does not speak HTTP is a failure with AGENCY_BAD_RESPONSE', async () => {
    const server = new RawServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n\r\n'));
    const odd = clientOf(await server.start());
    expect(codeOf(await query(odd))).toBe('AGENCY_BAD_RESPONSE');
    expect(server.connections).toBe(1);
    await odd.close();
    await server.stop();
  });

  it('breaks off in its headers again and again is a failure that counts', async () => {
    const server = new RawServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-ty'));
    const odd = clientOf(await server.start(), { breakAfter: 1 });
    expect(codeOf(await query(odd))).toBe('AGENCY_UNAVAILABLE');
    expect(server.connections).toBe(2);
    expect(odd.pressure.circuit).toBe('OPEN');
    await odd.close();
    await server.stop();
  });
});

describe('a reply', () => {
  const PLAIN = { ascii: true, escaped: false };

  it.each<[string, string, Reply]>([
    ['without errors', '{"data":{"n":1}}', { ok: true, data: { n: 1 }, errors: [], provenance: [], writing: PLAIN }],
    [
      'with errors that are null',
      '{"data":{"n":1},"errors":null}',
      { ok: true, data: { n: 1 }, errors: [], provenance: [], writing: PLAIN },
    ],
    [
      'with errors and provenance',
      '{"data":null,"errors":[{"message":"x","path":["n",0],"extensions":{"code":"AGENCY_CLOSED"}},7],"extensions":{"provenance":[{"path":["n"],"system":"yz-44","jurisdiction":"440000","asOf":"2026-01-01T00:00:00+08:00","freshness":"LIVE"},{"path":["n"],"system":"yz-44","freshness":"OLD"}]}}',
      {
        ok: true,
        data: null,
        errors: [{ path: ['n', 0], message: 'x', extensions: { code: 'AGENCY_CLOSED' } }],
        provenance: [{ path: ['n'], system: 'yz-44', jurisdiction: '440000', asOf: '2026-01-01T00:00:00+08:00', freshness: 'LIVE' }],
        writing: PLAIN,
      },
    ],
    [
      'in Chinese',
      `{"data":{"n":"${'广东省'.repeat(800)}"}}`,
      { ok: true, data: { n: '广东省'.repeat(800) }, errors: [], provenance: [], writing: { ascii: false, escaped: false } },
    ],
    [
      'with something escaped',
      '{"data":{"n":"\\u5f20"}}',
      { ok: true, data: { n: '张' }, errors: [], provenance: [], writing: { ascii: false, escaped: true } },
    ],
  ])('%s is read as it is', async (_, text, expected) => {
    agency.behaviour = raw(text, { type: 'application/graphql-response+json; charset=utf-8' });
    expect(await query(client)).toEqual(expected);
    expect(outcomes).toEqual(['OK']);
  });

  it('that comes in many pieces, cut within characters, is put together', async () => {
    const bytes = Buffer.from(JSON.stringify({ data: { n: '邮政管理局'.repeat(50) } }));
    agency.behaviour = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const next = (from: number): void => {
        if (from >= bytes.length) response.end();
        else response.write(bytes.subarray(from, from + 100), () => setImmediate(next, from + 100));
      };
      next(0);
      return undefined;
    };
    expect(await query(client)).toMatchObject({ ok: true, data: { n: '邮政管理局'.repeat(50) } });
  });

  it('counts when it brings data under a status that says otherwise', async () => {
    agency.behaviour = raw('{"data":{"n":1},"errors":[]}', { status: 500 });
    expect(await query(client)).toMatchObject({ ok: true, data: { n: 1 } });
  });

  it('is awaited over early hints', async () => {
    agency.behaviour = (_, response) => {
      response.writeEarlyHints({ link: '</x>; rel=preload' });
      return { data: { n: 1 } };
    };
    expect(await query(client)).toMatchObject({ ok: true, data: { n: 1 } });
  });

  it('of a busy agency says when to come back, as a number or a date', async () => {
    agency.behaviour = raw('', { status: 429, headers: { 'retry-after': '7' } });
    expect(await query(client)).toMatchObject({ failure: { detail: { retryAfterSeconds: 7 } } });
    agency.behaviour = raw('', { status: 429, headers: { 'retry-after': new Date(Date.now() + 90_000).toUTCString() } });
    const reply = await query(client);
    const seconds = reply.ok ? 0 : (reply.failure.detail.retryAfterSeconds ?? 0);
    expect(seconds).toBeGreaterThan(80);
    expect(seconds).toBeLessThan(91);
    expect(client.tracker.state).toBe('DEGRADED');
  });
});

describe('a call', () => {
  beforeEach(() => {
    agency.behaviour = () => ({ data: { n: 1 } });
  });

  it('carries a grant, the question and what is left of its time', async () => {
    await query(client, { leftMs: 2_000 });
    await query(client, { leftMs: 50_000 });
    const [short, long] = agency.questions;
    expect(short).toMatchObject({
      body: '{"query":"query($n:Int){n(n:$n)}","variables":{"n":1}}',
      path: '/graphql',
      headers: {
        'yichuang-grant': expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+~[\w-]+~$/),
        'content-type': 'application/json',
        accept: 'application/json',
        'yichuang-question': '11111111-2222-4333-8444-555555555555',
      },
    });
    expect(Number(short?.headers['yichuang-deadline-ms'])).toBeLessThanOrEqual(2_000);
    expect(Number(long?.headers['yichuang-deadline-ms'])).toBeLessThanOrEqual(10_000);
    expect(Number(long?.headers['yichuang-deadline-ms'])).toBeGreaterThan(2_000);
  });

  it('of a question without time is answered with QUESTION_TIMEOUT, later, and is not sent', async () => {
    let now = true;
    const reply = query(client, { leftMs: 0 }).then((one) => ({ one, now }));
    now = false;
    expect(await reply).toEqual({
      one: { ok: false, failure: { code: 'QUESTION_TIMEOUT', detail: { agency: 'postal', sent: false } } },
      now: false,
    });
    expect(agency.questions).toHaveLength(0);
  });
});

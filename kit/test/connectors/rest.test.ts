import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { connect } from '../../src/connectors/index.js';
import { parseExactJson } from '../../src/connectors/exact-json.js';
import { retryAfterSeconds } from '../../src/connectors/retry-after.js';
import { AgencyFault, type LegacySystem, type SystemQuestion } from '../../src/systems/system.js';

const NUMBER = '11010519491231002X';
const SECRET = '张三的秘密';

interface Seen {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}
type Answer = (response: ServerResponse, seen: Seen) => void;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(answer: Answer): Promise<{ endpoint: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { url: request.url ?? '', headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) as unknown };
      seen.push(one);
      answer(response, one);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`, seen };
}

const json =
  (value: unknown): Answer =>
  (response) => {
    response.setHeader('content-type', 'application/json').end(typeof value === 'string' ? value : JSON.stringify(value));
  };

function system(endpoint: string, more: Record<string, unknown> = {}): LegacySystem {
  const made = connect(
    'rest',
    {
      endpoint,
      headers: { 'x-api-key': 'k-1' },
      queries: {
        citizen: { path: '/person', keys: 'sfzh', rows: { AC01: 'data.grxx', AC43: 'data.jfmx' } },
        unit: { path: '/unit', keys: 'tyshxydm', rows: { AB01: 'data.dwxx' } },
      },
      codeField: 'code',
      ...more,
    },
    { id: 'rest-1', jurisdictions: [] },
  );
  closers.push(() => made.close());
  return made;
}

const asking = (more: Partial<SystemQuestion> = {}): SystemQuestion => ({
  by: 'citizen',
  keys: [NUMBER],
  parts: ['AC01', 'AC43'],
  signal: AbortSignal.timeout(5000),
  ...more,
});

async function faultOf(asked: Promise<unknown>): Promise<AgencyFault> {
  const fault = await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(fault instanceof AgencyFault)) throw new Error('no AgencyFault was thrown', { cause: fault });
  return fault;
}

const EMPTY = { code: '0', data: { grxx: [], jfmx: [] } };

describe('the rest connector asks', () => {
  it('once for all keys and parts, with keys in the body only and the credentials in headers', async () => {
    const { endpoint, seen } = await serve(json(EMPTY));
    await system(endpoint, { partsField: 'cxnr', partNames: { AC43: 'jfmx' }, body: { version: '1.0' } }).ask(
      asking({ keys: [NUMBER, '440524188001010014'] }),
    );
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      url: '/api/person',
      headers: { 'x-api-key': 'k-1' },
      body: { version: '1.0', sfzh: [NUMBER, '440524188001010014'], cxnr: ['AC01', 'jfmx'] },
    });
  });

  it('for every stored form of a citizen number where registers compare text, and only for citizens', async () => {
    const { endpoint, seen } = await serve((response, one) => {
      json(one.url === '/api/unit' ? { code: '0', data: { dwxx: [] } } : EMPTY)(response, one);
    });
    const asked = system(endpoint, { keyForms: true });
    await asked.ask(asking());
    await asked.ask(asking({ by: 'unit', keys: ['91350100M000100Y43'], parts: ['AB01'] }));
    expect(seen.map(({ body }) => body)).toEqual([
      { sfzh: [NUMBER, '11010519491231002x', '110105491231002', '１１０１０５１９４９１２３１００２Ｘ'] },
      { tyshxydm: ['91350100M000100Y43'] },
    ]);
  });

  it('not at all for parts that are not kept by that kind of key', async () => {
    const { endpoint, seen } = await serve(json(EMPTY));
    const answer = await system(endpoint).ask(asking({ by: 'unit', keys: ['91350100M000100Y43'], parts: ['AC43'] }));
    expect(answer.rows).toEqual(new Map([['AC43', []]]));
    expect(seen).toHaveLength(0);
  });

  it('nobody by a kind of key the service does not know', async () => {
    const { endpoint } = await serve(json(EMPTY));
    expect((await faultOf(system(endpoint).ask(asking({ by: 'outlet' })))).code).toBe('NOT_SUPPORTED_HERE');
  });
});

describe('the rest connector reads', () => {
  it('values as the source wrote them: numbers to the last digit, truth as 1 and 0, null as null', async () => {
    const { endpoint } = await serve(
      json(
        '{"code":0,"data":{"grxx":[{"sfzh":110105194912310021,"je":6000.00,"big":1E2,"zc":true,"sw":false,"bz":null,"xm":"张 三 1,234","more":{"a":1}}],"jfmx":null}}',
      ),
    );
    const { rows, freshness } = await system(endpoint).ask(asking());
    expect(freshness).toBe('LIVE');
    expect(Object.fromEntries(rows)).toEqual({
      AC01: [{ sfzh: '110105194912310021', je: '6000.00', big: '1E2', zc: '1', sw: '0', bz: null, xm: '张 三 1,234' }],
      AC43: [],
    });
  });

  it('nested lists, whose rows inherit what stands above them', async () => {
    const { endpoint } = await serve(
      json({
        code: '0',
        data: [
          {
            idNo: NUMBER,
            name: '甲',
            accounts: [{ scheme: '110', name: '户', payments: [{ month: '202401' }, { month: '202402', scheme: '210' }] }],
          },
          { idNo: '440524188001010014', name: '乙', accounts: [{ scheme: '110', payments: null }] },
        ],
      }),
    );
    const rows = { AC01: 'data[]', AC43: 'data[].accounts[].payments[]' };
    const answer = await system(endpoint, { queries: { citizen: { path: '/q', keys: 'ids', rows } } }).ask(asking());
    expect(answer.rows.get('AC01')).toEqual([
      { idNo: NUMBER, name: '甲' },
      { idNo: '440524188001010014', name: '乙' },
    ]);
    expect(answer.rows.get('AC43')).toEqual([
      { idNo: NUMBER, name: '户', scheme: '110', month: '202401' },
      { idNo: NUMBER, name: '户', scheme: '210', month: '202402' },
    ]);
  });

  it('any JSON as JSON.parse does, but for numbers, whose text it keeps', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const texts = (value: unknown): unknown =>
          typeof value === 'number'
            ? Object.is(value, -0)
              ? '0'
              : String(value)
            : Array.isArray(value)
              ? value.map(texts)
              : typeof value === 'object' && value !== null
                ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, texts(one)]))
                : value;
        const numbers = (value: unknown): unknown =>
          Array.isArray(value)
            ? value.map(numbers)
            : typeof value === 'object' && value !== null
              ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, numbers(one)]))
              : typeof value === 'string' && /^-?\d/.test(value) && String(Number(value)) !== value && Number.isFinite(Number(value))
                ? String(Number(value))
                : value;
        expect(numbers(parseExactJson(text))).toEqual(numbers(texts(JSON.parse(text))));
      }),
    );
  });

  it('nothing as JSON that is not', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', '\\', '1', '0', '-', '.', 'e', ',', ':', '{', '}', '[', ']', 'a', ' ') }),
        (text) => {
          const accepts = (parse: (text: string) => unknown): boolean => {
            try {
              parse(text);
              return true;
            } catch {
              return false;
            }
          };
          expect(accepts(parseExactJson)).toBe(accepts(JSON.parse));
        },
      ),
      { numRuns: 2000, examples: [['{1:1}'], ['"\\0'], ['"\\"1']] },
    );
  });
});

describe('the rest connector refuses', () => {
  const bad: readonly (readonly [string, Answer])[] = [
    ['an answer that is not JSON', json(`<html>${SECRET}</html>`)],
    ['an error inside a success', json({ code: 'E500', msg: SECRET })],
    ['a success without a code', json({ data: { grxx: [], jfmx: [] } })],
    ['an answer without the list', json({ code: '0', data: { grxx: [] } })],
    ['a list that is something else', json({ code: '0', data: { grxx: [SECRET], jfmx: [] } })],
    ['an answer longer than allowed', json({ code: '0', data: { grxx: [], jfmx: [] }, padding: 'x'.repeat(5000) })],
    ['HTTP 404', (response) => void response.writeHead(404).end(SECRET)],
    ['a redirection', (response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    ['bytes of GBK', (response) => void response.end(Buffer.from([0x7b, 0x22, 0xd5, 0xc5, 0x22, 0x3a, 0x30, 0x7d]))],
    [
      'an answer that breaks off',
      (response) => {
        response.writeHead(200, { 'content-length': '500' });
        response.write('{"code":"0","data":', () => response.socket?.destroy());
      },
    ],
    ['an answer that is cut but complete by HTTP', (response) => void response.end('{"code":"0","data":{"grxx":[')],
  ];
  it.each(bad)('%s as AGENCY_BAD_RESPONSE, without repeating it', async (_, answer) => {
    const { endpoint } = await serve(answer);
    const fault = await faultOf(system(endpoint, { maxBytes: 4000 }).ask(asking()));
    expect(fault).toMatchObject({ code: 'AGENCY_BAD_RESPONSE', transient: false });
    expect(fault.message).not.toContain(SECRET);
    expect(fault.message).not.toContain(NUMBER);
  });

  it('an answer whose total says that rows are missing', async () => {
    const { endpoint } = await serve(json({ code: '0', data: { list: [{ a: '1' }], total: 2 } }));
    const queries = { citizen: { path: '/q', keys: 'ids', rows: { AC43: 'data.list' }, totals: { AC43: 'data.total' } } };
    expect((await faultOf(system(endpoint, { queries }).ask(asking({ parts: ['AC43'] })))).code).toBe('AGENCY_BAD_RESPONSE');
  });

  it('as not supported what the province declares so', async () => {
    const { endpoint } = await serve(json({ code: 'E404', msg: '暂不支持' }));
    expect((await faultOf(system(endpoint, { refusals: { E404: 'NOT_SUPPORTED_HERE' } }).ask(asking()))).code).toBe('NOT_SUPPORTED_HERE');
  });
});

describe('the rest connector tells apart', () => {
  it('a used-up rate limit, with the seconds to wait', async () => {
    const { endpoint } = await serve((response) => void response.writeHead(429, { 'retry-after': '7' }).end());
    expect(await faultOf(system(endpoint).ask(asking()))).toMatchObject({ code: 'AGENCY_RATE_LIMITED', detail: { retryAfterSeconds: 7 } });
  });

  it.each([503, 500, 401])('a service that refuses with %i', async (status) => {
    const { endpoint } = await serve((response) => void response.writeHead(status, { 'retry-after': '120' }).end());
    expect(await faultOf(system(endpoint).ask(asking()))).toMatchObject({
      code: 'AGENCY_UNAVAILABLE',
      transient: false,
      detail: { retryAfterSeconds: 120 },
    });
  });

  it('a connection that is refused or breaks before an answer, which may be tried again', async () => {
    const { endpoint } = await serve((response) => void response.socket?.destroy());
    expect(await faultOf(system(endpoint).ask(asking()))).toMatchObject({ code: 'AGENCY_UNAVAILABLE', transient: true });
    expect(await faultOf(system('http://127.0.0.1:1').ask(asking()))).toMatchObject({ code: 'AGENCY_UNAVAILABLE', transient: true });
  });

  it('a caller who no longer waits, before and during the answer', async () => {
    for (const begun of [false, true]) {
      const caller = new AbortController();
      const { endpoint } = await serve((response) => {
        if (begun)
          response.writeHead(200).write('{"code":', () =>
            setImmediate(() => {
              caller.abort();
            }),
          );
        else caller.abort();
      });
      await expect(system(endpoint).ask(asking({ signal: caller.signal }))).rejects.toMatchObject({ name: 'AbortError' });
    }
  });

  it('seconds and dates in Retry-After, and neither', () => {
    const now = new Date('2026-10-31T00:00:00Z');
    expect(retryAfterSeconds('30', now)).toBe(30);
    expect(retryAfterSeconds('Sat, 31 Oct 2026 00:01:30 GMT', now)).toBe(90);
    expect(retryAfterSeconds('Fri, 30 Oct 2026 00:00:00 GMT', now)).toBe(0);
    for (const nothing of [undefined, '', 'soon', '-5']) expect(retryAfterSeconds(nothing, now)).toBeUndefined();
  });
});

describe('the settings of the rest connector', () => {
  it.each([
    ['endpoint', { endpoint: 'ftp://x' }],
    ['queries', { queries: undefined }],
    ['queries.citizen.rows.AC43', { queries: { citizen: { path: '/q', keys: 'k', rows: { AC43: 'data..x' } } } }],
    ['okCode', { okCode: '0' }],
    ['refusals.E1', { refusals: { E1: 'NEVER_MIND' } }],
  ])('fail at start and name %s', (name, wrong) => {
    const settings = { endpoint: 'http://127.0.0.1:1', queries: {}, headers: { 'x-api-key': 'k-secret' }, ...wrong };
    const connecting = (): unknown => connect('rest', settings, { id: 'rest-1', jurisdictions: [] });
    expect(connecting).toThrow(`system rest-1: setting ${name} `);
    expect(connecting).not.toThrow('k-secret');
  });
});

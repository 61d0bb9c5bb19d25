import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { citizenCheckCharacter } from '@yichuang/schema';
import { decodeGb18030, encodeGb18030 } from '../../src/connectors/encoding.js';
import { connect } from '../../src/connectors/index.js';
import { conditionOf } from '../../src/connectors/soap/envelope.js';
import { childOf, readXml } from '../../src/connectors/soap/xml.js';
import { AgencyFault, type LegacySystem, type RawRow } from '../../src/systems/system.js';

const NUMBER = '11010519491231002X';
const UNIT = '91350100M000100Y43';
const SECRET = '张三的秘密';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Answer = (response: ServerResponse, request: string) => void;

/** A core whose log-in always works and whose queries answer as told; what it is sent is kept. */
async function core(
  answer: Answer,
  logIn: Answer = give(session('s-1')),
): Promise<{ endpoint: string; queries: string[]; logIns: () => number }> {
  const queries: string[] = [];
  let logIns = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = decodeGb18030(Buffer.concat(chunks));
      if (text.includes('F00.00.01')) {
        logIns++;
        logIn(response, text);
      } else {
        queries.push(text);
        answer(response, text);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/services`, queries, logIns: () => logIns };
}

const envelope = (body: string, header = ''): string =>
  `<?xml version="1.0" encoding="GBK"?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/">${header}<S:Body><out:business xmlns:out="http://www.molss.gov.cn/">${body}</out:business></S:Body></S:Envelope>`;
const session = (id: string): string =>
  envelope('<result><flag>1</flag></result>', `<S:Header><system><para sessionid="${id}"/></system></S:Header>`);
const told = (body: string): string => envelope(`<result><flag>1</flag></result>${body}`);
const refusal = (code: string): string => envelope(`<result><flag>-1</flag><code>${code}</code><message>${SECRET}</message></result>`);
const AC01 = `<resultset name="AC01" row_count="1" querysql="select ${SECRET}"><row aac002="${NUMBER}" aac003="李&amp;&#x338;𬀩" aae138=""/></resultset>`;

const give =
  (text: string | Buffer, status = 200): Answer =>
  (response) => {
    response.writeHead(status).end(typeof text === 'string' ? encodeGb18030(text) : text);
  };

function system(endpoint: string, more: object = {}): LegacySystem {
  const made = connect(
    'soap',
    {
      endpoint,
      user: 'hub',
      password: 'p"<&',
      keys: { citizen: { column: 'aac002', parts: ['AC01', 'AC43'] }, unit: { column: 'sab010', parts: ['AB01'] } },
      sessionCodes: ['E0101'],
      refusals: { E0900: 'AGENCY_CLOSED' },
      ...more,
    },
    { id: 'hrss-soap-510000', jurisdictions: [] },
  );
  closers.push(() => made.close());
  return made;
}

const ask = async (made: LegacySystem, parts: readonly string[] = ['AC01']): Promise<ReadonlyMap<string, readonly RawRow[]>> =>
  (await made.ask({ by: 'citizen', keys: [NUMBER], parts, signal: AbortSignal.timeout(5000) })).rows;

async function faultOf(act: Promise<unknown>): Promise<AgencyFault> {
  try {
    await act;
  } catch (error) {
    if (error instanceof AgencyFault) return error;
    throw error;
  }
  throw new Error('there was an answer');
}

describe('a refusal by status', () => {
  it('429 is a rate limit that says how long to wait, and 503 a system that is not there', async () => {
    const refusing =
      (status: number): Answer =>
      (response) => {
        response.writeHead(status, { 'retry-after': '7' }).end(SECRET);
      };
    for (const [status, code] of [
      [429, 'AGENCY_RATE_LIMITED'],
      [503, 'AGENCY_UNAVAILABLE'],
    ] as const) {
      const fault = await faultOf(ask(system((await core(refusing(status))).endpoint)));
      expect(fault).toMatchObject({ code, detail: { retryAfterSeconds: 7 } });
      expect(fault.message).not.toContain(SECRET);
    }
  });
});

describe('a question', () => {
  it('is one call with all parts and every form of every number, and answers with the rows as they stand', async () => {
    const { endpoint, queries, logIns } = await core(give(told(`${AC01}<resultset name="ac43" row_count="0"/>`)));
    expect(Object.fromEntries(await ask(system(endpoint), ['AC01', 'AC43', 'AB01']))).toEqual({
      AC01: [{ AAC002: NUMBER, AAC003: '李&\u0338𬀩', AAE138: '' }],
      AC43: [],
      AB01: [],
    });
    expect(queries).toHaveLength(1);
    expect(logIns()).toBe(1);
    const business = childOf(childOf(readXml(queries[0] ?? ''), 'Body'), 'business');
    expect(Object.fromEntries(business?.children.flatMap(({ attributes }) => [...attributes]) ?? [])).toEqual({
      startrow: '1',
      row_count: '-1',
      functionid: 'F27.00.01',
      tables: 'AC01,AC43',
      clientsql: `aac002 in ('${NUMBER}','11010519491231002x','110105491231002','１１０１０５１９４９１２３１００２Ｘ')`,
    });
    const header = childOf(childOf(readXml(queries[0] ?? ''), 'Header'), 'system');
    expect(Object.fromEntries(header?.children.flatMap(({ attributes }) => [...attributes]) ?? [])).toEqual({
      usr: 'hub',
      sessionid: 's-1',
      funid: 'F00.01.03',
    });
  });

  it('makes no call where the kind of key has none of the parts, and is refused for a kind it does not know', async () => {
    const { endpoint, queries, logIns } = await core(give(told('')));
    expect(await ask(system(endpoint), ['AB01'])).toEqual(new Map([['AB01', []]]));
    expect([queries.length, logIns()]).toEqual([0, 0]);
    const outlet = system(endpoint).ask({ by: 'outlet', keys: ['1'], parts: ['AC01'], signal: AbortSignal.timeout(1000) });
    expect((await faultOf(outlet)).code).toBe('NOT_SUPPORTED_HERE');
  });
});

describe('the condition', () => {
  it('holds numbers that are ones and refuses everything else, whatever is tried', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.string().map((text) => `${NUMBER}${text}`),
      fc.string().map((text) => `${text}${UNIT}`),
      fc.constantFrom(`${NUMBER}') or ('1'='1`, `＇) or 1=1`, '', NUMBER, ` ${NUMBER} `, UNIT, UNIT.toLowerCase()),
    );
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), fc.constantFrom('citizen' as const, 'unit' as const), (keys, by) => {
        let condition: string;
        try {
          condition = conditionOf('aac002', by, keys);
        } catch (error) {
          return error instanceof TypeError && keys.every((key) => key === '' || !error.message.includes(key) || key.length < 12);
        }
        return /^aac002 in \('[0-9A-Zx０-９Ｘ]{15,18}'(,'[0-9A-Zx０-９Ｘ]{15,18}')*\)$/.test(condition);
      }),
    );
  });

  it('is made for every number there can be', () => {
    const number = fc
      .tuple(
        fc.integer({ min: 110000, max: 659999 }),
        fc.date({ min: new Date('1900-01-02'), max: new Date('2026-01-01'), noInvalidDate: true }),
        fc.integer({ min: 0, max: 999 }),
      )
      .map(
        ([division, born, order]) => `${division}${born.toISOString().slice(0, 10).replaceAll('-', '')}${String(order).padStart(3, '0')}`,
      )
      .map((first17) => first17 + citizenCheckCharacter(first17));
    fc.assert(fc.property(number, (key) => conditionOf('aac002', 'citizen', [key]).startsWith(`aac002 in ('${key}'`)));
    expect(conditionOf('sab010', 'unit', [UNIT])).toBe(`sab010 in ('${UNIT}')`);
    expect(() => conditionOf('aac002 = 1 or aac002', 'citizen', [NUMBER])).toThrow(TypeError);
  });
});

describe('the session', () => {
  it('is logged in once for questions that come together, and its credentials are sent with the log-in only', async () => {
    let seen = '';
    const { endpoint, queries, logIns } = await core(give(told(AC01)), (response, request) => {
      seen = request;
      give(session('s-1'))(response, request);
    });
    const made = system(endpoint);
    await Promise.all(Array.from({ length: 8 }, () => ask(made)));
    expect(logIns()).toBe(1);
    expect(queries).toHaveLength(8);
    expect(
      childOf(childOf(readXml(seen), 'Header'), 'system')
        ?.children.map(({ attributes }) => attributes.get('pwd'))
        .join(''),
    ).toBe('p"<&');
    for (const query of queries) expect(query).not.toContain('pwd');
  });

  it('is renewed once by the questions that find it over', async () => {
    let valid = 's-1';
    const { endpoint, logIns } = await core(
      (response, request) => {
        give(request.includes(`sessionid="${valid}"`) ? told(AC01) : refusal('E0101'))(response, request);
      },
      (response, request) => {
        give(session(valid))(response, request);
      },
    );
    const made = system(endpoint);
    await ask(made);
    valid = 's-2';
    await Promise.all(Array.from({ length: 5 }, () => ask(made)));
    expect(logIns()).toBe(2);
  });

  it('that is over as soon as it is given makes the system unavailable, not the hub busy', async () => {
    const { endpoint, queries } = await core(give(refusal('E0101')));
    expect((await faultOf(ask(system(endpoint)))).code).toBe('AGENCY_UNAVAILABLE');
    expect(queries).toHaveLength(2);
  });

  it('that could not be had is tried again with the next question', async () => {
    let working = false;
    const { endpoint } = await core(give(told(AC01)), (response, request) => {
      give(working ? session('s-1') : refusal('E0100'))(response, request);
    });
    const made = system(endpoint);
    expect((await faultOf(ask(made))).code).toBe('AGENCY_UNAVAILABLE');
    working = true;
    expect((await ask(made)).get('AC01')).toHaveLength(1);
  });

  it('that is never given ends in a time limit of its own', async () => {
    const { endpoint } = await core(give(told(AC01)), () => undefined);
    expect((await faultOf(ask(system(endpoint, { logInMs: 60 })))).code).toBe('AGENCY_TIMEOUT');
  });
});

describe('an answer is refused', () => {
  const good = encodeGb18030(told(AC01));
  const cases: readonly (readonly [string, Answer, string])[] = [
    ['that says more rows than it has', give(told(AC01.replace('row_count="1"', 'row_count="2"'))), 'AGENCY_BAD_RESPONSE'],
    ['that does not say how many rows it has', give(told(AC01.replace('row_count="1"', ''))), 'AGENCY_BAD_RESPONSE'],
    ['that lacks a part', give(told('')), 'AGENCY_BAD_RESPONSE'],
    ['that is cut', give(good.subarray(0, -30)), 'AGENCY_BAD_RESPONSE'],
    ['that is UTF-8 by mistake', give(Buffer.from(told(AC01))), 'AGENCY_BAD_RESPONSE'],
    ['that has broken bytes', give(Buffer.concat([good.subarray(0, 400), Buffer.from([0xff]), good.subarray(400)])), 'AGENCY_BAD_RESPONSE'],
    ['that declares another encoding', give(told(AC01).replace('GBK', 'BIG5')), 'AGENCY_BAD_RESPONSE'],
    ['with a document type', give(told(AC01).replace('?>', '?><!DOCTYPE a [<!ENTITY x "y">]>')), 'AGENCY_BAD_RESPONSE'],
    ['with a bare ampersand', give(told(AC01.replace('&amp;', '& '))), 'AGENCY_BAD_RESPONSE'],
    ['with an error inside', give(refusal('E9999')), 'AGENCY_BAD_RESPONSE'],
    ['with a code of closing time', give(refusal('E0900')), 'AGENCY_CLOSED'],
    ['with HTTP 500', give('x', 500), 'AGENCY_UNAVAILABLE'],
    ['with HTTP 403', give('x', 403), 'AGENCY_UNAVAILABLE'],
    ['with HTTP 404', give('x', 404), 'AGENCY_BAD_RESPONSE'],
    ['that is too long', give(told(AC01.padEnd(40_000))), 'AGENCY_BAD_RESPONSE'],
    ['that is no SOAP', give('<html></html>'), 'AGENCY_BAD_RESPONSE'],
  ];
  it.each(cases)('%s', async (_, answer, code) => {
    const { endpoint } = await core(answer);
    const fault = await faultOf(ask(system(endpoint, { maxBytes: 30_000 })));
    expect(fault.code).toBe(code);
    expect(`${fault.message} ${JSON.stringify(fault.detail)} ${String(fault.cause)}`).not.toMatch(new RegExp(`${SECRET}|${NUMBER}`));
    expect(fault.transient).toBe(false);
  });

  it('as a broken connection that may be asked again, when there was none', async () => {
    const { endpoint } = await core((response) => response.destroy());
    expect(await faultOf(ask(system(endpoint)))).toMatchObject({ code: 'AGENCY_UNAVAILABLE', transient: true });
  });

  it('when it stops in the middle', async () => {
    const { endpoint } = await core((response) => {
      response.writeHead(200, { 'content-length': good.length }).write(good.subarray(0, 50));
    });
    expect((await faultOf(ask(system(endpoint, { silenceMs: 50 })))).code).toBe('AGENCY_TIMEOUT');
  });
});

describe('a peer that reads GBK only', () => {
  it('is sent what it can read, and the question fails instead of asking with ?', async () => {
    const { endpoint } = await core(give(told(AC01)));
    await expect(ask(system(endpoint, { writes: 'gbk' }))).resolves.toBeDefined();
    await expect(ask(system(endpoint, { writes: 'gbk', user: '𬀩' }))).rejects.toThrow();
  });
});

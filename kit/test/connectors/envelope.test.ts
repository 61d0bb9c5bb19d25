import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { envelope } from '../../src/connectors/envelope.js';
import { messageIds } from '../../src/connectors/envelope/message-ids.js';
import { canonicalText } from '../../src/connectors/envelope/signing.js';
import { parseExactJson } from '../../src/connectors/exact-json.js';
import { sm2Verifier, sm3 } from '@yichuang/schema';
import type { LegacySystem } from '../../src/systems/system.js';
import { ONE, OTHER, startPlatform, type Platform, type Reply, type Request } from './envelope-platform.js';

const context = { id: 'medical-platform', jurisdictions: [] };
const insured = { insutype: '310', balc: 1234.5 };
const aboutOne: Reply = { output: { baseinfo: { certno: ONE }, insuinfo: [insured], idetinfo: null } };
const aboutMany = (request: Request): Reply => ({
  output: {
    certnos: request.input.data['certnos'] ?? null,
    insuInfo: [{ certno: OTHER, insutype: '390', balc: null }],
    clctInfo: [{ certno: OTHER, accrym: '202610', psnAmt: '20.00', confirmed: true }],
  },
});
const answer = (request: Request): Reply => (request['infno'] === '1101' ? aboutOne : aboutMany(request));

describe('envelope', () => {
  let platform: Platform;
  let system: LegacySystem;
  const open = (more: Readonly<Record<string, unknown>> = {}): LegacySystem =>
    (system = envelope({ ...platform.settings, ...more }, context));
  const ask = (keys = [ONE], parts = ['insuinfo'], signal = new AbortController().signal) =>
    system.ask({ by: 'citizen', keys, parts, signal });
  const infnos = (): (string | undefined)[] => platform.requests.map((request) => request['infno']);

  beforeEach(async () => {
    platform = await startPlatform();
    platform.behave(answer);
    open();
  });
  afterEach(async () => {
    await system.close();
    await platform.close();
  });

  it('sends every field of the envelope, with the pair of spellings of the standard', async () => {
    await ask();
    const message = platform.requests[1];
    expect(message).toEqual({
      infno: '1101',
      msgid: expect.stringMatching(/^H99000000001\d{14}\d{4}$/),
      mdtrtarea_admvs: '990000',
      insuplc_admdvs: '990001',
      recer_sys_code: 'YICHUANG',
      dev_no: '',
      dev_safe_info: '',
      cainfo: expect.stringMatching(/^[0-9a-f]{128}$/),
      signtype: 'SM2',
      infver: 'V1.0',
      opter_type: '1',
      opter: 'hub',
      opter_name: '枢纽',
      inf_time: expect.stringMatching(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/),
      fixmedins_code: 'H99000000001',
      fixmedins_name: '一窗',
      sign_no: 'S1',
      input: { data: { mdtrt_cert_type: '02', mdtrt_cert_no: ONE } },
    });
    expect(message?.['inf_time']?.replace(/\D/g, '')).toBe(message?.['msgid']?.slice(12, 26));
  });

  it('signs the whole message, so that no field of it can be changed', async () => {
    await ask();
    const { cainfo = '', input, ...head } = platform.requests[1] ?? ({} as Request);
    const text = (change: Readonly<Record<string, string>>): string =>
      canonicalText({ ...head, input: sm3(canonicalText(input)), ...change });
    const verifier = sm2Verifier(platform.callerPublicKey);
    expect(verifier.verify(text({}), cainfo)).toBe(true);
    expect(verifier.verify(text({ opter: 'somebody' }), cainfo)).toBe(false);
    expect(verifier.verify(text({ input: sm3('another') }), cainfo)).toBe(false);
  });

  it('takes the one-person transaction where it answers everything, and the batch otherwise', async () => {
    const one = await ask([ONE], ['insuinfo']);
    const payments = await ask([ONE], ['insuinfo', 'clctinfo']).catch((error: unknown) => error);
    platform.behave(aboutMany);
    const many = await ask([ONE, OTHER], ['insuinfo']);
    expect(infnos()).toEqual(['9001', '1101', 'A101', 'A101']);
    expect(platform.requests[2]?.input).toEqual({ data: { certnos: [ONE], tables: ['insuInfo', 'clctInfo'] } });
    expect(platform.requests[3]?.input).toEqual({ data: { certnos: [ONE, OTHER], tables: ['insuInfo'] } });
    expect(one.rows).toEqual(new Map([['insuinfo', [{ insutype: '310', balc: '1234.5', certno: ONE }]]]));
    expect(one.asOf.toISOString()).toBe('2026-11-01T01:00:00.123Z');
    expect(payments).toMatchObject({
      rows: new Map([
        ['insuinfo', [{ certno: OTHER, insutype: '390', balc: null }]],
        ['clctinfo', [{ certno: OTHER, accrym: '202610', psnAmt: '20.00', confirmed: '1' }]],
      ]),
    });
    expect(many.rows.has('clctinfo')).toBe(false);
  });

  it('accepts infcode as number or text and does not look at the HTTP status', async () => {
    platform.behave((request, response) => {
      response.statusCode = 500;
      return { ...answer(request), infcode: '0' };
    });
    await expect(ask()).resolves.toMatchObject({ freshness: 'LIVE' });
  });

  it('signs in once for questions that come together, and again when the number is refused', async () => {
    await Promise.all([ask(), ask(), ask([ONE, OTHER]).catch(() => undefined)]);
    expect(infnos().filter((infno) => infno === '9001')).toHaveLength(1);
    platform.behave((request) => (request['sign_no'] === 'S1' ? { infcode: 2001 } : answer(request)));
    await Promise.all([ask(), ask(), ask()]);
    expect(infnos().filter((infno) => infno === '9001')).toHaveLength(2);
    platform.behave(() => ({ infcode: 2001 }));
    await expect(ask()).rejects.toMatchObject({ code: 'AGENCY_UNAVAILABLE' });
  });

  it('lets a question leave a sign-in without spoiling it for others', async () => {
    const leave = new AbortController();
    const left = ask([ONE], ['insuinfo'], leave.signal);
    const stays = ask();
    leave.abort();
    await expect(left).rejects.toMatchObject({ name: 'AbortError' });
    await expect(stays).resolves.toMatchObject({ freshness: 'LIVE' });
    expect(infnos()).toEqual(['9001', '1101']);
  });

  it('tells refusals apart by the configured codes, and passes on no word of them', async () => {
    const cases = [
      ['9503', 'AGENCY_CLOSED'],
      ['9429', 'AGENCY_RATE_LIMITED'],
      ['9404', 'NOT_SUPPORTED_HERE'],
      ['-1', 'AGENCY_BAD_RESPONSE'],
      ['toString', 'AGENCY_BAD_RESPONSE'],
    ] as const;
    for (const [infcode, code] of cases) {
      platform.behave(() => ({ infcode, err_msg: `张三 ${ONE}` }));
      const fault: unknown = await ask().catch((error: unknown) => error);
      expect(fault).toMatchObject({ code });
      expect(JSON.stringify([fault, String(fault), (fault as Error).cause])).not.toMatch(new RegExp(`${ONE}|张三`));
    }
    platform.behave(() => ({ infcode: 1002 }));
    expect((await ask()).rows).toEqual(new Map([['insuinfo', []]]));
  });

  it('refuses an answer that is unsigned, altered, or signed for another question', async () => {
    platform.behave((request) => ({ ...platform.sign(request, answer(request)), cainfo: '' }));
    await expect(ask()).rejects.toMatchObject({ code: 'AGENCY_BAD_RESPONSE' });
    platform.behave((request) => ({ ...platform.sign(request, answer(request)), output: { baseinfo: { certno: ONE }, insuinfo: [] } }));
    await expect(ask()).rejects.toMatchObject({ code: 'AGENCY_BAD_RESPONSE' });
    let first: Reply | undefined;
    platform.behave((request) => (first ??= platform.sign(request, answer(request))));
    await expect(ask()).resolves.toBeDefined();
    await expect(ask()).rejects.toMatchObject({ code: 'AGENCY_BAD_RESPONSE', message: expect.stringContaining('not signed') });
    platform.behave((request) => ({ ...platform.sign(request, { infcode: 9503 }), infcode: 0 }));
    await expect(ask()).rejects.toMatchObject({ code: 'AGENCY_BAD_RESPONSE' });
  });

  it('asks no signature of a platform whose key is not configured', async () => {
    const { privateKey } = platform.settings['signature'] as { privateKey: string };
    open({ signature: { privateKey } });
    platform.behave((request) => ({ ...platform.sign(request, answer(request)), cainfo: '' }));
    await expect(ask()).resolves.toBeDefined();
  });

  it('refuses an answer about somebody else, or about fewer persons than were asked about', async () => {
    platform.behave(() => ({ output: { baseinfo: { certno: OTHER }, insuinfo: [] } }));
    await expect(ask()).rejects.toMatchObject({ code: 'SUBJECT_MISMATCH' });
    platform.behave(() => ({ output: { certnos: [ONE], insuInfo: [] } }));
    await expect(ask([ONE, OTHER])).rejects.toMatchObject({ code: 'SUBJECT_MISMATCH' });
    platform.behave(() => ({ output: { certnos: [ONE, OTHER, OTHER], insuInfo: [] } }));
    await expect(ask([ONE, OTHER])).resolves.toBeDefined();
  });

  it('takes the 15-digit form of a number for the same person', async () => {
    platform.behave(() => ({ output: { baseinfo: { certno: `${ONE.slice(0, 6)}${ONE.slice(8, 17)}` }, insuinfo: [] } }));
    await expect(ask()).resolves.toBeDefined();
  });

  it('refuses an envelope or an output that is not whole', async () => {
    const broken: Reply[] = [
      { output: null },
      { inf_refmsgid: 'x' },
      { respond_time: 'soon' },
      { output: { insuinfo: [] } },
      { output: { baseinfo: { certno: ONE } } },
      { output: { baseinfo: { certno: ONE }, insuinfo: 'none' } },
    ];
    for (const members of broken) {
      platform.behave((request) => ({ ...answer(request), ...members }));
      await expect(ask()).rejects.toMatchObject({ code: 'AGENCY_BAD_RESPONSE' });
    }
  });

  it('refuses what is no envelope, by status where there is one', async () => {
    const bodies: [number, string | Buffer, string][] = [
      [200, '{"infcode":0,"output":{"baseinfo"', 'AGENCY_BAD_RESPONSE'],
      [200, '[]', 'AGENCY_BAD_RESPONSE'],
      [200, '', 'AGENCY_BAD_RESPONSE'],
      [200, Buffer.from([0x7b, 0x22, 0xd5, 0xc5, 0x22, 0x3a, 0x31, 0x7d]), 'AGENCY_BAD_RESPONSE'],
      [404, '<html>', 'AGENCY_BAD_RESPONSE'],
      [503, '<html>', 'AGENCY_UNAVAILABLE'],
      [429, '', 'AGENCY_RATE_LIMITED'],
    ];
    for (const [status, body, code] of bodies) {
      platform.behave((_request, response) => {
        response.writeHead(status, { 'retry-after': '7' }).end(body);
        return 'ANSWERED';
      });
      await expect(ask()).rejects.toMatchObject({ code, detail: status === 429 ? { retryAfterSeconds: 7 } : {} });
    }
  });

  it('reads no more than the longest answer allowed', async () => {
    open({ maxBytes: 3000 });
    platform.behave((_request, response) => {
      response.writeHead(200);
      for (let i = 0; i < 10; i++) response.write('x'.repeat(1000));
      return 'ANSWERED';
    });
    await expect(ask()).rejects.toMatchObject({ code: 'AGENCY_BAD_RESPONSE', message: expect.stringContaining('3000 bytes') });
  });

  it('says when a connection broke before an answer and when within one', async () => {
    platform.behave((_request, response) => {
      response.socket?.destroy();
      return 'ANSWERED';
    });
    await expect(ask()).rejects.toMatchObject({ code: 'AGENCY_UNAVAILABLE', transient: true });
    platform.behave((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"infcode":', () => response.socket?.destroy());
      return 'ANSWERED';
    });
    await expect(ask()).rejects.toMatchObject({ code: 'AGENCY_BAD_RESPONSE', transient: false });
  });

  it('gives up when nobody waits, and when the platform stops answering', async () => {
    await ask();
    const nobody = new AbortController();
    platform.behave(() => {
      nobody.abort();
      return 'ANSWERED';
    });
    await expect(ask([ONE], ['insuinfo'], nobody.signal)).rejects.toMatchObject({ name: 'AbortError' });
    open({ headersMs: 50 });
    await expect(ask()).rejects.toMatchObject({ code: 'AGENCY_TIMEOUT' });
  });

  it('cannot be asked by unit, nor for what no transaction answers', async () => {
    const { signal } = new AbortController();
    await expect(system.ask({ by: 'unit', keys: ['x'], parts: ['insuinfo'], signal })).rejects.toMatchObject({
      code: 'NOT_SUPPORTED_HERE',
    });
    await expect(ask([ONE], ['nothing'])).rejects.toMatchObject({ code: 'NOT_SUPPORTED_HERE' });
    expect(platform.requests).toHaveLength(0);
  });

  it('names the setting that does not fit, and never a key', () => {
    const { signature } = platform.settings as { signature: { privateKey: string; platformPublicKey: string } };
    expect(() => envelope({ ...platform.settings, insuranceArea: '99' }, context)).toThrow(/insuranceArea/);
    expect(() => envelope({ ...platform.settings, institution: { code: 'short', name: 'x' } }, context)).toThrow(/institution\.code/);
    const wrong = `${signature.privateKey}ff`;
    expect(() => envelope({ ...platform.settings, signature: { privateKey: wrong } }, context)).toThrow(
      new RegExp(`^(?!.*${wrong}).*signature\\.privateKey`),
    );
    expect(() => envelope({ ...platform.settings, transactions: {} }, context)).toThrow(/transactions/);
  });
});

describe('message ids', () => {
  it('are never given twice, however many a second asks for and however the clock moves', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -3000, max: 3000 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 0, max: 3 }),
        (steps, width) => {
          let time = Date.parse('2026-11-01T00:00:00+08:00');
          const next = messageIds('H99000000001', { from: 9996, to: 9996 + width }, () => new Date(time));
          const ids = steps.map((step) => {
            time += step;
            return next().msgid;
          });
          expect(new Set(ids).size).toBe(ids.length);
          expect([...ids].sort()).toEqual(ids);
          for (const id of ids) expect(id).toMatch(/^H99000000001202[5-7]\d{10}999[6-9]$/);
        },
      ),
    );
  });

  it('keep to the range of serials, which must not be empty', () => {
    const next = messageIds('H99000000001', { from: 5, to: 6 }, () => new Date('2026-10-31T16:00:00Z'));
    expect([next(), next(), next()].map((id) => id.msgid.slice(12))).toEqual([
      '202611010000000005',
      '202611010000000006',
      '202611010000010005',
    ]);
    expect(() => messageIds('H99000000001', { from: 2, to: 1 })).toThrow(RangeError);
  });
});

describe('canonical text', () => {
  it('is one for one content, however the JSON is sorted or numbers are written', () => {
    expect(canonicalText(parseExactJson('{"b":["1",null,true],"a":{"d":"x\\"","c":1.50}}'))).toBe(
      '{"a":{"c":"1.50","d":"x\\""},"b":["1",null,true]}',
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.boolean(), fc.constant(null))), (content) => {
        expect(canonicalText(Object.fromEntries(Object.entries(content).reverse()))).toBe(canonicalText(content));
        expect(JSON.parse(canonicalText(content))).toEqual({ ...content });
      }),
    );
  });
});

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultKind } from '../../../sandbox/src/systems/stand-in.js';
import { startHub, startPlatform, type Hub, type Platform } from './hub.js';

const SOURCE = { agency: 'medical-insurance', system: 'medical-platform' };
const ONE = 'enrolments { scheme }';
const MANY = 'enrolments { scheme } payments { totalCount }';
/** The example key of GM/T 0003.5: a good key, but nobody's here. */
const FOREIGN = {
  privateKey: '3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8',
  publicKey:
    '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
};
const DEADLINE = { 'yichuang-deadline-ms': '400' };

describe('when the platform misbehaves', () => {
  let platform: Platform;
  let hub: Hub;
  const open: Hub[] = [];
  const log: string[] = [];
  const start = async (env: Readonly<Record<string, string>> = {}): Promise<Hub> => {
    const started = await startHub({ ...platform.env, ...env }, log);
    open.push(started);
    return started;
  };
  beforeAll(async () => {
    platform = await startPlatform(80);
  });
  afterEach(async () => {
    await platform.standIn.setFault(undefined);
    await Promise.all(open.splice(0).map((started) => started.close()));
  });
  afterAll(() => platform.close());

  const person = (): string => platform.persona('courier-four-provinces').number;

  const CODES: readonly (readonly [FaultKind, string, number, Readonly<Record<string, unknown>>])[] = [
    ['drop', 'AGENCY_UNAVAILABLE', 2, {}],
    ['error-in-200', 'AGENCY_BAD_RESPONSE', 1, {}],
    ['truncate', 'AGENCY_BAD_RESPONSE', 1, {}],
    ['wrong-encoding', 'AGENCY_BAD_RESPONSE', 1, {}],
    ['wrong-person', 'SUBJECT_MISMATCH', 1, {}],
    ['closed', 'AGENCY_CLOSED', 1, {}],
    ['rate-limit', 'AGENCY_RATE_LIMITED', 1, { retryAfterSeconds: 7 }],
    ['hang', 'AGENCY_TIMEOUT', 1, {}],
  ];
  for (const [kind, code, calls, detail] of CODES) {
    it(`answers ${code} when it shows the fault ${kind}, from 1101 and from the batch query`, async () => {
      hub = await start();
      // Signed in, so that what follows is about data calls only.
      expect((await hub.ask([person()], ONE)).errors).toBeUndefined();
      platform.standIn.resetCalls();
      for (const selection of [ONE, MANY]) {
        await platform.standIn.setFault({ kind });
        const { data, errors } = await hub.ask([person()], selection, kind === 'hang' ? DEADLINE : {});
        expect(errors?.[0]).toEqual({
          message: expect.any(String),
          locations: expect.anything(),
          path: ['_entities', 0, 'medical', 'enrolments'],
          extensions:
            kind === 'wrong-person'
              ? expect.objectContaining({ code, ...SOURCE })
              : { code, ...SOURCE, ...detail, since: expect.stringMatching(/^\d{4}-.*Z$/) },
        });
        expect(data._entities[0]?.medical?.['enrolments']).toBeNull();
        expect(JSON.stringify(errors)).not.toMatch(/系统异常|未查询/);
      }
      expect(platform.standIn.calls()).toBe(2 * calls);
      await platform.standIn.setFault(undefined);
      expect((await hub.ask([person()], MANY)).errors).toBeUndefined();
    });
  }

  it('tries once more when a connection broke, and answers late when the platform is slow', async () => {
    hub = await start();
    await platform.standIn.setFault({ kind: 'drop', times: 1 });
    expect((await hub.ask([person()], ONE)).errors).toBeUndefined();
    await platform.standIn.setFault({ kind: 'latency', milliseconds: 60 });
    expect((await hub.ask([person()], ONE)).errors).toBeUndefined();
  });

  it('counts rows that stand twice only once, and says so', async () => {
    hub = await start();
    const selection = 'account { balance } enrolments { from provenance { quality { field rule } } } payments { totalCount }';
    const clean = await hub.ask([person()], selection);
    await platform.standIn.setFault({ kind: 'duplicate-rows' });
    const doubled = await hub.ask([person()], selection);
    const [before, after] = [clean.data._entities[0]?.medical, doubled.data._entities[0]?.medical];
    expect(after?.['account']).toEqual(before?.['account']);
    expect(after?.['payments']).toEqual(before?.['payments']);
    expect(after?.['enrolments']).toEqual(
      (before?.['enrolments'] as { from: string }[]).map(({ from }) => ({
        from,
        provenance: { quality: [{ field: '*', rule: 'DUPLICATE_ROW' }] },
      })),
    );
  });

  it('refuses an answer whose signature is another’s', async () => {
    hub = await start({ MEDICAL_PLATFORM_PUBLIC_KEY: FOREIGN.publicKey });
    const { errors } = await hub.ask([person()], ONE);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'AGENCY_BAD_RESPONSE', ...SOURCE });
  });

  it('is refused by the platform when the hub signs with a key the platform does not know', async () => {
    platform.standIn.resetCalls();
    hub = await start({ MEDICAL_PRIVATE_KEY: FOREIGN.privateKey });
    const { errors } = await hub.ask([person()], ONE);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'AGENCY_BAD_RESPONSE', ...SOURCE });
    expect(platform.standIn.calls()).toBe(0);
  });

  it('refuses an answer that was changed on its way', async () => {
    let change = (text: string): string => text;
    const between = createServer((request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
        const passed = await fetch(platform.env['MEDICAL_URL'] ?? '', { method: 'POST', body: Buffer.concat(chunks) });
        response.end(change(await passed.text()));
      })();
    }).listen(0, '127.0.0.1');
    await once(between, 'listening');
    hub = await start({ MEDICAL_URL: `http://127.0.0.1:${(between.address() as AddressInfo).port}/fsi/api` });
    expect((await hub.ask([person()], ONE)).errors).toBeUndefined();
    change = (text) => text.replace('"psn_insu_stas":"1"', '"psn_insu_stas":"3"');
    const { errors } = await hub.ask([person()], ONE);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'AGENCY_BAD_RESPONSE' });
    between.closeAllConnections();
    between.close();
  });

  it('leaves no number, name or key in its log', () => {
    const written = log.join('\n');
    expect(written).toContain('legacy system failed');
    const secrets = [...platform.world.lives.flatMap(({ number, name }) => [number, name]), platform.env['MEDICAL_PRIVATE_KEY'] ?? ''];
    expect(secrets.filter((secret) => written.includes(secret))).toEqual([]);
  });
});

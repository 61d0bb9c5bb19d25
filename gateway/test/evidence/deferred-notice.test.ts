import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadAccessCatalogue } from '@yichuang/schema';
import { entities } from '../setup/fake-agency.js';
import { OWN_NUMBER, ref, startTestHub, type TestHub } from '../setup/hub.js';
import { until } from '../setup/until.js';

/* A catalogue in which the law lets an agency tell persons later that it looked: nothing in the hub's own does. */

const REASON = '影响检查 · would hinder an inspection';
const SECONDS = 4;

let hub: TestHub;
beforeAll(async () => {
  const real = loadAccessCatalogue();
  const mandates = real.mandates.map((one) =>
    one.id === 'counter-service' ? { ...one, notice: 'DEFERRED' as const, deferral: { reason: REASON, days: SECONDS / 86_400 } } : one,
  );
  const hrss = entities(() => ({ jurisdictions: ['440000'], identity: { name: '某人' }, pension: { monthsPaid: 201 } }));
  hub = await startTestHub({}, { hrss }, { catalogue: { ...real, mandates } });
});
afterAll(() => hub.close());

const DEFERRED = 'deferred { until reason }';
const logOf = async (): Promise<{ deferred: unknown; reference: unknown }[]> => {
  const query = `{ me { accessLog(first: 20, own: false) { nodes { reference ${DEFERRED} } } } }`;
  const { body } = await hub.ask(query, { token: await hub.citizen() });
  return (body.data?.['me'] as { accessLog: { nodes: { deferred: unknown; reference: unknown }[] } }).accessLog.nodes;
};
const noticesOf = async (): Promise<unknown> => (await hub.ask('{ deferredNotices { count last } }')).body.data?.['deferredNotices'];

it('a look whose notice is deferred is on record with its reason and end, and told to the person when that has come', async () => {
  const before = Date.now();
  const token = await hub.caseworker();
  const query = 'query($id: ID!) { citizen(id: $id) { identity { name } pension { monthsPaid } } }';
  const answered = await hub.ask(query, { token, headers: { 'yichuang-purpose': 'COUNTER_SERVICE' }, variables: { id: ref(OWN_NUMBER) } });
  expect(answered.body.data).toEqual({ citizen: { identity: { name: '某人' }, pension: { monthsPaid: 201 } } });
  expect(await logOf()).toEqual([]);
  expect(await noticesOf()).toEqual({ count: expect.any(Number), last: expect.any(String) });
  const { count, last } = (await noticesOf()) as { count: number; last: string };
  expect(count).toBeGreaterThan(0);
  const end = Date.parse(last) - before;
  expect(end).toBeGreaterThanOrEqual(SECONDS * 1_000 - 1);
  // Who looked sees their own row at once, and until when the person does not.
  const own = await hub.ask(`{ myFootprint { nodes { entry { reference ${DEFERRED} } } } }`, { token });
  expect(own.body.data).toMatchObject({
    myFootprint: {
      nodes: expect.arrayContaining([{ entry: { reference: 'counter-service', deferred: { until: last, reason: REASON } } }]),
    },
  });
  await until(async () => (await logOf()).length > 0);
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(last) - 1_000);
  for (const row of await logOf())
    expect(row).toEqual({ reference: 'counter-service', deferred: { until: expect.any(String), reason: REASON } });
  expect(await noticesOf()).toEqual({ count: 0, last: null });
});

it('what is refused is not deferred: the person reads of it at once', async () => {
  const token = await hub.caseworker('330000');
  const query = 'query($id: ID!) { citizen(id: $id) { identity { name } } }';
  await hub.ask(query, { token, headers: { 'yichuang-purpose': 'COUNTER_SERVICE' }, variables: { id: ref(OWN_NUMBER) } });
  const log = `{ me { accessLog(first: 20, own: false) { nodes { code ${DEFERRED} } } } }`;
  await until(async () => {
    const { body } = await hub.ask(log, { token: await hub.citizen() });
    return JSON.stringify(body.data).includes('{"code":"ACCESS_DENIED","deferred":null}');
  });
});

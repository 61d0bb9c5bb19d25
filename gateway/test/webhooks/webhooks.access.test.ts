import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { act, citizen, codes, consented, field, official } from '../attacks/scene.js';
import { Cursors } from '../../src/events/cursors.js';
import { append } from '../events/setup/appended.js';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type Answered, type TestHub } from '../setup/hub.js';
import { until } from '../setup/until.js';
import { startNameServer, type NameServer } from './setup/name-server.js';
import { isFromHub, isGenuine, Receiver } from './setup/receiver.js';

/** With which cursors are made. */
const REF_KEY = '5a'.repeat(32);
const SCOPE = 'transfer.events:subscribe';
const TRACKING = { 'yichuang-purpose': 'TRANSFER_TRACKING' };
const IN = { 'yichuang-purpose': 'TRANSFER_IN' };
const WEBHOOK = 'id url state purpose failures waiting dead validTo formerSecretUntil';
const DELIVERIES = 'deliveries { nodes { id cursor state attempts last { at fault status } } }';
const REGISTER = `mutation ($url: String!, $filter: TransferEventFilter, $after: String) {
  registerWebhook(url: $url, filter: $filter, after: $after) { secret webhook { ${WEBHOOK} } } }`;
const LIST = `{ webhooks { ${WEBHOOK} ${DELIVERIES} } }`;
const TEST = 'mutation ($id: ID!) { testWebhook(id: $id) { fault status } }';
const ROTATE = 'mutation ($id: ID!) { rotateWebhookSecret(id: $id) { secret webhook { formerSecretUntil } } }';
const REPLAY = 'mutation ($id: ID!, $after: String!) { replayWebhook(id: $id, after: $after) { upTo } }';
const REMOVE = 'mutation ($id: ID!) { removeWebhook(id: $id) }';

let database: TestDatabase;
let hub: TestHub;
let pool: Pool;
let receiver: Receiver;
let names: NameServer;
/** Addresses of names. */
let stands: Readonly<Record<string, string>> = {};
beforeAll(async () => {
  database = await testDatabase();
  names = await startNameServer((name) => [stands[name] ?? []].flat());
  const settings = { WEBHOOK_HTTP: 'on', WEBHOOK_NETWORKS: '127.0.0.1/32', WEBHOOK_NAME_SERVERS: names.at };
  hub = await startTestHub({ DATABASE_URL: database.url, ...settings });
  pool = new Pool({ connectionString: database.url });
  pool.on('error', () => undefined);
});
afterAll(async () => {
  await hub.close();
  names.stop();
  await pool.end();
  await database.stop();
});
beforeEach(async () => {
  receiver = await new Receiver().start();
});
afterEach(async () => {
  await pool.query(`update yichuang.webhook set state = 'REMOVED'`);
  await receiver.stop();
});

const platform = (party = 'platform-1'): Promise<string> =>
  hub.token({ sub: `service of ${party}`, role: 'integrator', party_kind: 'SERVICE_PLATFORM', party });
const happens = (number: string, step: string, event: object = {}): Promise<string> =>
  append(pool, { case_id: randomUUID(), citizen: ref(number), step, ...event });

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly dead: number;
  readonly deliveries: { readonly nodes: readonly Readonly<Record<string, unknown>>[] };
}
async function listed(token: string): Promise<readonly Listed[]> {
  const { body } = await hub.ask(LIST, { token });
  return body.data?.['webhooks'] as readonly Listed[];
}
/** Until the stream has been gone through. */
const goneThrough = (): Promise<void> =>
  until(async () => {
    const { rows } = await pool.query<{ done: boolean }>(
      `select place = last and not exists (select from transfers.transfer_event where cursor is null) as done
       from yichuang.webhook_reader, transfers.transfer_cursor`,
    );
    return rows[0]?.done === true;
  });

async function register(token: string, headers: Readonly<Record<string, string>>, variables: object = {}): Promise<Answered> {
  return hub.ask(REGISTER, { token, headers: { ...headers }, variables: { url: receiver.url, ...variables } });
}
function registered(answer: Answered): { readonly id: string; readonly secret: string } {
  const { secret, webhook } = field(answer, 'registerWebhook');
  return { id: (webhook as { readonly id: string }).id, secret: String(secret) };
}

describe('webhooks in the graph', () => {
  it('bring a platform what happens to those who have consented, until they take it back', async () => {
    const token = await platform();
    const consent = await consented(hub, token, OWN_NUMBER, { purpose: 'TRANSFER_TRACKING', scopes: [SCOPE] });
    const { secret } = registered(await register(token, TRACKING));
    const other = await platform('platform-2');
    const elsewhere = await new Receiver().start();
    registered(await register(other, TRACKING, { url: elsewhere.url }));
    await happens(OTHER_NUMBER, 'OTHERS');
    await happens(OWN_NUMBER, 'APPLIED');
    await until(() => receiver.had.length === 1);
    expect(receiver.steps).toEqual(['APPLIED']);
    expect(receiver.had.every((had) => isGenuine(had, secret))).toBe(true);
    expect(receiver.had[0]?.body).not.toContain(ref(OWN_NUMBER));
    // It is on the person's record, with who was told.
    const log = await hub.ask('{ me { accessLog(first: 5) { nodes { organisation { code } purpose { code } } } } }', {
      token: await citizen(hub),
    });
    expect(JSON.stringify(log.body)).toContain('platform-1');
    await act(hub, OWN_NUMBER, 'revoke', consent);
    await happens(OWN_NUMBER, 'LETTER_SENT');
    await goneThrough();
    await until(async () => (await pool.query('select from yichuang.webhook_lane')).rowCount === 0);
    expect(receiver.steps).toEqual(['APPLIED']);
    expect(elsewhere.had).toEqual([]);
    await elsewhere.stop();
  });

  it('tell nothing of one who took consent back while a delivery waited', async () => {
    const token = await platform('platform-3');
    const consent = await consented(hub, token, OWN_NUMBER, { purpose: 'TRANSFER_TRACKING', scopes: [SCOPE] });
    receiver.reception = () => 500;
    registered(await register(token, TRACKING));
    await happens(OWN_NUMBER, 'APPLIED');
    await until(async () => (await listed(token))[0]?.deliveries.nodes[0]?.['attempts'] === 1);
    expect((await listed(token))[0]?.deliveries.nodes[0]).toMatchObject({ state: 'WAITING', last: { fault: 'STATUS', status: 500 } });
    receiver.reception = () => 204;
    await act(hub, OWN_NUMBER, 'revoke', consent);
    await pool.query('update yichuang.webhook_lane set due_at = clock_timestamp() where claim is null');
    await until(async () => (await listed(token))[0]?.deliveries.nodes.length === 0);
    expect(receiver.had.length).toBe(1);
  });

  it('bring an office what comes to its place, and what leaves others to nobody but them', async () => {
    const token = await official(hub, { party: '330000', jurisdiction: '330000' });
    registered(await register(token, IN));
    await happens(OWN_NUMBER, 'HERE', { target: '330000', source: '440000' });
    await happens(OWN_NUMBER, 'AWAY', { target: '440000', source: '330000' });
    await happens(OWN_NUMBER, 'ELSEWHERE', { target: '310000', source: '440000' });
    await until(() => receiver.had.length === 1);
    await goneThrough();
    expect(receiver.steps).toEqual(['HERE']);
    // Somebody who asks for another place follows nothing there.
    registered(await register(token, IN, { filter: { jurisdictions: ['310000'] } }));
    await happens(OWN_NUMBER, 'ELSEWHERE', { target: '310000', source: '440000' });
    await goneThrough();
    expect(receiver.steps).toEqual(['HERE']);
  });

  it('are registered by nobody who could be told nothing', async () => {
    const refused = async (token: string | undefined, headers: Record<string, string>): Promise<unknown[]> =>
      codes(await hub.ask(REGISTER, { ...(token === undefined ? {} : { token }), headers, variables: { url: receiver.url } }));
    expect(await refused(undefined, TRACKING)).toEqual(['UNAUTHENTICATED']);
    expect(await refused(await citizen(hub), {})).toEqual(['ACCESS_DENIED']);
    expect(await refused(await platform(), {})).toEqual(['PURPOSE_REQUIRED']);
    expect(await refused(await platform(), { 'yichuang-purpose': 'HIRING_CHECK' })).toEqual(['PURPOSE_NOT_ALLOWED']);
    expect(await refused(await hub.token({ sub: 'e', role: 'employer', party_kind: 'EMPLOYER', party: 'x' }), TRACKING)).toEqual([
      'ACCESS_DENIED',
    ]);
  });

  it('are refused at addresses that may not be sent to, and say no more of them', async () => {
    const token = await platform();
    const reason = async (url: string): Promise<unknown> => {
      const { body } = await register(token, TRACKING, { url });
      const [error] = body.errors ?? [];
      return [error?.extensions['code'], error?.extensions['reason']];
    };
    for (const url of ['http://127.0.0.2/', 'http://[::1]:9/', 'http://169.254.169.254/latest', 'http://10.0.0.1/', 'https://0x0a000001/'])
      expect([url, await reason(url)]).toEqual([url, ['WEBHOOK_REFUSED', 'ADDRESS']]);
    expect(await reason('https://nobody.invalid/')).toEqual(['WEBHOOK_REFUSED', 'ADDRESS']);
    expect(await reason('ftp://example.com/')).toEqual(['WEBHOOK_REFUSED', 'URL']);
    expect(await reason('https://user:pass@example.com/')).toEqual(['WEBHOOK_REFUSED', 'URL']);
    expect(codes(await register(token, TRACKING, { after: 'made-up' }))).toEqual(['CURSOR_INVALID']);
  });

  it('go neither where a name stands only after it was registered, nor where an answer sends them', async () => {
    const token = await platform('platform-8');
    await consented(hub, token, OWN_NUMBER, { purpose: 'TRANSFER_TRACKING', scopes: [SCOPE] });
    let reached = 0;
    const inside = createServer((_, response) => {
      reached++;
      response.end();
    });
    await new Promise<void>((resolve) => inside.listen(0, '127.0.0.2', resolve));
    const { port } = inside.address() as AddressInfo;
    receiver.reception = (_, response) => void response.writeHead(302, { location: `http://127.0.0.2:${port}/` }).end();
    const redirecting = registered(await register(token, TRACKING));
    stands = { 'rebinding.example': '8.8.8.8' };
    const rebinding = registered(await register(token, TRACKING, { url: `http://rebinding.example:${port}/` }));
    stands = { 'rebinding.example': '127.0.0.2' };
    expect(field(await hub.ask(TEST, { token, variables: { id: rebinding.id } }), 'testWebhook')).toEqual({
      fault: 'ADDRESS',
      status: null,
    });
    await happens(OWN_NUMBER, 'APPLIED');
    const lasts = async (): Promise<unknown[]> => {
      const all = await listed(token);
      return [redirecting, rebinding].map((one) => all.find(({ id }) => id === one.id)?.deliveries.nodes[0]?.['last'] ?? null);
    };
    await until(async () => !(await lasts()).includes(null));
    expect(await lasts()).toMatchObject([
      { fault: 'REDIRECT', status: 302 },
      { fault: 'ADDRESS', status: null },
    ]);
    expect(reached).toBe(0);
    await new Promise((resolve) => inside.close(resolve));
  });

  it('are tested, rotated, sent again, read and removed by their party, and are nobody else’s', async () => {
    const token = await platform('platform-4');
    const other = await platform('platform-5');
    await consented(hub, token, OWN_NUMBER, { purpose: 'TRANSFER_TRACKING', scopes: [SCOPE] });
    const { id, secret } = registered(await register(token, TRACKING));
    const byOther = async (query: string, more: object = {}): Promise<Answered> =>
      hub.ask(query, { token: other, headers: { ...TRACKING }, variables: { id, ...more } });
    expect(await listed(other)).toEqual([]);
    expect(field(await hub.ask(TEST, { token, variables: { id } }), 'testWebhook')).toEqual({ fault: null, status: 204 });
    expect(receiver.had[0]?.event.type).toBe('yichuang.webhook.test.v1');
    expect(receiver.had.every((had) => isGenuine(had, secret))).toBe(true);
    const often = await hub.ask(TEST, { token, variables: { id } });
    expect(often.body.errors?.[0]?.extensions).toMatchObject({ code: 'WEBHOOK_REFUSED', reason: 'TOO_OFTEN' });
    await happens(OWN_NUMBER, 'APPLIED', { number: 'T-4' });
    await until(() => receiver.had.length === 2);
    await until(async () => (await listed(token))[0]?.deliveries.nodes[0]?.['state'] === 'DELIVERED');
    const [webhook] = await listed(token);
    expect(webhook).toMatchObject({ id, state: 'OPEN', purpose: 'TRANSFER_TRACKING', waiting: 0, dead: 0, failures: 0 });
    expect(JSON.stringify(webhook)).not.toContain('T-4');
    expect(JSON.stringify(webhook)).not.toContain('whsec_');
    const [delivery] = webhook?.deliveries.nodes ?? [];
    expect(delivery).toMatchObject({ id: receiver.had[1]?.event.id, cursor: receiver.had[1]?.event.data['cursor'], attempts: 1 });
    const rotated = field(await hub.ask(ROTATE, { token, variables: { id } }), 'rotateWebhookSecret');
    expect(rotated).toMatchObject({ secret: expect.stringMatching(/^whsec_/) });
    const start = new Cursors(REF_KEY).text(0);
    const altered = `${start.slice(0, -1)}${start.endsWith('A') ? 'B' : 'A'}`;
    expect(codes(await hub.ask(REPLAY, { token, variables: { id, after: altered } }))).toEqual(['CURSOR_INVALID']);
    const replayed = await hub.ask(REPLAY, { token, variables: { id, after: start } });
    expect(field(replayed, 'replayWebhook')).toEqual({ upTo: expect.any(String) });
    await until(() => receiver.had.length >= 3);
    const last = receiver.had.at(-1);
    expect(last && [isGenuine(last, secret), isGenuine(last, String(rotated['secret']))]).toEqual([true, true]);
    for (const [query, more] of [[TEST], [ROTATE], [REPLAY, { after: start }]] as const)
      expect(codes(await byOther(query, more))).toEqual(['ACCESS_DENIED']);
    expect((await byOther(REMOVE)).body.data).toEqual({ removeWebhook: false });
    expect((await hub.ask(REMOVE, { token, variables: { id: 'x' } })).body.data).toEqual({ removeWebhook: false });
    expect((await hub.ask(REMOVE, { token, variables: { id } })).body.data).toEqual({ removeWebhook: true });
    expect(await listed(token)).toEqual([]);
    expect((await pool.query('select from yichuang.webhook where id = $1 and length(secret) = 0', [id])).rowCount).toBe(1);
  });

  it('are signed by the hub’s own key for each endpoint as well, which proves a message to who keeps no secret', async () => {
    const token = await platform('platform-7');
    await consented(hub, token, OWN_NUMBER, { purpose: 'TRANSFER_TRACKING', scopes: [SCOPE] });
    const { id, secret } = registered(await register(token, TRACKING));
    const elsewhere = await new Receiver().start();
    registered(await register(token, TRACKING, { url: elsewhere.url }));
    const keys = async (): Promise<readonly string[]> => {
      const { body } = await hub.ask('{ webhooks { verificationKey } }', { token });
      return (body.data?.['webhooks'] as readonly { readonly verificationKey: string }[]).map(({ verificationKey }) => verificationKey);
    };
    const [own = '', others = ''] = await keys();
    await happens(OWN_NUMBER, 'APPLIED');
    await until(() => receiver.had.length === 1);
    const [had] = receiver.had;
    if (!had) throw new Error('nothing was received');
    expect([isFromHub(had, own), isGenuine(had, secret), isFromHub(had, others)]).toEqual([true, true, false]);
    expect(isFromHub({ ...had, body: had.body.replace('APPLIED', 'MERGED') }, own)).toBe(false);
    expect(isFromHub({ ...had, headers: { ...had.headers, 'webhook-timestamp': '1' } }, own)).toBe(false);
    field(await hub.ask(ROTATE, { token, variables: { id } }), 'rotateWebhookSecret');
    expect(await keys()).toEqual([own, others]);
    await elsewhere.stop();
  });

  it('leave no address, no secret and no person in the log of the hub', async () => {
    const token = await platform('platform-6');
    await consented(hub, token, OWN_NUMBER, { purpose: 'TRANSFER_TRACKING', scopes: [SCOPE] });
    const url = `${receiver.url}?token=hidden`;
    receiver.reception = () => 500;
    const { secret } = registered(await register(token, TRACKING, { url }));
    await happens(OWN_NUMBER, 'APPLIED');
    await until(() => receiver.had.length === 1);
    const log = hub.log.join('\n');
    for (const hidden of ['token=hidden', secret, ref(OWN_NUMBER)]) expect(log).not.toContain(hidden);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { createClient, type Client } from 'graphql-ws';
import { Pool } from 'pg';
import { WebSocket } from 'ws';
import { act, citizen, consented, field, official } from '../attacks/scene.js';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { entities } from '../setup/fake-agency.js';
import { Readings } from '../../src/events/readings.js';
import { NUMBERS, OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type TestHub } from '../setup/hub.js';
import { until } from '../setup/until.js';
import { append } from './setup/appended.js';

interface Notice {
  readonly cursor: string;
  readonly what: string;
  readonly code: string | null;
  readonly event: Readonly<Record<string, unknown>> | null;
}
interface Result {
  readonly data?: { readonly transferEvents: Notice } | null;
  readonly errors?: readonly { readonly path?: readonly unknown[]; readonly extensions?: Readonly<Record<string, unknown>> }[];
}
type Headers = Readonly<Record<string, string>>;

const [, , THIRD_NUMBER = ''] = NUMBERS;
const FIELDS = 'cursor what code event { step state number source target citizen { id } }';
const FOLLOW = `subscription ($after: String, $filter: TransferEventFilter) { transferEvents(after: $after, filter: $filter) { ${FIELDS} } }`;
const SCOPE = 'transfer.events:subscribe';

// Two hubs are started, on whatever machine this is.
jest.setTimeout(90_000);

let database: TestDatabase;
let hub: TestHub;
/** Another process on the same store. */
let beside: TestHub;
let pool: Pool;
const clients: Client[] = [];
beforeAll(async () => {
  database = await testDatabase();
  hub = await startTestHub({ DATABASE_URL: database.url });
  beside = await startTestHub({ DATABASE_URL: database.url });
  pool = new Pool({ connectionString: database.url });
  pool.on('error', () => undefined);
});
afterAll(async () => {
  await hub.close();
  await beside.close();
  await pool.end();
  await database.stop();
});
beforeEach(() => {
  hub.agencies['medical-insurance'].behaviour = entities(() => ({ medical: { account: { balance: '12.50' } } }));
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
});

/** A subscriber over WebSocket, who takes one message after the other. */
class Subscriber {
  readonly #results: AsyncIterableIterator<Result>;

  constructor(
    token: string | undefined,
    variables: Record<string, unknown> = {},
    { at = hub, purpose, query = FOLLOW }: { at?: TestHub; purpose?: string; query?: string } = {},
  ) {
    const client = createClient({
      url: `${at.gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(purpose === undefined ? {} : { 'yichuang-purpose': purpose }),
      },
    });
    clients.push(client);
    this.#results = client.iterate({ query, variables }) as AsyncIterableIterator<Result>;
  }

  async result(): Promise<Result> {
    const next = await this.#results.next();
    if (next.done === true) throw new Error('the subscription is over');
    return next.value;
  }

  async next(): Promise<Notice> {
    const { data, errors } = await this.result();
    if (!data) throw new Error(`no data: ${JSON.stringify(errors)}`);
    return data.transferEvents;
  }

  async steps(count: number): Promise<unknown[]> {
    const steps: unknown[] = [];
    while (steps.length < count) steps.push((await this.next()).event?.['step']);
    return steps;
  }

  async leave(): Promise<void> {
    await this.#results.return?.();
  }

  async isOver(): Promise<boolean> {
    return (await this.#results.next()).done === true;
  }
}

/** A subscriber who follows from now on. */
async function following(...asked: ConstructorParameters<typeof Subscriber>): Promise<Subscriber> {
  const subscriber = new Subscriber(...asked);
  expect(await subscriber.next()).toMatchObject({ what: 'POSITION', event: null });
  return subscriber;
}

async function happens(number: string, step: string, event: Parameters<typeof append>[1] = { case_id: randomUUID() }): Promise<void> {
  await append(pool, { citizen: ref(number), step, ...event });
}

const platform = (party = 'platform-1'): Promise<string> =>
  hub.token({ sub: `service of ${party}`, role: 'integrator', party_kind: 'SERVICE_PLATFORM', party });
const consent = async (number: string, party = 'platform-1'): Promise<string> =>
  consented(hub, await platform(party), number, { purpose: 'TRANSFER_TRACKING', scopes: [SCOPE] });

describe('transferEvents', () => {
  it('tells persons of their own transfers and of nobody else’s, and goes on from a cursor at another process', async () => {
    const subscriber = await following(await hub.citizen());
    await happens(OTHER_NUMBER, 'OTHERS');
    await happens(OWN_NUMBER, 'APPLIED');
    await happens(OWN_NUMBER, 'LETTER_SENT');
    const first = await subscriber.next();
    expect(first).toMatchObject({
      what: 'EVENT',
      code: null,
      event: { step: 'APPLIED', source: '440000', target: '330000', citizen: { id: ref(OWN_NUMBER) } },
    });
    await subscriber.leave();
    await happens(OTHER_NUMBER, 'OTHERS');
    await happens(OWN_NUMBER, 'SOURCE_ACCEPTED');
    const again = new Subscriber(await beside.citizen(), { after: first.cursor }, { at: beside });
    expect(await again.steps(2)).toEqual(['LETTER_SENT', 'SOURCE_ACCEPTED']);
    await happens(OWN_NUMBER, 'SHEET_SENT');
    expect(await again.steps(1)).toEqual(['SHEET_SENT']);
  });

  it('brings what else is asked about the person by the normal way, decided with each event', async () => {
    const query = `subscription { transferEvents { cursor what event { step citizen { medical { account { balance } } identity { name } } } } }`;
    const subscriber = new Subscriber(await hub.citizen(), {}, { query });
    expect(await subscriber.next()).toMatchObject({ what: 'POSITION' });
    await happens(OWN_NUMBER, 'APPLIED');
    expect((await subscriber.next()).event).toMatchObject({ step: 'APPLIED', citizen: { medical: { account: { balance: '12.50' } } } });
    const others = new Subscriber(await platform(), {}, { query, purpose: 'TRANSFER_TRACKING' });
    await consent(THIRD_NUMBER);
    expect(await others.next()).toMatchObject({ what: 'POSITION' });
    await happens(THIRD_NUMBER, 'APPLIED');
    const { data, errors } = await others.result();
    expect(data?.transferEvents.event).toEqual({ step: 'APPLIED', citizen: { medical: null, identity: null } });
    expect(errors?.every(({ extensions }) => extensions?.['code'] === 'PURPOSE_NOT_ALLOWED')).toBe(true);
  });

  it('tells others of whom has consented, for as long as they have, and says nothing of who has not', async () => {
    const id = await consent(OWN_NUMBER, 'platform-2');
    const subscriber = await following(await platform('platform-2'), {}, { purpose: 'TRANSFER_TRACKING' });
    await happens(OTHER_NUMBER, 'SECRET');
    await happens(OWN_NUMBER, 'APPLIED');
    expect(await subscriber.steps(1)).toEqual(['APPLIED']);
    await act(hub, OWN_NUMBER, 'revoke', id);
    await happens(OWN_NUMBER, 'AFTER_IT_WAS_REVOKED');
    // The refusal is on record, of the person who had something to do with the platform, and of nobody else.
    const recorded = async (number: string, kind: string): Promise<number> => {
      const text = `select from yichuang.access_entry where subject = $1 and scopes @> $2 and party_code = 'platform-2' and kind = $3`;
      return (await pool.query(text, [ref(number), [SCOPE], kind])).rowCount ?? 0;
    };
    await until(async () => (await recorded(OWN_NUMBER, 'DENIED')) === 1);
    await consent(OWN_NUMBER, 'platform-2');
    await happens(OWN_NUMBER, 'ALLOWED_AGAIN');
    expect(await subscriber.steps(1)).toEqual(['ALLOWED_AGAIN']);
    expect(await recorded(OWN_NUMBER, 'INTENT')).toBe(2);
    expect((await recorded(OTHER_NUMBER, 'INTENT')) + (await recorded(OTHER_NUMBER, 'DENIED'))).toBe(0);
  });

  it('tells who helps a person of that person’s transfers, until the help is taken back', async () => {
    const offer = `mutation ($helper: ID!, $scopes: [String!]!) { offerDelegation(helper: $helper, scopes: $scopes, relationship: CHILD, days: 30) { id } }`;
    const offered = await hub.ask(offer, {
      token: await citizen(hub, THIRD_NUMBER, true),
      variables: { helper: ref(OWN_NUMBER), scopes: [SCOPE] },
    });
    const { id } = field(offered, 'offerDelegation');
    field(
      await hub.ask(`mutation ($id: ID!) { acceptDelegation(id: $id) { state } }`, { token: await hub.citizen(), variables: { id } }),
      'acceptDelegation',
    );
    const helper = await following(
      await hub.citizen(),
      { filter: { citizens: [ref(THIRD_NUMBER), ref(OTHER_NUMBER)] } },
      { purpose: 'FAMILY_HELP' },
    );
    await happens(OTHER_NUMBER, 'NOT_HELPED');
    await happens(THIRD_NUMBER, 'HELPED');
    expect(await helper.steps(1)).toEqual(['HELPED']);
    const end = `mutation ($id: ID!) { endDelegation(id: $id) { state } }`;
    field(await hub.ask(end, { token: await citizen(hub, THIRD_NUMBER), variables: { id } }), 'endDelegation');
    await happens(THIRD_NUMBER, 'NO_LONGER_HELPED');
    const refused = `select from yichuang.access_entry where subject = $1 and scopes @> $2 and kind = 'DENIED' and purpose = 'FAMILY_HELP'`;
    await until(async () => (await pool.query(refused, [ref(THIRD_NUMBER), [SCOPE]])).rowCount === 1);
  });

  it('tells offices of transfers that come to their place, or leave it, for the purpose they state', async () => {
    const out = await following(await official(hub), {}, { purpose: 'TRANSFER_OUT' });
    const into = await following(await official(hub), {}, { purpose: 'TRANSFER_IN' });
    const case_id = randomUUID();
    await happens(OTHER_NUMBER, 'LEAVES', { case_id, source: '440000', target: '330000' });
    await happens(OTHER_NUMBER, 'ELSEWHERE', { case_id, source: '110000', target: '330000' });
    await happens(OTHER_NUMBER, 'OF_ANOTHER_AGENCY', { case_id, source: '440000', target: '440000', agency: 'medical-insurance' });
    await happens(OTHER_NUMBER, 'COMES', { case_id, source: '330000', target: '440000' });
    await happens(OTHER_NUMBER, 'STAYS', { case_id, source: '440000', target: '440000' });
    expect(await out.steps(2)).toEqual(['LEAVES', 'STAYS']);
    expect(await into.steps(2)).toEqual(['COMES', 'STAYS']);
  });

  it('follows what a filter names, and others’ cases and persons are not among it', async () => {
    const mine = await following(await hub.citizen(), {
      filter: { citizens: [ref(OTHER_NUMBER), ref(OWN_NUMBER)], steps: ['MERGED', 'NOTIFIED'] },
    });
    const theirs = await following(await hub.citizen(), { filter: { cases: ['T-of-another'], jurisdictions: ['440300'] } });
    await happens(OTHER_NUMBER, 'MERGED', { case_id: randomUUID(), number: 'T-of-another' });
    await happens(OWN_NUMBER, 'APPLIED');
    await happens(OWN_NUMBER, 'NOTIFIED');
    expect(await mine.steps(1)).toEqual(['NOTIFIED']);
    await happens(OWN_NUMBER, 'OWN', { case_id: randomUUID(), number: 'T-of-another' });
    expect(await theirs.steps(1)).toEqual(['OWN']);
  });

  it('says why it does not begin, or ends', async () => {
    const anonymous = new Subscriber(undefined);
    expect(await anonymous.next()).toMatchObject({ what: 'ENDED', code: 'UNAUTHENTICATED', event: null });
    expect(await anonymous.isOver()).toBe(true);
    expect(await new Subscriber(await platform()).next()).toMatchObject({ what: 'ENDED', code: 'PURPOSE_REQUIRED' });
    expect(await new Subscriber(await official(hub), {}, { purpose: 'COUNTER_SERVICE' }).next()).toMatchObject({
      code: 'PURPOSE_NOT_ALLOWED',
    });
  });

  it('ends with the token: nothing is told to one that has expired', async () => {
    const token = await hub.token({ sub: 'u-1', role: 'citizen', citizen_number: OWN_NUMBER, exp: Math.floor(Date.now() / 1000) + 3 });
    const ended: unknown[] = [];
    const client = createClient({
      url: `${hub.gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${token}` },
      on: { closed: (event) => void ended.push(event) },
    });
    clients.push(client);
    const results = client.iterate({ query: FOLLOW }) as AsyncIterableIterator<Result>;
    expect((await results.next()).value).toMatchObject({ data: { transferEvents: { what: 'POSITION' } } });
    const told: unknown[] = [];
    const reading = (async () => {
      for await (const { data } of results) told.push([data?.transferEvents.code, Date.now()]);
    })().catch(() => undefined);
    await until(async () => {
      await happens(OWN_NUMBER, 'APPLIED');
      return ended.length > 0 || JSON.stringify(told.at(-1) ?? '').includes('TOKEN_EXPIRED');
    });
    await reading;
    const { exp = 0 } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp?: number };
    expect(told.length).toBeGreaterThan(0);
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1_000);
  });

  it('refuses every cursor that this hub did not give out', async () => {
    const { cursor } = await new Subscriber(await hub.citizen()).next();
    const token = await hub.citizen();
    const begin = async (after: string, asHeader = false): Promise<unknown> => {
      const response = await fetch(`${hub.gateway.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream, application/graphql-response+json',
          authorization: `Bearer ${token}`,
          ...(asHeader ? { 'last-event-id': after } : {}),
        },
        body: JSON.stringify({ query: FOLLOW, ...(asHeader ? {} : { variables: { after } }) }),
      });
      const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
      return [response.status, errors[0]?.extensions.code];
    };
    for (const made of ['', '1', 'x'.repeat(27), `${cursor}=`, cursor.slice(1), Buffer.alloc(20).toString('base64url')])
      expect([made, await begin(made)]).toEqual([made, [400, 'CURSOR_INVALID']]);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(cursor.length - 1),
        fc.constantFrom('a', 'b', 'X', 'Z', '0', '9', '-', '_'),
        fc.boolean(),
        async (at, other, asHeader) => {
          const altered = `${cursor.slice(0, at)}${other}${cursor.slice(at + 1)}`;
          fc.pre(altered !== cursor);
          expect(await begin(altered, asHeader)).toEqual([400, 'CURSOR_INVALID']);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('over server-sent events has the cursor as the id of each message, and goes on after Last-Event-ID', async () => {
    const listen = async (headers: Headers, count: number, by: TestHub): Promise<{ ids: string[]; steps: unknown[] }> => {
      const leaving = new AbortController();
      const response = await fetch(`${by.gateway.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          authorization: `Bearer ${await by.citizen()}`,
          ...headers,
        },
        body: JSON.stringify({ query: FOLLOW }),
        signal: leaving.signal,
      });
      const ids: string[] = [];
      const steps: unknown[] = [];
      let text = '';
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += chunk;
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const lines = text.slice(0, end).split('\n');
          text = text.slice(end + 2);
          const value = (name: string): string | undefined => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
          if (value('event') !== 'next') continue;
          const { data } = JSON.parse(value('data') ?? '') as Result;
          expect(value('id')).toBe(data?.transferEvents.cursor);
          ids.push(value('id') ?? '');
          steps.push(data?.transferEvents.event?.['step']);
          if (steps.length === 1 && headers['last-event-id'] === undefined)
            for (const step of ['A', 'B', 'C']) await happens(OWN_NUMBER, step);
        }
        if (steps.length >= count) break;
      }
      leaving.abort();
      return { ids, steps };
    };
    const { ids, steps } = await listen({}, 3, hub);
    expect(steps.slice(0, 3)).toEqual([undefined, 'A', 'B']);
    expect((await listen({ 'last-event-id': ids[1] ?? '' }, 2, beside)).steps.slice(0, 2)).toEqual(['B', 'C']);
  });

  it('says over both transports where it goes on when what came before is no longer kept', async () => {
    const before = (await new Subscriber(await hub.citizen()).next()).cursor;
    for (const step of ['OLD', 'OLDER']) await happens(OWN_NUMBER, step);
    await until(async () => (await pool.query('select from transfers.transfer_event where cursor is null')).rowCount === 0);
    // What the hub does when the days of retention are over.
    const readings = new Readings({ query: (text, values) => pool.query(text, values) });
    await readings.forget(new Date(Date.now() + 60_000), 100_000);
    await happens(OWN_NUMBER, 'KEPT');
    const overWebSocket = new Subscriber(await hub.citizen(), { after: before });
    const gap = await overWebSocket.next();
    expect(gap).toMatchObject({ what: 'GAP', code: null, event: null });
    expect(await overWebSocket.steps(1)).toEqual(['KEPT']);
    const leaving = new AbortController();
    const response = await fetch(`${beside.gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${await beside.citizen()}`,
        'last-event-id': before,
      },
      body: JSON.stringify({ query: FOLLOW }),
      signal: leaving.signal,
    });
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      if (text.includes('KEPT')) break;
    }
    leaving.abort();
    const told = [...text.matchAll(/^id: (.*)\nevent: next\ndata: (.*)$/gm)].map(([, id = '', data = '']) => [
      id,
      (JSON.parse(data) as Result).data?.transferEvents.what,
    ]);
    expect(told).toEqual([
      [gap.cursor, 'GAP'],
      [expect.any(String), 'EVENT'],
    ]);
    // Who goes on from what the notice says misses nothing more, and is told of no gap again.
    expect(await new Subscriber(await hub.citizen(), { after: gap.cursor }).next()).toMatchObject({
      what: 'EVENT',
      event: { step: 'KEPT' },
    });
  });

  it('shows operators how many follow, and how far behind they are', async () => {
    const figure = async (name: string): Promise<number> => {
      const text = await (await fetch(`${hub.gateway.url}/metrics`)).text();
      return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
    };
    // Those of the tests before have left.
    await until(async () => (await figure('yichuang_followers')) === 0);
    const known = await figure('yichuang_event_known_seconds_count');
    const subscriber = await following(await hub.citizen());
    expect(await figure('yichuang_followers')).toBe(1);
    await happens(OWN_NUMBER, 'APPLIED');
    expect(await subscriber.steps(1)).toEqual(['APPLIED']);
    expect(await figure('yichuang_event_known_seconds_count')).toBeGreaterThan(Number.isNaN(known) ? 0 : known);
    expect(await figure('yichuang_follower_waiting_most')).toBe(0);
    await subscriber.leave();
    await until(async () => (await figure('yichuang_followers')) === 0);
  });

  it('can be read afterwards too, by who may be told', async () => {
    const query = `query ($id: ID!) { citizen(id: $id) { transferEvents(first: 2) { nodes { step } pageInfo { hasNextPage } } } }`;
    await happens(THIRD_NUMBER, 'ONE');
    await happens(THIRD_NUMBER, 'TWO');
    await happens(THIRD_NUMBER, 'THREE');
    await until(async () => (await pool.query('select from transfers.transfer_event where cursor is null')).rowCount === 0);
    const own = await hub.ask(query, { token: await citizen(hub, THIRD_NUMBER), variables: { id: ref(THIRD_NUMBER) } });
    expect(own.body.data?.['citizen']).toEqual({
      transferEvents: { nodes: [{ step: 'THREE' }, { step: 'TWO' }], pageInfo: { hasNextPage: true } },
    });
    const other = await hub.ask(query, { token: await hub.citizen(), variables: { id: ref(THIRD_NUMBER) } });
    expect(other.body).toMatchObject({ data: { citizen: { transferEvents: null } }, errors: [{ extensions: { code: 'ACCESS_DENIED' } }] });
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { concatAST, parse } from 'graphql';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Ask } from '../../src/agencies/reply.js';
import { subgraphSources } from '../../src/graph/compose.js';
import { entities } from '../setup/fake-agency.js';
import { OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type TestHub } from '../setup/hub.js';
import { until } from '../setup/until.js';
import { Source } from './setup/source.js';

type Event = Record<string, unknown>;
interface Result {
  readonly data?: Event | null;
  readonly errors?: readonly { readonly path?: readonly (string | number)[]; readonly extensions?: Event }[];
}

/** Events of everybody's record, as an agency might offer them: whom one is about is known only when it comes. */
const EVENTS = parse(`
  type Subscription {
    recordChanged: RecordChange @public(reason: "tells that something changed, and of whom by sealed reference")
  }
  type RecordChange @public(reason: "holds a sealed reference") {
    serial: Int
    person: Citizen
  }
`);
const WATCH = `subscription {
  recordChanged { serial person { id identity { name number } medical { account { balance } } } }
}`;

let hub: TestHub;
let source: Source<Event>;
let asks: Ask[];
let client: Client;
beforeAll(async () => {
  const sources = subgraphSources().map((one) => (one.name === 'hrss' ? { ...one, sdl: concatAST([one.sdl, EVENTS]) } : one));
  const events = (agency: string) =>
    agency === 'hrss'
      ? (ask: Ask): Source<Event> => {
          asks.push(ask);
          return (source = new Source<Event>());
        }
      : undefined;
  hub = await startTestHub({}, {}, { sources, events });
});
afterAll(() => hub.close());
beforeEach(() => {
  asks = [];
  for (const agency of Object.values(hub.agencies)) agency.received.length = 0;
  hub.agencies['medical-insurance'].behaviour = entities(() => ({ medical: { account: { balance: '12.50' } } }));
  regions = { [ref(OWN_NUMBER)]: ['440000'], [ref(OTHER_NUMBER)]: ['110000'] };
  hub.agencies.hrss.behaviour = entities(({ id }) => ({ jurisdictions: regions[String(id)] ?? null }));
});
afterEach(() => client.dispose());
/** Where persons are insured, as the index says at this moment. */
let regions: Record<string, string[]>;

async function watch(token: string | undefined, purpose?: string): Promise<AsyncIterableIterator<Result>> {
  client = createClient({
    url: `${hub.gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(purpose === undefined ? {} : { 'yichuang-purpose': purpose }),
    },
  });
  const results = client.iterate<Event>({ query: WATCH }) as AsyncIterableIterator<Result>;
  const first = results.next();
  await until(() => asks.length === 1);
  const ahead = [first];
  const all: AsyncIterableIterator<Result> = {
    [Symbol.asyncIterator]: () => all,
    next: () => ahead.shift() ?? results.next(),
  };
  return all;
}

/** An event as its source brings it: more than anybody asked. */
function changed(number: string, serial: number): Event {
  const identity = { name: `name of ${number}`, number, birthDate: '1990-01-01' };
  return { recordChanged: { serial, secret: 'of the agency', person: { __typename: 'Citizen', id: ref(number), identity } } };
}

async function next(results: AsyncIterableIterator<Result>): Promise<{ readonly data: unknown; readonly codes: unknown }> {
  const { value } = (await results.next()) as IteratorYieldResult<Result>;
  const { data, errors = [] } = value;
  return { data: data?.['recordChanged'], codes: errors.map(({ path, extensions }) => [path?.slice(2).join('.'), extensions?.['code']]) };
}

const medical = (): readonly unknown[] =>
  hub.agencies['medical-insurance'].questions.flatMap(({ representations }) => representations.map(({ id }) => id));

describe('each event of a subscription to a graph with access rules', () => {
  it('is decided for itself: a citizen sees what is about themselves and of others only that something changed', async () => {
    const results = await watch(await hub.citizen());
    source.push(changed(OTHER_NUMBER, 1)).push(changed(OWN_NUMBER, 2)).push(changed(OTHER_NUMBER, 3));
    const withheld = { id: ref(OTHER_NUMBER), identity: null, medical: null };
    const denied = [
      ['identity', 'ACCESS_DENIED'],
      ['medical', 'ACCESS_DENIED'],
    ];
    const first = await next(results);
    expect(first).toEqual({ data: { serial: 1, person: withheld }, codes: denied });
    expect(medical()).toEqual([]);
    expect(await next(results)).toEqual({
      data: {
        serial: 2,
        person: {
          id: ref(OWN_NUMBER),
          identity: { name: `name of ${OWN_NUMBER}`, number: OWN_NUMBER },
          medical: { account: { balance: '12.50' } },
        },
      },
      codes: [],
    });
    expect(await next(results)).toEqual({ data: { serial: 3, person: withheld }, codes: denied });
    expect(medical()).toEqual([ref(OWN_NUMBER)]);
    expect(JSON.stringify(first)).not.toContain(OTHER_NUMBER);
  });

  it('brings nothing personal to who has not signed in, and the source is not asked for it', async () => {
    const results = await watch(undefined);
    expect(asks[0]?.document.text).not.toMatch(/identity|medical/);
    source.push(changed(OWN_NUMBER, 1));
    expect(await next(results)).toEqual({
      data: { serial: 1, person: { id: ref(OWN_NUMBER), identity: null, medical: null } },
      codes: [
        ['identity', 'UNAUTHENTICATED'],
        ['medical', 'UNAUTHENTICATED'],
      ],
    });
    expect(Object.values(hub.agencies).flatMap(({ questions }) => questions)).toEqual([]);
  });

  it('is decided by what holds when it comes: what a caseworker saw of a person is withheld once their region has lost them', async () => {
    const results = await watch(await hub.caseworker('440000'), 'COUNTER_SERVICE');
    // The mandate does not cover numbers: not even the source is asked for them.
    expect(asks[0]?.document.text).not.toContain('number');
    source.push(changed(OWN_NUMBER, 1));
    const seen = await next(results);
    expect(seen).toMatchObject({
      data: { person: { identity: { name: `name of ${OWN_NUMBER}`, number: null } } },
      codes: expect.arrayContaining([['identity.number', 'ACCESS_DENIED']]),
    });

    regions[ref(OWN_NUMBER)] = ['110000'];
    source.push(changed(OWN_NUMBER, 2));
    const after = await next(results);
    expect(after).toMatchObject({
      data: { serial: 2, person: { identity: null } },
      codes: expect.arrayContaining([['identity', 'ACCESS_DENIED']]),
    });
    expect(JSON.stringify(after)).not.toContain('name of');

    regions[ref(OWN_NUMBER)] = ['440000'];
    source.push(changed(OWN_NUMBER, 3));
    expect(await next(results)).toMatchObject({ data: { serial: 3, person: { identity: { name: `name of ${OWN_NUMBER}` } } } });
    expect(hub.agencies.hrss.questions.length).toBe(3);
  });

  it('that cannot be decided withholds, and says that the index did not answer', async () => {
    const results = await watch(await hub.caseworker('440000'), 'COUNTER_SERVICE');
    hub.agencies.hrss.behaviour = () => ({ data: null, errors: [{ message: 'x', extensions: { code: 'AGENCY_UNAVAILABLE' } }] });
    source.push(changed(OWN_NUMBER, 1));
    const { data, codes } = await next(results);
    expect(data).toMatchObject({ serial: 1, person: { identity: null } });
    expect(codes).toContainEqual(['identity', 'AGENCY_UNAVAILABLE']);
    expect(medical()).toEqual([]);
  });

  it('takes nothing from an agency that answers about somebody else', async () => {
    hub.agencies['medical-insurance'].behaviour = () => ({
      data: { _entities: [{ __typename: 'Citizen', id: ref(OTHER_NUMBER), medical: { account: { balance: '99.00' } } }] },
    });
    const results = await watch(await hub.citizen());
    source.push(changed(OWN_NUMBER, 1));
    const event = await next(results);
    expect(event).toMatchObject({ data: { person: { medical: null } }, codes: [['medical', 'SUBJECT_MISMATCH']] });
    expect(JSON.stringify(event)).not.toContain('99.00');
  });

  it('that does not say whom it is about brings nothing personal', async () => {
    const results = await watch(await hub.citizen());
    source.push({ recordChanged: { serial: 1, person: { __typename: 'Citizen', identity: { name: 'somebody', number: OTHER_NUMBER } } } });
    const event = await next(results);
    expect(JSON.stringify(event)).not.toMatch(new RegExp(`somebody|${OTHER_NUMBER}`));
    expect(medical()).toEqual([]);
  });
});

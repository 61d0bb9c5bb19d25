import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ChangeChannel } from '../../src/store/change-channel.js';
import { ConsentEvents, type ConsentHappening } from '../../src/consent/events.js';
import { CONSENT_CHANNEL } from '../../src/consent/journal.js';
import { ConsentReadings } from '../../src/consent/readings.js';
import type { Consents } from '../../src/consent/consents.js';
import { openStore, type Store } from '../../src/store/store.js';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { OWN_NUMBER, ref, startTestHub, type TestHub } from '../setup/hub.js';
import { until } from '../setup/until.js';
import { ASKED, consentsOn, employer, granted, otherEmployer, person, SCOPES, shown, value } from './setup.js';

describe('what happens to requests and consents', () => {
  let database: TestDatabase;
  let store: Store;
  let channel: ChangeChannel;
  let events: ConsentEvents;
  let consents: Consents;
  beforeAll(async () => {
    database = await testDatabase();
    store = await openStore({ url: database.url });
    channel = await ChangeChannel.open(store, CONSENT_CHANNEL);
    events = new ConsentEvents(channel, new ConsentReadings(store.db));
    consents = consentsOn(store);
  });
  afterAll(async () => {
    events.close();
    channel.close();
    await store.close();
    await database.stop();
  });

  const take = async (from: AsyncIterator<ConsentHappening>, count: number): Promise<string[]> => {
    const acts: string[] = [];
    while (acts.length < count) acts.push(((await from.next()) as IteratorYieldResult<ConsentHappening>).value.act);
    return acts;
  };

  it('is told to the person and the recipient, each what is theirs, and to nobody else', async () => {
    const [toPerson, toRecipient, toOther, toOtherPerson] = [person(), employer, otherEmployer, person(1)].map((who) => events.of(who));
    if (!toPerson || !toRecipient || !toOther || !toOtherPerson) throw new Error('everybody is subscribed');
    const [a = '', b = ''] = SCOPES;
    const { consentId } = await granted(consents, { scopes: [a, b] });
    await granted(consents, { scopes: [a] });
    value(await consents.act(person(), consentId, 'REVOKE'));
    const request = value(await consents.request(otherEmployer, person(1).ref, ASKED));
    value(await consents.approve(person(1), request.id, { together: [], separately: [] }, shown(request)));
    expect(await take(toPerson, 8)).toEqual(['REQUEST', 'APPROVE', 'GRANT', 'REQUEST', 'NARROW', 'APPROVE', 'GRANT', 'REVOKE']);
    expect(await take(toRecipient, 7)).toEqual(['REQUEST', 'APPROVE', 'GRANT', 'REQUEST', 'APPROVE', 'GRANT', 'REVOKE']);
    expect(await take(toOther, 2)).toEqual(['REQUEST', 'DENY']);
    expect(await take(toOtherPerson, 2)).toEqual(['REQUEST', 'DENY']);
    for (const one of [toPerson, toRecipient, toOther, toOtherPerson]) await one.return?.();
  });

  it('ends for who may have missed something, so that they read again', async () => {
    const mine = events.of(person());
    const next = mine.next();
    await store.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database() and pid <> pg_backend_pid()`,
    );
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('is no longer waited for by who has left', async () => {
    const mine = events.of(person());
    const next = mine.next();
    await mine.return?.();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});

describe('a subscription to consentEvents', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub();
  });
  afterAll(() => hub.close());

  it('brings each event with the request it is about, to the person over WebSocket', async () => {
    const client = createClient({
      url: `${hub.gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${await hub.citizen()}` },
    });
    const heard: unknown[] = [];
    void (async () => {
      for await (const { data } of client.iterate({
        query: 'subscription { consentEvents { act request { state citizen { id } recipient { code } } consent { id } } }',
      }))
        heard.push(data);
    })().catch(() => undefined);
    const of = (code: string): Promise<string> => hub.token({ sub: code, role: 'employer', party_kind: 'EMPLOYER', party: code });
    let asked = 0;
    // Nothing says when a subscription has begun: somebody else asks until it brings something.
    await until(async () => {
      await hub.ask(
        `mutation ($citizen: ID!) { requestConsent(input: { citizen: $citizen, purpose: "HIRING_CHECK", scopes: ["pension.months:count"] }) { request { id } } }`,
        { token: await of(`E-${asked++}`), variables: { citizen: ref(OWN_NUMBER) } },
      );
      return heard.length > 0;
    });
    expect(heard[0]).toEqual({
      consentEvents: {
        act: 'REQUEST',
        request: { state: 'PENDING', citizen: { id: ref(OWN_NUMBER) }, recipient: { code: expect.stringMatching(/^E-\d+$/) } },
        consent: null,
      },
    });
    await client.dispose();
  });
});

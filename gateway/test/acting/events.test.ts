import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { isRefusal, type Refusal } from '../../src/acting/refusal.js';
import { ActingEvents, concernsOf, type ActingHappening } from '../../src/acting/events.js';
import { ACTING_CHANNEL } from '../../src/acting/record.js';
import { ChangeChannel } from '../../src/store/change-channel.js';
import { OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type TestHub } from '../setup/hub.js';
import { until } from '../setup/until.js';
import { actingBench, citizen, official, person, type ActingBench } from './setup/acting.js';

const done = <T extends object>(outcome: T | Refusal): T => {
  if (isRefusal(outcome)) throw new Error(`refused: ${JSON.stringify(outcome)}`);
  return outcome;
};
const take = async (from: AsyncIterator<ActingHappening>, count: number): Promise<ActingHappening[]> => {
  const taken: ActingHappening[] = [];
  while (taken.length < count) taken.push(((await from.next()) as IteratorYieldResult<ActingHappening>).value);
  return taken;
};
const acts = async (from: AsyncIterator<ActingHappening>, count: number): Promise<string[]> =>
  (await take(from, count)).map((one) => `${one.act} ${(one.delegation ?? one.emergency ?? one.case)?.state ?? ''}`);

describe('what happens to delegations, cases and emergency accesses', () => {
  let bench: ActingBench;
  let channel: ChangeChannel;
  let events: ActingEvents;
  beforeAll(async () => {
    bench = await actingBench();
    channel = await ChangeChannel.open(bench.store, ACTING_CHANNEL);
    events = new ActingEvents(channel, bench.store.db);
  });
  afterAll(async () => {
    events.close();
    channel.close();
    await bench.close();
  });

  const [grandmother, helper, stranger] = [person('19500101'), person('19800101'), person('19810101')];
  const [opener, colleague, elsewhere] = [official('o-1'), official('o-2'), official('o-3', { code: '330000' })];
  const subscribed = (who: Parameters<typeof concernsOf>[0]) => events.of(concernsOf(who));

  it('is told to the person and the helper, and to nobody else', async () => {
    const [toPerson, toHelper, toStranger] = [grandmother, helper, stranger].map((one) => subscribed(citizen(one)));
    if (!toPerson || !toHelper || !toStranger) throw new Error('everybody is subscribed');
    const offer = { to: helper, scopes: ['pension.months:count'], relationship: 'CHILD', days: 30 } as const;
    const { id } = done(await bench.delegations.offer(citizen(grandmother), offer, true));
    for (const [who, act] of [
      [helper, 'ACCEPT'],
      [grandmother, 'SUSPEND'],
      [grandmother, 'RESUME'],
      [grandmother, 'LEAVE'],
    ] as const)
      done(await bench.delegations.act(citizen(who), id, act));
    const whole = ['OFFER OFFERED', 'ACCEPT ACTIVE', 'SUSPEND SUSPENDED', 'RESUME ACTIVE', 'REVOKE REVOKED'];
    expect(await acts(toPerson, 5)).toEqual(whole);
    expect(await acts(toHelper, 5)).toEqual(whole);
    done(await bench.delegations.offer(citizen(stranger), { ...offer, to: grandmother }, true));
    expect(await take(toStranger, 1)).toMatchObject([
      { act: 'OFFER', delegation: { validTo: expect.any(String) }, emergency: null, case: null },
    ]);
    for (const one of [toPerson, toHelper, toStranger]) await one.return?.();
  });

  it('tells the party of an emergency access from the request on, and the persons from when it is open, with when its review is due', async () => {
    const [toPatient, toOffice, toOther] = [subscribed(citizen(helper)), subscribed(colleague), subscribed(elsewhere)];
    const plea = { reason: 'MEDICAL_RESCUE', text: '急诊抢救，需核实参保地', subjects: [helper], minutes: 60 } as const;
    const { id } = done(await bench.emergencies.request(opener, plea, false));
    done(await bench.emergencies.approve(colleague, id));
    done(await bench.emergencies.close(opener, id));
    done(await bench.emergencies.review(official('o-4'), id, 'OK', '属实'));
    expect(await acts(toOffice, 4)).toEqual(['REQUEST REQUESTED', 'OPEN OPEN', 'CLOSE CLOSED', 'FIND_OK REVIEWED_OK']);
    const [first, ...rest] = await take(toPatient, 3);
    expect(first).toMatchObject({
      act: 'OPEN',
      emergency: { id, state: 'OPEN', closesAt: expect.any(String), reviewDue: expect.any(String) },
    });
    expect(rest.map(({ act }) => act)).toEqual(['CLOSE', 'FIND_OK']);
    done(await bench.emergencies.request(elsewhere, { ...plea, subjects: [stranger] }, true));
    expect(await acts(toOther, 2)).toEqual(['REQUEST REQUESTED', 'OPEN OPEN']);
    for (const one of [toPatient, toOffice, toOther]) await one.return?.();
  });

  it('tells the person of a case, and spreads its number among no officials', async () => {
    const [toPerson, toOffice] = [subscribed(citizen(grandmother)), subscribed(colleague)];
    const plea = { purpose: 'TRANSFER_IN', jurisdictions: [], presented: 'IN_PERSON' } as const;
    const { caseNumber } = done(await bench.cases.open(opener, grandmother, plea, () => Promise.resolve(new Set<string>()))) as {
      caseNumber: string;
    };
    done(await bench.cases.close(opener, caseNumber));
    expect(await take(toPerson, 2)).toMatchObject([
      { act: 'OPEN', case: { number: caseNumber, state: 'OPEN' } },
      { act: 'CLOSE', case: { number: caseNumber, state: 'CLOSED' } },
    ]);
    const emergency = { reason: 'DISASTER', text: '自然灾害，需确认身份', subjects: [stranger], minutes: 5 } as const;
    done(await bench.emergencies.request(official('o-5'), emergency, false));
    expect(await take(toOffice, 1)).toMatchObject([{ act: 'REQUEST', case: null }]);
    for (const one of [toPerson, toOffice]) await one.return?.();
  });

  it('ends for who may have missed something, so that they read again', async () => {
    const next = subscribed(citizen(helper)).next();
    await bench.store.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database() and pid <> pg_backend_pid()`,
    );
    expect(await next).toEqual({ done: true, value: undefined });
  });
});

describe('a subscription to actingEvents', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub();
  });
  afterAll(() => hub.close());

  it('brings a helper the offer that is made to them, and who does not sign in nothing', async () => {
    const clientOf = (connectionParams: Record<string, string>) =>
      createClient({
        url: `${hub.gateway.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams,
      });
    const query = 'subscription { what: actingEvents { act delegation { id state } emergency { id } case { number } } }';
    const anonymous = clientOf({});
    expect(await anonymous.iterate({ query }).next()).toMatchObject({ done: true });
    await anonymous.dispose();
    const client = clientOf({ authorization: `Bearer ${await hub.citizen(OTHER_NUMBER)}` });
    const heard: unknown[] = [];
    void (async () => {
      for await (const { data } of client.iterate({ query })) heard.push(data);
    })().catch(() => undefined);
    const claims = { sub: 'u-1', role: 'citizen', citizen_number: OWN_NUMBER, acr: 'urn:yichuang:acr:step-up' };
    const token = await hub.token({ ...claims, auth_time: Math.floor(Date.now() / 1000) });
    const offer = `mutation($helper: ID!) { offerDelegation(helper: $helper, scopes: ["pension.months:count"], relationship: CHILD, days: 30) { id } }`;
    // Nothing says when a subscription has begun: the person offers and takes back until it brings something.
    await until(async () => {
      const { body } = await hub.ask(offer, { token, variables: { helper: ref(OTHER_NUMBER) } });
      const { id } = body.data?.['offerDelegation'] as { id: string };
      await hub.ask('mutation($id: ID!) { endDelegation(id: $id) { state } }', { token, variables: { id } });
      return heard.length > 0;
    });
    const what = expect.objectContaining({
      delegation: { id: expect.stringMatching(/^dlg_/), state: expect.any(String) },
      emergency: null,
      case: null,
    });
    expect(heard[0]).toEqual({ what });
    await client.dispose();
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import type { Insertable } from 'kysely';
import { WebSocket } from 'ws';
import { isRefusal, type Refusal } from '../../src/acting/refusal.js';
import { ActingEvents, concernsOf, type ActingHappening } from '../../src/acting/events.js';
import { ACTING_CHANNEL } from '../../src/acting/record.js';
import type { AccessEntryTable } from '../../src/store/access-log-tables.js';
import { ChangeChannel } from '../../src/store/change-channel.js';
import { entities } from '../setup/fake-agency.js';
import { OTHER_NUMBER, OWN_NUMBER, ref, startTestHub, type TestHub } from '../setup/hub.js';
import { until } from '../setup/until.js';
import type { Store } from '../../src/store/store.js';
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

  it('tells the caseworkers of the office that entered a delegation what becomes of it, and no other official', async () => {
    const [ward, representative] = [person('19600101'), person('19700101')];
    const [toOffice, toRegulator, toOther] = [colleague, official('r-1', { role: 'REGULATOR' }), elsewhere].map(subscribed);
    if (!toOffice || !toRegulator || !toOther) throw new Error('everybody is subscribed');
    const registration = { kind: 'COURT_APPOINTED', from: ward, to: representative, evidence: '民特1号', dead: false } as const;
    const { id } = done(await bench.delegations.register(opener, { ...registration, scopes: undefined, until: undefined }));
    for (const act of ['SUSPEND', 'RESUME', 'LEAVE'] as const) done(await bench.delegations.act(opener, id, act));
    const whole = ['REGISTER ACTIVE', 'SUSPEND SUSPENDED', 'RESUME ACTIVE', 'REVOKE REVOKED'];
    expect(await acts(toOffice, 4)).toEqual(whole);
    const emergency = { reason: 'DISASTER', text: '自然灾害，需确认身份', subjects: [stranger], minutes: 5 } as const;
    for (const by of [official('o-6'), official('o-7', { code: '330000' })]) done(await bench.emergencies.request(by, emergency, false));
    for (const one of [toRegulator, toOther]) expect(await take(one, 1)).toMatchObject([{ act: 'REQUEST', delegation: null }]);
    for (const one of [toOffice, toRegulator, toOther]) await one.return?.();
  });

  describe('when data is looked at', () => {
    const [grandfather, granddaughter] = [person('19450101'), person('19900101')];
    const looks = (rows: readonly Look[], store: Pick<Store, 'db'> = bench.store): Promise<unknown> =>
      store.db.insertInto('access_entry').values(rows.map(entryOf)).execute();
    const used = async (): Promise<string[]> => {
      const rows = await bench.store.db.selectFrom('acting_use').select(['id', 'subject']).orderBy('epoch').execute();
      return rows.map(({ id, subject }) => `${id} ${subject}`);
    };

    it('under a delegation, tells the person with the first look of a day, and neither the helper nor the office', async () => {
      const registration = { kind: 'COURT_APPOINTED', from: grandfather, to: granddaughter, evidence: '民特2号', dead: false } as const;
      const [toPerson, toHelper, toOffice] = [citizen(grandfather), citizen(granddaughter), colleague].map(subscribed);
      if (!toPerson || !toHelper || !toOffice) throw new Error('everybody is subscribed');
      const { id } = done(await bench.delegations.register(opener, { ...registration, scopes: undefined, until: undefined }));
      const look = { subject: grandfather, delegation: id } as const;
      // 23:59 and 0:00 in Asia/Shanghai.
      await looks([{ ...look, at: '2026-03-01T15:59:00Z' }]);
      await looks([{ ...look, at: '2026-03-01T16:00:00Z' }]);
      for (let again = 0; again < 3; again++) await looks([look, { ...look, at: '2026-03-02T03:00:00Z' }, look]);
      await looks([{ subject: grandfather }, { ...look, refused: true, at: '2026-03-04T03:00:00Z' }]);
      done(await bench.delegations.act(opener, id, 'LEAVE'));
      const [registered, ...uses] = await take(toPerson, 4);
      expect(registered).toMatchObject({ act: 'REGISTER' });
      expect(uses).toMatchObject(uses.map(() => ({ act: 'USE', delegation: { id, state: 'ACTIVE' }, emergency: null, case: null })));
      expect(await acts(toPerson, 1)).toEqual(['REVOKE REVOKED']);
      for (const one of [toHelper, toOffice]) expect(await acts(one, 2)).toEqual(['REGISTER ACTIVE', 'REVOKE REVOKED']);
      for (const one of [toPerson, toHelper, toOffice]) await one.return?.();
    });

    it('under an emergency access, tells each person with the first look, whenever it is', async () => {
      const [patient, companion] = [person('19610101'), person('19620101')];
      const plea = { reason: 'MEDICAL_RESCUE', text: '急诊抢救，需核实参保地', subjects: [patient, companion], minutes: 240 } as const;
      const [toPatient, toCompanion] = [patient, companion].map((one) => subscribed(citizen(one)));
      if (!toPatient || !toCompanion) throw new Error('everybody is subscribed');
      const { id } = done(await bench.emergencies.request(official('o-8'), plea, true));
      for (const at of ['2026-03-01T15:59:00Z', '2026-03-01T16:01:00Z']) await looks([{ subject: patient, emergency: id, at }]);
      done(await bench.emergencies.close(official('o-8'), id));
      expect(await acts(toPatient, 3)).toEqual(['OPEN OPEN', 'USE OPEN', 'CLOSE CLOSED']);
      expect(await acts(toCompanion, 2)).toEqual(['OPEN OPEN', 'CLOSE CLOSED']);
      for (const one of [toPatient, toCompanion]) await one.return?.();
    });

    it('by two processes at once, in whatever order they write, notes it once and holds up neither', async () => {
      const [one, other] = [person('19630101'), person('19640101')];
      const under = 'dlg_crosswise';
      const [first, second] = [
        { subject: one, delegation: under },
        { subject: other, delegation: under },
      ] as const;
      await bench.store.db.transaction().execute((here) =>
        bench.store.db.transaction().execute(async (there) => {
          await looks([first], { db: here });
          await looks([second], { db: there });
          await looks([second], { db: here });
          await looks([first], { db: there });
        }),
      );
      await looks([first, second]);
      expect((await used()).filter((text) => text.startsWith(under)).sort()).toEqual([`${under} ${one}`, `${under} ${other}`].sort());
    });
  });

  it('ends for who may have missed something, so that they read again', async () => {
    const next = subscribed(citizen(helper)).next();
    await bench.store.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database() and pid <> pg_backend_pid()`,
    );
    expect(await next).toEqual({ done: true, value: undefined });
  });
});

/** A row of the record of access: of one's own accord, under a delegation or under an emergency access. */
interface Look {
  readonly subject: string;
  readonly delegation?: string;
  readonly emergency?: string;
  readonly refused?: boolean;
  readonly at?: string;
}

function entryOf({ subject, delegation, emergency, refused = false, at }: Look): Insertable<AccessEntryTable> {
  return {
    ...(at === undefined ? {} : { recorded_at: new Date(at) }),
    kind: refused ? 'DENIED' : 'INTENT',
    answer_id: randomUUID(),
    question_id: 'q',
    decision_id: 'q',
    subject_kind: 'PERSON',
    subject,
    actor: 'c-1',
    role: 'CITIZEN',
    ...(delegation === undefined ? {} : { delegation_kind: 'COURT_APPOINTED', delegation_id: delegation }),
    basis: refused ? null : emergency === undefined ? 'SELF' : 'EMERGENCY',
    basis_ref: emergency ?? null,
    scopes: ['pension.months:count'],
    agencies: ['hrss'],
    ...(refused ? { code: 'ACCESS_DENIED', told: 'ACCESS_DENIED' } : {}),
  };
}

describe('a subscription to actingEvents', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub({}, { hrss: entities(() => ({ pension: { monthsPaid: 120 } })) });
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

  it('brings a person that a helper has looked at their data', async () => {
    const claims = { sub: 'u-1', role: 'citizen', citizen_number: OWN_NUMBER, acr: 'urn:yichuang:acr:step-up' };
    const token = await hub.token({ ...claims, auth_time: Math.floor(Date.now() / 1000) });
    const helper = await hub.citizen(OTHER_NUMBER);
    const client = createClient({
      url: `${hub.gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
    });
    const heard: { act: string; delegation: { id: string } | null }[] = [];
    void (async () => {
      for await (const { data } of client.iterate({ query: 'subscription { actingEvents { act delegation { id } } }' }))
        heard.push((data as { actingEvents: (typeof heard)[number] }).actingEvents);
    })().catch(() => undefined);
    const offer = `mutation($helper: ID!) { offerDelegation(helper: $helper, scopes: ["pension.months:count"], relationship: CHILD, days: 30) { id } }`;
    const offered = async (): Promise<string> => {
      const { body } = await hub.ask(offer, { token, variables: { helper: ref(OTHER_NUMBER) } });
      return (body.data?.['offerDelegation'] as { id: string }).id;
    };
    const end = (id: string): Promise<unknown> =>
      hub.ask('mutation($id: ID!) { endDelegation(id: $id) { state } }', { token, variables: { id } });
    await until(async () => {
      await end(await offered());
      return heard.length > 0;
    });
    const id = await offered();
    await hub.ask('mutation($id: ID!) { acceptDelegation(id: $id) { state } }', { token: helper, variables: { id } });
    const read = async (): Promise<unknown> =>
      (
        await hub.ask('query($id: ID!) { citizen(id: $id) { pension { monthsPaid } } }', {
          token: helper,
          headers: { 'yichuang-purpose': 'FAMILY_HELP' },
          variables: { id: ref(OWN_NUMBER) },
        })
      ).body.data;
    for (let again = 0; again < 2; again++) expect(await read()).toEqual({ citizen: { pension: { monthsPaid: 120 } } });
    await end(id);
    const ofIt = (): string[] => heard.flatMap(({ act, delegation }) => (delegation?.id === id ? [act] : []));
    await until(() => ofIt().includes('REVOKE'));
    expect(ofIt()).toEqual(['OFFER', 'ACCEPT', 'USE', 'REVOKE']);
    await client.dispose();
  });
});

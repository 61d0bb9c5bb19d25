import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { compactVerify, importJWK } from 'jose';
import { sql } from 'kysely';
import { receiptOf } from '../../src/consent/artefact.js';
import type { Consents } from '../../src/consent/consents.js';
import { openStore, type Store } from '../../src/store/store.js';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { recordsIn, statesIn } from './records.js';
import {
  ASKED,
  consentsOn,
  employer,
  granted,
  otherEmployer,
  person,
  personBorn,
  SCOPES,
  SENSITIVE,
  shown,
  SIGNING,
  value,
} from './setup.js';

let database: TestDatabase;
let store: Store;
let consents: Consents;

beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(async () => {
  store = await openStore({ url: await database.another() });
  consents = consentsOn(store);
});
afterEach(() => store.close());
afterAll(() => database.stop());

/** Moves what has been kept into the past: the clock of the store is not a test's to turn. */
async function daysPass(days: number): Promise<void> {
  const past = sql`make_interval(days => ${days})`;
  await sql`alter table consents disable trigger consents_stay`.execute(store.db);
  await sql`update consent_requests set created_at = created_at - ${past}, expires_at = expires_at - ${past}, closed_at = closed_at - ${past}`.execute(
    store.db,
  );
  await sql`update consents set valid_from = valid_from - ${past}, valid_to = valid_to - ${past}`.execute(store.db);
  await sql`update consent_uses set used_at = used_at - ${past}`.execute(store.db);
  await sql`alter table consents enable trigger consents_stay`.execute(store.db);
}

const stateOf = async (id: string): Promise<string> =>
  (await store.db.selectFrom('consents').select('state').where('id', '=', id).executeTakeFirstOrThrow()).state;

describe('a recipient', () => {
  it('asks within the purpose, and is refused what goes beyond it', async () => {
    const request = value(await consents.request(employer, person().ref, ASKED));
    expect(request).toMatchObject({ state: 'PENDING', scopes: ASKED.scopes, validDays: 90, maxUses: 5, dataLifeDays: 30 });
    expect(await consents.request(employer, person().ref, { ...ASKED, scopes: ['medical.account:read'] })).toEqual({
      ok: false,
      code: 'CONSENT_TERMS',
      term: 'SCOPES',
    });
  });

  it('has at most three open requests to one person, however many it sends at once', async () => {
    const sent = await Promise.all(Array.from({ length: 10 }, () => consents.request(employer, person().ref, ASKED)));
    expect(sent.filter(({ ok }) => ok)).toHaveLength(3);
    expect(sent.find(({ ok }) => !ok)).toMatchObject({ code: 'CONSENT_REQUEST_LIMIT', retryAfterSeconds: 7 * 86_400 });
    expect((await consents.request(otherEmployer, person().ref, ASKED)).ok).toBe(true);
    expect((await consents.request(employer, person(1).ref, ASKED)).ok).toBe(true);
  });

  it('learns nothing of the requests of others: a person who has twenty is told of no more, and it sees the same', async () => {
    for (let i = 0; i < 20; i++) {
      const party = { kind: 'EMPLOYER', code: `E${i}` };
      value(await consents.request({ kind: 'RECIPIENT', party, user: 'u', role: 'EMPLOYER' }, person().ref, ASKED));
    }
    const request = value(await consents.request(employer, person().ref, ASKED));
    expect(request.state).toBe('PENDING');
    const told = await store.db.selectFrom('consent_records').select('told').orderBy('epoch').execute();
    expect(told[19]?.told).toEqual(['PERSON', 'RECIPIENT']);
    expect(told[20]?.told).toEqual(['RECIPIENT']);
  });

  it('may not ask for the same purpose for thirty days after it was denied, under whatever request', async () => {
    const { id } = value(await consents.request(employer, person().ref, ASKED));
    value(await consents.deny(person(), id));
    const refused = await consents.request(employer, person().ref, { ...ASKED, scopes: [SCOPES[2] ?? ''] });
    expect(refused).toMatchObject({ code: 'CONSENT_COOLING_DOWN', retryAfterSeconds: 30 * 86_400 });
    expect((await consents.request(employer, person().ref, { ...ASKED, purpose: 'OTHER_CHECK' })).ok).toBe(true);
    expect((await consents.request(otherEmployer, person().ref, ASKED)).ok).toBe(true);
    await daysPass(30);
    expect((await consents.request(employer, person().ref, ASKED)).ok).toBe(true);
  });

  it('takes back its own open request, and no other', async () => {
    const { id } = value(await consents.request(employer, person().ref, ASKED));
    expect(await consents.withdraw(otherEmployer, id)).toEqual({ ok: false, code: 'CONSENT_NOT_FOUND' });
    expect(await consents.withdraw(employer, 'crq_nothing')).toEqual({ ok: false, code: 'CONSENT_NOT_FOUND' });
    expect(value(await consents.withdraw(employer, id)).state).toBe('WITHDRAWN');
    expect(await consents.deny(person(), id)).toEqual({ ok: false, code: 'CONSENT_STATE' });
  });
});

describe('a person', () => {
  it('approves part, and the consent covers that part', async () => {
    const request = value(await consents.request(employer, person().ref, { ...ASKED, scopes: SCOPES }));
    const [first = ''] = SCOPES;
    const approved = value(await consents.approve(person(), request.id, { together: [first], separately: [] }, shown(request)));
    expect(approved.request.state).toBe('PARTIALLY_APPROVED');
    expect(approved.consent).toMatchObject({ state: 'ACTIVE', scopes: [first] });
  });

  it('ticks a sensitive scope on its own, or does not give it', async () => {
    const request = value(await consents.request(employer, person().ref, { ...ASKED, scopes: SCOPES }));
    const bundled = await consents.approve(person(), request.id, { together: SCOPES, separately: [] }, shown(request));
    expect(bundled).toEqual({ ok: false, code: 'CONSENT_TICK_MISSING' });
    const ticked = { together: SCOPES.filter((scope) => scope !== SENSITIVE), separately: [SENSITIVE] };
    expect(value(await consents.approve(person(), request.id, ticked, shown(request))).request.state).toBe('APPROVED');
  });

  it('who ticks nothing denies', async () => {
    const request = value(await consents.request(employer, person().ref, ASKED));
    const answered = value(await consents.approve(person(), request.id, { together: [], separately: [] }, shown(request)));
    expect(answered).toMatchObject({ request: { state: 'DENIED' }, consent: undefined });
  });

  it('cannot approve a text that has been changed since it was shown', async () => {
    const request = value(await consents.request(employer, person().ref, ASKED));
    const changed = consentsOn(store, { notice: { zh: '另一段文字。', en: 'Another text.' } });
    const ticks = { together: request.scopes, separately: [] };
    expect(await changed.approve(person(), request.id, ticks, shown(request))).toEqual({ ok: false, code: 'CONSENT_NOTICE_CHANGED' });
  });

  it('cannot approve more than the purpose allows by the time they answer', async () => {
    const request = value(await consents.request(employer, person().ref, ASKED));
    const narrower = consentsOn(store, { scopes: new Set([SCOPES[0] ?? '']) });
    const ticks = { together: request.scopes, separately: [] };
    expect(await narrower.approve(person(), request.id, ticks, shown(request))).toMatchObject({ code: 'CONSENT_TERMS', term: 'SCOPES' });
  });

  it('who is somebody else finds no such request', async () => {
    const request = value(await consents.request(employer, person().ref, ASKED));
    const ticks = { together: request.scopes, separately: [] };
    expect(await consents.approve(person(1), request.id, ticks, shown(request))).toEqual({ ok: false, code: 'CONSENT_NOT_FOUND' });
    expect(await consents.approve(person(), 'crq_nothing', ticks, shown(request))).toEqual({ ok: false, code: 'CONSENT_NOT_FOUND' });
  });

  it('who is under fourteen does not decide alone, and does through a guardian', async () => {
    const child = personBorn('20200101');
    const request = value(await consents.request(employer, child.ref, ASKED));
    const ticks = { together: request.scopes, separately: [] };
    expect(await consents.approve(child, request.id, ticks, shown(request))).toEqual({ ok: false, code: 'GUARDIAN_REQUIRED' });
    const guardian = { ...child, user: 'guardian', delegation: { id: 'dlg_1', kind: 'GUARDIAN' } };
    const { consent } = value(await consents.approve(guardian, request.id, ticks, shown(request)));
    const row = await store.db
      .selectFrom('consents')
      .select('artefact')
      .where('id', '=', consent?.id ?? '')
      .executeTakeFirstOrThrow();
    expect(JSON.parse(row.artefact)).toMatchObject({ subject: { actedBy: { id: 'dlg_1', kind: 'GUARDIAN' } } });
  });

  it('pauses, resumes and revokes in one step each, and doing it twice changes nothing', async () => {
    const { consentId } = await granted(consents);
    const before = (await recordsIn(store)).length;
    const states: string[] = [];
    for (const act of ['PAUSE', 'PAUSE', 'RESUME', 'RESUME', 'REVOKE', 'REVOKE'] as const)
      states.push(value(await consents.act(person(), consentId, act)).state);
    expect(states).toEqual(['PAUSED', 'PAUSED', 'ACTIVE', 'ACTIVE', 'REVOKED', 'REVOKED']);
    expect(await recordsIn(store)).toHaveLength(before + 3);
    expect(await consents.act(person(), consentId, 'RESUME')).toEqual({ ok: false, code: 'CONSENT_STATE' });
  });

  it('alone may pause and revoke; the recipient alone gives up', async () => {
    const { consentId } = await granted(consents);
    expect(await consents.act(employer, consentId, 'REVOKE')).toEqual({ ok: false, code: 'CONSENT_STATE' });
    expect(await consents.act(employer, consentId, 'PAUSE')).toEqual({ ok: false, code: 'CONSENT_STATE' });
    expect(await consents.act(otherEmployer, consentId, 'GIVE_UP')).toEqual({ ok: false, code: 'CONSENT_NOT_FOUND' });
    expect(await consents.act(person(1), consentId, 'REVOKE')).toEqual({ ok: false, code: 'CONSENT_NOT_FOUND' });
    expect(value(await consents.act(employer, consentId, 'GIVE_UP')).state).toBe('REVOKED');
  });
});

describe('a later consent', () => {
  it('takes over the scopes it names; an earlier one keeps the others, or ends', async () => {
    const [a = '', b = '', c = ''] = SCOPES;
    const first = await granted(consents, { scopes: [a, b] });
    const second = await granted(consents, { scopes: [b, c] });
    const third = await granted(consents, { scopes: [a] });
    const rows = await store.db.selectFrom('consents').select(['id', 'state', 'scopes']).execute();
    const byId = new Map(rows.map(({ id, state, scopes }) => [id, [state, scopes]]));
    expect(byId.get(first.consentId)).toEqual(['SUPERSEDED', [a]]);
    expect(byId.get(second.consentId)).toEqual(['ACTIVE', [b, c]]);
    expect(byId.get(third.consentId)).toEqual(['ACTIVE', [a]]);
    const { held, replayed } = await statesIn(store);
    expect(replayed).toEqual(held);
  });

  it('for another purpose, person or recipient leaves it alone', async () => {
    const first = await granted(consents);
    await granted(consents, { purpose: 'OTHER_CHECK' });
    await granted(consents, {}, { by: person(1) });
    await granted(consents, {}, { recipient: otherEmployer });
    expect(await stateOf(first.consentId)).toBe('ACTIVE');
  });

  it('is the only one that counts, also where two are approved at the same time', async () => {
    const requests = await Promise.all([0, 1, 2].map(async () => value(await consents.request(employer, person().ref, ASKED))));
    await Promise.all(
      requests.map(async (request) =>
        value(await consents.approve(person(), request.id, { together: request.scopes, separately: [] }, shown(request))),
      ),
    );
    const states = (await store.db.selectFrom('consents').select('state').execute()).map(({ state }) => state).sort();
    expect(states).toEqual(['ACTIVE', 'SUPERSEDED', 'SUPERSEDED']);
  });
});

describe('time', () => {
  it('ends requests and consents by the clock of the store, noted by the sweep exactly once', async () => {
    const open = value(await consents.request(employer, person().ref, ASKED));
    const { consentId } = await granted(consents, { validDays: 1 });
    const later = await granted(consents, { validFrom: new Date(Date.now() + 86_400_000), purpose: 'OTHER_CHECK' });
    expect(await stateOf(later.consentId)).toBe('SCHEDULED');
    await daysPass(8);
    const swept = await Promise.all([consents.sweep(), consentsOn(store).sweep()]);
    expect(Math.max(...swept)).toBe(3);
    expect(await consents.sweep()).toBe(0);
    expect(await stateOf(consentId)).toBe('EXPIRED');
    expect(await stateOf(later.consentId)).toBe('ACTIVE');
    expect(await consents.approve(person(), open.id, { together: open.scopes, separately: [] }, shown(open))).toMatchObject({
      code: 'CONSENT_STATE',
    });
    const acts = (await recordsIn(store)).map(({ act }) => act);
    expect(acts.slice(7).sort()).toEqual(['ACTIVATE', 'EXPIRE', 'EXPIRE']);
    const { held, replayed } = await statesIn(store);
    expect(replayed).toEqual(held);
  });

  it('ends what nobody has swept yet as soon as somebody touches it', async () => {
    const { consentId } = await granted(consents, { validDays: 1 });
    await daysPass(1);
    expect(await consents.act(person(), consentId, 'PAUSE')).toEqual({ ok: false, code: 'CONSENT_STATE' });
    expect(await stateOf(consentId)).toBe('EXPIRED');
  });
});

describe('an artefact', () => {
  const BY_MONTH = SCOPES.filter((scope) => scope !== 'employment.registered:read');

  it('is canonical, signed, and holds a name that no other recipient has for the person', async () => {
    const asked = {
      ...ASKED,
      scopes: BY_MONTH,
      dataRange: { from: '2020-01', to: undefined },
      frequency: { count: 1, perDays: 7 },
      maxUses: 3,
    };
    await granted(consents, asked);
    await granted(consents, asked, { recipient: otherEmployer });
    const [one, other] = await store.db.selectFrom('consents').selectAll().orderBy('created_at').execute();
    if (!one || !other) throw new Error('two consents were given');
    const key = await importJWK(SIGNING.publicKey, 'EdDSA');
    const { jws, kid } = JSON.parse(receiptOf({ text: one.artefact, signature: one.signature }, { zh: '', en: '' })) as {
      jws: string;
      kid: string;
    };
    const { payload, protectedHeader } = await compactVerify(jws, key);
    expect(Buffer.from(payload).toString()).toBe(one.artefact);
    expect(protectedHeader).toEqual({ alg: 'EdDSA', kid, typ: 'yichuang-consent+jws' });
    const forged = receiptOf({ text: one.artefact.replace('P30D', 'P60D'), signature: one.signature }, { zh: '', en: '' });
    await expect(compactVerify((JSON.parse(forged) as { jws: string }).jws, key)).rejects.toThrow();
    const artefact = JSON.parse(one.artefact) as { subject: { pseudonym: string } };
    expect(artefact).toMatchObject({
      ver: '1.0',
      consentId: one.id,
      requestId: one.request_id,
      recipient: employer.party,
      scopes: BY_MONTH,
      separateConsents: BY_MONTH,
      constraints: { dataRange: { from: '2020-01', to: null }, frequency: { count: 1, per: 'P7D' }, maxUses: 3, dataLife: 'P30D' },
      notice: { hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    });
    expect(one.artefact).not.toContain(person().ref);
    expect(artefact.subject.pseudonym).not.toBe((JSON.parse(other.artefact) as typeof artefact).subject.pseudonym);
    expect(Object.keys(artefact)).toEqual(Object.keys(artefact).sort());
  });
});

describe('a person who has died', () => {
  it('has allowed nothing any more, to anybody', async () => {
    const ids = [await granted(consents), await granted(consents, {}, { recipient: otherEmployer })].map(({ consentId }) => consentId);
    const unrelated = await granted(consents, {}, { by: person(1) });
    expect(await consents.invalidateAll(person().ref)).toBe(2);
    expect(await Promise.all(ids.map(stateOf))).toEqual(['INVALIDATED', 'INVALIDATED']);
    expect(await stateOf(unrelated.consentId)).toBe('ACTIVE');
  });
});

describe('the tables', () => {
  it('refuse to change or delete a record, an artefact or a final state, whoever asks', async () => {
    const { consentId } = await granted(consents);
    const attempts = [
      sql`update consent_records set by_user = 'x'`,
      sql`delete from consent_records`,
      sql`truncate consent_records`,
      sql`update consents set artefact = '{}'`,
      sql`update consents set scopes = scopes || '{more:read}'`,
      sql`update consents set uses = 6`,
    ];
    for (const attempt of attempts)
      await expect(attempt.execute(store.db)).rejects.toThrow(/append-only|for good|more than was given|check constraint/);
    value(await consents.act(person(), consentId, 'REVOKE'));
    await expect(sql`update consents set state = 'ACTIVE'`.execute(store.db)).rejects.toThrow(/final state/);
  });

  it('hold a scope of a person, recipient and purpose at most once', async () => {
    await granted(consents);
    await expect(sql`insert into consent_holdings select * from consent_holdings`.execute(store.db)).rejects.toThrow(
      /consent_holdings_pkey/,
    );
  });
});

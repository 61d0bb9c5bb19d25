import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { loadAccessCatalogue, type CitizenRef } from '@yichuang/schema';
import type { Consents } from '../../src/access/facts.js';
import type { Caller } from '../../src/access/principal.js';
import { AccessProfile } from '../../src/access/profile.js';
import type { FactSources } from '../../src/access/question-facts.js';
import { EventAccess, EVENTS_SCOPE } from '../../src/events/access.js';
import { Cursors } from '../../src/events/cursors.js';
import { Numbering } from '../../src/events/numbering.js';
import { EventStream } from '../../src/events/stream.js';
import { TransferSubscriptions, type TransferNotice } from '../../src/events/subscription.js';
import { AuditUnavailable } from '../../src/evidence/record.js';
import { Question } from '../../src/execution/question.js';
import { openStore, type Store } from '../../src/store/store.js';
import { testDatabase, type TestDatabase } from '../setup/database.js';
import { append } from './setup/appended.js';

jest.setTimeout(90_000);

describe('an event of which nobody can say whether it may be told', () => {
  const catalogue = loadAccessCatalogue();
  const person = 'c1somebody' as CitizenRef;
  const caller: Caller = {
    principal: { kind: 'INTEGRATOR', user: 'u', party: { kind: 'SERVICE_PLATFORM', code: 'p-1' }, jurisdiction: undefined },
    purpose: { kind: 'NAMED', code: 'TRANSFER_TRACKING' },
    caseNumber: undefined,
  };
  /** What is not to be had now. */
  let away: 'CONSENTS' | 'RECORD' | undefined;
  let database: TestDatabase;
  let store: Store;
  let stream: EventStream;
  let numbering: Numbering;
  let subscriptions: TransferSubscriptions;
  beforeAll(async () => {
    database = await testDatabase();
    store = await openStore({ url: database.url });
    stream = await EventStream.open(store, () => undefined);
    numbering = await Numbering.open(store, () => undefined);
    const consent = { consentId: 'k', state: 'ACTIVE', scopes: new Set([EVENTS_SCOPE]), dataRange: undefined } as const;
    const of = (refs: readonly CitizenRef[]): Promise<ReadonlyMap<string, Consents>> =>
      away === 'CONSENTS'
        ? Promise.reject(new Error('away'))
        : Promise.resolve(new Map(refs.map((ref) => [ref, { consents: ref === person ? [consent] : [], pending: new Set<string>() }])));
    const never = (): Promise<never> => Promise.reject(new Error('not asked'));
    const facts: FactSources = {
      agencies: { jurisdictions: never, worksFor: never },
      consents: { of, use: (ids) => Promise.resolve(new Map(ids.map((id) => [id, 'USED']))) },
      acting: { delegations: never, caseOf: never, emergencyOf: never },
    };
    const recorded = {
      answerId: '',
      questionId: '',
      actor: '',
      role: 'INTEGRATOR',
      party: undefined,
      purpose: undefined,
      caseNumber: undefined,
    } as const;
    const evidence = {
      recorder: {
        intent: () => (away === 'RECORD' ? Promise.reject(new AuditUnavailable(1)) : Promise.resolve()),
        denied: () => undefined,
        outcome: () => undefined,
        close: () => Promise.resolve(),
      },
      recording: { of: () => recorded },
    };
    subscriptions = new TransferSubscriptions(stream, new Cursors('secret'), new EventAccess(catalogue, facts, evidence));
  });
  afterAll(async () => {
    stream.close();
    await numbering.close();
    await store.close();
    await database.stop();
  });

  const question = (): Question =>
    new Question(randomUUID(), 10_000, new AccessProfile(caller, catalogue), () => {
      throw new Error('nothing else is asked');
    });
  function begun(after?: string): AsyncIterableIterator<TransferNotice> {
    const subscription = subscriptions.begin(after === undefined ? {} : { after }, question());
    if ('code' in subscription) throw new Error(subscription.code);
    return subscription;
  }
  const next = async (of: AsyncIterator<TransferNotice>): Promise<TransferNotice> => {
    const { value } = (await of.next()) as IteratorYieldResult<TransferNotice>;
    return value;
  };

  it.each([
    ['CONSENTS', 'CONSENT_UNAVAILABLE'],
    ['RECORD', 'AUDIT_UNAVAILABLE'],
  ] as const)(
    'is not skipped: while the %s are away the subscription ends before it, and who goes on from there is told it',
    async (what, code) => {
      away = undefined;
      const first = begun();
      const { cursor } = await next(first);
      const case_id = randomUUID();
      await append(store.pool, { case_id, citizen: person, step: 'ONE' });
      expect(await next(first)).toMatchObject({ what: 'EVENT', event: { step: 'ONE' } });
      // What waits together is decided together: the others come when nobody can say.
      away = what;
      for (const step of ['TWO', 'THREE']) await append(store.pool, { case_id, citizen: step === 'TWO' ? 'c1another' : person, step });
      const ended = what === 'CONSENTS' ? await next(first) : await next(begun(cursor));
      expect(ended).toMatchObject({ what: 'ENDED', code, event: null });
      away = undefined;
      const again = begun(ended.cursor);
      const missed = what === 'CONSENTS' ? ['THREE'] : ['ONE', 'THREE'];
      for (const step of missed) expect(await next(again)).toMatchObject({ what: 'EVENT', event: { step } });
      await first.return?.();
      await again.return?.();
      expect(stream.followers).toBe(0);
    },
  );
});

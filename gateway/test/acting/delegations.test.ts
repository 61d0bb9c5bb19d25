import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { CitizenRef } from '@yichuang/schema';
import type { DelegationKind } from '../../src/access/facts.js';
import type { Registration } from '../../src/acting/delegation.js';
import type { Delegated } from '../../src/acting/delegations.js';
import { isRefusal, type Refusal } from '../../src/acting/refusal.js';
import { actingBench, citizen, official, person, SCOPES, type ActingBench } from './setup/acting.js';

let bench: ActingBench;
beforeAll(async () => {
  bench = await actingBench();
});
afterAll(() => bench.close());

let born = 0;
/** Somebody of age nobody has met before. */
const adult = (): CitizenRef => person('19700101', ++born);
const office = official('w-1');

const done = (outcome: Delegated | Refusal): Delegated => {
  if (isRefusal(outcome)) throw new Error(`refused: ${JSON.stringify(outcome)}`);
  return outcome;
};
const offer = (from: CitizenRef, to: CitizenRef, scopes = ['pension.months:count'], steppedUp = true): Promise<Delegated | Refusal> =>
  bench.delegations.offer(citizen(from), { to, scopes, relationship: 'CHILD', days: 30 }, steppedUp);
const registration = (kind: Registration['kind'], from: CitizenRef, to: CitizenRef): Registration => ({
  kind,
  from,
  to,
  evidence: '（2026）粤01民特1号',
  scopes: undefined,
  until: undefined,
  dead: kind === 'NEXT_OF_KIN',
});
const inForce = async (from: CitizenRef, to: CitizenRef): Promise<readonly DelegationKind[]> =>
  ((await bench.facts.delegations([from], to)).get(from) ?? []).map(({ kind }) => kind);

describe('family help', () => {
  it('counts from when the helper accepts it until the person takes it back', async () => {
    const [elder, daughter] = [adult(), adult()];
    const { id, state } = done(await offer(elder, daughter));
    expect([state, await inForce(elder, daughter)]).toEqual(['OFFERED', []]);
    expect(done(await bench.delegations.act(citizen(daughter), id, 'ACCEPT')).state).toBe('ACTIVE');
    expect((await bench.facts.delegations([elder, adult()], daughter)).get(elder)).toEqual([
      { delegationId: id, kind: 'FAMILY_HELP', scopes: new Set(['pension.months:count']) },
    ]);
    expect(await inForce(daughter, elder)).toEqual([]);
    expect(done(await bench.delegations.act(citizen(elder), id, 'LEAVE')).state).toBe('REVOKED');
    expect(await inForce(elder, daughter)).toEqual([]);
  });

  it('rests while it is suspended', async () => {
    const [elder, son] = [adult(), adult()];
    const { id } = done(await offer(elder, son));
    await bench.delegations.act(citizen(son), id, 'ACCEPT');
    expect(await bench.delegations.act(citizen(son), id, 'SUSPEND')).toEqual({ refused: 'ACCESS_DENIED' });
    await bench.delegations.act(citizen(elder), id, 'SUSPEND');
    expect(await inForce(elder, son)).toEqual([]);
    await bench.delegations.act(citizen(elder), id, 'RESUME');
    expect(await inForce(elder, son)).toEqual(['FAMILY_HELP']);
    expect(done(await bench.delegations.act(citizen(son), id, 'LEAVE')).state).toBe('ENDED');
  });

  it('is offered only by who has just proved anew who they are', async () => {
    expect(await offer(adult(), adult(), undefined, false)).toEqual({ refused: 'STEP_UP_REQUIRED' });
  });

  it('to a reference this hub did not make comes to nothing', async () => {
    const forged = `${adult().slice(0, -4)}AAAA`;
    expect(await offer(adult(), forged as CitizenRef)).toEqual({ refused: 'ACCESS_DENIED' });
  });

  it('is one at a time between two, also when it is offered twice at once', async () => {
    const [elder, daughter] = [adult(), adult()];
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => offer(elder, daughter)));
    expect(outcomes.filter((outcome) => !isRefusal(outcome))).toHaveLength(1);
    expect(outcomes.filter(isRefusal)).toEqual(Array.from({ length: 5 }, () => ({ refused: 'ACT_NOT_ALLOWED', reason: 'EXISTS' })));
  });

  it('is of five helpers at most, also when all offers come at once', async () => {
    const elder = adult();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => offer(elder, adult())));
    expect(outcomes.filter((outcome) => !isRefusal(outcome))).toHaveLength(5);
  });

  it('cannot be taken by who helps five already', async () => {
    const agent = adult();
    for (let i = 0; i < 5; i++) done(await offer(adult(), agent));
    expect(await offer(adult(), agent)).toEqual({ refused: 'ACT_NOT_ALLOWED', reason: 'TOO_MANY' });
  });

  it('is nobody’s business but theirs: a stranger and a wrong number get the same answer', async () => {
    const { id } = done(await offer(adult(), adult()));
    for (const act of ['ACCEPT', 'SUSPEND', 'LEAVE'] as const) {
      expect(await bench.delegations.act(citizen(adult()), id, act)).toEqual({ refused: 'ACCESS_DENIED' });
      expect(await bench.delegations.act(citizen(adult()), 'dlg_none', act)).toEqual({ refused: 'ACCESS_DENIED' });
      expect(await bench.delegations.act(office, id, act)).toEqual({ refused: 'ACCESS_DENIED' });
    }
  });

  it('accepted and taken back at once ends taken back, or was taken back before', async () => {
    for (let i = 0; i < 5; i++) {
      const [elder, daughter] = [adult(), adult()];
      const { id } = done(await offer(elder, daughter));
      await Promise.all([bench.delegations.act(citizen(daughter), id, 'ACCEPT'), bench.delegations.act(citizen(elder), id, 'REVOKE')]);
      expect(await inForce(elder, daughter)).toEqual([]);
    }
  });
});

describe('what an office enters', () => {
  it('is in force at once and ended by that office alone', async () => {
    const [ward, keeper] = [adult(), adult()];
    const { id, validTo } = done(await bench.delegations.register(office, registration('COURT_APPOINTED', ward, keeper)));
    expect([validTo, await inForce(ward, keeper)]).toEqual([undefined, ['COURT_APPOINTED']]);
    for (const by of [citizen(ward), citizen(keeper), official('w-2', { code: '330000' })])
      expect(await bench.delegations.act(by, id, 'LEAVE')).toEqual({ refused: 'ACCESS_DENIED' });
    expect(done(await bench.delegations.act(official('w-2'), id, 'LEAVE')).state).toBe('REVOKED');
  });

  it('ends for a child on the 18th birthday by the store’s time, and nobody has to do anything for it', async () => {
    const [child, mother] = [person('20100615'), adult()];
    const { id, validTo } = done(await bench.delegations.register(office, registration('GUARDIAN', child, mother)));
    expect(validTo).toEqual(new Date('2028-06-15T00:00:00+08:00'));
    expect(await inForce(child, mother)).toEqual(['GUARDIAN']);
    const end = async (moment: string): Promise<void> => {
      await bench.store.db.transaction().execute(async (trx) => {
        await sql`set local session_replication_role = replica`.execute(trx);
        await sql`update delegation set valid_to = ${sql.raw(moment)}, created_at = clock_timestamp() - interval '1 hour' where id = ${id}`.execute(
          trx,
        );
      });
      bench.forget();
    };
    await end(`clock_timestamp() + interval '1 minute'`);
    expect(await inForce(child, mother)).toEqual(['GUARDIAN']);
    await end('clock_timestamp()');
    expect(await inForce(child, mother)).toEqual([]);
    expect(await bench.delegations.act(office, id, 'SUSPEND')).toEqual({ refused: 'STATE_NOT_ALLOWED', state: 'LAPSED' });
  });

  it('covers everything delegable for a child under 14, and from then on nothing that needs an own tick', async () => {
    const [toddler, pupil, mother] = [person('20240101'), person('20101231'), adult()];
    for (const child of [toddler, pupil]) done(await bench.delegations.register(office, registration('GUARDIAN', child, mother)));
    const facts = await bench.facts.delegations([toddler, pupil], mother);
    expect([...(facts.get(toddler)?.[0]?.scopes ?? [])].sort()).toEqual([
      'medical.payments:read',
      'pension.account:read',
      'pension.months:count',
    ]);
    expect([...(facts.get(pupil)?.[0]?.scopes ?? [])]).toEqual(['pension.months:count']);
  });
});

describe('the death of a person', () => {
  it('ends what they gave and what they held, and leaves their next of kin', async () => {
    const [dead, helper, kin, other] = [adult(), adult(), adult(), adult()];
    for (const [from, to] of [
      [dead, helper],
      [other, dead],
    ] as const) {
      const { id } = done(await offer(from, to));
      await bench.delegations.act(citizen(to), id, 'ACCEPT');
    }
    done(await bench.delegations.register(office, registration('NEXT_OF_KIN', dead, kin)));
    expect(await bench.delegations.died(dead)).toBe(2);
    expect([await inForce(dead, helper), await inForce(other, dead), await inForce(dead, kin)]).toEqual([[], [], ['NEXT_OF_KIN']]);
    expect(await bench.delegations.died(dead)).toBe(0);
  });
});

describe('time', () => {
  it('is recorded by the sweep, once each, by whichever process comes first', async () => {
    const [elder, daughter, cousin] = [adult(), adult(), adult()];
    const accepted = done(await offer(elder, daughter)).id;
    await bench.delegations.act(citizen(daughter), accepted, 'ACCEPT');
    const open = done(await offer(elder, cousin)).id;
    await bench.later('31 days');
    await Promise.all([bench.delegations.sweep(), bench.delegations.sweep(), bench.delegations.sweep()]);
    await bench.delegations.sweep();
    const { stored } = await bench.states();
    expect([stored[accepted], stored[open]]).toEqual(['ENDED', 'LAPSED']);
    const { rows } = await sql<{ count: string }>`select count(*) from acting_event where id = ${accepted}`.execute(bench.store.db);
    expect(rows).toEqual([{ count: '3' }]);
  });

  it('is over also where nobody swept: an offer of eight days ago cannot be taken', async () => {
    const [elder, daughter] = [adult(), adult()];
    const { id } = done(await offer(elder, daughter));
    await bench.later('8 days');
    expect(await bench.delegations.act(citizen(daughter), id, 'ACCEPT')).toEqual({ refused: 'STATE_NOT_ALLOWED', state: 'LAPSED' });
  });
});

describe('the records', () => {
  it('rebuild the state of everything', async () => {
    const { replayed, stored } = await bench.states();
    expect(Object.keys(stored).length).toBeGreaterThan(20);
    expect(replayed).toEqual(stored);
  });

  it('are changed by nobody, and no state changes without one', async () => {
    const { db } = bench.store;
    await expect(sql`update acting_event set actor = 'x'`.execute(db)).rejects.toThrow('never changed');
    await expect(sql`delete from acting_event`.execute(db)).rejects.toThrow('never changed');
    await expect(sql`update delegation set state = 'ACTIVE', version = version + 1`.execute(db)).rejects.toThrow('has no record');
    await expect(sql`update delegation set state = 'ACTIVE'`.execute(db)).rejects.toThrow('raises its version');
  });

  it('say whom they concern, and hold no more of a person than the reference', async () => {
    const events = await bench.store.db.selectFrom('acting_event').selectAll().execute();
    for (const { tells, detail } of events) {
      expect(tells.length).toBeGreaterThan(0);
      expect(JSON.stringify([tells, detail])).not.toMatch(/990000\d{8}/);
    }
    expect([...SCOPES.keys()]).toHaveLength(4);
  });
});

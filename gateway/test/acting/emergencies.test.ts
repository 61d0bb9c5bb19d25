import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EmergencyOutcome } from '../../src/acting/emergencies.js';
import { isRefusal, type Refusal } from '../../src/acting/refusal.js';
import { actingBench, official, person, type ActingBench } from './setup/acting.js';

let bench: ActingBench;
beforeAll(async () => {
  bench = await actingBench();
});
afterAll(() => bench.close());

const [patient, bystander] = [person('19900101'), person('19900102')];
let hired = 0;
/** An official who has opened nothing yet. */
const newcomer = (): ReturnType<typeof official> => official(`w-${++hired}`);
const colleague = official('colleague');
const reviewer = official('reviewer');
const foreigner = official('foreigner', { code: '330000' });
const plea = { reason: 'MEDICAL_RESCUE', text: '急诊抢救，需核实参保地', subjects: [patient], minutes: 60 } as const;

const done = (outcome: EmergencyOutcome | Refusal): EmergencyOutcome => {
  if (isRefusal(outcome)) throw new Error(`refused: ${JSON.stringify(outcome)}`);
  return outcome;
};

describe('emergency access', () => {
  it('is open when a second official of the same party agrees, for its time and its persons', async () => {
    const opener = newcomer();
    const { id, state } = done(await bench.emergencies.request(opener, plea, false));
    expect([state, await bench.facts.emergencyOf(opener.user, opener.party)]).toEqual(['REQUESTED', undefined]);
    expect(await bench.emergencies.approve(opener, id)).toEqual({ refused: 'ACT_NOT_ALLOWED', reason: 'SELF' });
    expect(await bench.emergencies.approve(foreigner, id)).toEqual({ refused: 'ACCESS_DENIED' });
    const { closesAt, reviewDue } = done(await bench.emergencies.approve(colleague, id));
    expect((reviewDue?.getTime() ?? 0) - (closesAt?.getTime() ?? 0)).toBe(71 * 3_600_000);
    expect(await bench.facts.emergencyOf(opener.user, opener.party)).toEqual({ emergencyId: id, subjects: new Set([patient]) });
    expect(await bench.facts.emergencyOf(colleague.user, colleague.party)).toBeUndefined();
    expect(await bench.facts.emergencyOf(opener.user, foreigner.party)).toBeUndefined();
    expect(done(await bench.emergencies.close(opener, id)).state).toBe('CLOSED');
    expect(await bench.facts.emergencyOf(opener.user, opener.party)).toBeUndefined();
  });

  it('is open at once for who has just proved anew who they are', async () => {
    const opener = newcomer();
    const { id, state } = done(await bench.emergencies.request(opener, plea, true));
    expect(state).toBe('OPEN');
    expect((await bench.facts.emergencyOf(opener.user, opener.party))?.emergencyId).toBe(id);
  });

  it('is approved once and closed once, however many do it at once', async () => {
    const { id } = done(await bench.emergencies.request(newcomer(), plea, false));
    const approvals = await Promise.all(Array.from({ length: 5 }, (_, at) => bench.emergencies.approve(official(`second-${at}`), id)));
    expect(approvals.filter((outcome) => !isRefusal(outcome))).toHaveLength(1);
    const closings = await Promise.all(Array.from({ length: 5 }, () => bench.emergencies.close(colleague, id)));
    expect(closings.filter((outcome) => !isRefusal(outcome))).toHaveLength(1);
  });

  it('ends by the store’s time, also where nobody closes it', async () => {
    const opener = newcomer();
    const { id } = done(await bench.emergencies.request(opener, { ...plea, minutes: 240 }, true));
    await bench.later('3 hours 59 minutes');
    expect((await bench.facts.emergencyOf(opener.user, opener.party))?.emergencyId).toBe(id);
    await bench.later('1 minute');
    expect(await bench.facts.emergencyOf(opener.user, opener.party)).toBeUndefined();
    expect(await bench.emergencies.close(opener, id)).toEqual({ refused: 'STATE_NOT_ALLOWED', state: 'CLOSED' });
  });

  it('that nobody agreed to in half an hour comes to nothing', async () => {
    const { id } = done(await bench.emergencies.request(newcomer(), plea, false));
    await bench.later('30 minutes');
    expect(await bench.emergencies.approve(colleague, id)).toEqual({ refused: 'STATE_NOT_ALLOWED', state: 'LAPSED' });
  });

  it('is reviewed by somebody who had no part in it, once', async () => {
    const opener = newcomer();
    const { id } = done(await bench.emergencies.request(opener, plea, false));
    done(await bench.emergencies.approve(colleague, id));
    expect(await bench.emergencies.review(reviewer, id, 'OK', '')).toEqual({ refused: 'STATE_NOT_ALLOWED', state: 'OPEN' });
    done(await bench.emergencies.close(opener, id));
    for (const by of [opener, colleague])
      expect(await bench.emergencies.review(by, id, 'OK', '')).toEqual({ refused: 'ACT_NOT_ALLOWED', reason: 'SELF' });
    expect(await bench.emergencies.review(foreigner, id, 'OK', '')).toEqual({ refused: 'ACCESS_DENIED' });
    expect(done(await bench.emergencies.review(reviewer, id, 'MISUSE', '无急诊记录')).state).toBe('REVIEWED_MISUSE');
    expect(await bench.emergencies.review(reviewer, id, 'OK', '')).toEqual({ refused: 'STATE_NOT_ALLOWED', state: 'REVIEWED_MISUSE' });
  });

  it('that nobody reviewed in 72 hours is escalated, keeps its opener from the next one, and can still be reviewed', async () => {
    const opener = newcomer();
    const { id } = done(await bench.emergencies.request(opener, plea, true));
    await bench.later('71 hours 59 minutes');
    await bench.emergencies.sweep();
    expect((await bench.states()).stored[id]).toBe('CLOSED');
    await bench.later('1 minute');
    await Promise.all([bench.emergencies.sweep(), bench.emergencies.sweep()]);
    expect((await bench.states()).stored[id]).toBe('ESCALATED');
    expect(await bench.emergencies.request(opener, plea, true)).toEqual({ refused: 'EMERGENCY_QUOTA' });
    expect(bench.stormed).toContain(opener.user);
    expect(done(await bench.emergencies.review(reviewer, id, 'OK', '')).state).toBe('REVIEWED_OK');
    const row = await bench.store.db.selectFrom('emergency_access').select('escalated_at').where('id', '=', id).executeTakeFirstOrThrow();
    expect(row.escalated_at).not.toBeNull();
    done(await bench.emergencies.request(opener, plea, true));
  });

  it('is had three times a day by one official, also when they ask a hundred times at once', async () => {
    const opener = newcomer();
    for (let i = 0; i < 2; i++) done(await bench.emergencies.close(opener, done(await bench.emergencies.request(opener, plea, true)).id));
    const storm = await Promise.all(Array.from({ length: 20 }, () => bench.emergencies.request(opener, plea, true)));
    expect(storm.filter((outcome) => !isRefusal(outcome))).toHaveLength(1);
    const open = storm.find((outcome) => !isRefusal(outcome));
    if (open && !isRefusal(open)) done(await bench.emergencies.close(opener, open.id));
    expect(await bench.emergencies.request(opener, plea, true)).toEqual({ refused: 'EMERGENCY_QUOTA' });
    await bench.later('24 hours');
    done(await bench.emergencies.request(opener, plea, true));
  }, 60_000);

  it('tells the persons from when it is open, and the supervisor from the first', async () => {
    const { id } = done(await bench.emergencies.request(newcomer(), { ...plea, subjects: [patient, bystander, patient] }, false));
    done(await bench.emergencies.approve(colleague, id));
    const events = await bench.store.db.selectFrom('acting_event').selectAll().where('id', '=', id).orderBy('epoch').execute();
    expect(events.map(({ to_state: to, tells }) => [to, tells])).toEqual([
      ['REQUESTED', ['supervisor:HRSS_OFFICE:440000']],
      ['OPEN', [`person:${patient}`, `person:${bystander}`, 'supervisor:HRSS_OFFICE:440000']],
    ]);
  });

  it('keeps to its rules whatever officials do in whatever order, and its records rebuild its state', async () => {
    const acts = fc.constantFrom('approve', 'close', 'review', 'hour', 'days', 'sweep');
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { maxLength: 8 }), fc.boolean(), async (sequence, steppedUp) => {
        const opener = newcomer();
        const { id } = done(await bench.emergencies.request(opener, plea, steppedUp));
        for (const act of sequence) {
          if (act === 'approve') await bench.emergencies.approve(colleague, id);
          else if (act === 'close') await bench.emergencies.close(opener, id);
          else if (act === 'review') await bench.emergencies.review(reviewer, id, 'OK', '');
          else if (act === 'sweep') await bench.emergencies.sweep();
          else await bench.later(act === 'hour' ? '1 hour' : '3 days');
          const fact = await bench.facts.emergencyOf(opener.user, opener.party);
          const { state, approver } = await bench.store.db
            .selectFrom('emergency_access')
            .selectAll()
            .where('id', '=', id)
            .executeTakeFirstOrThrow();
          if (fact) expect([state, steppedUp || approver !== null]).toEqual(['OPEN', true]);
        }
      }),
      { numRuns: 15 },
    );
    const { replayed, stored } = await bench.states();
    expect(replayed).toEqual(stored);
  }, 60_000);
});

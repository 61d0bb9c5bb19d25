import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { CitizenRef } from '@yichuang/schema';
import { openCasesOf } from '../../src/acting/lists.js';
import type { CaseOutcome, HeldIn } from '../../src/acting/cases.js';
import { actingBench, official, person, type ActingBench } from './setup/acting.js';

let bench: ActingBench;
beforeAll(async () => {
  bench = await actingBench();
});
afterAll(() => bench.close());

const worker = person('19900101');
const office = official('w-1');
const heldIn =
  (...codes: string[]): HeldIn =>
  () =>
    Promise.resolve(new Set(codes));
const open = (
  by = office,
  held = heldIn('440000'),
  purpose = 'TRANSFER_OUT',
  subject: CitizenRef = worker,
): ReturnType<typeof bench.cases.open> =>
  bench.cases.open(
    by,
    subject,
    { purpose, jurisdictions: ['330000'], presented: purpose === 'TRANSFER_IN' ? 'IN_PERSON' : undefined },
    held,
  );
const opened = async (...parameters: Parameters<typeof open>): Promise<CaseOutcome> => {
  const outcome = await open(...parameters);
  if (!('caseNumber' in outcome)) throw new Error(`not opened: ${JSON.stringify(outcome)}`);
  return outcome;
};

describe('a case', () => {
  it('says of whom, for what and where, until it is closed', async () => {
    const { caseNumber } = await opened();
    const fact = {
      caseNumber,
      subject: worker,
      purpose: 'TRANSFER_OUT',
      partyKind: 'HRSS_OFFICE',
      jurisdictions: new Set(['330000', '440000']),
    };
    expect(await bench.facts.caseOf(caseNumber)).toEqual({ ...fact, open: true });
    expect(await bench.facts.caseOf(caseNumber.toLowerCase())).toEqual({ ...fact, open: true });
    expect(await bench.cases.close(official('w-2'), caseNumber)).toEqual({ caseNumber, state: 'CLOSED' });
    expect(await bench.facts.caseOf(caseNumber)).toEqual({ ...fact, open: false });
  });

  it('is closed once, whoever is first', async () => {
    const { caseNumber } = await opened();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => bench.cases.close(office, caseNumber)));
    expect(outcomes.filter((outcome) => 'caseNumber' in outcome)).toHaveLength(1);
    expect(outcomes.filter((outcome) => !('caseNumber' in outcome))).toEqual(
      Array.from({ length: 4 }, () => ({ refused: 'STATE_NOT_ALLOWED', state: 'CLOSED' })),
    );
  });

  it('of another office is not there', async () => {
    const { caseNumber } = await opened();
    const other = official('w-9', { code: '330000' });
    expect(await bench.cases.close(other, caseNumber)).toEqual({ refused: 'ACCESS_DENIED' });
    expect(await bench.cases.close(other, '2222222222222222')).toEqual({ refused: 'ACCESS_DENIED' });
  });

  it('that was never opened is no fact, however well its number is made', async () => {
    for (const number of ['', 'ZJ-2026-1', '2222222222222222', `'; drop table handled_case; --`])
      expect(await bench.facts.caseOf(number)).toBeUndefined();
  });

  it('is not opened about who is insured elsewhere or nowhere, and nothing tells the two apart', async () => {
    const elsewhere = await open(office, heldIn('330000'));
    expect(elsewhere).toEqual({ refused: 'ACT_NOT_ALLOWED', reason: 'REGION' });
    expect(await open(office, heldIn())).toEqual(elsewhere);
  });

  it('is opened about who comes to move their insurance here, wherever they are insured', async () => {
    await opened(office, () => Promise.reject(new Error('nobody should ask')), 'TRANSFER_IN');
  });

  it('is not opened while nobody can say where the person is insured', async () => {
    const failure = { code: 'AGENCY_TIMEOUT', detail: { agency: 'hrss' } } as const;
    expect(await open(office, () => Promise.resolve(failure))).toBe(failure);
  });

  it('is opened about nobody by a reference this hub did not make', async () => {
    expect(await open(office, heldIn('440000'), 'TRANSFER_OUT', 'c1'.padEnd(48, 'A') as CitizenRef)).toEqual({ refused: 'ACCESS_DENIED' });
  });

  it('tells the person and the office, and its records rebuild its state', async () => {
    const { caseNumber } = await opened();
    await bench.cases.close(office, caseNumber);
    const events = await bench.store.db.selectFrom('acting_event').selectAll().where('id', '=', caseNumber).orderBy('epoch').execute();
    expect(events.map(({ act, actor, tells }) => [act, actor, tells])).toEqual([
      ['OPEN', 'w-1', [`person:${worker}`, 'party:HRSS_OFFICE:440000']],
      ['CLOSE', 'w-1', [`person:${worker}`, 'party:HRSS_OFFICE:440000']],
    ]);
    const { replayed, stored } = await bench.states();
    expect(replayed).toEqual(stored);
  });

  it('is found among those of all colleagues without a look at those of others and at those that are closed', async () => {
    const undone = new Error('the rows of this test are nobody’s');
    const looking = bench.store.db.transaction().execute(async (db) => {
      // What an office has had: a thousand closed cases, those of others, and few that are open; without their records.
      await sql`set local session_replication_role = replica`.execute(db);
      await sql`insert into handled_case (id, version, state, subject, purpose, jurisdictions, opened_by, party, opened_at, closed_at)
        select 'past-' || n, 1, case when n % 50 = 0 then 'OPEN' else 'CLOSED' end, 'nobody', 'TRANSFER_OUT', '{440000}', 'w-' || n % 7,
          'HRSS_OFFICE:' || case when n % 3 = 0 then '440000' else '510000' end, now(), case when n % 50 = 0 then null else now() end
        from generate_series(1, 3000) n`.execute(db);
      await sql`analyze handled_case`.execute(db);
      const party = 'HRSS_OFFICE:440000';
      const found = await openCasesOf(db, { party, user: undefined, purpose: 'TRANSFER_OUT' }, { first: 20, after: undefined });
      expect(found.length).toBeGreaterThan(0);
      expect(new Set(found.map((one) => `${one.state} ${one.party}`))).toEqual(new Set([`OPEN ${party}`]));
      const { rows } = await sql<Record<string, string>>`explain select * from handled_case
        where party = ${party} and purpose = 'TRANSFER_OUT' and state = 'OPEN' order by seq desc limit 21`.execute(db);
      expect(rows.map((row) => Object.values(row)[0]).join('\n')).toMatch(/handled_case_open/);
      throw undone;
    });
    await expect(looking).rejects.toBe(undone);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Transfers, TransferStore } from '@yichuang/kit';
import { Provinces } from './setup/provinces.js';
import {
  applyFor,
  citizen,
  granted,
  officeOf,
  openTransferStore,
  personOf,
  plainLaw,
  settle,
  SOURCE,
  TARGET,
  through,
  transfersOver,
} from './setup/world.js';
import { testDatabase, type TestDatabase } from '../../../sandbox/test/store/shared.js';

let database: TestDatabase;
let store: TransferStore;
let provinces: Provinces;
let transfers: Transfers;
let person = 0;

beforeAll(async () => {
  database = await testDatabase();
  store = await openTransferStore({ url: database.url });
});
afterAll(async () => {
  await store.close();
  await database.stop();
});
beforeEach(() => {
  provinces = new Provinces();
  transfers = transfersOver(store, provinces);
  person++;
  provinces.insure(SOURCE, citizen(person), 1_234_567, 7_654_321);
  provinces.pools.set(TARGET, 100);
});

const who = () => citizen(person);
const apply = async () => granted(await applyFor(transfers, who()));

describe('an ordinary pension relation that moves to another province', () => {
  it('goes from the application to the notice, and the money arrives to the fen', async () => {
    const before = provinces.sum;
    const opened = await apply();
    expect(opened).toMatchObject({ state: 'APPLIED', awaits: 'TARGET', dueStep: 'LETTER' });
    const done = await through(transfers, store, opened.id);
    expect(done).toMatchObject({ state: 'NOTIFIED', awaits: null, hold: null, refused: null });
    expect(done.figures).toMatchObject({
      source: { account: 1_234_567, pool: 7_654_321, total: 8_888_888 },
      paid: { total: 8_888_888 },
      received: { total: 8_888_888 },
      differences: [],
    });
    expect(provinces.accounts.get(`${TARGET} ${who()}`)).toBe(1_234_567);
    expect(provinces.accounts.get(`${SOURCE} ${who()}`)).toBe(0);
    expect(provinces.pools.get(TARGET)).toBe(7_654_421);
    expect(provinces.relations.get(`${SOURCE} ${who()}`)).toBe('ENDED');
    expect(provinces.relations.get(`${TARGET} ${who()}`)).toBe('JOINED');
    expect(provinces.sum).toBe(before);
    const [history] = await transfers.histories([opened.id]);
    expect(history?.map(({ step }) => step)).toEqual([
      ...['APPLIED', 'ACCEPTED', 'OPEN', 'ACCEPTED', 'FREEZE', 'ASSESS', 'EXPORT', 'PAY', 'RECONCILE'],
      ...['IMPORT', 'RECEIVE', 'END', 'JOIN'],
    ]);
    expect(history?.filter(({ requestDigest }) => requestDigest !== null)).toHaveLength(8);
    const [papers] = await transfers.papers([opened.id]);
    expect(papers?.map(({ kind }) => kind)).toEqual(['APPLICATION', 'CERTIFICATE', 'CONTACT_LETTER', 'INFORMATION_SHEET']);
  });

  it('tells those who follow of every step, in the order of the case', async () => {
    const { id } = await through(transfers, store, (await apply()).id);
    const { rows } = await store.pool.query<{ readonly step: string; readonly case_version: number }>(
      'select step, case_version from transfers.transfer_event where case_id = $1 order by seq',
      [id],
    );
    expect(rows.map(({ case_version }) => case_version)).toEqual([...rows.map(({ case_version }) => case_version)].sort((a, b) => a - b));
    expect(rows.map(({ step }) => step)).toEqual(expect.arrayContaining(['APPLIED', 'OPEN', 'EXPORT', 'PAY', 'IMPORT', 'JOIN']));
  });

  it.each(['OPEN', 'FREEZE', 'EXPORT', 'PAY', 'RECEIVE', 'IMPORT', 'CONFIRM'] as const)(
    'is done once although the answer to %s is lost',
    async (action) => {
      const before = provinces.sum;
      const lost = new Set<string>();
      provinces.trouble = (order) => {
        if (order.action !== action || lost.has(order.key)) return undefined;
        lost.add(order.key);
        return 'ANSWER_LOST';
      };
      const done = await through(transfers, store, (await apply()).id);
      expect(done.state).toBe('NOTIFIED');
      expect(lost.size).toBeGreaterThan(0);
      expect([...provinces.effects.values()].every((times) => times === 1)).toBe(true);
      expect(provinces.sum).toBe(before);
    },
  );

  it('takes the sheet before the fund and the fund before the sheet', async () => {
    for (const late of ['EXPORT', 'PAY'] as const) {
      person++;
      provinces.insure(SOURCE, who(), 500, 600);
      provinces.trouble = ({ action }) => (action === late ? 'PENDING' : undefined);
      const done = await through(transfers, store, (await apply()).id);
      expect(done.state).toBe('NOTIFIED');
      const [history] = await transfers.histories([done.id]);
      const reached = history?.flatMap(({ fromState, toState }) => (fromState === toState ? [] : [toState])) ?? [];
      const [first, second] = late === 'EXPORT' ? ['FUND_SENT', 'SHEET_SENT'] : ['SHEET_SENT', 'FUND_SENT'];
      expect(reached.indexOf(first)).toBeLessThan(reached.indexOf(second));
    }
  });

  it('keeps its case, steps and papers from whoever would take them away', async () => {
    const { id } = await apply();
    for (const statement of [
      ...['transfer_case', 'transfer_step', 'transfer_paper'].flatMap((table) => [`delete from ${table}`, `truncate ${table}`]),
      ...['transfer_step', 'transfer_paper'].map((table) => `update ${table} set version = version`),
    ])
      await expect(store.pool.query(statement)).rejects.toThrow('never changed or deleted');
    expect(await transfers.byIds([id])).toHaveLength(1);
  });

  it('is not asked for a second time while it is under way, in no other province either, and is afterwards', async () => {
    const opened = await apply();
    for (const target of [TARGET, '330000']) {
      expect(await applyFor(transfers, who(), { target })).toMatchObject({ ok: false, refusal: { code: 'TRANSFER_UNDER_WAY' } });
    }
    granted(await transfers.withdraw(opened.id, { actor: personOf(who()) }));
    expect((await applyFor(transfers, who())).ok).toBe(true);
  });

  it('is opened once of many applications at the same moment, and the same request again is the same case', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => applyFor(transfers, who())));
    expect(all.filter(({ ok }) => ok)).toHaveLength(1);
    person++;
    const same = await Promise.all(Array.from({ length: 8 }, () => applyFor(transfers, who(), { requestKey: `key-${person}` })));
    expect(new Set(same.map((one) => granted(one).number)).size).toBe(1);
  });
});

describe('who may act', () => {
  it('is the office whose turn it is', async () => {
    const { id } = await apply();
    expect(await transfers.accept(id, { actor: officeOf(SOURCE) })).toMatchObject({ refusal: { code: 'NOT_YOURS' } });
    expect(await transfers.accept(id, { actor: personOf(who()) })).toMatchObject({ refusal: { code: 'NOT_YOURS' } });
    expect(await transfers.withdraw(id, { actor: personOf(citizen(999)) })).toMatchObject({ refusal: { code: 'NOT_YOURS' } });
    granted(await transfers.accept(id, { actor: officeOf(TARGET), requestKey: 'k' }));
    // The same request again, as it comes after a lost acknowledgement.
    expect((await transfers.accept(id, { actor: officeOf(TARGET), requestKey: 'k' })).ok).toBe(true);
    expect(await transfers.accept(id, { actor: officeOf(TARGET) })).toMatchObject({ refusal: { code: 'NOT_NOW' } });
    expect((await settle(transfers, store, id)).state).toBe('LETTER_SENT');
    expect(provinces.acts).toHaveLength(1);
  });
});

describe('a case that goes back', () => {
  it('is rejected with a reason before anything was done', async () => {
    const { id } = await apply();
    expect(await transfers.returnCase(id, { actor: officeOf(TARGET), reason: ' ' })).toMatchObject({ refusal: { code: 'REASON_MISSING' } });
    const rejected = granted(await transfers.returnCase(id, { actor: officeOf(TARGET), reason: '材料不全' }));
    expect(rejected).toMatchObject({ state: 'REJECTED', ending: { reason: '材料不全' } });
    expect(provinces.acts).toHaveLength(0);
    const [papers] = await transfers.papers([id]);
    expect(papers?.at(-1)).toMatchObject({ kind: 'REFUSAL_NOTICE', fields: { reason: '材料不全' } });
  });

  it.each(['IMPORT', 'RECEIVE'] as const)(
    'is undone when the target refuses to %s: the money is back and the relation is free',
    async (step) => {
      const before = provinces.sum;
      provinces.trouble = ({ action }) => (action === step ? 'REFUSED' : undefined);
      const held = await through(transfers, store, (await apply()).id);
      expect(held).toMatchObject({
        state: 'RECONCILED',
        awaits: 'TARGET',
        hold: { code: 'OFFICE_REFUSED', step, reason: 'E4711' },
      });
      granted(await transfers.returnCase(held.id, { actor: officeOf(TARGET), reason: '信息表有误' }));
      const back = await settle(transfers, store, held.id);
      expect(back.state).toBe('RETURNED');
      expect(provinces.accounts.get(`${SOURCE} ${who()}`)).toBe(1_234_567);
      expect(provinces.accounts.get(`${TARGET} ${who()}`) ?? 0).toBe(0);
      expect(provinces.relations.get(`${SOURCE} ${who()}`)).toBe('OPEN');
      expect(provinces.clearing.size).toBe(0);
      expect(provinces.sum).toBe(before);
    },
  );

  it.each(['REFUSED', 'REFUSED_LATER'] as const)(
    'goes on when what was %s is done after all, though the office tells of its refusal until it is handed in again',
    async (trouble) => {
      let refuses = true;
      provinces.trouble = ({ action }) => (action === 'PAY' && refuses ? trouble : undefined);
      const held = await through(transfers, store, (await apply()).id);
      expect(held).toMatchObject({ hold: { code: 'OFFICE_REFUSED', step: 'PAY' }, awaits: 'SOURCE' });
      refuses = false;
      granted(await transfers.resume(held.id, { actor: officeOf(SOURCE) }));
      expect((await settle(transfers, store, held.id)).state).toBe('NOTIFIED');
      expect(provinces.acts.filter(({ action }) => action === 'PAY')).toHaveLength(2);
    },
  );

  it('goes on when both the sheet and the fund were refused, and are given after all', async () => {
    let refuses = true;
    provinces.trouble = ({ action }) => (refuses && (action === 'PAY' || action === 'EXPORT') ? 'REFUSED' : undefined);
    const held = await through(transfers, store, (await apply()).id);
    expect(held.hold).toMatchObject({ code: 'OFFICE_REFUSED' });
    refuses = false;
    granted(await transfers.resume(held.id, { actor: officeOf(SOURCE) }));
    expect((await settle(transfers, store, held.id)).state).toBe('NOTIFIED');
  });

  it('brings what may be under way to its end before it undoes it', async () => {
    const before = provinces.sum;
    const { id } = await apply();
    granted(await transfers.accept(id, { actor: officeOf(TARGET) }));
    await settle(transfers, store, id);
    granted(await transfers.accept(id, { actor: officeOf(SOURCE) }));
    // Everything stands in the queue; the person calls the case back before a worker has come to it.
    granted(await transfers.withdraw(id, { actor: personOf(who()) }));
    expect((await settle(transfers, store, id)).state).toBe('CANCELLED');
    expect(provinces.acts.map(({ action }) => action)).toEqual(['OPEN', 'FREEZE', 'RELEASE']);
    expect(provinces.sum).toBe(before);
  });

  it('cannot be called back any more once the target takes over', async () => {
    const { id } = await through(transfers, store, (await apply()).id);
    expect(await transfers.withdraw(id, { actor: personOf(who()) })).toMatchObject({ refusal: { code: 'ALREADY_ENDED' } });
  });
});

describe('figures that differ', () => {
  it('stop the case with the same list for both offices until the source corrects its sheet', async () => {
    provinces.misstated = 1;
    const held = await through(transfers, store, (await apply()).id);
    expect(held).toMatchObject({ hold: { code: 'AMOUNT_MISMATCH' }, awaits: 'TARGET' });
    expect(held.figures.differences).toEqual([
      { field: 'balance', ours: 1_234_567, source: 1_234_568, paid: 1_234_567 },
      { field: 'account', ours: 1_234_567, source: 1_234_568, paid: 1_234_567 },
      { field: 'total', ours: 8_888_888, source: 8_888_889, paid: 8_888_888 },
    ]);
    // No reason makes money agree with a sheet that says something else.
    expect(await transfers.override(held.id, { actor: officeOf(TARGET), reason: '核对无误' })).toMatchObject({
      refusal: { code: 'MONEY_DIFFERS' },
    });
    provinces.misstated = 0;
    granted(await transfers.reconcile(held.id, { actor: officeOf(SOURCE) }));
    expect((await settle(transfers, store, held.id)).state).toBe('NOTIFIED');
    expect(provinces.acts.map(({ key }) => key.slice(17))).toContain('EXPORT:2');
  });

  it('are let pass with a reason where the source and its money agree and only ours differs', async () => {
    const misread = new Provinces();
    misread.insure(SOURCE, who(), 1, 1);
    transfers = transfersOver(store, provinces, { laws: { PENSION: plainLaw(() => misread) } });
    const held = await through(transfers, store, (await apply()).id);
    expect(held.hold?.code).toBe('AMOUNT_MISMATCH');
    expect(await transfers.override(held.id, { actor: officeOf(SOURCE), reason: '…' })).toMatchObject({ refusal: { code: 'NOT_YOURS' } });
    granted(await transfers.override(held.id, { actor: officeOf(TARGET), reason: '经核实以转出地为准' }));
    expect((await settle(transfers, store, held.id)).state).toBe('NOTIFIED');
    const [history] = await transfers.histories([held.id]);
    expect(history?.find(({ step }) => step === 'OVERRIDDEN')).toMatchObject({ reason: '经核实以转出地为准', actor: { kind: 'OFFICE' } });
  });
});

describe('a person who disputes', () => {
  it('stops the case before anything is merged, and an office goes on with a reason', async () => {
    const { id } = await apply();
    granted(await transfers.dispute(id, { actor: personOf(who()), reason: '月数不对' }));
    expect(await transfers.accept(id, { actor: officeOf(TARGET) })).toMatchObject({ refusal: { code: 'ON_HOLD' } });
    granted(await transfers.override(id, { actor: officeOf(TARGET), reason: '已向本人说明' }));
    expect((await through(transfers, store, id)).state).toBe('NOTIFIED');
  });
});

describe('months that both places were paid for', () => {
  const MONTHS = ['2025-11', '2025-12'];
  beforeEach(() => {
    provinces.creditedAMonth = { source: 300, target: 500 };
    const law = plainLaw(() => provinces);
    const overlap = { months: MONTHS, refund: { keepSource: 1000, keepTarget: 600 }, article: '人社部发〔2010〕70号' };
    const note = { code: 'OVERLAP_CLEARING', text: { zh: '重复', en: 'twice' }, months: 2 } as const;
    transfers = transfersOver(store, provinces, {
      laws: {
        PENSION: {
          ...law,
          judge: (...of) => ({ ...law.judge(...of), notes: [note] }) as ReturnType<typeof law.judge>,
          expect: (...of) => ({ ...law.expect(...of), overlap }),
        },
      },
    });
  });
  const choose = (id: string, keep: 'SOURCE' | 'TARGET', actor = personOf(who())) => transfers.choose(id, { actor, keep });

  it('wait, once everything has moved, for the person to say whose are kept; the account part of the others is paid back', async () => {
    const before = provinces.sum;
    const held = await through(transfers, store, (await apply()).id);
    expect(held).toMatchObject({ state: 'MERGED', hold: { code: 'OVERLAP_CLEARING' }, awaits: 'PERSON', dueStep: 'FINISH' });
    expect(held.deadline).not.toBeNull();
    expect(await choose(held.id, 'SOURCE', officeOf(SOURCE))).toMatchObject({ refusal: { code: 'NOT_YOURS' } });
    granted(await choose(held.id, 'SOURCE'));
    const done = await settle(transfers, store, held.id);
    expect(done).toMatchObject({ state: 'NOTIFIED', hold: null, figures: { clearing: { keep: 'SOURCE', refunded: 1000 } } });
    expect(provinces.accounts.get(`${TARGET} ${who()}`)).toBe(1_234_567 - 1000);
    expect([provinces.paidBack, provinces.sum]).toEqual([1000, before]);
  });

  it('are cleared without a stop where the person has chosen before, last choice first, also at the counter of the destination', async () => {
    const { id } = await apply();
    granted(await choose(id, 'SOURCE'));
    granted(await choose(id, 'TARGET', officeOf(TARGET)));
    const done = await through(transfers, store, id);
    expect(done).toMatchObject({ state: 'NOTIFIED', figures: { clearing: { keep: 'TARGET', refunded: 600 } } });
    expect(provinces.acts.at(-1)).toMatchObject({
      action: 'CLEAR',
      clearing: { keep: 'TARGET', months: MONTHS },
      figures: { account: 600 },
    });
    expect(await choose(id, 'SOURCE')).toMatchObject({ refusal: { code: 'ALREADY_ENDED' } });
  });

  it('stop where the office would pay back another sum, until its own figure is accepted with a reason or something else is chosen', async () => {
    provinces.creditedAMonth = { source: 301, target: 500 };
    const { id } = await apply();
    granted(await choose(id, 'TARGET'));
    const held = await through(transfers, store, id);
    expect(held).toMatchObject({ state: 'MERGED', hold: { code: 'OFFICE_REFUSED', step: 'CLEAR', reason: 'AMOUNT_MISMATCH' } });
    granted(await transfers.override(id, { actor: officeOf(TARGET), reason: '以本地账户为准' }));
    expect(await settle(transfers, store, id)).toMatchObject({ state: 'NOTIFIED', figures: { clearing: { refunded: 602 } } });
  });

  it('are nothing to choose where there are none', async () => {
    transfers = transfersOver(store, provinces);
    const { id } = await apply();
    expect(await choose(id, 'SOURCE')).toMatchObject({ refusal: { code: 'NO_OVERLAP' } });
  });
});

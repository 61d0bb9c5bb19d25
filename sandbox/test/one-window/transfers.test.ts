import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Window, type Answer, type AskOptions } from './window.js';

/* Transfers through the one window, over the systems of real dialects. The documents are those of docs/transfers.md. */

const PAGE = readFileSync(new URL('../../../docs/transfers.md', import.meta.url), 'utf8');
const DOCUMENTS = new Map(
  [...PAGE.matchAll(/```graphql\n((?:query|mutation) (\w+)[\s\S]*?)```/g)].map(([, text = '', name = '']) => [name, text]),
);

let window: Window;
const used = new Set<string>();
beforeAll(async () => {
  window = await Window.open({ people: 60, legacyDeadlineMs: 60_000 });
}, 120_000);
afterAll(() => window.close());

/** Asks a document of the page. */
async function ask(name: string, who: AskOptions, variables: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
  used.add(name);
  return window.ask(DOCUMENTS.get(name) ?? '', { ...who, variables });
}
const idOf = async (as: string): Promise<string> => String((await window.ask('{ me { id } }', { as })).data.me.id);
const at = (place: string, side: 'IN' | 'OUT', number: string): AskOptions => ({
  as: `caseworker-${place}`,
  purpose: `TRANSFER_${side}`,
  caseNumber: number,
});

/** Waits until a case is so. */
async function until(as: string, number: string, holds: (one: { state: string; hold: { code: string } | null }) => boolean): Promise<void> {
  const query = 'query ($number: String!) { me { transfer(number: $number) { state hold { code } } } }';
  for (;;) {
    const { data, errors } = await window.ask(query, { as, variables: { number } });
    expect(errors).toEqual([]);
    if (holds(data.me.transfer)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const APPLY = `mutation($input: ApplyForTransferInput!) { applyForTransfer(input: $input) {
  number pin refusal { code article } transfer { state awaits source target } } }`;
async function applied(as: string, from: string, to: string, more: object = {}, who: AskOptions = { as }) {
  const input = { citizen: await idOf(as), kind: 'PENSION', from, to, ...more };
  const { data, errors } = await window.ask(APPLY, { ...who, variables: { input } });
  expect(errors).toEqual([]);
  return data.applyForTransfer as { readonly number: string; readonly pin: string; readonly refusal: { readonly code: string } | null };
}

interface Ledger {
  readonly national: number;
  readonly refunds: number;
}
const ledger = async (): Promise<Ledger> => (await (await fetch(`${window.sandbox.controlUrl}/ledger`)).json()) as Ledger;

describe('a relation that moves, by the page', () => {
  const as = 'double-insured';
  let id: string;
  let number: string;

  it('is asked about, applied for, found by the destination and accepted by both offices', async () => {
    id = await idOf(as);
    const prospect = await ask('Prospect', { as }, { id });
    expect([prospect.errors, prospect.data.citizen.transferProspect]).toMatchObject([[], { refusal: null, moneyMoves: true }]);
    const { data, errors } = await ask('Apply', { as }, { id });
    expect(errors).toEqual([]);
    ({ number } = data.applyForTransfer as { number: string });
    expect(data.applyForTransfer).toMatchObject({
      number: expect.stringMatching(/^[0-9A-Z]{16}$/),
      pin: expect.stringMatching(/^[0-9A-Z]{8}$/),
      refusal: null,
      transfer: {
        state: 'APPLIED',
        awaits: 'TARGET',
        notes: expect.arrayContaining([expect.objectContaining({ code: 'OVERLAP_CLEARING', months: 9 })]),
      },
    });
    // The same key again is the same case.
    expect((await ask('Apply', { as }, { id })).data.applyForTransfer.number).toBe(number);
    const listed = await ask('Worklist', { as: 'caseworker-510000', purpose: 'TRANSFER_IN' });
    expect(listed.data.transferWorklist.nodes).toMatchObject([{ number, state: 'APPLIED', source: '500000', target: '510000' }]);
    for (const [place, side, state] of [
      ['510000', 'IN', 'LETTER_SENT'],
      ['500000', 'OUT', 'MERGED'],
    ] as const) {
      const accepted = await ask('Accept', at(place, side, number), { id, number });
      expect([accepted.errors, accepted.data.acceptTransfer.refusal]).toEqual([[], null]);
      await until(as, number, (one) => one.state === state || one.hold !== null);
    }
  });

  it('waits where months were paid twice; with the choice the other place’s account money is paid back, and no fen is lost', async () => {
    await until(as, number, ({ hold }) => hold !== null);
    const looked =
      'relations { jurisdiction } contributions(first: 600) { edges { node { jurisdiction } } } account { parts { jurisdiction } }';
    const origin = await window.ask(`query ($id: ID!) { citizen(id: $id) { pension { ${looked} } } }`, {
      ...at('500000', 'OUT', number),
      variables: { id },
    });
    // The place of origin looks into its own books: so the person is told.
    expect(origin.errors).toEqual([]);
    expect(new Set(JSON.stringify(origin.data).match(/\d{6}/g))).toEqual(new Set(['500000']));
    const before = await ledger();
    const held = (await ask('Case', { as }, { id, number })).data.citizen.transfer;
    expect(held).toMatchObject({
      state: 'MERGED',
      awaits: 'PERSON',
      hold: { code: 'OVERLAP_CLEARING' },
      overlap: { keep: null, refunded: null },
    });
    expect(held.overlap.months).toEqual(Array.from({ length: 9 }, (_, i) => `2019-0${i + 1}`));
    expect(held.figures.differences).toEqual([]);
    expect(new Set([held.figures.ours, held.figures.source, held.figures.paid, held.figures.received].map(({ total }) => total)).size).toBe(
      1,
    );
    expect((await ask('Choose', { as }, { id, number })).data.chooseOverlap.refusal).toBeNull();
    await until(as, number, ({ state, hold }) => state === 'NOTIFIED' || hold !== null);
    const done = (await ask('Case', { as }, { id, number })).data.citizen.transfer;
    expect(done).toMatchObject({ state: 'NOTIFIED', hold: null, overlap: { keep: 'TARGET', refunded: held.overlap.refundKeepingTarget } });
    const after = await ledger();
    expect(after.national).toBe(before.national);
    expect(after.refunds - before.refunds).toBe(Math.round(Number(done.overlap.refunded) * 100));
  });

  it('stands in the record that the person takes along, with its end and its figures, and on paper', async () => {
    const { data, errors } = await window.ask('{ me { archive { json pdf { bytes base64 } } } }', { as });
    expect(errors).toEqual([]);
    const { json, pdf } = data.me.archive as { json: string; pdf: { bytes: number; base64: string } };
    expect((JSON.parse(json) as { record: Record<string, unknown> }).record['transfers']).toEqual([
      expect.objectContaining({ number, state: 'NOTIFIED', endedAt: expect.any(String) }),
    ]);
    const file = Buffer.from(pdf.base64, 'base64');
    expect([file.length, file.subarray(0, 5).toString()]).toEqual([pdf.bytes, '%PDF-']);
    if (process.env['KEEP_PDF'] !== undefined) writeFileSync(`${process.env['KEEP_PDF']}-ARCHIVE.pdf`, file);
  });

  it('leaves papers that are printed for who may see them, with who they are about, and proved by their check code', async () => {
    const { papers } = (await ask('Case', { as }, { id, number })).data.citizen.transfer as { papers: { kind: string; number: string }[] };
    expect(papers.map(({ kind }) => kind)).toEqual(['APPLICATION', 'CERTIFICATE', 'CONTACT_LETTER', 'INFORMATION_SHEET']);
    const life = window.lifeOf(as);
    for (const { kind, number: paper } of papers) {
      const { data, errors } = await ask('Print', { as }, { id, number, paper });
      expect(errors).toEqual([]);
      const { json, sha256, checkCode, pdf } = data.citizen.transferPaper;
      expect(JSON.parse(json as string)).toMatchObject({ case: number, kind, person: { name: life.name, number: life.number } });
      expect(sha256).toBe(
        createHash('sha256')
          .update(json as string)
          .digest('hex'),
      );
      expect((await ask('Genuine', {}, { sha256, checkCode })).data.archiveIsGenuine).toBe(true);
      const file = Buffer.from(pdf.base64 as string, 'base64');
      expect([file.length, file.subarray(0, 5).toString()]).toEqual([pdf.bytes, '%PDF-']);
      expect(pdf.pages).toBeGreaterThanOrEqual(1);
      if (process.env['KEEP_PDF'] !== undefined) writeFileSync(`${process.env['KEEP_PDF']}-${kind}.pdf`, file);
    }
    expect((await ask('Print', { as }, { id, number, paper: 'none' })).data.citizen.transferPaper).toBeNull();
    const refused = await ask('Print', { as: 'caseworker-510000', purpose: 'COUNTER_SERVICE' }, { id, number, paper: papers[0]?.number });
    expect([refused.errors.map(({ extensions }) => extensions.code), refused.data.citizen.transferPaper]).toEqual([
      ['PURPOSE_NOT_ALLOWED'],
      null,
    ]);
  });
});

describe('an office', () => {
  const as = 'courier-four-provinces';

  it('returns a case, and the person applies again; a sheet that differs from its money stops the case, and no reason passes it', async () => {
    const id = await idOf(as);
    const first = await applied(as, '340000', '440000');
    const returned = await ask('Return', at('440000', 'IN', first.number), { id, number: first.number });
    expect([returned.errors, returned.data.returnTransfer]).toEqual([[], { state: 'REJECTED', refusal: null }]);
    const { number } = await applied(as, '340000', '440000');
    expect(number).not.toBe(first.number);
    await ask('Accept', at('440000', 'IN', number), { id, number });
    await until(as, number, ({ state }) => state === 'LETTER_SENT');
    // A sheet that is one yuan too high: both offices see the difference, no reason lets money pass that is not on the sheet.
    await window.fault('hrss-rest-340000', { kind: 'wrong-figures', fen: 100 });
    await ask('Accept', at('340000', 'OUT', number), { id, number });
    await until(as, number, ({ hold }) => hold !== null);
    const differs = (await ask('Case', at('340000', 'OUT', number), { id, number })).data.citizen.transfer;
    expect(differs).toMatchObject({
      hold: { code: 'AMOUNT_MISMATCH' },
      figures: { differences: expect.arrayContaining([expect.objectContaining({ field: 'total' })]) },
    });
    const act = async (name: string, who: AskOptions, more = ''): Promise<unknown> => {
      const answer = await window.ask(
        `mutation ($id: ID!, $number: String!) { ${name}(input: { citizen: $id, number: $number ${more} }) { refusal { code } } }`,
        { ...who, variables: { id, number } },
      );
      return answer.errors[0]?.extensions.code ?? answer.data[name].refusal?.code ?? null;
    };
    expect(await act('overrideTransfer', at('440000', 'IN', number), 'reason: "核对无误"')).toBe('MONEY_DIFFERS');
    await window.fault('hrss-rest-340000', undefined);
  });
});

describe('a case', () => {
  it('is opened at the counter of the destination, and for the same relation only once; the person calls it back', async () => {
    const as = 'returned-home';
    const id = await idOf(as);
    const counter = { as: 'caseworker-520000', purpose: 'COUNTER_SERVICE' };
    const { number } = await applied(as, '350000', '520000', {}, counter);
    expect(number).toMatch(/^[0-9A-Z]{16}$/);
    expect((await applied(as, '350000', '520000')).refusal?.code).toBe('TRANSFER_UNDER_WAY');
    const back = await window.ask('mutation($input: TransferActInput!) { withdrawTransfer(input: $input) { state refusal { code } } }', {
      as,
      variables: { input: { citizen: id, number } },
    });
    expect([back.errors, back.data.withdrawTransfer]).toEqual([[], { state: 'CANCELLED', refusal: null }]);
  });

  it('is opened for each person of a unit that moves as a whole, and what keeps one back stands in their row', async () => {
    const approved = ['three-sql-groups', 'first-job'];
    const people = await Promise.all([...approved, 'retiree'].map(idOf));
    const input = { citizens: people, from: '320000', to: '440000', approval: '人社函〔2026〕18号', requestKey: 'a-unit-moves-1' };
    const move = (of: object, who: AskOptions): Promise<Answer> => ask('Collective', who, { input: of });
    const counter = { as: 'caseworker-440000', purpose: 'COUNTER_SERVICE' };
    const { data, errors } = await move(input, counter);
    expect(errors).toEqual([]);
    const { rows, opened } = data.applyForCollectiveTransfer;
    expect(rows.map(({ citizenId }: { citizenId: string }) => citizenId)).toEqual(people);
    for (const row of rows) expect([row.number, row.refusal, row.error].filter((one) => one !== null)).toHaveLength(1);
    const again = (await move(input, counter)).data.applyForCollectiveTransfer;
    expect([again.opened, again.rows]).toEqual([opened, rows]);
    // A person lists none but themselves.
    const own = (await move({ ...input, citizens: people.slice(0, 1), requestKey: 'a-unit-moves-2' }, { as: 'retiree' })).data
      .applyForCollectiveTransfer;
    expect(own.rows).toMatchObject([{ number: null, error: 'ACCESS_DENIED' }]);
    for (const citizens of [[], [people[0], people[0]], Array.from({ length: 101 }, (_, i) => String(i))])
      expect((await move({ ...input, citizens }, counter)).errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_REQUEST']);
  });

  it('is followed by every document of the page', () => {
    expect([...DOCUMENTS.keys()].sort()).toEqual([...used].sort());
  });
});

import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { jurisdictionOfDivision } from '../../src/people/divisions.js';
import { Window, type Answer } from './window.js';

/* A medical relation moves from Jiangsu to Guangdong: person, both offices, the platform's stand-in, all over real sockets. */

const MOVER = 'three-sql-groups';
const [SOURCE, TARGET] = ['medical-officer-320000', 'medical-officer-440000'];
const WAIT_MS = 60_000;

let window: Window;
let citizen: string;
beforeAll(async () => {
  window = await Window.open({ people: 60 });
  citizen = (await window.ask('{ me { id } }', { as: MOVER })).data.me.id as string;
}, 120_000);
afterAll(() => window.close());

const APPLY = `mutation($input: ApplyForMedicalTransferInput!) { applyForMedicalTransfer(input: $input) {
  number pin refusal { code article wayOut { en } } transfer { agency kind scheme state awaits deadline deadlineOf } } }`;
const CASE = `query($id: ID!, $number: String!) { citizen(id: $id) { medicalTransfer(number: $number) {
  state awaits hold { code } figures { ours { account pool total } source { total } paid { total } received { total } differences { field } }
  papers { kind number fields { code value } segments { fields { code value } } } steps { step by } } } }`;
const PRINT = `query($id: ID!, $number: String!, $paper: String!) { citizen(id: $id) { transferPaper(case: $number, paper: $paper) {
  json pdf { base64 } } } }`;

interface PaperSeen {
  readonly kind: string;
  readonly number: string;
  readonly fields: readonly { readonly code: string; readonly value: string | null }[];
  readonly segments: readonly Pick<PaperSeen, 'fields'>[];
}

const apply = async (input: object, as = MOVER): Promise<Answer> =>
  window.ask(APPLY, { as, variables: { input: { citizen, fromScheme: 'EMPLOYEE', toScheme: 'EMPLOYEE', ...input } } });

async function untilState(number: string, state: string, as = MOVER): Promise<void> {
  const until = Date.now() + WAIT_MS;
  const asked = 'query($number: String!) { me { medicalTransfer(number: $number) { state hold { code text } } } }';
  for (;;) {
    const { data } = await window.ask(asked, { as, variables: { number } });
    if (data.me.medicalTransfer.state === state) return;
    if (Date.now() > until) throw new Error(`the case stands at ${JSON.stringify(data.me.medicalTransfer)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const accept = async (number: string, as: string, purpose: string, of = citizen): Promise<Answer> =>
  window.ask('mutation($input: TransferActInput!) { acceptMedicalTransfer(input: $input) { state refusal { code } } }', {
    ...{ as, purpose, caseNumber: number },
    variables: { input: { citizen: of, number } },
  });

/** Somebody whose employees' cover has stopped in one pooling area and runs in another one of the same province. */
function moverInside(): { readonly as: string; readonly from: string; readonly to: string } {
  const { lives, personas } = window.sandbox.world;
  const dirty = new Set(window.sandbox.manifest().flatMap(({ system, lifeIndex }) => (system === 'medical-platform' ? [lifeIndex] : [])));
  for (const [index, { medical, diedOn }] of lives.entries()) {
    if (index < personas.length || dirty.has(index) || diedOn !== undefined) continue;
    const employees = medical.filter(({ scheme }) => scheme === '310');
    const stays = new Set(
      employees.flatMap(({ state, personType, poolingArea }) => (state === 'NORMAL' || personType === 'RETIRED' ? [poolingArea] : [])),
    );
    const to = employees.find(({ state, personType }) => state === 'NORMAL' && personType !== 'RETIRED')?.poolingArea;
    const from = employees.find(
      ({ poolingArea, payments }) => payments.length > 0 && !stays.has(poolingArea) && poolingArea.slice(0, 2) === to?.slice(0, 2),
    )?.poolingArea;
    if (from !== undefined && to !== undefined) return { as: `life-${index}`, from, to };
  }
  throw new Error('nobody moves inside a province');
}

it('a person moves the medical relation: both offices accept, the account arrives to the fen, and everybody concerned can follow', async () => {
  const before = await window.ask('{ me { medical { account { balance parts { poolingArea balance } } } } }', { as: MOVER });
  const { data, errors } = await apply({ from: '320000', to: '440000' });
  expect(errors).toEqual([]);
  const { number, pin, refusal, transfer } = data.applyForMedicalTransfer;
  expect(refusal).toBeNull();
  expect(transfer).toMatchObject({ agency: 'medical-insurance', kind: 'MEDICAL', scheme: 'EMPLOYEE_MEDICAL', state: 'APPLIED' });
  expect(transfer).toMatchObject({ awaits: 'TARGET', deadlineOf: 'SHEET_AND_FUND', deadline: expect.any(String) });

  const list = '{ transferWorklist(filter: { awaitsUs: true }) { nodes { number agency kind } } }';
  const waiting = await window.ask(list, { as: TARGET, purpose: 'TRANSFER_IN' });
  expect(waiting.data.transferWorklist.nodes).toEqual([{ number, agency: 'medical-insurance', kind: 'MEDICAL' }]);
  const foreign = await window.ask(list, { as: 'caseworker-440000', purpose: 'TRANSFER_IN' });
  expect(foreign.data.transferWorklist.nodes).toEqual([]);

  expect((await accept(number, TARGET, 'TRANSFER_IN')).data.acceptMedicalTransfer).toMatchObject({ refusal: null });
  await untilState(number, 'LETTER_SENT');
  expect((await accept(number, SOURCE, 'TRANSFER_OUT')).data.acceptMedicalTransfer).toMatchObject({ refusal: null });
  await untilState(number, 'NOTIFIED');

  const seen = await window.ask(CASE, { as: MOVER, variables: { id: citizen, number } });
  const one = seen.data.citizen.medicalTransfer;
  const { total } = one.figures.ours;
  expect(Number(total)).toBeGreaterThan(0);
  expect(one.figures).toMatchObject({ ours: { account: total, pool: '0.00' }, differences: [] });
  expect([one.figures.source, one.figures.paid, one.figures.received]).toEqual([{ total }, { total }, { total }]);
  // In the words of the platform, with what a medical relation has and nothing of pensions.
  const papers = new Map<string, PaperSeen>(one.papers.map((paper: PaperSeen) => [paper.kind, paper]));
  const words = (paper?: Pick<PaperSeen, 'fields'>) => Object.fromEntries(paper?.fields.map(({ code, value }) => [code, value]) ?? []);
  const sheet = papers.get('INFORMATION_SHEET');
  const areas = { trafoutAdmdvs: expect.stringMatching(/^32/), trafinAdmdvs: expect.stringMatching(/^44/) };
  expect(words(sheet)).toEqual({
    ...{ trafBizNo: number, insutype: '310', balc: total, ...areas, psnNo: expect.any(String), empName: expect.any(String) },
    ...{ begnYm: '2014-04', expiYm: '2019-12', clctMons: '69', trafYm: expect.stringMatching(/^\d{4}-\d{2}$/) },
  });
  expect(Object.keys(words(sheet?.segments[0])).sort()).toEqual(
    ['poolareaNo', 'clctYear', 'begnYm', 'expiYm', 'clctMons', 'clctstd', 'empAmt', 'psnAmt'].sort(),
  );
  expect(words(papers.get('APPLICATION'))).toMatchObject({ insutype: '310', othInsutype: '310', ...areas });
  expect(words(papers.get('CERTIFICATE'))).toMatchObject({ insutype: '310', clctMons: '69', balc: total });
  // The letter says whom it comes from and where the money goes.
  expect(words(papers.get('CONTACT_LETTER'))).toMatchObject({
    ...{ trafNo: expect.stringContaining(number), optinsName: '广东医疗保障经办机构', tel: '020-12393', addr: '广东示范路1号' },
    ...{ bankName: '示范银行广东分行', acctName: '广东医疗保障经办机构', bankAcct: '630044000000000001' },
  });
  for (const paper of papers.values()) expect(paper.fields.filter(({ code }) => code.startsWith('A'))).toEqual([]);
  const printed = await window.ask(PRINT, { as: MOVER, variables: { id: citizen, number, paper: sheet?.number } });
  expect(printed.errors).toEqual([]);
  const { json, pdf } = printed.data.citizen.transferPaper;
  const content = JSON.parse(json as string);
  expect(content).toMatchObject({ transfer: 'MEDICAL', kind: 'INFORMATION_SHEET', case: number });
  // The number that 人社 gives is none of its business: 医保 has one of its own, on the sheet.
  expect(Object.keys(content.person as object).sort()).toEqual(['hukou', 'name', 'number', 'sex']);
  if (process.env['KEEP_PDF'] !== undefined)
    writeFileSync(`${process.env['KEEP_PDF']}-MEDICAL.pdf`, Buffer.from(pdf.base64 as string, 'base64'));

  const after = await window.ask('{ me { medical { account { balance parts { poolingArea balance } } } } }', { as: MOVER });
  expect(after.data.me.medical.account.balance).toBe(before.data.me.medical.account.balance);
  const left = after.data.me.medical.account.parts.filter(({ poolingArea }: { readonly poolingArea: string }) =>
    poolingArea.startsWith('32'),
  );
  expect(left.every(({ balance }: { readonly balance: string }) => balance === '0.00')).toBe(true);

  const told = async (): Promise<Answer> =>
    window.ask('{ me { transferEvents(first: 50) { nodes { agency kind step state medicalTransfer { number } } } } }', { as: MOVER });
  // An event can be read once it has its place in the stream, which it is given after the case is written.
  let events = await told();
  while (events.data.me.transferEvents.nodes[0]?.state !== 'NOTIFIED') events = await told();
  expect(events.errors).toEqual([]);
  const { nodes } = events.data.me.transferEvents;
  expect(nodes[0]).toMatchObject({ agency: 'medical-insurance', kind: 'MEDICAL', state: 'NOTIFIED', medicalTransfer: { number } });
  expect(nodes.at(-1)).toMatchObject({ step: 'APPLIED', state: 'APPLIED' });

  const progress = await window.ask(
    'query($number: String!, $pin: String!) { transferProgress(number: $number, pin: $pin) { agency kind state } }',
    { variables: { number, pin } },
  );
  expect(progress.data.transferProgress).toEqual({ agency: 'medical-insurance', kind: 'MEDICAL', state: 'NOTIFIED' });

  expect((await apply({ from: '320000', to: '440000' })).data.applyForMedicalTransfer.refusal).toMatchObject({
    code: 'NO_RELATION_AT_SOURCE',
    article: '医保办发〔2021〕43号',
  });
}, 180_000);

it('what may not move is refused with its article, and nothing is opened', async () => {
  const { refusal } = (await apply({ from: '440000', to: '110000' })).data.applyForMedicalTransfer;
  expect(refusal).toMatchObject({ code: 'NOT_YET_CONTRIBUTED', article: '医保办发〔2021〕43号' });
  const open = await window.ask('{ me { medicalTransfers(open: true) { number } } }', { as: MOVER });
  expect(open.data.me.medicalTransfers).toEqual([]);
});

it('between two pooling areas of one province it moves as between provinces, and its offices act for each of them', async () => {
  const { as, from, to } = moverInside();
  const mine = '{ me { id medical { account { balance parts { poolingArea balance } } } } }';
  const before = (await window.ask(mine, { as })).data.me;
  const answer = await apply({ citizen: before.id, from, to }, as);
  expect([answer.errors, answer.data.applyForMedicalTransfer.refusal]).toEqual([[], null]);
  const { number } = answer.data.applyForMedicalTransfer;
  const officer = `medical-officer-${jurisdictionOfDivision(from)}`;
  expect((await accept(number, officer, 'TRANSFER_IN', before.id)).data.acceptMedicalTransfer).toMatchObject({ refusal: null });
  await untilState(number, 'LETTER_SENT', as);
  expect((await accept(number, officer, 'TRANSFER_OUT', before.id)).data.acceptMedicalTransfer).toMatchObject({ refusal: null });
  await untilState(number, 'NOTIFIED', as);
  const { figures } = (await window.ask(CASE, { as, variables: { id: before.id, number } })).data.citizen.medicalTransfer;
  const held = (parts: readonly { readonly poolingArea: string; readonly balance: string }[]): number =>
    parts.reduce((sum, { poolingArea, balance }) => sum + (poolingArea === from ? Math.round(Number(balance) * 100) : 0), 0);
  expect(Math.round(Number(figures.received.total) * 100)).toBe(held(before.medical.account.parts));
  const { account } = (await window.ask(mine, { as })).data.me.medical;
  expect([held(account.parts), account.balance]).toEqual([0, before.medical.account.balance]);
}, 120_000);

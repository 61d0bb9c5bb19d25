import { expect, it } from '@jest/globals';
import {
  acceptMedicalTransferDocument,
  acceptTransferDocument,
  applyForTransferDocument,
  ownPlacesDocument,
  ownTransferDocument,
  type acceptMedicalTransferMutation,
  type acceptTransferMutation,
  type acceptTransferMutationVariables,
} from '../src/generated/console.js';
import { faultsInBothModes, goTo, type Console } from './browser.js';
import { fillIn, handIn, taskAt } from './transfers.story.js';

/* The ways of a transfer beside the straight one: medical relations, months paid twice, a whole unit, cases that stand still or go back. */

const DESK = { viewport: { width: 1024, height: 800 } };
/** Keeps the register of 浙江, among others. */
const SQL_OF_ZHEJIANG = 'hrss-sql-east';
const SOAP_OF_SICHUAN = 'hrss-soap-510000';

const idOf = async (hub: Console, as: string): Promise<string> => (await hub.ask(ownPlacesDocument, {}, { as })).me?.id ?? '';

/** Applies for a transfer of the pension relation and has the destination accept it, from elsewhere. @returns its number */
async function underWay(hub: Console, as: string, from: string, to: string): Promise<string> {
  const citizen = await idOf(hub, as);
  const { applyForTransfer } = await hub.ask(applyForTransferDocument, { input: { citizen, kind: 'PENSION', from, to } }, { as });
  expect(applyForTransfer?.refusal).toBeNull();
  const number = applyForTransfer?.number ?? '';
  await accept(hub, acceptTransferDocument, { citizen, number }, `caseworker-${to}`, 'TRANSFER_IN');
  return number;
}

async function accept(
  hub: Console,
  document: typeof acceptTransferDocument | typeof acceptMedicalTransferDocument,
  input: { readonly citizen: string; readonly number: string },
  as: string,
  purpose: string,
): Promise<void> {
  const { act } = await hub.ask<acceptTransferMutation | acceptMedicalTransferMutation, acceptTransferMutationVariables>(
    document,
    { input },
    { as, purpose, caseNumber: input.number },
  );
  expect(act?.refusal).toBeNull();
}

/** A medical relation, from the application to the printed sheet. */
export function medicalStory(hubOf: () => Console): void {
  it('of a medical relation is applied for, handled by the offices of 医保 on the same pages, and printed', async () => {
    const hub = hubOf();
    const { page, complaints } = await hub.signIn('three-sql-groups');
    await goTo(page, '关系转移');
    await page.getByRole('button', { name: '申请转移' }).click();
    await page.getByLabel('转移种类').selectOption({ label: '基本医疗保险关系' });
    await page
      .getByRole('option', { name: /江苏.*职工医保/ })
      .first()
      .waitFor({ state: 'attached' });
    await fillIn(page, '320000', '440000');
    await page.getByText('可以转移').waitFor();
    expect(await faultsInBothModes(page)).toEqual([]);
    const [number] = await handIn(page);
    await page.getByRole('button', { name: '查看进度' }).click();
    await page.getByText('有新进展会自动显示').waitFor();
    expect(page.url()).not.toContain(number);

    const target = await taskAt(hub, '440000', '转入', number, 'medical-officer');
    await target.page.getByRole('button', { name: '受理' }).click();
    await target.page.getByText('现在等江苏（转出地经办机构）办理').waitFor();
    const citizen = await idOf(hub, 'three-sql-groups');
    await accept(hub, acceptMedicalTransferDocument, { citizen, number }, 'medical-officer-320000', 'TRANSFER_OUT');
    for (const at of [page, target.page]) await at.locator('.tag').getByText('已办结').waitFor();
    await page.locator('summary').filter({ hasText: '信息表' }).click();
    const coming = page.waitForEvent('download');
    await page.locator('details[open]').getByRole('button', { name: '下载 PDF' }).click();
    expect((await coming).suggestedFilename()).toMatch(/^information-sheet-.*\.pdf$/);
    await goTo(page, '关系转移');
    await page.getByText('已经结束的').click();
    await page.getByText('基本医疗保险关系').waitFor();
    expect([...complaints, ...target.complaints]).toEqual([]);
    await target.page.context().close();
    await page.context().close();
  });
}

/** Months that both places were paid for. */
export function overlapStory(hubOf: () => Console): void {
  it('of months paid twice waits for its person, who sees what comes back either way and chooses; what an office enters for them at its counter is paid', async () => {
    const hub = hubOf();
    const as = 'double-insured';
    const number = await underWay(hub, as, '500000', '510000');
    const { page, complaints } = await hub.signIn(as);
    await goTo(page, '关系转移');
    await page.getByRole('button', { name: `查看 ${number} 的进度` }).click();
    await page.getByText('现在由重庆（转出地经办机构）办理').waitFor();
    await accept(hub, acceptTransferDocument, { citizen: await idOf(hub, as), number }, 'caseworker-500000', 'TRANSFER_OUT');
    await page.getByText('2019-01 – 2019-09').waitFor();
    await page.getByText('有重复缴费的月份，等本人选择保留哪一边').waitFor();
    await page.getByRole('radio', { name: /保留转入地的月份.*退还 [\d,.]+ 元/ }).press(' ');
    expect(await faultsInBothModes(page)).toEqual([]);
    // The office refuses to pay that back; the person comes to its counter and chooses the other side.
    await hub.window.fault(SOAP_OF_SICHUAN, { kind: 'refused-order' });
    const months = page.getByRole('region', { name: '重复缴费的月份' });
    await months.getByRole('button', { name: '确定' }).dblclick();
    await page.getByText('经办机构的系统没有接受').waitFor();
    await hub.window.fault(SOAP_OF_SICHUAN, undefined);
    await months.getByText('已经选择：保留转入地的月份').waitFor();
    const counter = await taskAt(hub, '510000', '转入', number);
    const chosen = counter.page.getByRole('region', { name: '重复缴费的月份' });
    await chosen.getByText('已经选择：保留转入地的月份').waitFor();
    await chosen.getByRole('button', { name: '改选' }).click();
    await chosen.getByText('当事人在窗口当面选择的').waitFor();
    await chosen.getByRole('radio', { name: /保留转出地的月份.*退还 [\d,.]+ 元/ }).press(' ');
    expect(await faultsInBothModes(counter.page)).toEqual([]);
    await chosen.getByRole('button', { name: '确定' }).dblclick();
    await months.getByText(/^已退还 [\d,.]+ 元。$/).waitFor();
    await page.locator('.tag').getByText('已办结').waitFor();
    const { me } = await hub.ask(ownTransferDocument, { number }, { as });
    expect(me?.transfer?.overlap?.keep).toBe('SOURCE');
    expect([...complaints, ...counter.complaints]).toEqual([]);
    await counter.page.context().close();
    await page.context().close();
  });
}

/** A unit that moves as a whole. */
export function collectiveStory(hubOf: () => Console): void {
  it('of a whole unit is applied for in one go: a case for each who may move, and a reason in the line of each who may not', async () => {
    const { window } = hubOf();
    const { page, complaints } = await hubOf().signIn('caseworker-440000', DESK);
    await goTo(page, '转移办理');
    await page.getByRole('button', { name: '成建制划转' }).click();
    await page.getByLabel('转出地').selectOption('320000');
    await page.getByLabel('批准文号').fill('人社函〔2026〕18号');
    const mover = window.lifeOf('three-sql-groups').number;
    await page.getByLabel('公民身份号码').fill([mover, window.lifeOf('retiree').number, '123', mover].join('\n'));
    await page.getByText('4 人').waitFor();
    await page.getByRole('button', { name: '提出申请' }).dblclick();
    await page.getByRole('heading', { name: '4 人中，1 人已提出申请。' }).waitFor();
    const cells = await page.getByRole('cell').allInnerTexts();
    expect(cells[0]).toMatch(/^办件号 [0-9A-Z]{16} · 查询码 [0-9A-Z]{8}$/);
    expect(cells.slice(2)).toEqual(['没有找到这个号码的人员', '这个号码在上面出现过']);
    expect(cells[1]).toContain('没有为这个人办理的依据');
    // A number that nobody has is answered as an error: no fault of the page.
    expect(complaints.filter((one) => !one.includes('400'))).toEqual([]);
    expect(await faultsInBothModes(page)).toEqual([]);
    await page.context().close();
  });
}

/** Cases that stand still, and one that goes back while another office has it open. */
export function stoppedStories(hubOf: () => Console): void {
  it('whose amounts differ stands still, marked, until they are compared again; a step that is refused is shown, and once resumed goes to its end', async () => {
    const hub = hubOf();
    const as = 'rider-three-provinces';
    const number = await underWay(hub, as, '370000', '330000');
    await hub.window.fault('hrss-rest-370000', { kind: 'wrong-figures', fen: 100 });
    const target = await taskAt(hub, '330000', '转入', number);
    await accept(hub, acceptTransferDocument, { citizen: await idOf(hub, as), number }, 'caseworker-370000', 'TRANSFER_OUT');
    await target.page.getByText('金额不一致，等待核对').first().waitFor();
    await target.page.locator('tr.differs').first().waitFor();
    await hub.window.fault('hrss-rest-370000', undefined);
    await hub.window.fault(SQL_OF_ZHEJIANG, { kind: 'refused-order' });
    await target.page.getByRole('button', { name: '重新核对' }).dblclick();
    await target.page.getByText('经办机构的系统没有接受').first().waitFor();
    await hub.window.fault(SQL_OF_ZHEJIANG, undefined);
    await target.page.getByRole('button', { name: '恢复办理' }).dblclick();
    await target.page.getByText('这件业务已经结束：已办结').waitFor();
    const { me } = await hub.ask(ownTransferDocument, { number }, { as });
    expect(me?.transfer?.steps.filter(({ step }) => step === 'RESUMED')).toHaveLength(1);
    expect(target.complaints).toEqual([]);
    await target.page.context().close();
  });

  it('goes back with a reason that its person reads, and an office that still has it open is told that it is over', async () => {
    const hub = hubOf();
    const as = 'courier-four-provinces';
    const number = await underWay(hub, as, '340000', '440000');
    const source = await hub.signIn('caseworker-340000', DESK);
    // This page hears nothing of what happens: it comes to light with the next act.
    await source.page.route('**/graphql', (route) =>
      route.request().headers()['accept'] === 'text/event-stream' ? route.abort() : route.continue(),
    );
    await goTo(source.page, '转移办理');
    await source.page.getByRole('button', { name: '转出' }).click();
    await source.page.getByRole('link', { name: `办理 ${number}` }).click();
    await source.page.getByRole('button', { name: '受理' }).waitFor();
    const target = await taskAt(hub, '440000', '转入', number);
    await target.page.getByRole('button', { name: '退回' }).click();
    await target.page.getByLabel('理由').fill('本人要求暂缓');
    await target.page.getByRole('button', { name: '确定：退回' }).dblclick();
    await target.page.getByText('这件业务已经结束').waitFor();
    await source.page.getByRole('button', { name: '受理' }).click();
    await source.page.getByText('没有找到这个办件，或者已经办结').waitFor();
    expect(await source.page.getByRole('button', { name: '受理' }).count()).toBe(0);
    const { me } = await hub.ask(ownTransferDocument, { number }, { as });
    expect(me?.transfer?.steps.map(({ reason }) => reason)).toContain('本人要求暂缓');
    await source.page.context().close();
    await target.page.context().close();
  });
}

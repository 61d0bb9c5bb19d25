import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { worklistDocument } from '../src/generated/console.js';
import { faultsInBothModes, goTo, type Console, type Reader } from './browser.js';

/* How a right moves, as those see it whose right it is, who handle it, and who only hold its number. Both provinces speak REST. */

const MOVER = 'returned-home';
const [FROM, TO] = ['350000', '520000'];
/** Where the mover has paid nothing yet. */
const NEVER_PAID = '440000';
const DESK = { viewport: { width: 1024, height: 800 } };

export async function fillIn(page: Page, from: string, to: string): Promise<void> {
  await page.getByLabel('转出地').selectOption(from);
  await page.getByLabel('转入地').selectOption(to);
  await page.getByRole('button', { name: '先看看能不能转' }).click();
}

/** Applies, with an impatient finger. @returns number and PIN */
export async function handIn(page: Page): Promise<readonly [string, string]> {
  await page.getByRole('button', { name: '提交申请' }).dblclick();
  await page.getByRole('heading', { name: '申请已经提交' }).waitFor();
  const [number = '', pin = ''] = await page.locator('.keep dd').allInnerTexts();
  return [number, pin];
}

/** The case on the page of an office, found in its list. */
export async function taskAt(hub: Console, office: string, side: '转入' | '转出', number: string, as = 'caseworker'): Promise<Reader> {
  const reader = await hub.signIn(`${as}-${office}`, DESK);
  await goTo(reader.page, '转移办理');
  if (side === '转出') await reader.page.getByRole('button', { name: side }).click();
  await reader.page.getByRole('link', { name: `办理 ${number}` }).click();
  return reader;
}

/** The stories of transfers, on a hub that others use too. */
export function transferStories(hubOf: () => Console): void {
  describe('a transfer', () => {
    let mover: Reader;
    let page: Page;
    let number = '';
    let pin = '';

    it('is looked at before anything is sent: why it may not move, by which article, and what would', async () => {
      mover = await hubOf().signIn(MOVER);
      page = mover.page;
      await goTo(page, '关系转移');
      await page.getByText('没有正在办理的转移').waitFor();
      await page.getByRole('button', { name: '申请转移' }).click();
      await fillIn(page, FROM, NEVER_PAID);
      await page.getByText('现在不能转移').waitFor();
      await page.getByText('依据：').first().waitFor();
      expect(await page.getByRole('button', { name: '提交申请' }).count()).toBe(0);
      await fillIn(page, FROM, TO);
      await page.getByText('可以转移').waitFor();
      await page.getByText('转移基金总额').waitFor();
      await page.getByText('看看是怎么算的').press('Enter');
      await page.locator('details[open] li').first().waitFor();
      expect(await faultsInBothModes(page)).toEqual([]);
    });

    it('of a province that does not answer is answered calmly, and asked again with one click', async () => {
      await hubOf().window.fault(`hrss-rest-${FROM}`, { kind: 'drop' });
      await page.getByRole('button', { name: '先看看能不能转' }).click();
      await page.getByText('登记机构暂无应答').waitFor();
      await hubOf().window.fault(`hrss-rest-${FROM}`, undefined);
      await page.getByRole('button', { name: '先看看能不能转' }).click();
      await page.getByText('可以转移').waitFor();
    });

    it('is handed in once by a double click, and asking again is told that it is under way', async () => {
      [number, pin] = await handIn(page);
      expect([number, pin]).toEqual([expect.stringMatching(/^[0-9A-Z]{16}$/), expect.stringMatching(/^[0-9A-Z]{8}$/)]);
      await goTo(page, '关系转移');
      await page.getByRole('button', { name: '申请转移' }).click();
      await fillIn(page, FROM, TO);
      await page.getByText('该关系已有转移业务在办').waitFor();
      await page.getByRole('button', { name: '查看正在办理的转移' }).click();
      await page
        .getByRole('button', { name: /^查看 .* 的进度$/ })
        .first()
        .waitFor();
      expect(await page.getByRole('button', { name: /^查看 .* 的进度$/ }).count()).toBe(1);
      await page.getByRole('button', { name: `查看 ${number} 的进度` }).click();
      await page.getByText('有新进展会自动显示').waitFor();
      expect(page.url()).not.toContain(number);
    });

    it('is found again when its page is loaded anew', async () => {
      await page.reload();
      await page.getByText(number).waitFor();
      await page.getByText('有新进展会自动显示').waitFor();
      expect(await faultsInBothModes(page)).toEqual([]);
      await page.evaluate('globalThis.notLoadedAnew = true');
    });

    it('is carried by two offices from the application to the end, while the page of its person follows it', async () => {
      const target = await taskAt(hubOf(), TO, '转入', number);
      await target.page.getByRole('button', { name: '受理' }).dblclick();
      await page.getByText('现在由福建（转出地经办机构）办理').waitFor();
      await target.page.getByText('现在等福建（转出地经办机构）办理').waitFor();
      expect(await faultsInBothModes(target.page)).toEqual([]);

      const source = await taskAt(hubOf(), FROM, '转出', number);
      await source.page.getByRole('button', { name: '受理' }).click();
      for (const at of [page, target.page, source.page]) await at.locator('.tag').getByText('已办结').waitFor();
      await target.page.getByText('这件业务已经结束：已办结').waitFor();
      expect(await page.evaluate('globalThis.notLoadedAnew')).toBe(true);

      // Ours, the sheet of the origin, what it paid and what arrived agree.
      const total = page.getByRole('row', { name: /转移基金总额/ }).getByRole('cell');
      await total.nth(3).filter({ hasText: /\d/ }).waitFor();
      expect(new Set(await total.allInnerTexts()).size).toBe(1);
      // On a phone all four stand on the screen.
      const sideways =
        "(() => { const { scrollWidth, clientWidth } = document.querySelector('.sides'); return scrollWidth - clientWidth; })()";
      expect(await page.evaluate(sideways)).toBe(0);
      await page.getByText('信息表', { exact: false }).first().waitFor();
      for (const { page: at, complaints } of [target, source]) {
        expect(complaints).toEqual([]);
        await at.context().close();
      }
    });

    it('tells how it went to whoever holds number and PIN, and in words when that was guessed too often', async () => {
      const { page: visitor, complaints } = await hubOf().visit();
      await visitor.getByRole('link', { name: '查转移进度' }).click();
      await visitor.getByLabel('办件号').fill(number.toLowerCase());
      await visitor.getByLabel('查询码').fill(pin);
      await visitor.getByRole('button', { name: '查询' }).click();
      await visitor.getByText('办结，通知本人').waitFor();
      expect(await visitor.locator('main').innerText()).not.toContain(hubOf().window.lifeOf(MOVER).name);
      expect(visitor.url()).not.toContain(number);
      expect(await faultsInBothModes(visitor)).toEqual([]);
      await visitor.getByLabel('查询码').fill('22222222');
      for (let guess = 0; guess < 6; guess++) {
        const answered = visitor.waitForResponse('**/graphql');
        await visitor.getByRole('button', { name: /^查询$|^再查一次$/ }).click();
        await (await answered).finished();
      }
      await visitor.getByRole('alert').getByText('请 15 分钟后再试').waitFor();
      expect(complaints).toEqual([]);
      await visitor.context().close();
    });

    it('is disputed with a reason, goes on with a reason, and is called back in two steps', async () => {
      const courier = await hubOf().signIn('courier-four-provinces');
      const own = courier.page;
      await goTo(own, '关系转移');
      await own.getByRole('button', { name: '申请转移' }).click();
      await fillIn(own, '340000', '440000');
      const [disputed] = await handIn(own);
      await own.getByRole('button', { name: '查看进度' }).click();
      await own.getByRole('button', { name: '对金额或月数有异议' }).click();
      await own.getByLabel('哪里不对').fill('2019 年少了三个月');
      await own.getByRole('button', { name: '提交异议' }).dblclick();
      await own.getByText('异议已经提交').waitFor();
      const target = await taskAt(hubOf(), '440000', '转入', disputed);
      await target.page.getByText('2019 年少了三个月').first().waitFor();
      await target.page.getByRole('button', { name: '说明理由后继续' }).click();
      await target.page.getByLabel('理由').fill('已与本人核对');
      await target.page.getByRole('button', { name: '确定：说明理由后继续' }).click();
      await own.getByText('新进展：说明理由后继续办理').waitFor();
      await own.getByRole('button', { name: '撤回申请' }).click();
      await own.getByRole('button', { name: '确认撤回' }).dblclick();
      await own.getByText('已经撤回。').waitFor();
      await target.page.getByText('这件业务已经结束：已撤回').waitFor();
      expect([...courier.complaints, ...target.complaints]).toEqual([]);
      await own.context().close();
      await target.page.context().close();
    });

    it('stands in a list of a thousand that keeps its filters in the address, and is found where it was left', async () => {
      const { page: desk } = await hubOf().signIn('caseworker-440000', DESK);
      const all = Array.from({ length: 1_000 }, (_, index) => taskOf(index));
      await desk.route('**/graphql', async (route) => {
        const { documentId, variables } = route.request().postDataJSON() as {
          documentId: string;
          variables: { after: string | null; filter: { overdue: boolean } };
        };
        if (documentId !== worklistDocument.id) return route.continue();
        const fitting = all.filter(({ overdue }) => !variables.filter.overdue || overdue !== null);
        const from = Number(variables.after ?? 0);
        const pageInfo = { hasNextPage: from + 50 < fitting.length, endCursor: String(from + 50), __typename: 'PageInfo' };
        const transferWorklist = { nodes: fitting.slice(from, from + 50), pageInfo, __typename: 'TransferTaskConnection' };
        return route.fulfill({ json: { data: { transferWorklist } } });
      });
      await goTo(desk, '转移办理');
      const rows = desk.getByRole('region', { name: '办件列表' }).getByRole('listitem');
      await rows.first().waitFor();
      expect(await faultsInBothModes(desk)).toEqual([]);
      while (!(await desk.getByText('共 1000 件').isVisible())) await desk.mouse.wheel(0, 20_000);
      expect(await rows.count()).toBe(1_000);
      // Rows that are not seen are not drawn.
      const drawn = `[...document.querySelectorAll('ol.list p')].filter((one) => one.checkVisibility({ contentVisibilityAuto: true })).length`;
      expect(await desk.evaluate(drawn)).toBeLessThan(1_000);
      await desk.getByRole('checkbox', { name: '已超时限的' }).press(' ');
      await desk.getByText('共 100 件').or(desk.getByText('已显示 50 件')).first().waitFor();
      expect(new URL(desk.url()).search).toBe('?overdue=1');
      expect(await desk.locator('li').getByText('已超过时限').count()).toBeGreaterThanOrEqual(50);
      await rows.first().getByRole('link').click();
      await desk.getByRole('heading', { name: '办理转移' }).waitFor();
      await desk.goBack();
      await rows.first().waitFor();
      expect(await desk.getByRole('checkbox', { name: '已超时限的' }).isChecked()).toBe(true);
      await desk.context().close();
      expect(mover.complaints).toEqual([]);
      await page.context().close();
    }, 300_000);
  });
}

/** A row of a list as the graph gives it; every tenth is late. */
function taskOf(index: number) {
  return {
    ...{ number: `C${String(index).padStart(15, '0')}`, kind: 'PENSION', state: 'APPLIED', source: '340000', target: '440000' },
    ...{ awaits: 'TARGET', deadline: '2026-12-14', deadlineProvisional: false, appliedAt: '2026-11-23T01:00:00.000Z' },
    overdue: index % 10 === 0 ? 'LETTER' : null,
    citizen: { id: `nobody-${index}`, __typename: 'Citizen' },
    __typename: 'TransferTask',
  };
}

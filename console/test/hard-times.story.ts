import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { goTo, settled, type Console, type Reader } from './browser.js';

const COURIER = 'courier-four-provinces';

/** Slow sources, broken connections, second tabs, impatient fingers: each leads somewhere sensible, and nothing is sent twice. */
export function hardTimes(hub: () => Console): void {
  describe('in hard times', () => {
    let reader: Reader;
    let page: Page;
    beforeAll(async () => {
      reader = await hub().signIn(COURIER);
      page = reader.page;
      await settled(page);
    }, 120_000);
    afterAll(() => page.context().close());

    it('paints what the slowest agency has answered soon after it has, and the others long before', async () => {
      await goTo(page, '授权');
      await settled(page);
      await hub().window.fault('hrss-soap-510000', { kind: 'latency', milliseconds: 4_000 });
      const begun = await now(page);
      // Noted by the page itself: who asks from outside may hear of the first when the last is there as well.
      await page.evaluate(
        `globalThis.painted = {};
        const region = (name) => [...document.querySelectorAll('main section')].find((one) => one.querySelector('h2')?.textContent.trim() === name);
        new MutationObserver(() => {
          if (region('快递从业')?.textContent.includes('来源：邮政管理')) painted.postal ??= performance.now();
          const places = region('养老保险')?.querySelectorAll('h3, h4') ?? [];
          if ([...places].some(({ textContent }) => textContent.includes('四川'))) painted.sichuan ??= performance.now();
        }).observe(document.body, { childList: true, subtree: true, characterData: true });`,
      );
      await goTo(page, '我的记录');
      await page.getByRole('region', { name: '快递从业' }).getByText('来源：邮政管理').waitFor();
      await page.getByRole('region', { name: '养老保险' }).getByRole('heading', { name: '四川' }).waitFor();
      const painted = await page.evaluate<{ readonly postal: number; readonly sichuan: number }>('painted');
      const first = painted.postal - begun;
      expect(painted.sichuan).toBeGreaterThan(painted.postal);
      await settled(page);
      const whole = (await now(page)) - begun;
      const answered =
        Number(
          await page.evaluate(
            `Math.max(...performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/graphql')).map(({ responseEnd }) => responseEnd))`,
          ),
        ) - begun;
      await hub().window.fault('hrss-soap-510000', undefined);
      expect(answered).toBeGreaterThan(4_000);
      expect(first).toBeLessThan(answered);
      expect(whole).toBeLessThan(answered * 1.5);
    });

    it('keeps what is on the page when the connection is lost, and goes on when it is back', async () => {
      const lost = page.getByRole('alert').getByText('没有连上');
      // A page whose script has not been loaded yet …
      await page.context().setOffline(true);
      await goTo(page, '缴费与账户');
      await lost.waitFor();
      await page.getByRole('heading', { name: hub().window.lifeOf(COURIER).name }).waitFor();
      await page.context().setOffline(false);
      await page.getByRole('button', { name: '重新查询' }).click();
      await page.getByRole('heading', { level: 1, name: '缴费与账户' }).waitFor();
      await settled(page);
      // … and one whose script is there.
      await goTo(page, '谁看过我的信息');
      await settled(page);
      await page.context().setOffline(true);
      await page.getByRole('checkbox', { name: '包括我自己查的' }).press(' ');
      await lost.waitFor();
      await page.context().setOffline(false);
      await page.getByRole('button', { name: '重新查询' }).click();
      await page.getByRole('region', { name: '查询和变更' }).getByRole('listitem').first().waitFor();
      await settled(page);
      expect(await lost.count()).toBe(0);
      reader.complaints.length = 0;
    });

    it('takes half an answer for half: what came stays, the rest is said not to have come', async () => {
      await page.route('**/graphql', async (route) => {
        const response = await route.fetch();
        const body = await response.text();
        // Cut after the first part that came later.
        const parts = body.split('\r\n---');
        await route.fulfill({ response, body: parts.slice(0, 3).join('\r\n---') });
      });
      await goTo(page, '我的记录');
      await page.getByRole('heading', { name: hub().window.lifeOf(COURIER).name }).waitFor();
      await page.getByText('连接中断，这部分没有传到。').first().waitFor();
      expect(await page.getByText('没有快递员备案').count()).toBe(0);
      await page.unroute('**/graphql');
      await page.getByRole('button', { name: '重新查询' }).first().click();
      await page.getByRole('region', { name: '快递从业' }).getByText('来源：邮政管理').waitFor();
      await settled(page);
      expect(await page.getByText('这部分没有传到').count()).toBe(0);
    });

    it('a token that the hub no longer takes leaves the page as it is, and offers to sign in again', async () => {
      await page.route('**/graphql', (route) =>
        route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer spent' } }),
      );
      await goTo(page, '授权');
      await page.getByText('登录已到期').waitFor();
      await page.unroute('**/graphql');
      await page.getByRole('button', { name: '重新登录' }).click();
      await page.getByRole('heading', { level: 1, name: '授权' }).waitFor();
      await settled(page);
      expect(await page.getByText('登录已到期').count()).toBe(0);
      reader.complaints.length = 0;
    });

    it('goes back to where its reader was, and shows nothing of anybody after signing out, in no tab', async () => {
      await goTo(page, '我的记录');
      await page.getByRole('heading', { name: hub().window.lifeOf(COURIER).name }).waitFor();
      await page.goBack();
      await page.getByRole('heading', { level: 1, name: '授权' }).waitFor();
      await page.goForward();
      await page.getByRole('heading', { name: hub().window.lifeOf(COURIER).name }).waitFor();
      await settled(page);
      // A second tab of the same browser: whoever signs out means all of it.
      const beside = await hub().signInBeside(reader, COURIER);
      await beside.page.getByRole('heading', { name: hub().window.lifeOf(COURIER).name }).waitFor();
      await page.getByRole('button', { name: '退出' }).click();
      for (const tab of [page, beside.page]) {
        await tab.getByText('您已退出。').waitFor();
        await tab.goBack();
        await tab.getByRole('button', { name: '登录' }).waitFor();
        expect(await tab.locator('body').innerText()).not.toContain(hub().window.lifeOf(COURIER).name);
      }
      expect(beside.complaints).toEqual([]);
      await beside.page.close();
      await page.getByRole('button', { name: '登录' }).click();
      await page.locator(`button[value="${COURIER}"]`).click();
      await page.getByRole('heading', { name: hub().window.lifeOf(COURIER).name }).waitFor();
    });

    it.each(['rare-name', 'name-cut'])('writes every character of a name, and long ones without leaving the page: %s', async (key) => {
      const { page: own } = await hub().signIn(key, { viewport: { width: 320, height: 700 } });
      await own.getByRole('heading', { name: hub().window.lifeOf(key).name, exact: true }).waitFor();
      await settled(own);
      expect(await own.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      // Text at twice its size, as a reader may set it (WCAG 1.4.4).
      await own.evaluate(`document.documentElement.style.fontSize = '200%'`);
      expect(await own.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await own.context().close();
    });

    it('scrolls through a thousand rows without laying them all out', async () => {
      await page.route('**/graphql', async (route) => {
        const response = await route.fetch();
        const body = (await response.json()) as { data?: { me?: { accessLog?: { nodes: { id: string }[] } } } };
        const [row] = body.data?.me?.accessLog?.nodes ?? [];
        if (row && body.data?.me?.accessLog)
          body.data.me.accessLog.nodes = Array.from({ length: 1_000 }, (_, index) => ({ ...row, id: `${row.id}-${index}` }));
        await route.fulfill({ response, json: body });
      });
      await goTo(page, '谁看过我的信息');
      await page.getByRole('listitem').nth(999).waitFor({ state: 'attached' });
      await settled(page);
      const client = await page.context().newCDPSession(page);
      await client.send('Performance.enable');
      const layout = async (): Promise<number> => {
        const { metrics } = await client.send('Performance.getMetrics');
        return metrics.filter(({ name }) => name === 'LayoutCount').reduce((sum, { value }) => sum + value, 0);
      };
      const before = await layout();
      for (let step = 0; step < 20; step++) await page.mouse.wheel(0, 400);
      expect((await layout()) - before).toBeLessThan(200);
      await page.getByRole('listitem').nth(999).scrollIntoViewIfNeeded();
      expect(await page.getByRole('listitem').nth(999).isVisible()).toBe(true);
      expect(await page.evaluate(`getComputedStyle(document.querySelectorAll('.entry')[500]).contentVisibility`)).toBe('auto');
      await page.unroute('**/graphql');
    });
  });
}

/** Milliseconds since the page was loaded, by its own clock. */
async function now(page: Page): Promise<number> {
  return Number(await page.evaluate('performance.now()'));
}

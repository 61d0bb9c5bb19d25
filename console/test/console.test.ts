import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Download, Page } from 'playwright-core';
import { approveRequestDocument, closeCaseDocument } from '../src/generated/console.js';
import { breaches, Console, faultsInBothModes, goTo, missing, settled, type Reader } from './browser.js';
import { collectiveStory, medicalStory, overlapStory, stoppedStories } from './moves.story.js';
import { transferStories } from './transfers.story.js';
import { family } from './family.story.js';
import { hardTimes } from './hard-times.story.js';
import { supervision } from './supervision.story.js';

/* The main story of each page, in a real browser on a whole hub. One hub and one citizen's browser serve all of them, in this order. */

const COURIER = 'courier-four-provinces';
jest.setTimeout(180_000);
const lacking = missing();
if (lacking !== undefined && process.env['CI'] !== undefined)
  throw new Error(
    `The console is tested in a browser, and ${lacking}: apt-get install chromium fonts-noto-cjk, or name a browser in CHROMIUM.`,
  );
const inBrowser = lacking === undefined ? describe : describe.skip;

inBrowser(`the console${lacking === undefined ? '' : ` (left out: ${lacking}; apt-get install chromium fonts-noto-cjk)`}`, () => {
  let hub: Console;
  let courier: Reader;
  let page: Page;
  const scripts = new Set<string>();

  beforeAll(async () => {
    hub = await Console.open();
  }, 180_000);
  afterAll(() => hub.close());

  describe('for a citizen', () => {
    it('is of less than 250 kB of compressed script until the record is seen, and breaks no rule of its content security policy', async () => {
      courier = await hub.visit();
      page = courier.page;
      page.on('request', (request) => {
        if (request.url().endsWith('.js')) scripts.add(new URL(request.url()).pathname);
      });
      await page.reload();
      await page.getByRole('button', { name: '登录' }).click();
      await page.locator(`button[value="${COURIER}"]`).click();
      await page.getByRole('heading', { name: hub.window.lifeOf(COURIER).name }).waitFor();
      await settled(page);
      const bytes = [...scripts].reduce((sum, path) => sum + hub.compressedSize(path), 0);
      expect(bytes).toBeGreaterThan(20_000);
      expect(bytes).toBeLessThan(250_000);
      expect(courier.complaints).toEqual([]);
    });

    it('shows all four agencies in one window, each with its source', async () => {
      expect(new URL(page.url()).pathname).toBe('/console/record');
      const pension = page.getByRole('region', { name: '养老保险' });
      for (const place of ['甘肃', '四川', '安徽', '广东']) await pension.getByRole('heading', { name: place }).waitFor();
      for (const [block, agency] of [
        ['养老保险', '人力资源和社会保障'],
        ['医疗保险', '医疗保障'],
        ['平台用工和名下经营', '市场监督管理'],
        ['快递从业', '邮政管理'],
      ] as const)
        await page.getByRole('region', { name: block }).getByText(`来源：${agency}`).waitFor();
    });

    it('keeps the token in memory alone: a page loaded anew comes back by way of the provider', async () => {
      const stored = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
      expect(stored).not.toMatch(/eyJ/);
      await goTo(page, '授权');
      await page.getByRole('heading', { level: 1, name: '授权' }).waitFor();
      await page.reload();
      await page.getByRole('heading', { level: 1, name: '授权' }).waitFor();
      expect(new URL(page.url()).search).toBe('');
    });

    it('a province that hangs is a calm note in its place; the rest is there meanwhile, and asking again brings it', async () => {
      await hub.window.fault('hrss-soap-510000', { kind: 'hang' });
      await goTo(page, '我的记录');
      await page.getByRole('region', { name: '医疗保险' }).getByText('职工医保').first().waitFor();
      await page.getByRole('region', { name: '快递从业' }).getByText('来源：邮政管理').waitFor();
      const pension = page.getByRole('region', { name: '养老保险' });
      const note = pension.getByText('四川 · 人力资源和社会保障暂时没有答复');
      await note.waitFor();
      await pension.getByRole('heading', { name: '广东' }).waitFor();
      expect(await faultsInBothModes(page)).toEqual([]);
      await hub.window.fault('hrss-soap-510000', undefined);
      await pension.getByRole('button', { name: '重新查询' }).first().click();
      await pension.getByRole('heading', { name: '四川' }).waitFor();
      await settled(page);
      expect(await note.count()).toBe(0);
    });

    it('shows every month that was paid, and the rows of a year when it is opened', async () => {
      await goTo(page, '缴费与账户');
      const year = page.getByRole('button', { name: /2019 年，缴费 12 个月/ });
      await year.click();
      expect(await page.getByRole('region', { name: '2019' }).getByRole('row').count()).toBe(13);
      expect(await year.getAttribute('aria-expanded')).toBe('true');
      expect(await faultsInBothModes(page)).toEqual([]);
    });

    it('foresees the pension, unfolds the arithmetic, and computes what would be if nothing more were paid', async () => {
      await goTo(page, '养老金预测');
      await page.getByText('每月约').first().waitFor();
      await page.getByText('看看是怎么算的').first().click();
      await page.locator('details[open] li').first().waitFor();
      const estimate = page.locator('.estimate').first();
      const before = (await estimate.textContent()) ?? '';
      await estimate.filter({ hasText: before }).waitFor();
      await page.getByRole('heading', { name: '如果……会怎样' }).click();
      await page.getByRole('checkbox', { name: '从现在起不再缴费' }).press(' ');
      await page.getByRole('button', { name: '重新预测' }).click();
      await estimate.filter({ hasNotText: before }).waitFor();
      expect(await faultsInBothModes(page)).toEqual([]);
    });
  });

  describe('between an employer and a courier', () => {
    let employer: Reader;

    it('the employer asks for one predicate, and the courier ticks it', async () => {
      employer = await hub.signIn('employer-1', { viewport: { width: 1024, height: 800 } });
      await employer.page.getByLabel('应聘人员的公民身份号码').fill(hub.window.lifeOf(COURIER).number);
      await employer.page.getByRole('button', { name: '向本人申请授权' }).click();
      await employer.page.getByText('已发出。').waitFor();
      await goTo(page, '授权');
      const agree = page.getByRole('button', { name: '同意所勾选的' });
      await agree.waitFor();
      expect(await agree.isDisabled()).toBe(true);
      // The same request stands in a second tab.
      const other = await hub.signInBeside(courier, COURIER);
      await goTo(other.page, '授权');
      let sent = 0;
      page.context().on('request', (request) => {
        if (request.postData()?.includes(approveRequestDocument.id) === true) sent++;
      });
      await page.getByRole('checkbox', { name: '养老保险缴费是否满若干月' }).press(' ');
      await other.page.getByRole('checkbox', { name: '养老保险缴费是否满若干月' }).press(' ');
      expect(await faultsInBothModes(page)).toEqual([]);
      await agree.dblclick();
      await page.getByText('已答复：同意所勾选的内容。').waitFor();
      await other.page.getByRole('button', { name: '同意所勾选的' }).click();
      await other.page.getByText('已经在别的页面或者别的设备上答复过了').waitFor();
      await other.page.getByRole('button', { name: '撤回授权' }).waitFor();
      expect(await other.page.getByRole('button', { name: '撤回授权' }).count()).toBe(1);
      // Once by each tab, and the second was told that it is answered.
      expect(sent).toBe(2);
      await other.page.close();
      await page.goBack();
      await page.goForward();
      await page.getByRole('button', { name: '撤回授权' }).waitFor();
      expect(await agree.count()).toBe(0);
    });

    it('the employer reads yes, and the open page loses it when the courier withdraws in one step', async () => {
      await employer.page.getByRole('button', { name: '核验' }).click();
      const yes = employer.page.getByText('是：养老保险已缴满 24 个月');
      await yes.waitFor();
      await page.getByRole('button', { name: '暂停' }).click();
      await page.getByText('授权已暂停').waitFor();
      await page.getByRole('button', { name: '恢复' }).click();
      await page.getByText('授权已恢复').waitFor();
      const coming = page.waitForEvent('download');
      await page.getByRole('button', { name: '下载凭证' }).click();
      expect((await coming).suggestedFilename()).toMatch(/^授权凭证-.*\.json$/);
      await page.getByRole('button', { name: '撤回授权' }).dblclick();
      await page.getByText('授权已撤回').first().waitFor();
      await yes.waitFor({ state: 'detached' });
      await employer.page.getByText('本人已撤回或者暂停授权，结果不再显示。').waitFor();
      expect(await breaches(employer.page)).toEqual([]);
      expect(employer.complaints).toEqual([]);
      await employer.page.context().close();
    });

    it('the courier reads who looked', async () => {
      await goTo(page, '谁看过我的信息');
      await page.getByText('招用核验').first().waitFor();
      await settled(page);
      expect(await faultsInBothModes(page)).toEqual([]);
    });

    it('and takes the whole record along as a file', async () => {
      await goTo(page, '下载档案');
      await page.getByRole('button', { name: '生成档案' }).click();
      const coming = page.waitForEvent('download');
      await page.getByRole('button', { name: '下载 PDF' }).click();
      expect(await beginningOf(await coming)).toBe('%PDF-');
      expect(await faultsInBothModes(page)).toEqual([]);
    });
  });

  describe('for a caseworker', () => {
    it('asks with purpose first, shows it all the time, and leaves the person out of the address', async () => {
      const { page: desk, complaints } = await hub.signIn('caseworker-440000', { viewport: { width: 1024, height: 800 } });
      await desk.getByLabel('办理目的').selectOption({ label: '窗口综合受理' });
      await desk.getByLabel('公民身份号码').fill('123');
      await desk.getByRole('button', { name: '查询' }).click();
      await desk.getByRole('alert').getByText('号码不正确').waitFor();
      complaints.length = 0;
      await desk.getByLabel('公民身份号码').fill(hub.window.lifeOf(COURIER).number);
      await desk.getByRole('button', { name: '查询' }).click();
      await desk.getByRole('heading', { name: hub.window.lifeOf(COURIER).name }).waitFor();
      const matter = desk.getByRole('region', { name: '当前办理' });
      expect(await matter.innerText()).toContain('窗口综合受理');
      // Cases of 医保 are not for this office: where they are is said, and no lock stands there.
      const moving = desk.getByRole('region', { name: '正在办理的转移' });
      await moving.getByText('医保关系的转移由医保经办机构办理').waitFor();
      expect(await moving.getByText('没有显示').count()).toBe(0);
      expect(new URL(desk.url()).pathname + new URL(desk.url()).search).toBe('/console/desk');
      await settled(desk);
      expect(await breaches(desk)).toEqual([]);
      await desk.getByRole('button', { name: '风险提示' }).click();
      await desk.getByRole('heading', { name: '平台' }).or(desk.getByText('怎么办')).or(desk.getByText('没有发现')).first().waitFor();
      await goTo(desk, '我的操作记录');
      await desk.getByText('法定职责').first().waitFor();
      await goTo(desk, '查询人员');
      await desk.getByLabel('办理目的').selectOption({ label: '窗口综合受理' });
      await desk.getByLabel('业务编号').selectOption({ label: '开立新业务' });
      await desk.getByLabel('公民身份号码').fill(hub.window.lifeOf(COURIER).number);
      await desk.getByRole('button', { name: '开立业务并查询' }).dblclick();
      await desk.getByRole('heading', { name: hub.window.lifeOf(COURIER).name }).waitFor();
      // What the window may see, as a file for the person who stands there.
      await desk.getByRole('button', { name: '电子档案袋' }).click();
      await desk.getByRole('button', { name: '生成档案' }).click();
      const coming = desk.waitForEvent('download');
      await desk.getByRole('button', { name: '下载 PDF' }).click();
      expect(await beginningOf(await coming)).toBe('%PDF-');
      expect(await breaches(desk)).toEqual([]);
      await goTo(desk, '风险核查清单');
      await desk.getByLabel('提示种类').selectOption({ label: 'R10 快递员、平台骑手无工伤或职业伤害保障' });
      await desk.getByRole('button', { name: '开始核对' }).click();
      const look = desk.getByRole('button', { name: '查看提示' });
      await look.waitFor();
      expect(await look.count()).toBe(1);
      expect(await breaches(desk)).toEqual([]);
      await look.click();
      await desk.getByText('R10').waitFor();
      await goTo(desk, '我开立的业务');
      await desk.getByRole('button', { name: '关闭业务' }).click();
      expect(await breaches(desk)).toEqual([]);
      // It is closed in another tab while its person is on the page: the page says so and leads on.
      const [number] = await desk.locator('p.figure strong').allInnerTexts();
      await desk.getByRole('button', { name: '不关闭' }).click();
      await desk.getByRole('button', { name: '继续办理' }).click();
      await desk.getByRole('heading', { name: hub.window.lifeOf(COURIER).name }).waitFor();
      const { closeCase } = await hub.ask(closeCaseDocument, { number: String(number) }, { as: 'caseworker-440000' });
      expect(closeCase?.state).toBe('CLOSED');
      await desk.getByRole('button', { name: '电子档案袋' }).click();
      await desk.getByRole('button', { name: '生成档案' }).click();
      await desk
        .getByRole('alert')
        .getByText(`业务 ${String(number)} 已经关闭`)
        .waitFor();
      await desk.getByRole('alert').getByRole('button', { name: '更换人员或目的' }).click();
      await desk.getByLabel('办理目的').waitFor();
      await goTo(desk, '我开立的业务');
      await desk.getByText('没有正在办理的业务').waitFor();
      expect(complaints).toEqual([]);
      await desk.context().close();
    });
  });

  transferStories(() => hub);
  describe('other transfers', () => {
    medicalStory(() => hub);
    overlapStory(() => hub);
    collectiveStory(() => hub);
    stoppedStories(() => hub);
  });

  family(() => hub);
  supervision(() => hub);
  hardTimes(() => hub);

  describe('in both modes', () => {
    // The other pages are looked at in their stories.
    it.each(['关系转移', '风险提示', '亲情代办'])('breaches no rule of WCAG 2.2 AA and keeps its targets large: %s', async (name) => {
      await goTo(page, name);
      await settled(page);
      expect(await faultsInBothModes(page)).toEqual([]);
    });

    it('is reached by keyboard alone, and says everything in English too', async () => {
      await page.getByRole('button', { name: 'English' }).press('Enter');
      await page.getByRole('navigation', { name: 'Main pages' }).getByRole('link', { name: 'My record' }).press('Enter');
      await page.getByRole('heading', { level: 1, name: 'My record' }).waitFor();
      expect(await page.evaluate('document.activeElement.id')).toBe('main');
      expect(await page.title()).toBe('My record · Yichuang');
      await settled(page);
      expect(courier.complaints).toEqual([]);
    });

    it('a token that runs out leaves what is on the page, and signing in again leads back to it', async () => {
      await page.clock.install();
      await page.reload();
      await page.getByRole('heading', { level: 1, name: 'My record' }).waitFor();
      await settled(page);
      await page.clock.fastForward('01:00:05');
      await page.getByText('Your sign-in has ended').waitFor();
      await page.getByRole('heading', { name: hub.window.lifeOf(COURIER).name }).waitFor();
      await page.getByRole('button', { name: 'Sign in again' }).click();
      await page.getByRole('heading', { name: hub.window.lifeOf(COURIER).name }).waitFor();
      expect(await page.getByText('Your sign-in has ended').count()).toBe(0);
    });
  });
});

/** The first five bytes of what was downloaded. */
async function beginningOf(download: Download): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).subarray(0, 5).toString();
}

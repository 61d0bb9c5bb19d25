import { describe, expect, it } from '@jest/globals';
import { breaches, goTo, settled, type Console } from './browser.js';
import { writePastTransfers } from '../../sandbox/test/one-window/past-transfers.js';

const WIDE = { viewport: { width: 1024, height: 800 } };

/** What regulators see of units, and officials of how transfers go. */
export function supervision(hub: () => Console): void {
  const unitOf = (place: string, licensed: boolean): string => {
    const { world } = hub().window.sandbox;
    const licences = new Set(world.licences.map(({ unit }) => unit));
    const unit = world.units.find(({ creditCode, division }) => division.startsWith(place) && licences.has(creditCode) === licensed);
    if (!unit) throw new Error(`no such unit in ${place}`);
    return unit.creditCode;
  };

  describe('for those who supervise', () => {
    it('sets whom a unit engages against whom it insures, in numbers, and keeps another place’s unit closed', async () => {
      const { page, complaints } = await hub().signIn('regulator-market-440000', WIDE);
      const look = async (code: string): Promise<void> => {
        await page.getByLabel('统一社会信用代码').fill(code);
        await page.getByRole('button', { name: '查询单位' }).click();
      };
      await look('123');
      await page.getByRole('alert').getByText('代码不正确').waitFor();
      complaints.length = 0;
      await look(unitOf('44', true));
      const compared = page.getByRole('region', { name: '用工参保比对' });
      await compared.getByText('备案快递员').waitFor();
      await page
        .getByRole('region', { name: /^末端网点/ })
        .first()
        .getByRole('row')
        .nth(1)
        .waitFor();
      await settled(page);
      expect(await breaches(page)).toEqual([]);
      await look(unitOf('31', false));
      await compared.getByText('没有查看这项内容的依据').waitFor();
      expect(await page.locator('main').innerText()).toContain('来源：市场监督管理');
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    it('shows how transfers went by place, in a picture that is read by ear as well, and how the agencies are doing', async () => {
      await writePastTransfers(hub().window.databaseUrl);
      const { page, complaints } = await hub().signIn('regulator-postal-440000', WIDE);
      await goTo(page, '统计与运行');
      const picture = page.getByRole('list', { name: '企业职工养老保险关系：件数' });
      await picture.getByText(/^广东：\d+ 件$/).waitFor({ state: 'attached' });
      const refusedAt = (place: string) => page.getByRole('row', { name: place }).first().getByRole('cell').last().innerText();
      expect(await refusedAt('广东')).toBe('10');
      // Four in all, too few to be told: not none.
      expect(await refusedAt('上海')).toBe('–');
      await page.getByLabel('图中显示').selectOption({ label: '“受理”所用天数（中位数）' });
      await page.getByText(/^四川：[\d.]+ 天$/).waitFor({ state: 'attached' });
      await page.getByText('人力资源和社会保障').click();
      await page.getByRole('cell', { name: 'hrss-sql-south' }).or(page.getByText('hrss-sql-south')).first().waitFor();
      await settled(page);
      expect(await breaches(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await page.context().close();
    });
  });
}

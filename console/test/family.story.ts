import { describe, expect, it } from '@jest/globals';
import { breaches, goTo, settled, type Console } from './browser.js';

/** One of the family acts for an elder: asked, agreed, done, seen, taken back. */
export function family(hub: () => Console): void {
  describe('between an elder and the daughter who helps', () => {
    it('the elder proves who he is and ticks what she may see; she agrees and sees that and no more; he takes it back', async () => {
      const elder = await hub().signIn('elder', { stepUp: true });
      await elder.page.getByRole('button', { name: '长辈版' }).click();
      await goTo(elder.page, '亲情代办');
      await elder.page.getByLabel('家人的公民身份号码').fill(hub().window.lifeOf('elder-helper').number);
      const send = elder.page.getByRole('button', { name: '发出' });
      expect(await send.isDisabled()).toBe(true);
      for (const scope of ['基本身份信息', '养老保险缴费月数'])
        await elder.page.getByRole('checkbox', { name: scope, exact: true }).press(' ');
      expect(await breaches(elder.page)).toEqual([]);
      await send.click();
      await elder.page.getByText('已发出，请家人在 7 天内登录答复。').waitFor();

      const helper = await hub().signIn('elder-helper');
      await goTo(helper.page, '亲情代办');
      await helper.page.getByRole('button', { name: '同意帮忙' }).click();
      await helper.page.getByRole('button', { name: '替他（她）查看' }).click();
      await helper.page.getByRole('heading', { name: hub().window.lifeOf('elder').name }).waitFor();
      await helper.page.getByRole('region', { name: '医疗保险' }).getByText('没有委托给您').waitFor();
      await settled(helper.page);
      const acting = helper.page.getByRole('region', { name: '您正在替家人查看' });
      expect(await acting.innerText()).toContain(hub().window.lifeOf('elder').name);
      expect(await breaches(helper.page)).toEqual([]);
      expect(new URL(helper.page.url()).pathname).toBe('/console/family');

      await goTo(elder.page, '谁看过我的信息');
      await elder.page.getByRole('region', { name: '查询和变更' }).getByText('亲情代办').first().waitFor();
      await goTo(elder.page, '亲情代办');
      await elder.page.getByRole('button', { name: '收回' }).click();
      await elder.page.getByText('已结束。').waitFor();
      await goTo(helper.page, '我的记录');
      await goTo(helper.page, '亲情代办');
      await helper.page.getByText('没有人请您代办。').waitFor();
      expect([...elder.complaints, ...helper.complaints]).toEqual([]);
      await elder.page.context().close();
      await helper.page.context().close();
    });
  });
}

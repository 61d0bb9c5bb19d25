// Takes the pictures of the README anew, of a hub that runs: npm start, then node console/pictures.mjs [ADDRESS]. Needs a Chromium (CHROMIUM
// names another than Debian's) and a font with Chinese characters.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { root } from '../scripts/install.mjs';

const address = process.argv[2] ?? 'http://127.0.0.1:4000';
const folder = join(root, 'docs', 'pictures');
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});

/** A browser of somebody who has signed in. */
async function signIn(key, width, height, elder = false) {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'zh-CN', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(`${address}/console/`);
  if (elder) await page.getByRole('button', { name: '长辈版' }).click();
  await page.getByRole('button', { name: '登录' }).click();
  await page.locator(`button[value="${key}"]`).click();
  await page.getByRole('navigation', { name: '主要页面' }).waitFor();
  await settled(page);
  return page;
}

async function settled(page) {
  await page.locator('main h1').waitFor();
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
}

async function take(page, name) {
  if (await page.locator('.absence').getByText('暂时没有答复').count())
    throw new Error(`${name}: a source did not answer; take the pictures when the machine is quiet`);
  await page.evaluate('document.activeElement.blur()');
  await page.screenshot({ path: join(folder, `${name}.jpg`), type: 'jpeg', quality: 70 });
  await page.context().close();
}

const desk = await signIn('caseworker-440000', 1280, 860);
await desk.getByLabel('公民身份号码').fill('62990119900315003X');
await desk.getByRole('button', { name: '查询' }).click();
await desk.getByRole('region', { name: '当前办理' }).waitFor();
await settled(desk);
await take(desk, 'desk');

const elder = await signIn('courier-four-provinces', 390, 860, true);
await elder.getByRole('heading', { level: 2 }).first().scrollIntoViewIfNeeded();
await take(elder, 'elder');

const unit = await signIn('regulator-market-440000', 1280, 860);
await unit.getByLabel('统一社会信用代码').fill('91440100MYA000088F');
await unit.getByRole('button', { name: '查询单位' }).click();
await unit.getByRole('region', { name: '用工参保比对' }).waitFor();
await settled(unit);
await unit.getByRole('region', { name: '用工参保比对' }).evaluate((block) => block.previousElementSibling.scrollIntoView());
await take(unit, 'unit');

await browser.close();

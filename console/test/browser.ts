import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { Window } from '../../sandbox/test/one-window/window.js';
import type { TrustedDocument } from '../src/generated/console.js';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');
const BUILT = join(ROOT, '.data', 'console');
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** What is missing for these tests; undefined where a browser and a font with Chinese characters are there. */
export function missing(): string | undefined {
  if (!existsSync(CHROMIUM)) return `there is no browser at ${CHROMIUM}`;
  const fonts = spawnSync('fc-list', [':lang=zh', 'family'], { encoding: 'utf8' });
  return fonts.status === 0 && fonts.stdout.trim() === '' ? 'there is no font with Chinese characters' : undefined;
}

/** Rules of WCAG 2.2, levels A and AA. */
const RULES = { type: 'tag' as const, values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
/** Those among them that colours and sizes decide; nothing else of a page differs between its modes. */
const RULES_OF_LOOKS = {
  type: 'rule' as const,
  values: ['color-contrast', 'link-in-text-block', 'target-size', 'scrollable-region-focusable'],
};
/** What a page's readers may be given to wait, ms: as long as a slow machine takes. */
const PATIENCE = 60_000;

export interface Reader {
  readonly page: Page;
  /** What the browser refused or found wrong: breaches of the content security policy, faults of the pages. */
  readonly complaints: string[];
}

/** The console built from its sources, on a whole hub over its sandbox, and a real browser. */
export class Console {
  private constructor(
    readonly window: Window,
    private readonly browser: Browser,
  ) {}

  static async open(): Promise<Console> {
    // Built while the hub comes up, which serves whatever stands there when it is asked.
    const building = run(process.execPath, [join(ROOT, 'scripts', 'console.mjs')], { env: { ...process.env, NODE_OPTIONS: '' } });
    building.catch(() => undefined);
    const window = await Window.open({
      people: 60,
      legacyDeadlineMs: 8_000,
      gatewayEnv: {
        CONSOLE_DIR: BUILT,
        CONSOLE_CLIENT_ID: 'sandbox',
        TRUSTED_DOCUMENTS_DIR: join(ROOT, 'console', 'src', 'generated'),
        // As in production: these pages need nothing but their own documents.
        TRUSTED_DOCUMENTS: 'only',
      },
    });
    try {
      await building;
      // A browser's own sandbox does not work for root, which CI runs as.
      const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
      return new Console(window, await chromium.launch({ executablePath: CHROMIUM, args }));
    } catch (error) {
      await window.close();
      throw error;
    }
  }

  get address(): string {
    return `${this.window.gateway?.url ?? ''}/console/`;
  }

  /** Bytes of a file of the pages as a server compresses it. */
  compressedSize(path: string): number {
    return gzipSync(readFileSync(join(BUILT, path.replace(/^\/console\//, '')))).length;
  }

  /** A browser of its own on the first page, as a phone unless told otherwise. */
  async visit(options: BrowserContextOptions = {}): Promise<Reader> {
    const context = await this.browser.newContext({
      viewport: { width: 390, height: 844 },
      locale: 'zh-CN',
      reducedMotion: 'reduce',
      ...options,
    });
    return this.#tabIn(context);
  }

  /** A tab on the first page. Tabs of one browser share what it keeps; pages keep nothing there. */
  async #tabIn(context: BrowserContext): Promise<Reader> {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(this.address);
    return { page, complaints };
  }

  /** Signs in as a person would: on the provider's page. */
  async signIn(key: string, { stepUp = false, ...options }: BrowserContextOptions & { readonly stepUp?: boolean } = {}): Promise<Reader> {
    const reader = await this.visit(options);
    await prove(reader.page, key, stepUp);
    return reader;
  }

  /** Signs in in a second tab of the same browser. */
  async signInBeside({ page }: Reader, key: string): Promise<Reader> {
    const reader = await this.#tabIn(page.context());
    await prove(reader.page, key, false);
    return reader;
  }

  /** Asks one of the pages' own documents as somebody who sits elsewhere. */
  async ask<Result, Variables>(
    { id }: TrustedDocument<Result, Variables>,
    variables: Variables,
    { as, purpose, caseNumber }: { readonly as: string; readonly purpose?: string; readonly caseNumber?: string },
  ): Promise<Result> {
    const response = await fetch(this.window.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await this.window.token(as)}`,
        ...(purpose === undefined ? {} : { 'yichuang-purpose': purpose }),
        ...(caseNumber === undefined ? {} : { 'yichuang-case': caseNumber }),
      },
      body: JSON.stringify({ documentId: id, variables }),
    });
    const { data, errors } = (await response.json()) as { readonly data?: Result; readonly errors?: readonly object[] };
    if (!data || errors) throw new Error(`${as} was answered ${JSON.stringify(errors)}`);
    return data;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.window.close();
  }
}

async function prove(page: Page, key: string, stepUp: boolean): Promise<void> {
  await page.getByRole('button', { name: '登录' }).click();
  if (stepUp) await page.getByRole('checkbox').check();
  await page.locator(`button[value="${key}"]`).click();
  await page.getByRole('navigation', { name: '主要页面' }).waitFor();
}

/** Goes to a page of the menu. */
export async function goTo(page: Page, name: string): Promise<void> {
  const menu = page.getByRole('navigation', { name: '主要页面' });
  const folded = menu.getByRole('button', { name: '全部页面', expanded: false });
  if (await folded.isVisible()) await folded.click();
  await menu.getByRole('link', { name }).click();
}

/** Waits until everything that was asked for has come. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main h1').waitFor();
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
}

/** What breaches WCAG 2.2 AA on the page as it is, each as rule and place. */
export async function breaches(page: Page, runOnly: typeof RULES | typeof RULES_OF_LOOKS = RULES): Promise<readonly string[]> {
  // The pages have no frames, so the results need no page of their own to be put together; what is sound is not described.
  const options = {
    runOnly,
    resultTypes: ['violations' as const],
    iframes: false,
    preload: false,
  };
  const { violations } = await new AxeBuilder({ page }).options(options).setLegacyMode(true).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${String(target[0])} ${failureSummary ?? ''}`),
  );
}

/** Least heights of what is pressed, px: of the mode for elders, and of the other; and what is looked at. */
const MODES = [
  ['长辈版', 60, RULES],
  ['标准版', 44, RULES_OF_LOOKS],
] as const;

/** What is wrong with the page in either mode: breaches of WCAG 2.2 AA, targets that are too small, contents beside the screen. */
export async function faultsInBothModes(page: Page): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const [mode, least, rules] of MODES) {
    await page.getByRole('button', { name: mode }).click();
    const small = await page.evaluate(`[...document.querySelectorAll('button, nav a, select, summary, .el-checkbox, .el-input__wrapper')]
      .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < ${String(least)})
      .map((one) => one.outerHTML.slice(0, 80) + one.getBoundingClientRect().height)`);
    const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
    faults.push(
      ...[...(await breaches(page, rules)), ...(small as string[]), ...(wide === true ? ['wider than the screen'] : [])].map(
        (one) => `${mode}: ${one}`,
      ),
    );
  }
  return faults;
}

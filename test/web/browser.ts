import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, vi } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** ms that the page has at most to follow what happens in the house: much, for a machine that is busy */
export const SOON = { timeout: 15_000 };

export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;
export const SMALL = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true } as const;
export const DESKTOP = { viewport: { width: 1366, height: 900 } } as const;

export interface Windows {
  /** Opens a window of its own; anything that the page complains about fails the test. */
  open(url: string, options?: BrowserContextOptions): Promise<Page>;
}

/** A browser for the tests of a file, which may take their time where the machine is busy. */
export function useBrowser(): Windows {
  vi.setConfig({ testTimeout: 60_000 });
  let browser: Browser | undefined;
  beforeAll(async () => {
    buildPage();
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
  });
  return {
    async open(url, options = {}) {
      if (!browser) throw new Error('the browser is there from beforeAll on');
      // Beside a service worker, not every request would come by the routes of a test.
      const context = await browser.newContext({ locale: 'en-GB', serviceWorkers: 'block', ...DESKTOP, ...options });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (line) => {
        // Attempts to reach a server that is away are reported by the browser itself.
        if (line.type() === 'error' && !/WebSocket|ERR_|Failed to load resource/.test(line.text())) {
          complaints.push(line.text());
        }
      });
      onTestFinished(async () => {
        // What was being answered by a route of the test is nobody's any more.
        await page.unrouteAll({ behavior: 'ignoreErrors' });
        await context.close();
        expect(complaints).toEqual([]);
      });
      await page.goto(url);
      return page;
    },
  };
}

/** Builds the page if its sources are newer than what was built. */
function buildPage(): void {
  const sources = globSync(['plugins/web/page/**/*', 'core/tools/{page,icon}.ts', 'package-lock.json'], { cwd: ROOT });
  const newest = Math.max(...sources.map((file) => statSync(`${ROOT}${file}`).mtimeMs));
  const built = statSync(`${ROOT}plugins/web/dist/index.html`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (built < newest) execFileSync(process.execPath, ['core/tools/page.ts'], { cwd: ROOT });
}

/** The text of a part of the page, with plain spaces. */
export async function read(part: Locator): Promise<string> {
  return (await part.innerText()).replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ');
}

/** What axe finds wrong with the page, in words, as soon as nothing moves any more. */
export async function violations(page: Page): Promise<string[]> {
  await page.waitForFunction(() => document.getAnimations().length === 0);
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<Results> } };
    interface Results {
      violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
    }
    const { violations } = await axe.run({ resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
    );
  });
}

/** Whether anything of the page is wider than the window, also where texts are written from the right. */
export async function overflows(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const root = document.documentElement;
    return ['rtl', 'ltr'].some((dir) => {
      root.dir = dir;
      return root.scrollWidth > root.clientWidth;
    });
  });
}

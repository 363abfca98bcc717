import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { benchHouse } from './fake-house.ts';
import { type Figure, figure, median } from './report.ts';

const PORT = 17_074;
const URL = `http://127.0.0.1:${PORT}/`;
/** A loadpoint whose mode can be chosen */
const USABLE = 'article input[type="radio"]:enabled';
// Run in the page:
const TIME_WHEN_USABLE = `document.querySelector('${USABLE}') && performance.now()`;
const LOADED = `performance.getEntriesByType('resource').filter(({ name }) => /\\.(js|css)$/.test(name))
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`;
/** How much slower than this machine a phone is */
const SLOWDOWN = 4;

/** The web page in a browser: what it loads, when it can be used, and what it needs after a while. */
export async function pageFigures(minutes: number): Promise<Figure[]> {
  const house = await benchHouse(2, undefined, { rest: { port: PORT, host: '127.0.0.1' }, web: {}, interval: 1 });
  house.onRead = house.pass;
  await house.runtime.start();
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const starts: number[] = [];
    let size = 0;
    for (let run = 0; run < 6; run += 1) {
      const first = await firstView(browser);
      size = first.size;
      if (run > 0) starts.push(first.ms);
    }
    return [
      figure('JavaScript and CSS of the first view of the page, compressed', size / 1_000, 'kB', 90, 'lower'),
      figure(
        `first view usable, processor ${SLOWDOWN} times slower, median of 5`,
        median(starts),
        'ms',
        1_500,
        'lower',
      ),
      figure(
        `growth of the page in ${minutes} min of updates each second`,
        await growth(browser, minutes),
        'MB',
        10,
        'lower',
      ),
    ];
  } finally {
    await browser.close();
    await house.runtime.stop();
  }
}

/** A first visit: ms until a mode can be chosen, and bytes that were loaded for it. */
async function firstView(browser: Browser): Promise<{ readonly ms: number; readonly size: number }> {
  const { page, tools } = await open(browser);
  await tools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  await page.goto(URL, { waitUntil: 'commit' });
  const ms = Number(await (await page.waitForFunction(TIME_WHEN_USABLE)).jsonValue());
  const size = Number(await page.evaluate(LOADED));
  await page.context().close();
  return { ms, size };
}

/** MB of objects that the page has more after this time, with all garbage collected. */
async function growth(browser: Browser, minutes: number): Promise<number> {
  const { page, tools } = await open(browser);
  await page.goto(URL);
  await page.waitForSelector(USABLE);
  // Texts and views are there.
  await page.waitForTimeout(10_000);
  const before = await used(tools);
  await page.waitForTimeout(minutes * 60_000);
  const after = await used(tools);
  await page.context().close();
  return (after - before) / 1e6;
}

async function open(browser: Browser): Promise<{ readonly page: Page; readonly tools: CDPSession }> {
  const context = await browser.newContext({ bypassCSP: true, serviceWorkers: 'block', locale: 'de-DE' });
  const page = await context.newPage();
  return { page, tools: await context.newCDPSession(page) };
}

async function used(tools: CDPSession): Promise<number> {
  await tools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await tools.send('Runtime.getHeapUsage');
  return usedSize;
}

import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../core/store.ts';
import { DESKTOP, overflows, PHONE, read, SOON, useBrowser, violations } from './browser.ts';
import { SUNNY, startWebHouse, type WebHouse } from './house.ts';

const windows = useBrowser();

const QUARTER = 900_000;
const NOON = new Date(2025, 5, 15, 12).getTime();

/** A house that knows the first two hours of today, and the same of yesterday. */
async function houseWithHistory(): Promise<WebHouse> {
  const store = createMemoryStore();
  const means = {
    pvPower: 4_000,
    gridImport: 1_000,
    homePower: 3_000,
    'chargePower.charger1': 2_000,
    tariffGrid: -0.05,
  };
  for (const day of [14, 15]) {
    const begin = new Date(2025, 5, day).getTime();
    for (let slot = 0; slot < 8; slot += 1) {
      const start = begin + slot * QUARTER;
      await store.history.save(
        Object.entries(means).map(([series, mean]) => ({ series, start, length: QUARTER, mean, known: QUARTER })),
      );
    }
  }
  const house = await startWebHouse({ ...SUNNY, store, now: NOON });
  await house.cycle();
  return house;
}

/** The page, at the time of the house. */
async function open(house: WebHouse, view: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await windows.open('about:blank', options);
  await page.clock.setFixedTime(NOON);
  await page.goto(`${house.url}#/${view}`);
  return page;
}

describe('the history', () => {
  test('tells where energy came from and went, by day, week, month and year', async () => {
    const house = await houseWithHistory();
    const page = await open(house, 'history');
    const main = page.locator('main');
    await expect.poll(() => read(main), SOON).toMatch(/Sun\s+8\.0 kWh/);
    expect(await read(main)).toMatch(/House\s+6\.0 kWh/);
    expect(await read(main)).toMatch(/Own share\s+80 %/);
    const sources = page.getByRole('list', { name: 'Where the power comes from' });
    await expect.poll(() => read(sources), SOON).toContain('01:15: 1.3 kWh (Sun 1.0 kWh, Grid 0.3 kWh)');
    await page.setViewportSize({ width: 800, height: 900 });
    await expect.poll(() => read(sources), SOON).toContain('01:00: 5.0 kWh (Sun 4.0 kWh, Grid 1.0 kWh)');
    expect(await read(page.getByRole('list', { name: 'Price' }))).toContain('01:00: -5.0 ct/kWh');
    await page.getByRole('radio', { name: 'Year' }).check();
    await expect.poll(() => read(main), SOON).toMatch(/Sun\s+16\.0 kWh/);
    await page.getByRole('radio', { name: 'Day' }).check();
    await page.getByRole('button', { name: 'Earlier' }).click();
    await expect.poll(() => read(main), SOON).toMatch(/Sun\s+8\.0 kWh/);
    await page.getByRole('button', { name: 'Earlier' }).click();
    await expect.poll(() => read(main), SOON).toContain('Nothing is known of this time.');
  });

  test('that cannot be read says why, and is read when asked again', async () => {
    const house = await houseWithHistory();
    const page = await open(house, 'now');
    await page.route('**/api/history*', (route) => route.fulfill({ status: 500, json: { error: 'the disk is full' } }));
    await page.getByRole('link', { name: 'History' }).click();
    await expect.poll(() => read(page.getByRole('alert')), SOON).toContain('the disk is full');
    await page.unroute('**/api/history*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => read(page.locator('main')), SOON).toContain('8.0 kWh');
    // Unknown is no price of 0.
    expect(await read(page.getByRole('list', { name: 'Price' }))).toMatch(/:00: –/);
  });

  test.for([
    ['on a phone', PHONE],
    ['in the dark', { ...DESKTOP, colorScheme: 'dark' as const }],
  ] as const)('is usable %s', async ([, options]) => {
    const house = await houseWithHistory();
    const page = await open(house, 'history', options);
    await expect.poll(() => read(page.locator('main')), SOON).toContain('8.0 kWh');
    expect(await overflows(page)).toBe(false);
    expect(await violations(page)).toEqual([]);
  });
});

import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Session } from '../../core/index.ts';
import { createMemoryStore } from '../../core/store.ts';
import { DESKTOP, overflows, PHONE, read, SMALL, SOON, useBrowser, violations } from './browser.ts';
import { SUNNY, startWebHouse, type WebHouse } from './house.ts';

const windows = useBrowser();

const HOUR = 3_600_000;
const NOON = new Date(2025, 5, 15, 12).getTime();

/** A house with two charges of this month, and one of a year ago. */
async function houseWithSessions(): Promise<WebHouse> {
  const store = createMemoryStore();
  const month = new Date(2025, 5, 2, 12).getTime();
  const charge = (session: Partial<Session>): Promise<number> =>
    store.sessions.save({
      created: month,
      finished: month + HOUR,
      loadpoint: 'Garage',
      vehicle: 'Family car',
      identifier: '',
      energy: 10_000,
      duration: HOUR,
      solarPercentage: 75,
      price: 1.2,
      pricePerKwh: 0.12,
      ...session,
    });
  await charge({});
  await charge({ created: month + 60_000, vehicle: 'Small car', loadpoint: 'Carport', energy: 5_000, price: 0.8 });
  await charge({ created: month - 365 * 24 * HOUR, vehicle: 'Old car', energy: 20_000 });
  const house = await startWebHouse({ ...SUNNY, store, now: NOON });
  await house.cycle();
  return house;
}

/** The page, at the time of the house. */
async function open(house: WebHouse, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await windows.open('about:blank', options);
  await page.clock.setFixedTime(NOON);
  await page.goto(`${house.url}#/sessions`);
  return page;
}

const inApi = async (house: WebHouse): Promise<readonly { readonly [field: string]: unknown }[]> => {
  const answer = (await (await fetch(`${house.url}api/sessions`)).json()) as { result: [] };
  return answer.result;
};

describe('charging sessions', () => {
  test('are summed up and listed by month, by year and in all', async () => {
    const house = await houseWithSessions();
    const page = await open(house);
    const main = page.locator('main');
    const rows = page.getByRole('table').getByRole('row');
    await expect.poll(() => read(main), SOON).toContain('15.0 kWh');
    expect(await read(main)).toContain('2 charges');
    expect(await read(main)).toContain('75 %');
    expect(await read(main)).toContain('€2.00');
    expect(await rows.count()).toBe(3);
    await page.getByRole('button', { name: 'Earlier' }).click();
    await expect.poll(() => read(main), SOON).toContain('Nothing was charged then.');
    await page.getByRole('radio', { name: 'All', exact: true }).check();
    await expect.poll(() => read(main), SOON).toContain('35.0 kWh');
    expect(await rows.count()).toBe(4);
    await page.getByRole('radio', { name: 'Cars' }).check();
    const bars = page.getByRole('list', { name: 'Cars' });
    await expect.poll(() => bars.innerText(), SOON).toMatch(/Old car 20\.0.kWh/);
    await page.getByLabel('Car', { exact: true }).selectOption('Small car');
    await expect.poll(() => rows.count(), SOON).toBe(2);
    expect(await read(main)).toContain('one charge');
  });

  test('are corrected, and deleted after a question', async () => {
    const house = await houseWithSessions();
    const page = await open(house);
    await page
      .getByRole('row', { name: /Small car/ })
      .getByRole('button')
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Car', { exact: true }).fill('Neighbour');
    await dialog.getByLabel('Odometer').fill('1234');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => dialog.count(), SOON).toBe(0);
    expect(await inApi(house)).toContainEqual(expect.objectContaining({ vehicle: 'Neighbour', odometer: 1234 }));

    await page
      .getByRole('row', { name: /Neighbour/ })
      .getByRole('button')
      .click();
    await dialog.getByRole('button', { name: /Delete/ }).click();
    expect(await inApi(house)).toHaveLength(3);
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect.poll(() => dialog.count(), SOON).toBe(0);
    expect(await inApi(house)).toHaveLength(2);
    await expect.poll(() => page.getByRole('row').count(), SOON).toBe(2);
  });

  test('a correction that is refused says why', async () => {
    const house = await houseWithSessions();
    const page = await open(house);
    await page.route('**/api/session/*', (route) =>
      route.fulfill({ status: 500, json: { error: 'the disk is full' } }),
    );
    await page
      .getByRole('row', { name: /Small car/ })
      .getByRole('button')
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => read(page.getByRole('dialog')), SOON).toContain('the disk is full');
  });

  test('go to other programs as they are shown', async () => {
    const house = await houseWithSessions();
    const page = await open(house);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download as CSV' }).click();
    expect((await download).suggestedFilename()).toBe('session-2025-06.csv');
    await page.getByLabel('Car', { exact: true }).selectOption('Small car');
    const link = page.getByRole('link', { name: 'Download as CSV' });
    const file = await (await fetch(new URL((await link.getAttribute('href')) ?? '', house.url))).text();
    expect(file).toContain('Small car');
    expect(file).not.toContain('Family car');
  });

  test('long names and large numbers stay within the screen of a small phone', async () => {
    const store = createMemoryStore();
    const base = {
      identifier: '',
      duration: HOUR,
      solarPercentage: 75,
      price: 1_234.56,
      pricePerKwh: 0.3,
      co2PerKwh: 300,
    };
    for (let month = 1; month <= 60; month += 1) {
      const created = NOON - month * 30 * 24 * HOUR;
      const vehicle = 'An old car with a very long name, and a trailer';
      const loadpoint = 'Behindthehousebesidethebarnontheleft';
      await store.sessions.save({ ...base, created, finished: created + HOUR, energy: 9_000_000, vehicle, loadpoint });
    }
    const house = await startWebHouse({ ...SUNNY, store });
    const page = await open(house, SMALL);
    await page.getByRole('radio', { name: 'All', exact: true }).check();
    await expect.poll(() => read(page.locator('main')), SOON).toContain('60 charges');
    for (const measure of ['CO₂', 'Charging points', 'Cost']) {
      await page.getByRole('radio', { name: measure, exact: true }).check();
      expect(await overflows(page)).toBe(false);
    }
  });

  test('there are none yet', async () => {
    const house = await startWebHouse(SUNNY);
    const page = await open(house);
    await expect.poll(() => read(page.locator('main')), SOON).toContain('Nothing has been charged yet.');
  });

  test.for([
    ['on a phone', PHONE],
    ['on a desktop', DESKTOP],
    ['in the dark', { ...DESKTOP, colorScheme: 'dark' as const }],
  ] as const)('are usable %s', async ([, options]) => {
    const house = await houseWithSessions();
    const page = await open(house, options);
    await expect.poll(() => read(page.locator('main')), SOON).toContain('15.0 kWh');
    expect(await overflows(page)).toBe(false);
    expect(await violations(page)).toEqual([]);
  });
});

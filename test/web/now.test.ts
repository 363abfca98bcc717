import { describe, expect, test } from 'vitest';
import type { LoadedPlugin } from '../../core/index.ts';
import { freePort } from '../helpers/free-port.ts';
import type { HouseOptions } from '../helpers/house.ts';
import { DESKTOP, overflows, PHONE, read, SMALL, SOON, useBrowser, violations } from './browser.ts';
import { SUNNY, startWebHouse, type WebHouse } from './house.ts';

const windows = useBrowser();

async function sunnyHouse(options: HouseOptions = {}): Promise<WebHouse> {
  const house = await startWebHouse({ ...SUNNY, ...options });
  Object.assign(house.vehicles.family?.reading ?? {}, { soc: 41, range: 172 });
  house.set({ pv: 6_400, base: 500 });
  await house.run(20);
  return house;
}

describe('what happens now', () => {
  test('is told as it happens: powers, prices, the car and why it waits', async () => {
    const house = await sunnyHouse({
      loadpoints: [{ title: 'Garage', vehicle: 'family', mode: 'pv', enable: { delay: 20 } }],
    });
    const page = await windows.open(house.url);
    const sources = page.getByRole('list', { name: 'Where the power comes from' });
    await expect.poll(() => read(sources), SOON).toMatch(/Sun\s+6\.4 kW/);
    const garage = page.getByRole('article', { name: 'Garage' });
    expect(await read(garage)).toContain('41 %');
    expect(await read(garage)).toContain('172 km');
    expect(await read(garage.getByRole('button'))).toMatch(/There is enough sun.*, starts in \d+ s/s);

    await house.run(30);
    await expect.poll(() => read(garage), SOON).toMatch(/5\.\d kW.*on 3 phases/s);
    const uses = page.getByRole('list', { name: 'Where it goes' });
    await expect.poll(() => read(uses), SOON).toMatch(/Garage\s+5\.\d kW/);

    house.set({ pv: 0 });
    await house.run(20);
    await expect.poll(() => read(page.getByRole('heading', { level: 2 }).first()), SOON).toMatch(/from the grid/);
    await expect.poll(() => read(sources), SOON).toContain('31.2 ct/kWh');
  });

  test('what would be better is told where the optimizer suggests it', async () => {
    const advice: LoadedPlugin = {
      name: 'advice',
      apply(evcc) {
        evcc.state.define('loadpoint', { name: 'suggestion', kind: 'record', description: 'What would be better' });
        evcc.hooks.measured.tap('advice', () => {
          for (const [id, actionable] of [true, false].entries())
            evcc.publish('loadpoint', id + 1, 'suggestion', { action: 'charge', actionable });
        });
      },
    };
    const house = await startWebHouse({ ...SUNNY, plugins: [advice] });
    await house.run(20);
    const page = await windows.open(house.url);
    const garage = page.getByRole('article', { name: 'Garage' });
    await expect.poll(() => read(garage), SOON).toMatch(/Better now\s+charge/);
    expect(await read(page.getByRole('article', { name: 'Carport' }))).not.toContain('Better now');
  });

  test('a mode that is chosen is in force at the charger and in the API, and shown in every window', async () => {
    const house = await sunnyHouse();
    const [first, second] = await Promise.all([windows.open(house.url), windows.open(house.url, PHONE)]);
    const modes = (page: typeof first) => page.getByRole('group', { name: 'Mode of Carport' });
    house.commands(2);
    await modes(first).getByRole('radio', { name: 'Fast' }).check();
    await expect.poll(() => house.loadpoint('mode', 2), SOON).toBe('now');
    await house.run(20);
    expect(house.commands(2)).toContainEqual({ enable: true });
    await expect.poll(() => modes(second).getByRole('radio', { name: 'Fast' }).isChecked(), SOON).toBe(true);
    const state = (await (await fetch(`${house.url}api/state`)).json()) as { result: { loadpoints: object[] } };
    expect(state.result.loadpoints[1]).toMatchObject({ mode: 'now', charging: true });
  });

  test('the keyboard chooses a mode too', async () => {
    const house = await sunnyHouse();
    const page = await windows.open(house.url);
    await page.getByRole('radio', { name: 'Off' }).last().focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => house.loadpoint('mode', 2), SOON).toBe('pv');
  });

  test('car and limit are chosen on the card', async () => {
    const house = await sunnyHouse();
    const page = await windows.open(house.url);
    const vehicle = async (): Promise<unknown> => {
      await house.cycle();
      return house.loadpoint('vehicleName');
    };
    await page.getByLabel('Limit of Garage').selectOption('80');
    await expect.poll(() => house.loadpoint('targetSoc'), SOON).toBe(80);
    await page.getByLabel('Car at Garage').selectOption({ label: 'Guest' });
    await expect.poll(vehicle, SOON).toBe('');
    await page.getByLabel('Car at Garage').selectOption({ label: 'Small car' });
    await expect.poll(vehicle, SOON).toBe('small');
  });

  test('a change that is refused says why beside the control, and the control shows what is in force', async () => {
    const house = await sunnyHouse();
    const page = await windows.open(house.url);
    const refusal = { status: 400, json: { error: 'the charger is being serviced' } };
    await page.route('**/api/loadpoints/1/mode/*', (route) => route.fulfill(refusal));
    const garage = page.getByRole('article', { name: 'Garage' });
    await garage.getByRole('radio', { name: 'Fast' }).click();
    await expect.poll(() => read(garage.getByRole('alert').first()), SOON).toBe('the charger is being serviced');
    expect(await garage.getByRole('radio', { name: 'Solar', exact: true }).isChecked()).toBe(true);
  });

  test('the reason opens into the whole decision', async () => {
    const house = await sunnyHouse();
    const page = await windows.open(house.url);
    await page.getByRole('article', { name: 'Garage' }).getByRole('button').click();
    const dialog = page.getByRole('dialog', { name: 'Why: Garage' });
    await expect.poll(() => read(dialog), SOON).toMatch(/What would change it\s+starts in \d+ s/);
    expect(await read(dialog)).toContain('6.4 kW');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog.count(), SOON).toBe(0);
  });
});

describe('a lost connection', () => {
  test('is told, and mended when the server is back', async () => {
    const port = await freePort();
    const house = await startWebHouse(SUNNY, port);
    await house.run(20);
    const page = await windows.open(house.url);
    await expect.poll(() => read(page.locator('main')), SOON).toContain('Garage');
    await house.stop();
    await expect.poll(() => read(page.getByRole('status')), SOON).toContain('No connection to evcc');
    await page.getByRole('radio', { name: 'Fast' }).first().click();
    await expect.poll(() => read(page.getByRole('alert').first()), SOON).toMatch(/nothing was changed/);

    const again = await startWebHouse({ ...SUNNY, loadpoints: [{ title: 'Barn' }] }, port);
    again.set({ pv: 1_000 });
    await again.cycle();
    // Unless it connected by itself meanwhile.
    await page
      .getByRole('button', { name: 'Connect now' })
      .click({ timeout: 2_000 })
      .catch(() => {});
    await expect.poll(() => read(page.locator('main')), SOON).toContain('Barn');
    expect(await read(page.locator('main'))).not.toContain('Garage');
    await expect.poll(() => read(page.getByRole('status')), SOON).toBe('');
  });
});

describe('other houses', () => {
  test('a house without battery and meter of the grid', async () => {
    const house = await startWebHouse({
      loadpoints: [{ title: 'Alone', mode: 'now' }],
      site: { meters: { pv: 'pv' } },
    });
    await house.run(20);
    const page = await windows.open(house.url, PHONE);
    await expect.poll(() => read(page.locator('main')), SOON).toMatch(/Alone/);
    expect(await read(page.locator('main'))).not.toContain('Battery');
    expect(await read(page.locator('main'))).not.toContain('NaN');
  });

  test('many loadpoints, and one that is a heater', async () => {
    const loadpoints = Array.from({ length: 7 }, (_, index) => ({ title: `Place ${index + 1}`, vehicle: 'car' }));
    const house = await startWebHouse({
      loadpoints,
      config: {
        vehicles: { car: { type: 'fake', title: 'The family car, whose name is longer than any card' } },
      } as never,
      charger: (charger, index) => {
        if (index === 6) charger.traits = { heating: true };
      },
    });
    await house.run(20);
    const page = await windows.open(house.url, SMALL);
    await expect.poll(() => page.getByRole('article').count(), SOON).toBe(7);
    expect(await overflows(page)).toBe(false);
    await page.setViewportSize({ width: 1800, height: 900 });
    expect(await overflows(page)).toBe(false);
    for (const card of await page.getByRole('article').all()) {
      expect(await card.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(false);
    }
  });
});

test.each([
  ['a small phone in light', { ...SMALL, colorScheme: 'light' }],
  ['a phone in dark', { ...PHONE, colorScheme: 'dark' }],
  ['a desktop in light', { ...DESKTOP, colorScheme: 'light' }],
] as const)('nothing is wrong on %s, and nothing sticks out', async (_, options) => {
  const house = await sunnyHouse();
  const page = await windows.open(house.url, { ...options, reducedMotion: 'reduce' });
  await expect.poll(() => read(page.locator('main')), SOON).toContain('Garage');
  expect(await violations(page)).toEqual([]);
  expect(await overflows(page)).toBe(false);
});

test('little is loaded until the first view: less than 90 kB of scripts and styles', async () => {
  const house = await startWebHouse(SUNNY);
  const sizes: number[] = [];
  const page = await windows.open('about:blank');
  page.on('response', (response) => {
    if (/\.(js|css)$/.test(new URL(response.url()).pathname)) sizes.push(Number(response.headers()['content-length']));
  });
  await page.goto(house.url, { waitUntil: 'networkidle' });
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(90_000);
});

test.each([
  ['de-DE', 'Jetzt', '6,4'],
  ['fr-FR', 'Maintenant', '6,4'],
  ['de-CH', 'Jetzt', '6.4'],
  ['pt-BR', 'Now', '6.4'],
])('the page speaks the language of the browser: %s', async (locale, name, power) => {
  const house = await sunnyHouse();
  const page = await windows.open(house.url, { locale });
  await expect.poll(() => read(page.locator('nav')), SOON).toContain(name);
  await expect.poll(() => read(page.locator('main')), SOON).toContain(power);
});

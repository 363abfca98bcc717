import type { BrowserContextOptions, Page, Route } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { LoadedPlugin, TariffKind } from '../../core/index.ts';
import type { HouseOptions } from '../helpers/house.ts';
import { DESKTOP, overflows, PHONE, read, SOON, useBrowser, violations } from './browser.ts';
import { SUNNY, startWebHouse, type WebHouse } from './house.ts';

const windows = useBrowser();

const HOUR = 3_600_000;
/** A Sunday evening at 18:00 where the house is */
const NOW = Date.parse('2025-06-15T16:00:00Z');
const ZONE = 'Europe/Berlin';

/** Rates of each hour, of this day and the next. */
const hourly = (price: (hour: number) => number) => {
  const first = Date.parse('2025-06-15T00:00:00+02:00');
  return Array.from({ length: 48 }, (_, index) => ({
    start: first + index * HOUR,
    end: first + (index + 1) * HOUR,
    price: price(index % 24),
  }));
};

/** Forecasts of sun and CO2 */
const sky: LoadedPlugin = {
  name: 'sky',
  apply({ tariffs }) {
    const define = (type: string, kind: TariffKind, value: (hour: number) => number): void =>
      tariffs.define(type, {
        schema: { type: 'object', properties: {} },
        create: async () => ({ kind, rates: async () => hourly(value) }),
      });
    define('sun', 'solar', (hour) => (hour > 9 && hour < 17 ? 800 : 0));
    define('air', 'co2', (hour) => 250 + 5 * hour);
  },
};

/** Energy is cheap from 1:00 to 5:00. */
const PRICED: HouseOptions = {
  ...SUNNY,
  now: NOW,
  rates: () => hourly((hour) => (hour >= 1 && hour < 5 ? 0.2 : 0.35)),
  plugins: [sky],
  config: {
    ...SUNNY.config,
    tariffs: { grid: { type: 'fake' }, solar: { type: 'sun' }, co2: { type: 'air' } },
  } as never,
};

async function pricedHouse(options: HouseOptions = PRICED): Promise<WebHouse> {
  const house = await startWebHouse(options);
  Object.assign(house.vehicles.family?.reading ?? {}, { soc: 41 });
  await house.run(30);
  return house;
}

/** The view, at the time of the house. */
async function openPlan(house: WebHouse, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await windows.open('about:blank', { timezoneId: ZONE, ...options });
  await page.clock.setFixedTime(NOW + 30_000);
  await page.goto(`${house.url}#/plan`);
  await expect.poll(() => read(page.locator('main')), SOON).toContain('Departure');
  return page;
}

const card = (page: Page, name: string) => page.getByRole('region', { name });

describe('a departure', () => {
  test('is tried out, planned, followed and removed', async () => {
    const house = await pricedHouse();
    const page = await openPlan(house);
    const departure = card(page, 'Departure');
    await expect.poll(() => read(departure), SOON).toContain('No departure is planned');
    await departure.getByLabel('Charge to').fill('60');
    await departure.getByLabel('Time').fill('06:30');
    await expect.poll(() => read(departure), SOON).toContain('Ready in time for Mon 06:30');
    const tried = await read(departure);
    expect(tried).toMatch(/Charges\s+Mon 0[1-3]:\d\d – 05:00/);
    expect(tried).toMatch(/Costs about\s+€3\.\d\d\s+20\.0 ct\/kWh/);
    expect(house.loadpoint('targetTime')).toBeNull();

    await departure.getByRole('button', { name: 'Plan it' }).click();
    await expect.poll(() => house.loadpoint('targetTime'), SOON).toBe(Date.parse('2025-06-16T04:30:00Z'));
    expect(house.loadpoint('planSoc')).toBe(60);
    // What ends charging is left as it was.
    expect(house.loadpoint('targetSoc')).toBe(100);
    await house.run(30);
    const inForce = /Charges from Mon 0[1-3]:\d\d, done at Mon 05:00.*60 % by Mon 06:30.*The plan in force/s;
    await expect.poll(() => read(departure), SOON).toMatch(inForce);

    await departure.getByRole('button', { name: 'Remove the plan' }).click();
    await expect.poll(() => house.loadpoint('targetTime'), SOON).toBeNull();
    await house.run(20);
    await expect.poll(() => read(departure), SOON).toContain('No departure is planned');
  });

  test('that is too early says by how much it is late, and one that is over cannot be planned', async () => {
    const house = await pricedHouse();
    const page = await openPlan(house);
    const departure = card(page, 'Departure');
    await departure.getByRole('radio', { name: 'Today' }).check();
    await departure.getByLabel('Time').fill('19:00');
    await expect.poll(() => read(departure), SOON).toMatch(/Too late by 2 h \d+ min: ready at 21:\d\d/);
    await departure.getByRole('button', { name: 'Plan it' }).click();
    await expect.poll(() => house.loadpoint('targetTime'), SOON).not.toBeNull();
    await house.run(30);
    await expect.poll(() => read(departure), SOON).toMatch(/Charging by plan until 21:\d\d.*Will be late by 2 h/s);
    expect(house.charger(1).charging).toBe(true);

    await departure.getByLabel('Time').fill('17:00');
    await expect.poll(() => read(departure), SOON).toContain('This time is over.');
    expect(await departure.getByRole('button', { name: 'Change the plan' }).isDisabled()).toBe(true);
    await departure.getByRole('radio', { name: 'Other day' }).check();
    await departure.getByLabel('Date').fill('2025-06-18');
    await departure.getByRole('button', { name: 'Change the plan' }).click();
    await expect.poll(() => house.loadpoint('targetTime'), SOON).toBe(Date.parse('2025-06-18T15:00:00Z'));
  });

  test('that is changed while it is being planned stays as it was changed', async () => {
    const house = await pricedHouse();
    const page = await openPlan(house);
    const departure = card(page, 'Departure');
    const changed = Promise.withResolvers<void>();
    const late = async (route: Route): Promise<void> => {
      const response = await route.fetch();
      await changed.promise;
      await route.fulfill({ response });
    };
    await page.route('**/plan/soc/**', late, { times: 1 });
    await departure.getByRole('button', { name: 'Plan it' }).click();
    await expect.poll(() => house.loadpoint('targetTime'), SOON).not.toBeNull();
    await departure.getByLabel('Time').fill('06:30');
    changed.resolve();
    await departure.getByRole('button', { name: 'Change the plan' }).click();
    await expect.poll(() => house.loadpoint('targetTime'), SOON).toBe(Date.parse('2025-06-16T04:30:00Z'));
  });

  test('that is refused says why', async () => {
    const house = await pricedHouse();
    const page = await openPlan(house);
    const refusal = { status: 400, json: { error: 'the car is being serviced' } };
    await page.route('**/plan/soc/**', (route) => route.fulfill(refusal));
    await card(page, 'Departure').getByRole('button', { name: 'Plan it' }).click();
    await expect.poll(() => read(card(page, 'Departure').getByRole('alert')), SOON).toBe('the car is being serviced');
  });

  test('of a guest counts by energy, with neither prices nor forecasts', async () => {
    const house = await pricedHouse({ now: NOW, loadpoints: [{ title: 'Yard' }] });
    const page = await openPlan(house);
    const departure = card(page, 'Departure');
    expect(await read(page.locator('main'))).not.toContain('NaN');
    expect(await read(card(page, 'When it charges'))).toContain('as late as possible');
    await departure.getByLabel('Charge with').fill('8');
    await expect.poll(() => read(departure), SOON).toContain('Ready in time for Mon 07:00');
    expect(await read(departure)).not.toContain('Costs');
    await departure.getByRole('button', { name: 'Plan it' }).click();
    await expect.poll(() => house.loadpoint('targetTime'), SOON).toBe(Date.parse('2025-06-16T05:00:00Z'));
    await house.run(30);
    expect(house.loadpoint('planEnergy')).toBe(8);
    await expect.poll(() => read(departure), SOON).toContain('8.0 kWh by Mon 07:00');
  });

  test('of a heater is a time by which it is ready', async () => {
    const house = await pricedHouse({
      ...PRICED,
      loadpoints: [{ title: 'Boiler' }],
      charger: (charger) => {
        charger.traits = { heating: true };
      },
    });
    const page = await windows.open(`${house.url}#/plan`);
    await expect.poll(() => read(card(page, 'Ready by')), SOON).toContain('Charge with');
    expect(await card(page, 'Every week').count()).toBe(0);
  });
});

test('weekly departures are added, changed and removed', async () => {
  const house = await pricedHouse();
  const page = await openPlan(house);
  const weekly = card(page, 'Every week');
  const plans = () => house.loadpoint('repeatingPlans');
  await weekly.getByRole('button', { name: 'Add a weekly departure' }).click();
  const plan = { weekdays: [1, 2, 3, 4, 5], time: '07:00', tz: ZONE, soc: 80, active: true };
  await expect.poll(plans, SOON).toEqual([plan]);
  await weekly.getByLabel('Sat').check();
  await expect.poll(plans, SOON).toEqual([{ ...plan, weekdays: [1, 2, 3, 4, 5, 6] }]);
  await weekly.getByLabel('Sat').uncheck();
  await weekly.getByLabel('Time').fill('05:45');
  await weekly.getByLabel('Charge to').selectOption('95');
  await expect.poll(plans, SOON).toEqual([{ ...plan, time: '05:45', soc: 95 }]);
  await house.run(30);
  await expect.poll(() => read(card(page, 'Departure')), SOON).toContain('95 % by Mon 05:45, as every week');
  await weekly.getByRole('switch', { name: 'In use' }).click();
  await expect.poll(plans, SOON).toEqual([{ ...plan, time: '05:45', soc: 95, active: false }]);
  await weekly.getByRole('button', { name: 'Remove weekly departure 1' }).click();
  expect(plans()).toHaveLength(1);
  await weekly.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect.poll(plans, SOON).toEqual([]);
});

test('how plans charge, the minimum and the limit of what is cheap are set for the loadpoint that is chosen', async () => {
  const house = await pricedHouse();
  const page = await openPlan(house);
  await page.getByRole('radio', { name: 'Carport' }).check();
  const strategy = card(page, 'How plans charge');
  await strategy.getByRole('switch', { name: 'In one piece' }).click();
  await strategy.getByLabel('Right before departure').selectOption('1800');
  await expect.poll(() => house.loadpoint('planStrategy', 2), SOON).toEqual({ continuous: true, precondition: 1_800 });
  await strategy.getByLabel('Always charge up to').selectOption('20');
  await expect.poll(() => house.loadpoint('minSoc', 2), SOON).toBe(20);
  expect(house.loadpoint('minSoc', 1)).toBe(0);

  const curves = card(page, 'When it charges');
  await curves.getByRole('button', { name: 'Set a limit' }).click();
  await expect.poll(() => house.loadpoint('smartCostLimit', 2), SOON).toBe(0.2);
  await expect.poll(() => read(curves), SOON).toContain('4 h are at or below it');
  await curves.getByLabel('Charge while energy costs at most').fill('36');
  await page.keyboard.press('Tab');
  await expect.poll(() => house.loadpoint('smartCostLimit', 2), SOON).toBe(0.36);

  // In force, and drawn
  await expect.poll(() => curves.locator('.plan-limit').getAttribute('data-pending'), SOON).toBe('false');
  await expect.poll(() => read(curves.locator('.plan-line')), SOON).toBe('36.0 ct/kWh');
  const line = curves.locator('.plan-line');
  await line.hover({ position: { x: 80, y: 8 } });
  const held = await line.boundingBox();
  if (!held) throw new Error('the limit is not drawn');
  await page.mouse.down();
  await page.mouse.move(held.x + 80, held.y + 40, { steps: 4 });
  await expect.poll(() => read(line), SOON).toMatch(/^2\d\.\d ct/);
  await page.mouse.up();
  await expect.poll(() => house.loadpoint('smartCostLimit', 2), SOON).toBeLessThan(0.3);
  await curves.getByRole('button', { name: 'No limit' }).click();
  await expect.poll(() => house.loadpoint('smartCostLimit', 2), SOON).toBeNull();
});

test('the curves tell their values to the keyboard', async () => {
  const house = await pricedHouse();
  const page = await openPlan(house);
  const price = page.getByRole('slider', { name: 'Price over time' });
  await expect.poll(() => price.getAttribute('aria-valuetext'), SOON).toMatch(/18:00, Price 35\.0.ct\/kWh/);
  await price.focus();
  for (let hour = 0; hour < 7; hour += 1) await page.keyboard.press('ArrowRight');
  await expect.poll(() => price.getAttribute('aria-valuetext'), SOON).toMatch(/01:00, Price 20\.0.ct\/kWh/);
  expect(await page.getByRole('slider', { name: 'Sun over time' }).count()).toBe(1);
  expect(await page.getByRole('slider', { name: 'CO₂ over time' }).count()).toBe(1);
});

test('who may only read sees the plan and can change nothing', async () => {
  const house = await pricedHouse();
  await house.command('repeatingPlans', [{ weekdays: [1], time: '07:00', tz: ZONE, soc: 80, active: true }]);
  const page = await windows.open('about:blank');
  await page.route('**/api/auth/visitor', (route) => route.fulfill({ json: { result: { right: 'read' } } }));
  await page.goto(`${house.url}#/plan`);
  await expect.poll(() => page.getByRole('button', { name: 'Plan it' }).isDisabled(), SOON).toBe(true);
  const controls = page.locator('main :is(input, select, button):enabled');
  // What is left chooses the loadpoint.
  expect(await controls.evaluateAll((all) => all.map((each) => each.getAttribute('type')))).toEqual(['radio', 'radio']);
});

test.for([
  ['on a phone', PHONE],
  ['on a desktop, in the dark', { ...DESKTOP, colorScheme: 'dark' as const }],
] as const)('nothing is wrong %s', async ([, options]) => {
  const house = await pricedHouse();
  await house.command('repeatingPlans', [{ weekdays: [1], time: '07:00', tz: ZONE, soc: 80, active: false }]);
  await house.command('smartCostLimit', 0.25);
  const page = await openPlan(house, { ...options, reducedMotion: 'reduce' });
  await expect.poll(() => read(card(page, 'Departure')), SOON).toContain('Ready in time');
  expect(await overflows(page)).toBe(false);
  expect(await violations(page)).toEqual([]);
});

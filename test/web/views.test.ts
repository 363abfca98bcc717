import { describe, expect, test } from 'vitest';
import { DESKTOP, overflows, PHONE, read, SMALL, SOON, useBrowser, violations } from './browser.ts';
import { SUNNY, startWebHouse } from './house.ts';

const windows = useBrowser();

describe('settings', () => {
  test('every kind of control changes the house, and shows what is in force', async () => {
    const house = await startWebHouse(SUNNY);
    await house.run(20);
    const page = await windows.open(`${house.url}#/settings`);
    await page.getByLabel('House: Battery first up to').fill('60');
    await page.keyboard.press('Tab');
    await expect.poll(() => house.site('prioritySoc'), SOON).toBe(60);

    await page.getByText('Garage', { exact: true }).click();
    await page.getByLabel('Garage: Phases').selectOption('1');
    await expect.poll(() => house.runtime.evcc.settings.get('loadpoint', 1, 'phases'), SOON).toBe(1);
    await page.getByRole('switch', { name: 'Garage: Empty the home battery into the car' }).click();
    await expect.poll(() => house.loadpoint('batteryBoost'), SOON).toBe(true);
    const limit = page.getByLabel('Garage: Charge while energy costs at most');
    await limit.fill('0.25');
    await page.keyboard.press('Tab');
    await expect.poll(() => house.loadpoint('smartCostLimit'), SOON).toBe(0.25);
    await limit.fill('');
    await page.keyboard.press('Tab');
    await expect.poll(() => house.loadpoint('smartCostLimit'), SOON).toBeNull();

    await house.commandSite('prioritySoc', 35);
    await expect.poll(() => page.getByLabel('House: Battery first up to').inputValue(), SOON).toBe('35');
  });

  test('what is being written stays, whatever is told meanwhile', async () => {
    const house = await startWebHouse(SUNNY);
    await house.run(20);
    const page = await windows.open(`${house.url}#/settings`);
    await page.getByLabel('House: Battery first up to').fill('60');
    await house.commandSite('prioritySoc', 35);
    await house.commandSite('bufferSoc', 80);
    await expect.poll(() => page.getByLabel('House: Battery may help from').inputValue(), SOON).toBe('80');
    await page.keyboard.press('Tab');
    await expect.poll(() => house.site('prioritySoc'), SOON).toBe(60);
  });

  test('vehicles have settings too, connected or not', async () => {
    const house = await startWebHouse(SUNNY);
    await house.run(20);
    const page = await windows.open(`${house.url}#/settings`);
    await page.getByText('Small car', { exact: true }).click();
    await page.getByLabel('Small car: Always charge up to').fill('25');
    await page.keyboard.press('Tab');
    await expect.poll(() => house.runtime.evcc.settings.get('vehicle', 2, 'minSoc'), SOON).toBe(25);
    const mode = page.getByLabel('Small car: Mode');
    expect(await read(mode.locator('option:checked'))).toBe('As it is');
    await mode.selectOption('pv');
    await expect.poll(() => house.runtime.evcc.settings.get('vehicle', 2, 'mode'), SOON).toBe('pv');
    await mode.selectOption('');
    await expect.poll(() => house.runtime.evcc.settings.get('vehicle', 2, 'mode'), SOON).toBeNull();
    expect(await page.getByLabel('Small car: Always charge up to').inputValue()).toBe('25');
  });

  test('what is not allowed is said beside the control', async () => {
    const house = await startWebHouse(SUNNY);
    await house.run(20);
    const page = await windows.open(`${house.url}#/settings`);
    await page.getByText('Garage', { exact: true }).click();
    await page.getByLabel('Garage: Smallest current').fill('20');
    await page.keyboard.press('Tab');
    await expect
      .poll(() => read(page.getByRole('alert').filter({ hasText: 'minCurrent' })), SOON)
      .toBe('minCurrent must not be above maxCurrent (16 A)');
    expect(house.loadpoint('minCurrent')).toBe(6);
    expect(await page.getByLabel('Garage: Smallest current').inputValue()).toBe('6');
  });

  test('language and appearance are kept on the device', async () => {
    const house = await startWebHouse(SUNNY);
    await house.run(20);
    const page = await windows.open(`${house.url}#/settings`);
    await page.getByLabel('Language').selectOption({ label: 'Italiano' });
    await page.getByRole('radio', { name: 'Scuro' }).click();
    await page.reload();
    await expect.poll(() => read(page.locator('nav')), SOON).toContain('Opzioni');
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('dark');
  });
});

describe('system', () => {
  test('shows devices that fail first, with the reason, and what the log complains about', async () => {
    const house = await startWebHouse(SUNNY);
    await house.run(20);
    const page = await windows.open(`${house.url}#/system`);
    await expect
      .poll(() => page.getByRole('region', { name: 'Devices' }).getByRole('listitem').count(), SOON)
      .toBeGreaterThan(4);
    house.charger(2).failure = new Error(
      'no route to the charger, log in at https://login.example/go?code=A and enter it',
    );
    await house.run(20);
    const first = page.getByRole('region', { name: 'Devices' }).getByRole('listitem').first();
    await expect
      .poll(() => read(first), SOON)
      .toMatch(/charger2.*no route to the charger.*Does not answer.*last read/s);
    expect(await first.getByRole('link').getAttribute('href')).toBe('https://login.example/go?code=A');
    await expect
      .poll(() => read(page.getByRole('region', { name: 'Warnings and errors' })), SOON)
      .toContain('charger2');
    expect(await read(page.getByRole('region', { name: 'Plugins' }))).toMatch(/nothing to complain about.*rest/s);
  });

  test('shows what was complained about while the connection was lost', async () => {
    const house = await startWebHouse(SUNNY);
    await house.run(20);
    const page = await windows.open('about:blank');
    let away = false;
    let cut = async (): Promise<void> => {};
    await page.routeWebSocket('**/ws', (socket) => {
      if (away) return void socket.close();
      socket.connectToServer();
      cut = () => socket.close();
    });
    await page.goto(`${house.url}#/system`);
    const complaints = page.getByRole('region', { name: 'Warnings and errors' });
    await expect.poll(() => read(complaints), SOON).toContain('None.');
    away = true;
    await cut();
    await expect.poll(() => page.getByRole('button', { name: 'Connect now' }).count(), SOON).toBe(1);
    house.charger(2).failure = new Error('no route to the charger');
    await house.run(20);
    away = false;
    await expect.poll(() => read(complaints), SOON).toContain('charger2');
  });

  test('says why a changed configuration is not in force, for as long as it is not', async () => {
    const house = await startWebHouse(SUNNY);
    await house.run(20);
    const page = await windows.open('about:blank');
    await page.clock.install();
    await page.goto(`${house.url}#/system`);
    await expect.poll(() => page.getByRole('region', { name: 'Plugins' }).count(), SOON).toBe(1);
    const problems = await house.runtime.reconfigure({
      ...house.config,
      loadpoints: [{ title: 'X', charger: 'garag' }],
    });
    expect(problems).not.toEqual([]);
    const place = page.getByRole('region', { name: 'The configuration was not taken over' });
    // The page asks every few seconds.
    await page.clock.fastForward(3_000);
    await expect.poll(() => read(place), SOON).toMatch(/loadpoints\[0\].*garag/s);
    expect(await violations(page)).toEqual([]);
    expect(await house.runtime.reconfigure(house.config)).toEqual([]);
    await page.clock.fastForward(3_000);
    await expect.poll(() => place.count(), SOON).toBe(0);
  });
});

describe('the frame', () => {
  test('leads to each view by address, menu and keyboard, and back from nowhere', async () => {
    const house = await startWebHouse(SUNNY);
    await house.run(20);
    const page = await windows.open(`${house.url}#/nowhere`);
    await page.getByRole('link', { name: 'Show what happens now' }).click();
    await expect.poll(() => page.title(), SOON).toBe('Now · Test house');
    await page.getByRole('link', { name: 'System' }).click();
    await expect.poll(() => page.title(), SOON).toBe('System · Test house');
    expect(await page.getByRole('link', { name: 'System' }).getAttribute('aria-current')).toBe('page');
    await page.goBack();
    await expect.poll(() => page.title(), SOON).toBe('Now · Test house');
    await page.reload();
    await expect.poll(() => read(page.locator('main')), SOON).toContain('Garage');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
  });

  test('asks for the password where one is needed, and lets in whoever has it', async () => {
    const house = await startWebHouse({
      ...SUNNY,
      config: { ...SUNNY.config, access: { password: 'correct horse' } } as never,
      // Browsers go by their own clock when a login ends.
      now: Date.now(),
    });
    await house.run(20);
    const page = await windows.open(house.url, PHONE);
    await page.getByLabel('Password').fill('wrong');
    await page.keyboard.press('Enter');
    await expect.poll(() => read(page.getByRole('alert')), SOON).toBe('This is neither the password nor a token.');
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Password').fill('correct horse');
    await page.keyboard.press('Enter');
    await expect.poll(() => read(page.locator('main')), SOON).toContain('Garage');
    await page.getByRole('link', { name: 'System' }).click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await expect.poll(() => page.getByLabel('Password').count(), SOON).toBe(1);
  });

  test('who may only read sees everything and can change nothing', async () => {
    const access = { password: 'correct horse', protect: 'changes' };
    const house = await startWebHouse({ ...SUNNY, config: { ...SUNNY.config, access } as never, now: Date.now() });
    await house.run(20);
    const page = await windows.open(house.url);
    await expect.poll(() => page.getByRole('radio', { name: 'Fast' }).first().isDisabled(), SOON).toBe(true);
    expect(await read(page.locator('header').first())).toContain('not change anything');
    await page.getByRole('link', { name: 'Settings' }).click();
    await expect.poll(() => page.getByLabel('House: Battery first up to').isDisabled(), SOON).toBe(true);
    await page.getByRole('link', { name: 'System' }).click();
    await expect.poll(() => page.getByRole('region', { name: 'Plugins' }).count(), SOON).toBe(1);
    expect(await page.getByRole('link', { name: 'Download a backup' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByLabel('Password').waitFor();
    // Who does not know the password goes back.
    await page.goBack();
    await page.getByRole('link', { name: 'System' }).click();
    await page.getByRole('button', { name: 'Log in' }).click();
    // Meanwhile the house goes on, and tells of it.
    await house.run(20);
    await page.getByLabel('Password').fill('correct horse');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Now' }).click();
    await expect.poll(() => page.getByRole('radio', { name: 'Fast' }).first().isDisabled(), SOON).toBe(false);
  });

  test('a display that logs in with a read-only token shows everything and can change nothing', async () => {
    const access = { password: 'correct horse', tokens: { wall: { token: 'wall-0123456789; äöü', readOnly: true } } };
    const house = await startWebHouse({ ...SUNNY, config: { ...SUNNY.config, access } as never, now: Date.now() });
    await house.run(20);
    const page = await windows.open(house.url);
    await page.getByLabel('Password or token').fill('wall-0123456789; äöü');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('radio', { name: 'Fast' }).first().isDisabled(), SOON).toBe(true);
    await expect.poll(() => read(page.locator('header').first()), SOON).toContain('not change anything');
    // What changes in the house still arrives.
    await house.command('mode', 'now', 1);
    await house.run(20);
    await expect.poll(() => page.getByRole('radio', { name: 'Fast' }).first().isChecked(), SOON).toBe(true);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Plan' }).click();
    await expect.poll(() => page.getByRole('button', { name: 'Plan it' }).isDisabled(), SOON).toBe(true);
    await page.getByRole('link', { name: 'System' }).click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await expect.poll(() => page.getByLabel('Password or token').count(), SOON).toBe(1);
  });

  test('says what keeps the house from running, and goes on when it does', async () => {
    const house = await startWebHouse(SUNNY);
    await house.run(20);
    const page = await windows.open('about:blank');
    await page.clock.install();
    const problems = [{ path: 'loadpoints[0].charger', value: 'garag', message: 'there is no charger "garag"' }];
    let broken = true;
    await page.route('**/api/state', (route) =>
      broken ? route.fulfill({ status: 503, json: { error: 'broken', problems } }) : route.continue(),
    );
    await page.routeWebSocket('**/ws', (socket) => {
      if (broken) void socket.close();
      else socket.connectToServer();
    });
    await page.goto(house.url);
    await expect.poll(() => read(page.locator('main')), SOON).toMatch(/loadpoints\[0\]\.charger\s+there is no charger/);
    expect(await violations(page)).toEqual([]);
    broken = false;
    // The page tries again, if only after a while.
    await page.clock.fastForward(8_000);
    await expect.poll(() => read(page.locator('main')), SOON).toContain('Garage');
  });

  test('can be installed: manifest, icons, and a page without the server', async () => {
    const house = await startWebHouse(SUNNY);
    await house.run(20);
    const page = await windows.open(house.url, { serviceWorkers: 'allow' });
    await expect.poll(() => read(page.locator('main')), SOON).toContain('Garage');
    const manifest = (await (await fetch(`${house.url}app.webmanifest`)).json()) as { icons: { src: string }[] };
    for (const { src } of manifest.icons) {
      const icon = await fetch(new URL(src, house.url));
      expect([src, icon.status]).toEqual([src, 200]);
    }
    expect(await (await fetch(house.url)).text()).toContain('evcc-app-compatible');
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await page.reload();
    await expect.poll(() => read(page.locator('main')), SOON).toContain('Garage');
    await house.stop();
    await page.reload();
    await expect.poll(() => read(page.getByRole('status')), SOON).toContain('evcc cannot be reached');
  });
});

describe.each(['settings', 'system'])('%s', (view) => {
  test.each([
    ['a small phone in dark', { ...SMALL, colorScheme: 'dark' }],
    ['a desktop in light', { ...DESKTOP, colorScheme: 'light' }],
  ] as const)('nothing is wrong on %s, and nothing sticks out', async (_, options) => {
    const house = await startWebHouse({ ...SUNNY, loadpoints: [{ title: 'Garage' }] });
    await house.run(20);
    const page = await windows.open(`${house.url}#/${view}`, { ...options, reducedMotion: 'reduce' });
    await expect.poll(() => page.locator('main section, main details').count(), SOON).toBeGreaterThan(1);
    expect(await violations(page)).toEqual([]);
    expect(await overflows(page)).toBe(false);
  });
});

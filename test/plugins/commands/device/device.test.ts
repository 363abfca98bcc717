import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../../../core/clock.ts';
import { createLoader } from '../../../../core/loading/loader.ts';
import { silentLogger } from '../../../../core/log.ts';
import { createRuntime } from '../../../../core/runtime/runtime.ts';
import { temporaryFolder } from '../../../helpers/folder.ts';
import { startHttpDevice } from '../../../helpers/http-device.ts';
import { type CommandResult, runCommandBy } from '../../../helpers/run-command.ts';

const HOUSE = {
  rest: { port: 1 },
  database: { type: 'sqlite', file: 'house.db' },
  meters: { grid: { type: 'simulator', usage: 'grid' }, battery: { type: 'simulator', usage: 'battery' } },
  chargers: { left: { type: 'simulator' }, right: { type: 'simulator' } },
  vehicles: { ev6: { type: 'offline', title: 'EV6' } },
  tariffs: { grid: { type: 'fixed', price: 0.3, zones: [{ hours: '1-5', price: 0.2 }] } },
  circuits: { main: { maxCurrent: 40 }, garage: { parent: 'main', maxPower: 6_900 } },
  site: { title: 'Home', meters: { grid: 'grid', battery: ['battery'] } },
  loadpoints: [
    { charger: 'left', maxCurrent: 14, vehicle: 'ev6' },
    { charger: 'right', circuit: 'garage' },
  ],
};

/** Pauses take no time; attempts end all the same. */
function run(directory: string, ...args: readonly string[]): Promise<CommandResult> {
  let passed = 0;
  const clock: Clock = {
    now: () => systemClock.now() + passed,
    after: (ms, then) => systemClock.after(ms, then),
    sleep: async (ms) => {
      passed += ms;
    },
  };
  return runCommandBy(clock, directory, ...args);
}

const folderOf = (config: object): string => temporaryFolder({ 'evcc.config.json': JSON.stringify(config) });

describe('reading', () => {
  test('a charger with what it says, and what it does not', async () => {
    const { code, out, err } = await run(folderOf(HOUSE), 'device', 'charger', 'left');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^charger left \(simulator\)\n {2}status {9}A\n {2}enabled {8}no\n/);
    expect(out).toMatch(/^ {2}not said {7}.*soc$/m);
    expect(out).toMatch(/^ {2}read in {8}\d+ ms$/m);
  });

  test.each([
    ['meter', 'grid', 'power'],
    ['vehicle', 'ev6', 'not said'],
    ['tariff', 'grid', 'rates'],
  ])('a %s', async (kind, name, label) => {
    const { code, out } = await run(folderOf(HOUSE), 'device', kind, name);
    expect(code).toBe(0);
    expect(out).toContain(`\n  ${label} `);
  });

  test('as JSON, in internal units', async () => {
    const { out } = await run(folderOf(HOUSE), 'device', 'meter', 'battery', '--json');
    expect(JSON.parse(out)).toMatchObject({ soc: 50 });
  });

  test('many times', async () => {
    const { out } = await run(folderOf(HOUSE), 'device', 'meter', 'grid', '--repeat', '5');
    expect(out).toMatch(/readings {7}5 in \d+ to \d+ ms, median \d+ ms, 0 failed/);
  });

  test('a device that does not answer is named, with its reason and without secrets', async (t) => {
    const http = await startHttpDevice();
    t.onTestFinished(() => http.close());
    await http.fail('refuse');
    const url = http.url.replace('://', '://me:secret123@');
    const meters = { ...HOUSE.meters, grid: { type: 'custom', power: { source: 'http', url } } };
    const { code, out, err } = await run(folderOf({ ...HOUSE, meters }), 'device', 'meter', 'grid', '--wait', '1');
    expect(code).toBe(3);
    expect(err).toContain('grid');
    expect(err).toContain(new URL(http.url).host);
    expect(out + err).not.toContain('secret123');
  });
});

describe('driving', () => {
  test('a charger: a current, then enabled, and read again', async () => {
    const { code, out } = await run(folderOf(HOUSE), 'device', 'charger', 'left', '--set', 'current=8', '--enable');
    expect(code).toBe(0);
    expect(out.match(/told {11}.*/g)).toEqual(['told           8 A', 'told           enabled']);
    expect(out.match(/(enabled|maxCurrent) {4,}.*/g)?.slice(-2)).toEqual(['enabled        yes', 'maxCurrent     8 A']);
  });

  test.each([
    ['left', '15', '15 A is more than the 14 A that its loadpoint and its circuits allow'],
    ['right', '11', '11 A is more than the 10 A that its loadpoint and its circuits allow'],
    ['left', '5', '5 A is less than the 6 A that the device needs'],
    ['left', '6.3', '6.3 A is no multiple of the device'],
  ])('%s cannot be set to %s A', async (name, current, message) => {
    const { code, err, out } = await run(folderOf(HOUSE), 'device', 'charger', name, '--set', `current=${current}`);
    expect(code).toBe(3);
    expect(err).toContain(message);
    expect(out).not.toContain('told');
  });

  test('what the device is not able to do is refused', async () => {
    const { code, err } = await run(folderOf(HOUSE), 'device', 'meter', 'grid', '--battery-mode', 'hold');
    expect(code).toBe(3);
    expect(err).toContain('the device cannot be told a battery mode');
  });

  test('a smaller limit that a user set holds too, and stays as it is', async () => {
    const config = { ...HOUSE, rest: false };
    const directory = folderOf(config);
    const loader = createLoader({ directory });
    const house = await createRuntime({
      config,
      directory,
      loader,
      clock: systemClock,
      log: silentLogger,
      version: '0',
    });
    await house.prepare();
    await house.evcc.settings.execute({ scope: 'loadpoint', id: 1, name: 'maxCurrent', value: 9, source: 'test' });
    await house.stop();
    for (let turn = 0; turn < 2; turn += 1) {
      const { code, err } = await run(directory, 'device', 'charger', 'left', '--set', 'current=10');
      expect([code, err]).toEqual([3, expect.stringContaining('10 A is more than the 9 A that its loadpoint')]);
    }
  });

  test('a battery is set back to normal', async () => {
    const { code, out } = await run(folderOf(HOUSE), 'device', 'meter', 'battery', '--battery-mode', 'hold');
    expect(code).toBe(0);
    expect(out.match(/told {11}.*/g)).toEqual([
      'told           battery mode hold',
      'told           battery mode normal',
    ]);
  });

  test('nothing is told while the house runs; reading goes on', async (t) => {
    const folder = folderOf(HOUSE);
    await run(folder, 'device', 'meter', 'grid');
    const lock = new DatabaseSync(join(folder, 'house.db-lock'));
    lock.exec('BEGIN EXCLUSIVE');
    t.onTestFinished(() => lock.close());
    const reading = await run(folder, 'device', 'charger', 'left');
    expect([reading.code, reading.out.includes('status')]).toEqual([0, true]);
    expect(reading.err).toContain('is in use');
    const { code, out, err } = await run(folder, 'device', 'charger', 'left', '--enable');
    expect(code).toBe(3);
    expect(err).toContain('The house runs');
    expect(out).not.toContain('told');
  });
});

describe('wrong use', () => {
  test.each([
    [['heater', 'x'], 'a device is a charger, meter, vehicle, tariff, not "heater"'],
    [['charger'], 'which charger?'],
    [['charger', 'left', 'right'], 'one device at a time'],
    [['charger', 'left', '--set', 'power=8'], '--set must be like current=8'],
    [['charger', 'left', '--set', 'current=-8'], '--set must be like current=8'],
    [['charger', 'left', '--enable', '--disable'], 'either --enable or --disable'],
    [['charger', 'left', '--phases', '2'], '--phases must be 1 or 3'],
    [['meter', 'battery', '--battery-mode', 'full'], '--battery-mode must be normal, hold, charge, holdcharge'],
    [['meter', 'grid', '--repeat', '0'], '--repeat must be a whole number from 1 to 1000'],
    [['meter', 'grid', '--wait', 'x'], '--wait must be a whole number from 1 to 600'],
    [['meter', 'grid', '--feed-in', '101'], '--feed-in must be from 0 to 100'],
  ])('%j', async (args, message) => {
    const { code, err } = await run(folderOf(HOUSE), 'device', ...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test('a device that is not configured: the others of its kind are named', async () => {
    const { code, err } = await run(folderOf(HOUSE), 'device', 'charger', 'garage');
    expect(code).toBe(1);
    expect(err).toContain('has no charger "garage": it has left, right');
  });
});

import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, type TestContext, test } from 'vitest';
import { main } from '../../../../core/cli/main.ts';
import { formatLocal, systemClock } from '../../../../core/clock.ts';
import { createMemoryStore } from '../../../../core/store.ts';
import { temporaryFolder } from '../../../helpers/folder.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../../../helpers/house.ts';

interface Again {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `evcc replay …` in a folder. */
async function replay(directory: string, ...args: readonly string[]): Promise<Again> {
  const said = { out: '', err: '' };
  const code = await main(['replay', ...args], {
    directory,
    env: {},
    clock: systemClock,
    signal: new AbortController().signal,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    onCrash: () => () => {},
  });
  return { code, ...said };
}

interface Found {
  readonly cycles: number;
  readonly differing: number;
  readonly first: {
    readonly loadpoint: string | null;
    readonly what: string;
    readonly recorded: unknown;
    readonly replayed: unknown;
    readonly recordedBecause: readonly { readonly code: string }[];
    readonly replayedBecause: readonly { readonly code: string }[];
  } | null;
  readonly notes: readonly string[];
}

async function found(directory: string, ...args: readonly string[]): Promise<Found & { readonly code: number }> {
  const { code, out, err } = await replay(directory, ...args, '--json');
  if (out === '') throw new Error(err);
  return { code, ...(JSON.parse(out) as Found) };
}

/** A house that records into a folder. */
function recordingHouse(
  t: Pick<TestContext, 'onTestFinished'>,
  folder: string,
  { config, ...options }: HouseOptions = {},
): Promise<FakeHouse> {
  const record = { file: join(folder, 'house.rec'), maxSize: 0.1, keep: 100 };
  return startHouse(t, { ...options, config: { ...config, record } });
}

const TWO: HouseOptions = {
  loadpoints: [
    { mode: 'pv', title: 'Garage', priority: 1, vehicle: 'car' },
    { mode: 'minpv', title: 'Carport' },
  ],
  charger: (charger, index) => {
    charger.canSwitchPhases = index === 0;
  },
  battery: { soc: 40, capacity: 10_000 },
  rates: (now) =>
    [0, 1, 2, 3].map((hour) => ({
      start: now + hour * 3_600_000,
      end: now + (hour + 1) * 3_600_000,
      price: 0.2 + hour / 10,
    })),
  config: {
    vehicles: { car: { type: 'fake', title: 'Car', capacity: 50 } },
    circuits: { main: { maxCurrent: 30, meter: 'grid' } },
  } as never,
};

/** A day in small: sun, clouds, faults, wishes, cars that come and go. */
async function day(house: FakeHouse): Promise<void> {
  const [garage, carport] = [house.charger(1), house.charger(2)];
  const car = house.vehicles.car;
  if (car) car.reading = { soc: 40 };
  house.set({ base: 300, pv: 500 });
  await house.run(120);
  house.set({ pv: 9_000 });
  await house.run(400);
  house.set({ pv: 2_500 });
  await house.run(600);
  await house.command('mode', 'now');
  await house.run(100);
  garage.status = 'A';
  await house.run(60);
  garage.status = 'B';
  await house.command('mode', 'pv');
  await house.command('minSoc', 50);
  house.grid.failure = new Error('grid meter is silent');
  await house.run(150);
  house.grid.failure = undefined;
  carport.failure = new Error('charger is silent');
  await house.run(150);
  carport.failure = undefined;
  carport.losesAnswers = true;
  house.set({ pv: 6_000 });
  await house.run(100);
  carport.losesAnswers = false;
  garage.status = 'E';
  await house.run(60);
  garage.status = 'B';
  garage.maxCurrent = 13;
  garage.enabled = true;
  await house.run(200);
  await house.commandSite('residualPower', 200);
  await house.command('targetSoc', 80);
  await house.command('targetTime', new Date(house.clock.now() + 3_600_000).toISOString());
  house.batteryMeter.reading = { ...house.batteryMeter.reading, soc: 95 };
  await house.run(200);
}

/** A thousand cycles, recorded and decided again: it takes as long as the machine is busy with something else. */
const LONG = { timeout: 60_000 };

describe('a recording', () => {
  test('of a day with faults, wishes, a changed configuration and restarts is decided as it was', LONG, async (t) => {
    const folder = temporaryFolder();
    const store = createMemoryStore();
    const house = await recordingHouse(t, folder, { ...TWO, store });
    await day(house);
    const loadpoints =
      house.config.loadpoints?.map((each) => ({ ...each, enable: { delay: 20 }, maxCurrent: 10 })) ?? [];
    expect(
      await house.runtime.reconfigure({ ...house.config, loadpoints, site: { ...house.config.site, prioritySoc: 50 } }),
    ).toEqual([]);
    await house.run(300);
    const now = house.clock.now();
    await house.runtime.stop();

    const later = await recordingHouse(t, folder, { ...TWO, store, now: now + 600_000 });
    later.charger(1).enabled = true;
    later.charger(1).maxCurrent = 8;
    await day(later);
    await later.runtime.stop();

    const files = rotated(folder);
    expect(files.length).toBeGreaterThan(2);
    const plans = files
      .filter((file) => file.endsWith('.gz'))
      .map((file) => gunzipSync(readFileSync(join(folder, file))).toString());
    expect(plans.join('')).toMatch(/"plans":[^\]]*"slots"/);
    const result = await found(folder, ...files);
    expect(result).toMatchObject({
      code: 0,
      differing: 0,
      first: null,
      notes: ['it was recorded by version 0.0.0-test'],
    });
    expect(result.cycles).toBeGreaterThan(400);
  });

  test('is decided by other policies otherwise, and the first difference is named with both reasons', async (t) => {
    const [folder, other] = [
      temporaryFolder({ 'policy.mjs': policy(10) }),
      temporaryFolder({ 'policy.mjs': policy(8) }),
    ];
    const house = await recordingHouse(t, folder, {
      loadpoints: [{ title: 'Garage', mode: 'off' }],
      plugins: ['./policy.mjs'] as never,
      directory: folder,
    });
    await house.run(30);
    await house.command('mode', 'now');
    await house.run(60);
    await house.runtime.stop();
    expect(await found(folder, 'house.rec')).toMatchObject({ code: 0, first: null });

    const result = await found(other, join(folder, 'house.rec'));
    expect(result).toMatchObject({
      code: 1,
      cycles: 9,
      differing: 6,
      first: {
        cycle: 4,
        loadpoint: 'Garage',
        what: 'set-point current',
        recorded: 10,
        replayed: 8,
        recordedBecause: [{ code: 'mode-now' }, { code: 'policy', text: 'no more than 10 A', by: 'policy' }],
        replayedBecause: [{ code: 'mode-now' }, { code: 'policy', text: 'no more than 8 A' }],
      },
    });
    const { code, out } = await replay(other, join(folder, 'house.rec'));
    expect(code).toBe(1);
    const at = formatLocal(Date.parse('2025-06-15T12:00:30Z'));
    expect(out).toContain(`first difference is in cycle 4 at ${at}, at Garage:\n  set-point current`);
    expect(out).toMatch(/recorded {2}10\n.*mode-now: .*\n.*policy: no more than 10 A\n {4}now {7}8\n/);
    expect(out).toContain('6 of 9 cycles differ.');
  });

  test('whose plugins are not there says so', async (t) => {
    const folder = temporaryFolder({ 'policy.mjs': policy(10) });
    const house = await recordingHouse(t, folder, {
      loadpoints: [{ mode: 'now' }],
      plugins: ['./policy.mjs'] as never,
      directory: folder,
    });
    await house.run(30);
    await house.runtime.stop();
    const result = await found(temporaryFolder(), join(folder, 'house.rec'));
    expect(result.code).toBe(1);
    expect(result.notes.join()).toMatch(/without plugin policy: it is neither built in nor listed/);
  });

  test('holds no secrets: no addresses, users, passwords, environment, card numbers', async (t) => {
    const folder = temporaryFolder();
    const house = await recordingHouse(t, folder, {
      loadpoints: [{ mode: 'now', title: 'Garage mqtt://anna:hunter22@broker.lan' }],
      env: { TOKEN: 'env-s3cret' },
      charger: (charger) => {
        charger.override = { identifier: '04:A3:5B:1C' };
      },
      config: {
        chargers: { charger1: { type: 'fake', password: 'device-s3cret' } },
        site: { title: 'Home of device-s3cret', meters: { grid: 'grid', pv: ['pv'] } },
        meters: {
          grid: { type: 'fake', title: 'Grid', password: { env: 'TOKEN' } },
          pv: { type: 'fake', title: 'env-s3cret' },
        },
      } as never,
    });
    await house.run(60);
    await house.runtime.stop();
    const text = readFileSync(join(folder, 'house.rec'), 'utf8');
    for (const secret of ['hunter22', 'anna', 's3cret', '04:A3:5B:1C', 'password', 'TOKEN'])
      expect(text).not.toContain(secret);
    expect(text).toContain('"identifier":"');
    expect(await found(folder, 'house.rec')).toMatchObject({ code: 0, differing: 0 });
  });
});

describe('a file', () => {
  /** A short recording as text. */
  async function recording(t: Pick<TestContext, 'onTestFinished'>): Promise<{ folder: string; lines: string[] }> {
    const folder = temporaryFolder();
    const house = await recordingHouse(t, folder, { loadpoints: [{ mode: 'now' }] });
    await house.run(50);
    await house.runtime.stop();
    return { folder, lines: readFileSync(join(folder, 'house.rec'), 'utf8').trimEnd().split('\n') };
  }

  test('whose last line was not finished is read without it, with a note', async (t) => {
    const { folder, lines } = await recording(t);
    appendFileSync(join(folder, 'house.rec'), '{"c":{"now":17');
    const result = await found(folder, 'house.rec');
    expect(result).toMatchObject({ code: 0, cycles: 5 });
    expect(result.notes[0]).toMatch(/house\.rec, line 7: it was not finished and is left out/);

    // A new start begins a new line.
    appendFileSync(join(folder, 'house.rec'), `\n${lines.join('\n')}\n`);
    expect(await found(folder, 'house.rec')).toMatchObject({ code: 0, cycles: 10 });
  });

  test('may be compressed', async (t) => {
    const { folder, lines } = await recording(t);
    writeFileSync(join(folder, 'old.gz'), gzipSync(lines.join('\n')));
    expect(await found(folder, 'old.gz', 'house.rec')).toMatchObject({ code: 0, cycles: 10 });
  });

  test.for<[name: string, change: (lines: string[]) => string | Buffer, says: RegExp]>([
    [
      'damaged in the middle',
      (lines) => lines.with(3, lines[3]?.slice(0, 20) ?? '').join('\n'),
      /line 4: it is damaged/,
    ],
    [
      'without its key frame',
      (lines) => lines.toSpliced(1, 1).join('\n'),
      /line 2: it is damaged: there is no key frame/,
    ],
    [
      'of another format',
      (lines) => lines.with(0, '{"recording":2,"evcc":"9"}').join('\n'),
      /line 1: it has format 2, and this version reads 1/,
    ],
    ['of another program', () => 'start,load_w\n2025-01-01,300\n', /is no recording/],
    ['of JSON lines of another program', () => '{"a":1}\n', /is no recording/],
    ['without anything', () => '', /there is no cycle in it/],
    ['with a header only', (lines) => lines[0] ?? '', /there is no cycle in it/],
    ['of bytes', () => Buffer.from([0, 1, 2, 255, 254]), /is no recording/],
    [
      'compressed and cut off',
      (lines) => gzipSync(lines.join('\n')).subarray(0, 200),
      /cannot be read: its end is missing/,
    ],
  ])('%s is refused', async ([, change, says], t) => {
    const { folder, lines } = await recording(t);
    writeFileSync(join(folder, 'other.rec'), change(lines));
    const { code, err } = await replay(folder, 'other.rec');
    expect(err).toMatch(says);
    expect(err).toContain('other.rec');
    expect(code).toBe(1);
  });

  test.for<[args: readonly string[], code: number, says: RegExp]>([
    [[], 2, /the recording is missing/],
    [['nothing.rec'], 1, /there is no such file/],
    [['.'], 1, /it is a folder/],
    [['a.rec', '--report', 'a.html'], 2, /--report shows another configuration, which --config must name/],
    [['a.rec', '--csv', ''], 2, /--csv needs a value/],
    [['a.rec', '--speed', '3'], 2, /Unknown option '--speed'/],
  ])('%j ends with %i', async ([args, code, says]) => {
    const result = await replay(temporaryFolder(), ...args);
    expect([result.code, result.err]).toEqual([code, expect.stringMatching(says)]);
  });
});

/** Files of a recording in the order of time. */
function rotated(folder: string): string[] {
  const names = Array.from({ length: 100 }, (_, index) => `house.rec.${100 - index}.gz`);
  const there = names.filter((name) => {
    try {
      return readFileSync(join(folder, name)).length > 0;
    } catch {
      return false;
    }
  });
  return [...there, 'house.rec'];
}

/** A plugin that allows so many A. */
function policy(current: number): string {
  return `export default {
  name: 'policy',
  apply({ hooks }) {
    hooks.limit.tap('policy', (setpoint) =>
      setpoint.current <= ${current}
        ? setpoint
        : { ...setpoint, current: ${current}, reasons: [...setpoint.reasons, { code: 'policy', text: 'no more than ${current} A' }] });
  },
};
`;
}

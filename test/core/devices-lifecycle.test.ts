import { describe, expect, test } from 'vitest';
import type { ChargerDevice, LoadedPlugin } from '../../core/index.ts';
import { type FakeHouse, startHouse } from '../helpers/house.ts';
import { logged } from '../helpers/probe.ts';

const unreachable = Object.assign(new Error('connect EHOSTUNREACH 10.0.0.5:502'), { code: 'EHOSTUNREACH' });

interface Report {
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  readonly reason: string;
  readonly since: number;
}

const report = (house: FakeHouse, name: string): Report | undefined =>
  (house.site('devices') as Report[]).find((device) => device.name === name);

const TWO = { loadpoints: [{ mode: 'now' }, { mode: 'now' }] } as const;

describe('a device that is absent at the start', () => {
  test('does not stop the start; the house goes on without it, and it comes back by itself', async (t) => {
    let absent = true;
    const house = await startHouse(t, {
      ...TWO,
      create: (name) => {
        if (absent && name === 'charger1') throw unreachable;
      },
    });
    const start = house.clock.now();
    await house.cycle();
    expect(report(house, 'charger1')).toEqual({
      kind: 'charger',
      name: 'charger1',
      type: 'fake',
      state: 'unavailable',
      reason: 'connect EHOSTUNREACH 10.0.0.5:502',
      since: start,
    });
    expect(report(house, 'charger2')).toMatchObject({ state: 'available', reason: '' });
    expect(house.charger(2).charging).toBe(true);
    expect(house.reasons(1)).toContain('charger-unavailable');
    absent = false;
    await house.run(30);
    expect(report(house, 'charger1')).toMatchObject({ state: 'available', reason: '' });
    expect(house.charger(1).charging).toBe(true);
    expect(logged(house, 'charger charger1')).toEqual([
      'warn: charger charger1 is not available: connect EHOSTUNREACH 10.0.0.5:502',
      'info: charger charger1 is back',
    ]);
  });

  test('may be every device of the house', async (t) => {
    let absent = true;
    const house = await startHouse(t, {
      loadpoints: [{ mode: 'pv' }],
      config: { vehicles: { car: { type: 'fake' } } as never },
      rates: (now) => [{ start: now, end: now + 86_400_000, price: 0.3 }],
      create: () => {
        if (absent) throw unreachable;
      },
    });
    await house.run(60);
    expect((house.site('devices') as Report[]).map(({ name, state }) => `${name} ${state}`)).toEqual([
      'grid unavailable',
      'pv unavailable',
      'charger1 unavailable',
      'car unavailable',
      'grid unavailable',
    ]);
    expect(house.runtime.evcc.healthy()).toBe(false);
    absent = false;
    await house.run(600);
    expect((house.site('devices') as Report[]).map(({ state }) => state)).not.toContain('unavailable');
    expect(house.runtime.evcc.healthy()).toBe(true);
  });

  test('is asked with growing pauses', async (t) => {
    const attempts: number[] = [];
    const house = await startHouse(t, {
      interval: 1,
      create: (name, { clock }) => {
        if (name !== 'charger1') return;
        attempts.push(clock.now());
        throw unreachable;
      },
    });
    const start = house.clock.now();
    await house.run(1_500);
    expect(attempts.map((at) => (at - start) / 1_000)).toEqual([0, 1, 2, 7, 17, 37, 77, 157, 317, 617, 917, 1_217]);
  });

  test('is given up when creating it hangs, and closed when it comes late', async (t) => {
    let come = (): void => {};
    const hung = new Promise<void>((resolve) => {
      come = resolve;
    });
    let first = true;
    const house = await startHouse(t, {
      ...TWO,
      create: (name) => {
        if (name !== 'charger1' || !first) return undefined;
        first = false;
        return hung;
      },
    });
    await house.cycle();
    expect(house.charger(2).charging).toBe(true);
    expect(logged(house, 'charger charger1')).toEqual([
      'warn: charger charger1 is not available: starting charger charger1 took longer than 10 s',
    ]);
    await house.run(20);
    expect(report(house, 'charger1')?.state).toBe('available');
    come();
    await house.cycle();
    expect(house.closed).toEqual(['charger1']);
    expect(house.charger(1).charging).toBe(true);
  });
});

describe('a device that vanishes', () => {
  test('keeps its last reading until it is stale; then only switching off is tried, and the others go on', async (t) => {
    const house = await startHouse(t, TWO);
    await house.run(20);
    house.charger(1).failure = unreachable;
    await house.run(50);
    expect(house.reasons(1)).toEqual(['mode-now']);
    await house.run(30);
    expect(house.reasons(1)).toContain('charger-unavailable');
    const reads = house.charger(2).reads;
    await house.run(100);
    expect(house.charger(2).reads).toBe(reads + 10);
    house.commands(1);
    await house.command('mode', 'off', 1);
    await house.command('mode', 'off', 2);
    await house.cycle();
    expect(house.commands(1)).toEqual([{ enable: false }]);
    expect(house.charger(2).enabled).toBe(false);
    house.charger(1).failure = undefined;
    await house.run(310);
    expect(house.charger(1).enabled).toBe(false);
  });

  test('and hangs is given up at its deadline, while the cycles go on in their pace', async (t) => {
    const house = await startHouse(t, { ...TWO, interval: 30 });
    await house.run(60);
    house.charger(1).hangs = true;
    const before = house.charger(2).reads;
    const start = house.clock.now();
    await house.run(300);
    const cycles = house.charger(2).reads - before;
    // Reading holds a cycle up for 5 s at most.
    expect((house.clock.now() - start) / cycles).toBeLessThanOrEqual(35_000);
    expect(report(house, 'charger1')?.reason).toBe('reading charger charger1 took longer than 10 s');
  });

  test('a stale grid meter makes the site power unknown, and pv charging stops', async (t) => {
    const house = await startHouse(t, { loadpoints: [{ mode: 'pv' }] });
    house.set({ pv: 8_000 });
    await house.run(120);
    expect(house.charger().charging).toBe(true);
    house.grid.failure = unreachable;
    await house.run(400);
    expect(house.charger().charging).toBe(false);
    expect(house.site('gridPower')).toBeNull();
  });
});

describe('a device that refuses the credentials', () => {
  test('is not asked again until its entry changes', async (t) => {
    const refused = Object.assign(new Error('Response code 401'), { response: { statusCode: 401 } });
    const house = await startHouse(t, TWO);
    await house.cycle();
    house.charger(1).failure = refused;
    await house.run(30);
    const { reads } = house.charger(1);
    await house.run(3_600);
    expect(house.charger(1).reads).toBe(reads);
    expect(report(house, 'charger1')?.reason).toBe('Response code 401');
    house.charger(1).failure = undefined;
    const chargers = { ...house.config.chargers, charger1: { type: 'fake', n: 1 } };
    expect(await house.runtime.reconfigure({ ...house.config, chargers })).toEqual([]);
    await house.run(20);
    expect(report(house, 'charger1')?.state).toBe('available');
  });
});

describe('a driver that answers nonsense', () => {
  const answering = (answer: unknown): LoadedPlugin => ({
    name: 'nonsense',
    apply(evcc) {
      const device = answer as ChargerDevice;
      evcc.chargers.define('nonsense', { schema: { type: 'object', properties: {} }, create: () => device });
    },
  });
  const reading = (value: unknown) => ({
    read: async () => value,
    enable: async () => {},
    setMaxCurrent: async () => {},
  });

  test.for([
    ['no device', undefined, 'its type made no device that can be read'],
    ['a device without methods', {}, 'its type made no device that can be read'],
    ['nothing', reading(undefined), 'the reading is undefined, not an object'],
    [
      'a power of NaN',
      reading({ status: 'B', enabled: true, power: Number.NaN }),
      'power of the reading is NaN; it must be a number',
    ],
    [
      'a status of its own',
      reading({ status: 'X', enabled: true }),
      'status of the reading is "X"; it must be A, B, C, D, E or F',
    ],
  ] as const)('%s: it is unavailable, and the house goes on', async ([, answer, reason], t) => {
    const house = await startHouse(t, {
      ...TWO,
      plugins: [answering(answer)],
      config: { chargers: { charger1: { type: 'nonsense' }, charger2: { type: 'fake' } } as never },
    });
    await house.run(30);
    expect(report(house, 'charger1')).toMatchObject({ state: 'unavailable', reason });
    expect(house.charger(2).charging).toBe(true);
    expect(logged(house, 'a cycle failed')).toEqual([]);
  });
});

describe('the published list of devices', () => {
  test('names each device once, with the time since when it is as it is', async (t) => {
    const house = await startHouse(t, {
      battery: { soc: 50 },
      site: { meters: { grid: 'grid', pv: ['pv'], battery: ['battery'] } },
      config: { vehicles: { car: { type: 'fake' } } as never },
    });
    const start = house.clock.now();
    await house.cycle();
    const type = 'fake';
    const available = (kind: string, name: string) => ({
      ...{ kind, name, type, state: 'available', reason: '' },
      since: start,
    });
    expect(house.site('devices')).toEqual([
      available('meter', 'grid'),
      available('meter', 'pv'),
      available('meter', 'battery'),
      available('charger', 'charger1'),
      { ...available('vehicle', 'car'), state: 'starting', reason: 'not read yet' },
    ]);
    house.grid.failure = unreachable;
    const lost = house.clock.now();
    await house.run(30);
    expect(report(house, 'grid')).toMatchObject({ state: 'unavailable', since: lost });
  });

  test('and the log show no secrets, neither of the schema nor of the environment', async (t) => {
    const seen: string[] = [];
    const house = await startHouse(t, {
      env: { CHARGER_PASSWORD: 'from-the-environment' },
      config: {
        chargers: { charger1: { type: 'fake', password: { env: 'CHARGER_PASSWORD' } } },
        meters: { grid: { type: 'fake', password: 'in-the-file' }, pv: { type: 'fake' } },
      } as never,
      create: (name) => {
        if (name === 'charger1') throw new Error('login with from-the-environment failed');
        if (name === 'grid') throw new TypeError('login with in-the-file failed');
      },
      plugins: [
        {
          name: 'careless',
          apply: (evcc) =>
            evcc.hooks.measured.tap('careless', () => evcc.log.info('in-the-file, from-the-environment')),
        },
      ],
    });
    await house.run(30);
    expect(report(house, 'charger1')?.reason).toBe('login with *** failed');
    expect(report(house, 'grid')?.reason).toBe('login with *** failed');
    seen.push(JSON.stringify([...house.runtime.evcc.state.site]), JSON.stringify(house.log));
    expect(seen.join()).toContain('***, ***');
    expect(seen.join()).not.toMatch(/from-the-environment|in-the-file/);
  });
});

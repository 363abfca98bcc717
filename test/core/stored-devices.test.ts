import { describe, expect, test } from 'vitest';
import type { LoadedPlugin, Store } from '../../core/index.ts';
import { replaceable } from '../../core/runtime/replaceable.ts';
import { createMemoryStore } from '../../core/store.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';

/** Types of meters, vehicles and tariffs whose devices are what their options say. */
const telling: LoadedPlugin = {
  name: 'telling',
  apply(evcc) {
    const text = { type: 'string' } as const;
    const options = {
      type: 'object',
      required: ['host'],
      properties: {
        host: text,
        password: { ...text, secret: true },
        url: text,
        power: { type: 'number' },
        run: { anyOf: [{ type: 'object', properties: { command: text }, local: true }, text] },
        soc: { type: 'number' },
      },
    } as const;
    const failing = (host: string): void => {
      if (host === 'gone') evcc.fail('EVCC_DEVICE_UNAVAILABLE', 'nobody is there');
    };
    evcc.meters.define('telling', {
      schema: options,
      create: ({ host, power = 100 }) => ({
        read: async () => {
          failing(host);
          if (host === 'slow') await new Promise(() => {});
          return { power };
        },
      }),
    });
    evcc.chargers.define('telling', {
      schema: options,
      create: ({ host }, { log }) => {
        let current = 0;
        return {
          read: async () => ({ status: current > 0 ? 'C' : 'B', enabled: current > 0, power: current * 690 }),
          enable: async () => {},
          setMaxCurrent: async (wanted) => {
            current = wanted;
            log.info(`${host} gets ${wanted} A`);
          },
        };
      },
    });
    evcc.vehicles.define('telling', {
      schema: options,
      create: ({ host, soc = 50 }) => ({
        read: async () => {
          failing(host);
          return { soc };
        },
      }),
    });
    evcc.tariffs.define('telling', {
      schema: options,
      create: ({ power = 0.25 }) => ({
        kind: 'pricestatic',
        rates: async () => [{ start: 0, end: 4_000_000_000_000, price: power }],
      }),
    });
  },
};

type Start = Pick<Parameters<typeof startHouse>[0], 'onTestFinished'>;
const start = (t: Start, options: HouseOptions = {}): Promise<FakeHouse> =>
  startHouse(t, { ...options, plugins: [telling] });
const portOf = ({ runtime }: FakeHouse) => runtime.evcc.configuration;
const car = (more: object = {}) => ({ type: 'telling', host: 'box', title: 'Stored car', ...more });
const failureOf = async (house: FakeHouse, work: Promise<unknown>): Promise<{ code: string; message: string }> =>
  house.clock.until(
    work.then(
      () => ({ code: 'none', message: '' }),
      ({ code, message }: { code: string; message: string }) => ({ code, message }),
    ),
  );
const store = async ({ store: { memory } }: FakeHouse): Promise<readonly { readonly entry: object }[]> =>
  JSON.parse((await memory.all()).get('devices') ?? '').devices;
const reconfigured = (house: FakeHouse, changed: object) =>
  house.clock.until(house.runtime.reconfigure({ ...house.config, ...changed }));

describe('a device that is added while the house runs', () => {
  test('is used like one of the file: a vehicle at once, others where the file names them', async (t) => {
    const house = await start(t, { config: { vehicles: { zoe: { type: 'fake', title: 'Zoe' } } as never } });
    await house.run(20);
    const { clock } = house;
    const port = portOf(house);
    expect(await clock.until(port.create('vehicle', car({ capacity: 50 })))).toBe(1);
    expect(await clock.until(port.create('meter', { type: 'telling', host: 'roof', power: 2_000 }))).toBe(2);
    expect(await clock.until(port.create('tariff', { type: 'telling', host: 'x', power: 0.4 }))).toBe(3);
    await house.run(20);
    expect(house.site('vehicles')).toEqual(['Zoe', 'Stored car']);
    await house.command('vehicle', 'db:1');
    await house.run(20);
    expect(house.loadpoint('vehicleName')).toBe('db:1');
    const site = { title: 'Home', meters: { grid: 'grid', pv: ['pv', 'db:2'] } };
    expect(await reconfigured(house, { site, tariffs: { grid: 'db:3' } })).toEqual([]);
    await house.run(20);
    expect(house.site('pvPower')).toBe(2_000);
    expect(house.site('tariffGrid')).toBe(0.4);
    expect(house.closed).toEqual([]);
  });

  test('charges as the charger of a loadpoint, and goes on when another device is changed', async (t) => {
    const house = await start(t, { meters: ['1st'] });
    await house.cycle();
    expect(await house.clock.until(portOf(house).create('charger', { type: 'telling', host: 'box' }))).toBe(1);
    const loadpoints = [...(house.config.loadpoints ?? []), { charger: 'db:1', mode: 'now', maxCurrent: 10 }];
    // Names may begin with a digit, too.
    const site = { meters: { grid: 'grid', pv: ['pv', '1st'] } };
    expect(await reconfigured(house, { loadpoints, site })).toEqual([]);
    await house.run(30);
    expect(house.loadpoint('chargePower', 2)).toBe(6_900);
    await house.clock.until(portOf(house).create('vehicle', car()));
    await house.run(30);
    expect(house.loadpoint('chargePower', 2)).toBe(6_900);
    expect(house.log.filter(({ message }) => message.startsWith('box gets'))).toHaveLength(1);
    const { message } = await failureOf(house, portOf(house).remove('charger', 1));
    expect(message).toContain('loadpoints[1].charger: there is no charger "db:1"');
  });

  test('is there again after a restart, and its id is not given again', async (t) => {
    const store = { ...createMemoryStore(), location: 'memory' };
    const house = await start(t, { store });
    await house.cycle();
    for (const title of ['First', 'Second']) await house.clock.until(portOf(house).create('vehicle', car({ title })));
    await house.clock.until(portOf(house).remove('vehicle', 2));
    await house.stop();
    const again = await start(t, { store, loadpoints: [{ vehicle: 'db:1' }], now: house.clock.now() });
    await again.run(20);
    expect(again.site('vehicles')).toEqual(['First']);
    expect(await again.clock.until(portOf(again).create('vehicle', car()))).toBe(3);
  });

  test.for([
    ['no type', { host: 'x' }, 'type: must be the name of a type'],
    ['an unknown type', { type: 'teling' }, 'type: unknown vehicle type "teling", did you mean "telling"?'],
    ['a file as type', { type: './car.ts' }, 'type: must be the name of a type: files and packages can only be named'],
    ['a description in a file', { type: './car.yaml' }, 'type: must be the name of a type: files'],
    ['a package as type', { type: 'vitest' }, 'type: unknown vehicle type "vitest"'],
    ['a scoped package', { type: '@acme/evcc' }, 'type: must be the name of a type: files and packages'],
    ['a missing option', { type: 'telling' }, 'host: is missing: must be a text'],
    ['an unknown option', car({ hots: 1 }), 'hots: unknown key, did you mean "host"?'],
    ['all problems at once', { type: 'telling', capacity: 'big' }, 'capacity: must be a number'],
    ['what does not fit together', car({ minCurrent: 20, maxCurrent: 10 }), 'minCurrent: must not be above maxCurrent'],
    [
      'a title that is no line',
      car({ title: 'a\u0000b' }),
      'title: must be a text of up to 200 characters in one line',
    ],
    ['a long title', car({ title: 'x'.repeat(201) }), 'title: must be a text of up to 200 characters'],
    ['a program', car({ run: { command: 'rm' } }), 'run: may only stand in the configuration file'],
    ['a secret that nobody stored', car({ password: '***' }), 'password: *** stands for a stored value'],
    ['a variable of the environment', car({ password: { env: 'SECRET' } }), 'password: must be a text'],
    ['too many levels', car({ url: JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`) }), 'too often'],
    ['too many values', car({ url: Array.from({ length: 1_000 }, () => 1) }), 'must consist of 1000 values at most'],
    ['too much', car({ url: 'x'.repeat(40_000) }), 'must have 32768 characters at most'],
  ] as const)('is refused with every problem, and nothing changes: %s', async ([, entry, message], t) => {
    const house = await start(t, { env: { SECRET: 'of the process' } });
    await house.cycle();
    const failure = await failureOf(house, portOf(house).create('vehicle', entry));
    expect(failure).toEqual({ code: 'EVCC_COMMAND_INVALID', message: expect.stringContaining(message) });
    expect(failure.message).not.toContain('db:');
    expect(portOf(house).devices()).toEqual([]);
    expect(await house.store.memory.all()).not.toHaveProperty('devices');
    await house.run(20);
    expect(house.site('vehicles')).toEqual([]);
  });

  test('a name of its own means nothing, and texts for programs are fine', async (t) => {
    const house = await start(t);
    await house.clock.until(portOf(house).create('vehicle', car({ name: 'mine', run: 'a text' })));
    expect(portOf(house).devices()[0]?.name).toBe('db:1');
  });
});

describe('a stored device', () => {
  test('that is changed is made anew alone, and keeps the secrets that come back as they were shown', async (t) => {
    const house = await start(t);
    const { clock, store, log } = house;
    await house.cycle();
    const port = portOf(house);
    const secrets = { password: 'topsecret', url: 'http://me:geheim99@box/' };
    await clock.until(port.create('vehicle', car(secrets)));
    await clock.until(port.create('vehicle', car({ title: 'Other' })));
    const shown = port.devices()[0]?.entry ?? {};
    expect(shown).toMatchObject({ password: '***', url: 'http://me:***@box/', host: 'box' });
    await clock.until(port.change('vehicle', 1, { ...shown, type: undefined, soc: 70 }));
    const kept = (await store.memory.all()).get('devices') ?? '';
    expect(JSON.parse(kept).devices[0].entry).toEqual({ ...car(secrets), soc: 70 });
    expect(house.runtime.composition.entries.get('vehicles["db:1"]')?.options).toMatchObject({ ...secrets, soc: 70 });
    await clock.until(port.change('vehicle', 1, { ...shown, ...secrets, soc: 70, password: 'another1' }));
    expect((await store.memory.all()).get('devices')).toContain('another1');
    expect(house.closed).toEqual([]);
    expect(log.map(({ message }) => message).join('\n')).not.toMatch(/topsecret|geheim99|another1/);
  });

  test('keeps its secrets to those that they were given for', async (t) => {
    const house = await start(t);
    await house.cycle();
    const port = portOf(house);
    await house.clock.until(port.create('vehicle', car({ password: 'topsecret' })));
    const moved = { ...port.devices()[0]?.entry, host: 'evil' };
    for (const work of [port.change('vehicle', 1, moved), port.test('vehicle', { host: 'evil' }, 1)]) {
      expect(await failureOf(house, work)).toEqual({
        code: 'EVCC_COMMAND_INVALID',
        message: 'password: must be entered again, since host is another one: what is stored goes nowhere else',
      });
    }
    expect((await store(house))[0]?.entry).toEqual(car({ password: 'topsecret' }));
    await house.clock.until(port.change('vehicle', 1, { ...moved, password: 'another1' }));
    expect((await store(house))[0]?.entry).toEqual(car({ host: 'evil', password: 'another1' }));
  });

  test('a change that does not fit leaves it as it is', async (t) => {
    const house = await start(t);
    await house.cycle();
    const port = portOf(house);
    await house.clock.until(port.create('vehicle', car()));
    expect(await failureOf(house, port.change('vehicle', 1, { title: 'No host' }))).toMatchObject({
      code: 'EVCC_COMMAND_INVALID',
      message: expect.stringContaining('host: is missing'),
    });
    expect(await failureOf(house, port.change('meter', 1, car()))).toMatchObject({ code: 'EVCC_NOT_FOUND' });
    expect(await failureOf(house, port.remove('vehicle', 7))).toMatchObject({ code: 'EVCC_NOT_FOUND' });
    expect(port.devices().map(({ entry }) => entry)).toEqual([car()]);
  });

  test('two changes at once come one after the other, and both are whole', async (t) => {
    const house = await start(t);
    await house.cycle();
    const port = portOf(house);
    await house.clock.until(port.create('vehicle', car({ password: 'topsecret' })));
    const entries = ['One', 'Two'].map((title) => car({ title, password: '***' }));
    await house.clock.until(Promise.all(entries.map((entry) => port.change('vehicle', 1, entry))));
    const [, last] = entries;
    expect(port.devices()[0]?.entry).toEqual(last);
    expect((await house.store.memory.all()).get('devices')).toContain('topsecret');
    await house.run(20);
    expect(house.site('vehicles')).toEqual(['Two']);
  });

  test('that is in use is not removed, and the answer says where it is used', async (t) => {
    const house = await start(t);
    await house.cycle();
    const port = portOf(house);
    await house.clock.until(port.create('meter', { type: 'telling', host: 'roof' }));
    await house.clock.until(port.create('tariff', { type: 'telling', host: 'roof' }));
    const site = { title: 'Home', meters: { grid: 'grid', pv: ['pv', 'db:1'] } };
    expect(await reconfigured(house, { site, tariffs: { feedin: 'db:2' } })).toEqual([]);
    expect((await failureOf(house, port.remove('meter', 1))).message).toContain('site.meters.pv[1]: there is no meter');
    expect((await failureOf(house, port.remove('tariff', 2))).message).toContain('tariffs.feedin: there is no tariff');
    expect(await reconfigured(house, {})).toEqual([]);
    await house.clock.until(port.remove('meter', 1));
    expect(port.devices().map(({ id }) => id)).toEqual([2]);
  });

  test('what the database refuses is not in force', async (t) => {
    const store = createMemoryStore();
    let fails = false;
    const failing: Store = {
      ...store,
      memory: {
        ...store.memory,
        save: async (texts) => {
          if (fails && texts.has('devices')) throw new Error('disk is full');
          await store.memory.save(texts);
        },
      },
    };
    const house = await start(t, { store: failing });
    await house.cycle();
    fails = true;
    expect(await failureOf(house, portOf(house).create('vehicle', car()))).toMatchObject({ code: 'EVCC_STORE_FAILED' });
    await house.run(20);
    expect(house.site('vehicles')).toEqual([]);
    expect(portOf(house).devices()).toEqual([]);
  });
});

test('a device that is added while everything stored is replaced is in force neither, and whoever adds it is told', async (t) => {
  let replaced = (): void => {};
  const store = replaceable({
    ...createMemoryStore(),
    copy: {
      version: 1,
      async *read() {},
      replace: () =>
        new Promise((resolve) => {
          replaced = resolve;
        }),
    },
  });
  const house = await start(t, { store });
  await house.cycle();
  const replacing = store.copy?.replace((async function* () {})());
  const added = failureOf(house, portOf(house).create('vehicle', car()));
  await house.clock.advance(1_000);
  replaced();
  await replacing;
  const failure = { code: 'EVCC_STORE_FAILED', message: expect.stringContaining('the database was replaced') };
  expect(await added).toEqual(failure);
  expect(await failureOf(house, portOf(house).create('meter', { type: 'telling', host: 'x' }))).toEqual(failure);
  expect(portOf(house).devices()).toEqual([]);
  await house.run(20);
  expect(house.site('vehicles')).toEqual([]);
});

describe('a stored device that does not fit any more', () => {
  /** A store in which somebody left devices. */
  async function left(devices: readonly object[]): Promise<Store> {
    const store = { ...createMemoryStore(), location: 'memory' };
    await store.memory.save(new Map([['devices', JSON.stringify({ last: 9, devices })]]));
    return store;
  }

  test('is told of and not available, and the house runs on', async (t) => {
    const store = await left([
      { id: 1, kind: 'meter', entry: { type: 'gone', host: 'x', password: 'topsecret' } },
      { id: 2, kind: 'vehicle', entry: car({ host: undefined, soc: 'much' }) },
      { id: 3, kind: 'vehicle', entry: car() },
      { id: 4, kind: 'tariff', entry: { type: 'gone' } },
      { id: 5, kind: 'nothing', entry: { type: 'gone' } },
    ]);
    const house = await start(t, {
      store,
      site: { meters: { grid: 'grid', pv: ['pv', 'db:1'] } },
      config: { tariffs: { grid: 'db:4' } },
    });
    house.set({ pv: 3_000 });
    await house.run(30);
    expect(house.site('gridPower')).toBe(-3_000);
    const { system, configuration } = house.runtime.evcc;
    expect(system.problems().map(({ path }) => path)).toEqual([
      'meters["db:1"].type',
      'tariffs["db:4"].type',
      'vehicles["db:2"].host',
      'vehicles["db:2"].soc',
    ]);
    const reports = house.site('devices') as unknown as readonly { name: string; state: string; reason: string }[];
    expect(reports.find(({ name }) => name === 'db:1')).toMatchObject({
      state: 'unavailable',
      reason: expect.stringContaining('unknown meter type "gone"'),
    });
    expect(configuration.devices().map(({ name }) => name)).toEqual(['db:1', 'db:2', 'db:3', 'db:4']);
    expect(JSON.stringify(configuration.devices())).not.toContain('topsecret');
    expect(configuration.devices()[1]?.entry).toEqual({ type: 'telling', title: 'Stored car', soc: '***' });
    const warned = house.log.filter(({ message }) => message.includes('do not fit and are not available'));
    expect(warned).toEqual([
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('db:2"].soc') }),
    ]);
    await house.clock.until(configuration.change('vehicle', 2, car()));
    expect(system.problems().map(({ path }) => path)).not.toContain('vehicles["db:2"].host');
    expect(await reconfigured(house, { site: { meters: { grid: 'grid', pv: 'pv' } }, tariffs: {} })).toEqual([]);
    await house.clock.until(configuration.remove('meter', 1));
  });

  test('a name that nobody stored is a problem of the file', async (t) => {
    await expect(start(t, { loadpoints: [{ vehicle: 'db:4' }] })).rejects.toMatchObject({
      code: 'EVCC_CONFIG_INVALID',
      message: expect.stringContaining('loadpoints[0].vehicle: there is no vehicle "db:4"'),
    });
  });
});

describe('trying a device out', () => {
  test('reads it once, and leaves nothing behind', async (t) => {
    const house = await start(t);
    await house.cycle();
    const port = portOf(house);
    const tried = (entry: object, id?: number) => house.clock.until(port.test('vehicle', { ...entry }, id));
    expect(await tried(car({ soc: 33 }))).toEqual({ reading: { soc: 33 }, error: '' });
    expect(await tried(car({ host: 'gone' }))).toEqual({ error: 'nobody is there' });
    await house.clock.until(port.create('vehicle', car({ password: 'topsecret' })));
    expect(await tried({}, 1)).toEqual({ reading: { soc: 50 }, error: '' });
    expect(await tried({ soc: 12, password: '***' }, 1)).toEqual({ reading: { soc: 12 }, error: '' });
    expect((await failureOf(house, port.test('vehicle', { type: 'telling' }))).message).toContain('host: is missing');
    expect(port.devices().map(({ entry }) => entry)).toEqual([car({ password: '***' })]);
    await house.run(20);
    expect(house.site('vehicles')).toEqual(['Stored car']);
    expect([...house.runtime.composition.entries.keys()].filter((path) => path.includes('db:0'))).toEqual([]);
  });

  test('ends where the device does not answer, and a tariff gives its rates', async (t) => {
    const house = await start(t);
    await house.cycle();
    const port = portOf(house);
    const { error } = await house.clock.until(port.test('meter', { type: 'telling', host: 'slow', timeout: 300 }));
    expect(error).toContain('took longer than 20 s');
    expect(await house.clock.until(port.test('tariff', { type: 'telling', host: 'x' }))).toMatchObject({ error: '' });
  });
});

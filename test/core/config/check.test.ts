import { describe, expect, test } from 'vitest';
import { checkCore } from '../../../core/config/check.ts';
import { formatProblem } from '../../../core/config/problem.ts';
import type { EvccConfig } from '../../../core/index.ts';

/** A configuration without problems, to be changed by the tests. */
function house(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    meters: { grid: { type: 'custom' }, roof: { type: 'custom' }, cellar: { type: 'custom' } },
    chargers: { garage: { type: 'custom' }, yard: { type: 'custom' } },
    vehicles: { ev6: { type: 'offline' } },
    site: { meters: { grid: 'grid', pv: 'roof' } },
    loadpoints: [{ charger: 'garage' }],
    ...changes,
  };
}

function problemsOf(config: unknown, sections: readonly string[] = ['rest', 'mqtt']): string[] {
  return checkCore(config, sections).problems.map(formatProblem);
}

const loadpoint = (changes: object) => house({ loadpoints: [{ charger: 'garage', ...changes }] });
const site = (changes: object) => house({ site: { meters: { grid: 'grid' }, ...changes } });
const car = (changes: object) => house({ vehicles: { ev6: { type: 'offline', ...changes } } });
const meter = (changes: object) =>
  house({ meters: { grid: { type: 'custom', ...changes } }, site: { meters: { grid: 'grid' } } });

/** What is wrong, and what is said of it. */
const BAD: readonly (readonly [title: string, config: unknown, ...problems: string[]])[] = [
  [
    'no object',
    42,
    'must be an object, as defineConfig({ … }) makes it (is 42)',
    'site: is missing: must be an object with meters, e.g. { title: "Home", meters: { grid: "…" } }',
  ],
  ['a misspelt key', house({ loadpoint: [] }), 'loadpoint: unknown key, did you mean "loadpoints"?'],
  ['a misspelt section', house({ mqt: {} }), 'mqt: unknown key, did you mean "mqtt"?'],
  [
    'a key like nothing else',
    house({ zzzzzz: 1 }),
    'zzzzzz: unknown key; known: interval, log, database, meters, chargers, vehicles, tariffs, site, circuits, loadpoints, plugins, rest and 1 more',
  ],
  ['an interval of 0', house({ interval: 0 }), 'interval: must be a number from 1 to 3600 s (is 0)'],
  ['an interval in words', house({ interval: '10s' }), 'interval: must be a number from 1 to 3600 s (is "10s")'],
  [
    'an endless interval',
    house({ interval: Number.POSITIVE_INFINITY }),
    'interval: must be a number from 1 to 3600 s (is "Infinity")',
  ],
  [
    'an interval that is no number',
    house({ interval: Number.NaN }),
    'interval: must be a number from 1 to 3600 s (is "NaN")',
  ],
  [
    'an unknown log level',
    house({ log: 'warning' }),
    'log: must be one of "debug", "info", "warn", "error", "silent" or an object, did you mean "warn"? (is "warning")',
  ],
  [
    'an unknown level of an area',
    house({ log: { areas: { mqtt: 'loud' } } }),
    'log.areas.mqtt: must be one of "debug", "info", "warn", "error", "silent" (is "loud")',
  ],
  ['an unknown log format', house({ log: { format: 'xml' } }), 'log.format: must be one of "text", "json" (is "xml")'],
  [
    'a database without type',
    house({ database: { file: 'x' } }),
    'database.type: is missing: must be a text that is not empty (Type of the database, package or file)',
  ],
  [
    'chargers as a list',
    house({ chargers: [{ type: 'custom' }] }),
    'chargers: must be an object of chargers by name (is "[…]")',
    'loadpoints[0].charger: there is no charger "garage"; there are no chargers',
  ],
  [
    'a charger without type',
    house({ chargers: { garage: { host: 'x' } } }),
    'chargers.garage.type: is missing: must be a text that is not empty (Type of the charger, package or file)',
  ],
  [
    'a charger that is a text',
    house({ chargers: { garage: 'go-e' } }),
    'chargers.garage: must be an object with type (is "go-e")',
  ],
  [
    'a charger with a number as type',
    house({ chargers: { garage: { type: 4 } } }),
    'chargers.garage.type: must be a text that is not empty (is 4)',
  ],
  [
    'a name with a dot',
    house({ chargers: { garage: { type: 'custom' }, 'my.box': { type: 'custom' } } }),
    'chargers["my.box"]: a name must consist of letters, digits, - and _',
  ],
  [
    'a name that is no text for paths',
    house({ meters: { grid: { type: 'custom' }, '../up': { type: 'custom' } }, site: { meters: { grid: 'grid' } } }),
    'meters["../up"]: a name must consist of letters, digits, - and _',
  ],
  ['no time for a reading', meter({ timeout: 0 }), 'meters.grid.timeout: must be a number from 0.1 to 300 s (is 0)'],
  [
    'readings that are stale at once',
    meter({ staleAfter: 5 }),
    'meters.grid.staleAfter: must be at least 30 s, three intervals (is 5)',
  ],
  ['an empty title of a meter', meter({ title: '' }), 'meters.grid.title: must be a text that is not empty (is "")'],
  [
    'a car without battery',
    car({ capacity: 0 }),
    'vehicles.ev6.capacity: must be a number above 0 and up to 10000 kWh (is 0)',
  ],
  ['a car with four phases', car({ phases: 4 }), 'vehicles.ev6.phases: must be one of 1, 2, 3 (is 4)'],
  [
    'a car with a negative current',
    car({ minCurrent: -6 }),
    'vehicles.ev6.minCurrent: must be a number above 0 and up to 1000 A (is -6)',
  ],
  [
    'a car whose limits cross',
    car({ minCurrent: 10, maxCurrent: 8 }),
    'vehicles.ev6.minCurrent: must not be above maxCurrent (8 A) (is 10)',
  ],
  [
    'a currency in words',
    house({ tariffs: { currency: 'Euro' } }),
    'tariffs.currency: must be a text like /^[A-Z]{3}$/ (is "Euro")',
  ],
  [
    'a misspelt tariff',
    house({ tariffs: { feedIn: { type: 'fixed' } } }),
    'tariffs.feedIn: unknown key, did you mean "feedin"?',
  ],
  [
    'a tariff without type',
    house({ tariffs: { grid: { price: 1 } } }),
    'tariffs.grid.type: is missing: must be a text that is not empty (Type of the tariff, package or file)',
  ],
  ['tariffs as a list', house({ tariffs: [] }), 'tariffs: must be an object (is "[…]")'],
  ['a list of grid tariffs', house({ tariffs: { grid: [] } }), 'tariffs.grid: must be an object with type (is "[…]")'],
  [
    'a solar tariff that is none',
    house({ tariffs: { solar: 5 } }),
    'tariffs.solar: must be an object with type (is 5)',
  ],
  [
    'one of several solar tariffs without type',
    house({ tariffs: { solar: [{ type: 'custom' }, { typ: 'custom' }] } }),
    'tariffs.solar[1].type: is missing: must be a text that is not empty (Type of the tariff, package or file)',
  ],
  [
    'no site',
    house({ site: undefined }),
    'site: is missing: must be an object with meters, e.g. { title: "Home", meters: { grid: "…" } }',
  ],
  [
    'a site without meters',
    house({ site: {} }),
    'site.meters: is missing: must be an object (What the meters measure; without grid there must be a PV meter)',
  ],
  [
    'a site without grid and pv',
    house({ site: { meters: {} } }),
    'site.meters: must name a grid meter or at least one pv meter',
  ],
  [
    'a site with an empty list of pv meters',
    house({ site: { meters: { pv: [] } } }),
    'site.meters: must name a grid meter or at least one pv meter',
  ],
  [
    'a misspelt meter role',
    house({ site: { meters: { grid: 'grid', batery: 'roof' } } }),
    'site.meters.batery: unknown key, did you mean "battery"?',
  ],
  [
    'a site meter that does not exist',
    house({ site: { meters: { grid: 'gird' } } }),
    'site.meters.grid: there is no meter "gird", did you mean "grid"?',
  ],
  [
    'a pv meter that does not exist',
    house({ site: { meters: { pv: ['roof', 'barn'] } } }),
    'site.meters.pv[1]: there is no meter "barn"; known: grid, roof, cellar',
  ],
  [
    'a meter with two roles',
    house({ site: { meters: { grid: 'grid', pv: ['roof'], battery: 'roof' } } }),
    'site.meters.battery: meter "roof" is already used by site.meters.pv[0]',
  ],
  ['a voltage out of range', site({ voltage: 12 }), 'site.voltage: must be a number from 90 to 500 V (is 12)'],
  ['a soc above 100', site({ prioritySoc: 101 }), 'site.prioritySoc: must be a number from 0 to 100 % (is 101)'],
  [
    'socs out of order',
    site({ prioritySoc: 60, bufferSoc: 50 }),
    'site.prioritySoc: must not be above bufferSoc (50 %) (is 60)',
  ],
  [
    'buffers out of order',
    site({ bufferSoc: 90, bufferStartSoc: 50 }),
    'site.bufferSoc: must not be above bufferStartSoc (50 %) (is 90)',
  ],
  [
    'loadpoints as an object',
    house({ loadpoints: { charger: 'garage' } }),
    'loadpoints: must be a list of objects, each with a charger (is "{…}")',
  ],
  [
    'a loadpoint without charger',
    house({ loadpoints: [{}] }),
    'loadpoints[0].charger: is missing: must be a text that is not empty (Name of a charger)',
  ],
  [
    'a loadpoint that is a text',
    house({ loadpoints: ['garage'] }),
    'loadpoints[0]: must be an object with charger (is "garage")',
  ],
  [
    'a charger that does not exist',
    house({ loadpoints: [{ charger: 'garag' }] }),
    'loadpoints[0].charger: there is no charger "garag", did you mean "garage"?',
  ],
  [
    'one charger at two loadpoints',
    house({ loadpoints: [{ charger: 'garage' }, { charger: 'garage' }] }),
    'loadpoints[1].charger: charger "garage" is already used by loadpoints[0].charger',
  ],
  [
    'a loadpoint meter that does not exist',
    loadpoint({ meter: 'cell' }),
    'loadpoints[0].meter: there is no meter "cell", did you mean "cellar"?',
  ],
  [
    'a loadpoint meter that is the grid meter',
    loadpoint({ meter: 'grid' }),
    'loadpoints[0].meter: meter "grid" is already used by site.meters.grid',
  ],
  [
    'a vehicle that does not exist',
    loadpoint({ vehicle: 'id3' }),
    'loadpoints[0].vehicle: there is no vehicle "id3"; known: ev6',
  ],
  [
    'an unknown mode',
    loadpoint({ mode: 'minpw' }),
    'loadpoints[0].mode: must be one of "off", "pv", "minpv", "now", did you mean "minpv"? (is "minpw")',
  ],
  ['two phases', loadpoint({ phases: 2 }), 'loadpoints[0].phases: must be one of 0, 1, 3 (is 2)'],
  ['a current of 0', loadpoint({ minCurrent: 0 }), 'loadpoints[0].minCurrent: must be a number from 1 to 80 A (is 0)'],
  [
    'currents that cross',
    loadpoint({ minCurrent: 10, maxCurrent: 8 }),
    'loadpoints[0].minCurrent: must not be above maxCurrent (8 A) (is 10)',
  ],
  [
    'a minimum above the usual maximum',
    loadpoint({ minCurrent: 20 }),
    'loadpoints[0].minCurrent: must not be above maxCurrent (by default 16 A) (is 20)',
  ],
  [
    'a maximum below the usual minimum',
    loadpoint({ maxCurrent: 5 }),
    'loadpoints[0].maxCurrent: must not be below minCurrent (by default 6 A) (is 5)',
  ],
  [
    'a priority in words',
    loadpoint({ priority: 'high' }),
    'loadpoints[0].priority: must be a whole number from 0 to 10 (is "high")',
  ],
  [
    'half a priority',
    loadpoint({ priority: 1.5 }),
    'loadpoints[0].priority: must be a whole number from 0 to 10 (is 1.5)',
  ],
  [
    'a delay before now',
    loadpoint({ enable: { delay: -1 } }),
    'loadpoints[0].enable.delay: must be a number from 0 to 86400 s (is -1)',
  ],
  [
    'a misspelt threshold',
    loadpoint({ disable: { treshold: 100 } }),
    'loadpoints[0].disable.treshold: unknown key, did you mean "threshold"?',
  ],
  [
    'a misspelt key of a loadpoint',
    loadpoint({ maxcurrent: 16 }),
    'loadpoints[0].maxcurrent: unknown key, did you mean "maxCurrent"?',
  ],
  [
    'a name with a space',
    loadpoint({ name: 'my box' }),
    'loadpoints[0].name: must be a text like /^[A-Za-z0-9_-]+$/ (is "my box")',
  ],
  [
    'two loadpoints of one name',
    house({ loadpoints: [{ charger: 'garage', name: 'yard' }, { charger: 'yard' }] }),
    'loadpoints[1].name: is already the name of loadpoints[0] (is "yard")',
  ],
  [
    'plugins that are no list',
    house({ plugins: 'evcc-x' }),
    'plugins: must be a list of packages, files and plugin objects (is "evcc-x")',
  ],
  [
    'a plugin that is none',
    house({ plugins: [{ name: 'x' }] }),
    'plugins[0]: must be a package, a file, or a plugin object { name, apply } (is "{…}")',
  ],
];

describe('a bad configuration', () => {
  test.each(BAD)('%s', (_, config, ...problems) => {
    expect(problemsOf(config)).toEqual(problems);
  });

  test('is described as a whole, not only by its first problem', () => {
    const config = house({
      interval: -1,
      chargers: { garage: { type: 'custom', timeout: 'long' } },
      site: { title: 7, meters: { grid: 'gird' } },
      loadpoints: [
        { charger: 'yard', mode: 'on' },
        { charger: 'garage', phases: 2 },
      ],
      extra: true,
    });
    expect(problemsOf(config).map((line) => line.split(':')[0])).toEqual([
      'interval',
      'chargers.garage.timeout',
      'site.title',
      'loadpoints[0].mode',
      'loadpoints[1].phases',
      'extra',
      'site.meters.grid',
      'loadpoints[0].charger',
    ]);
  });

  test('still gives the entries whose options can be checked', () => {
    const { config } = checkCore(house({ chargers: { garage: { type: 'go-e', host: 1, timeout: 'x' }, x: 3 } }), []);
    expect([...config.chargers.keys()]).toEqual(['garage']);
    expect(config.chargers.get('garage')).toMatchObject({ type: 'go-e', options: { host: 1 }, timeout: 10_000 });
  });

  test('cannot reach the prototype of objects', () => {
    const config = JSON.parse(
      '{"site": {"meters": {"grid": "grid"}, "__proto__": {"polluted": true}}, "meters": {"grid": {"type": "x"}}}',
    );
    expect(problemsOf(config)).toEqual([expect.stringContaining('site.__proto__: unknown key')]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('a good configuration', () => {
  test('is completed with defaults, in internal units', () => {
    const { config, problems } = checkCore(house(), ['rest', 'mqtt']);
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      interval: 10_000,
      log: { level: 'info', areas: {}, format: 'text' },
      database: { kind: 'store', name: 'database', path: 'database', type: 'sqlite', options: {} },
      currency: 'EUR',
      site: {
        title: 'Home',
        voltage: 230,
        meters: { grid: 'grid', pv: ['roof'], battery: [], aux: [] },
        residualPower: 0,
        prioritySoc: 0,
        bufferSoc: 0,
        bufferStartSoc: 0,
        smartCostLimit: 0,
      },
    });
    expect(config.loadpoints).toEqual([
      {
        name: 'garage',
        resetOnDisconnect: false,
        title: 'Loadpoint 1',
        charger: 'garage',
        mode: 'off',
        priority: 0,
        minCurrent: 6,
        maxCurrent: 16,
        enable: { delay: 60_000, threshold: 0 },
        disable: { delay: 180_000, threshold: 0 },
        guardDuration: 60_000,
        phaseOrder: [1, 2, 3],
        soc: { poll: { mode: 'charging', interval: 3_600_000 }, estimate: true },
        minSoc: 0,
        targetSoc: 100,
      },
    ]);
    expect(config.meters.get('roof')).toMatchObject({ title: 'roof', timeout: 10_000, staleAfter: 60_000 });
  });

  test('may say what is special about a vehicle; of two limits the stricter one counts', () => {
    const onIdentify = {
      mode: 'now',
      priority: 3,
      minCurrent: 8,
      maxCurrent: 20,
      maxPower: 7.4,
      minSoc: 20,
      targetSoc: 80,
    };
    const ev6 = { type: 'offline', minCurrent: 6, maxCurrent: 16, features: ['coarseCurrent'], identifiers: ['04*'] };
    const loadpoints = [{ charger: 'garage', soc: { poll: { mode: 'always', interval: 30 }, estimate: false } }];
    const { config, problems } = checkCore({ ...house(), vehicles: { ev6: { ...ev6, onIdentify } }, loadpoints }, []);
    expect(problems).toEqual([]);
    expect(config.vehicles.get('ev6')).toMatchObject({
      minCurrent: 8,
      maxCurrent: 16,
      maxPower: 7_400,
      priority: 3,
      mode: 'now',
      settings: { minSoc: 20, targetSoc: 80 },
      features: ['coarseCurrent'],
      identifiers: ['04*'],
    });
    expect(config.loadpoints[0]?.soc).toEqual({ poll: { mode: 'always', interval: 1_800_000 }, estimate: false });
    expect(
      problemsOf({ ...house(), vehicles: { ev6: { ...ev6, onIdentify: { minCurrent: 20, maxCurrent: 10 } } } }),
    ).toEqual([expect.stringContaining('vehicles.ev6.onIdentify.minCurrent')]);
    expect(problemsOf({ ...house(), vehicles: { ev6: { ...ev6, features: ['fast'] } } })).toEqual([
      expect.stringContaining('vehicles.ev6.features'),
    ]);
  });

  test('may be written in full', () => {
    const plugin = { name: 'mine', apply() {} };
    const given = {
      interval: 30,
      log: { level: 'warn', areas: { mqtt: 'debug' }, format: 'json' },
      database: { type: 'postgres', url: 'postgres://db' },
      meters: {
        grid: { type: 'shelly-3em', host: '10.0.0.1', title: 'Grid', timeout: 2, staleAfter: 120 },
        a: { type: 'x' },
      },
      chargers: { garage: { type: './my-charger.ts', speed: 1 } },
      vehicles: {
        ev6: { type: 'offline', title: 'EV6', icon: 'car', capacity: 77, phases: 3, minCurrent: 6, maxCurrent: 16 },
      },
      tariffs: { currency: 'CHF', grid: { type: 'fixed', price: 0.3 }, co2: { type: 'gsi', zip: '1' } },
      site: {
        title: 'Hut',
        voltage: 240,
        meters: { grid: 'grid', aux: ['a'] },
        residualPower: -100,
        smartCostLimit: 0.1,
      },
      loadpoints: [
        {
          name: 'box',
          charger: 'garage',
          vehicle: 'ev6',
          mode: 'pv',
          phases: 0,
          enable: { delay: 0, threshold: -500 },
        },
      ],
      plugins: ['evcc-plugin-x', plugin],
      mqtt: { broker: 'mqtt://x' },
    };
    const { config, problems } = checkCore(given, ['mqtt']);
    expect(problems).toEqual([]);
    expect(config.meters.get('grid')).toEqual({
      kind: 'meter',
      name: 'grid',
      path: 'meters.grid',
      type: 'shelly-3em',
      title: 'Grid',
      options: { host: '10.0.0.1' },
      common: { title: 'Grid', timeout: 2, staleAfter: 120 },
      maxSoc: 100,
      timeout: 2_000,
      staleAfter: 120_000,
    });
    expect(config.meters.get('a')).toMatchObject({ staleAfter: 90_000 });
    expect(config.vehicles.get('ev6')).toMatchObject({
      title: 'EV6',
      icon: 'car',
      capacity: 77_000,
      phases: 3,
      minCurrent: 6,
    });
    expect(config.tariffs.map(({ role }) => role)).toEqual(['grid', 'co2']);
    expect(config.tariffs[0]).toMatchObject({ kind: 'tariff', path: 'tariffs.grid', options: { price: 0.3 } });
    expect(config.currency).toBe('CHF');
    expect(config.loadpoints[0]).toMatchObject({
      name: 'box',
      title: 'box',
      phases: 0,
      enable: { delay: 0, threshold: -500 },
    });
    expect(config.plugins).toEqual(['evcc-plugin-x', plugin]);
    expect(config.plugins[1]).toBe(plugin);
    expect(config.sections).toEqual(new Map([['mqtt', { broker: 'mqtt://x' }]]));
  });

  test.for<[unknown, string[], string[]]>([
    [{ type: 'x' }, ['solar'], ['tariffs.solar']],
    [
      [{ type: 'x' }, { type: 'y' }],
      ['solar-1', 'solar-2'],
      ['tariffs.solar[0]', 'tariffs.solar[1]'],
    ],
    [[], [], []],
  ])('has one solar tariff or several: %j', ([solar, names, paths]) => {
    const { config, problems } = checkCore(house({ tariffs: { solar } }), []);
    expect(problems).toEqual([]);
    expect(config.tariffs.map(({ name }) => name)).toEqual(names);
    expect(config.tariffs.map(({ path }) => path)).toEqual(paths);
    expect(config.tariffs.every(({ role }) => role === 'solar')).toBe(true);
  });

  test('may leave keys undefined', () => {
    const config: EvccConfig = {
      ...house(),
      site: { meters: { grid: 'grid' } },
      ...({ interval: undefined, loadpoints: [{ charger: 'garage', meter: undefined }], mqtt: undefined } as object),
    };
    expect(problemsOf(config)).toEqual([]);
    expect(checkCore(config, ['mqtt']).config.sections.has('mqtt')).toBe(false);
  });

  test('needs no loadpoint', () => {
    expect(checkCore(house({ loadpoints: undefined }), []).config.loadpoints).toEqual([]);
  });

  test('serves REST unless it is switched off', () => {
    expect(checkCore(house(), ['rest']).config.sections).toEqual(new Map([['rest', {}]]));
    expect(checkCore(house({ rest: true }), ['rest']).config.sections).toEqual(new Map([['rest', {}]]));
    expect(checkCore(house({ rest: { port: 1 } }), ['rest']).config.sections).toEqual(new Map([['rest', { port: 1 }]]));
    expect(checkCore(house({ rest: false }), ['rest']).config.sections).toEqual(new Map([['rest', false]]));
  });

  test('shows the web page unless it is switched off', () => {
    const sections = (web: unknown) => checkCore(house({ web }), ['rest', 'web']).config.sections;
    expect(sections(undefined).get('web')).toEqual({});
    expect(sections(true).get('web')).toEqual({});
    expect(sections(false).get('web')).toBe(false);
  });

  test('is not changed by the check', () => {
    const config = Object.freeze(house({ site: Object.freeze({ meters: Object.freeze({ grid: 'grid' }) }) }));
    const before = JSON.stringify(config);
    checkCore(config, []);
    expect(JSON.stringify(config)).toBe(before);
  });
});

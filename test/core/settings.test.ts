import { describe, expect, test } from 'vitest';
import type { SettingScope } from '../../core/index.ts';
import { SETTINGS } from '../../core/runtime/settings-table.ts';
import { type FakeHouse, type HouseOptions, startHouse } from '../helpers/house.ts';

/** Noon, so that times of the same day lie before and after it */
const NOW = Date.parse('2025-06-15T12:00:00Z');

const HOUSE: HouseOptions = {
  now: NOW,
  battery: { soc: 50 },
  batteryMode: async () => {},
  // Boost is for the solar modes.
  loadpoints: [{ mode: 'pv' }],
  charger: (charger) => {
    charger.canSwitchPhases = true;
    charger.traits = { maxCurrent: 32 };
  },
  config: { vehicles: { ev6: { type: 'fake', title: 'The EV6' }, zoe: { type: 'fake' } } as never },
};

interface Row {
  /** What comes in, and what is in force then */
  readonly good: readonly (readonly [unknown, unknown])[];
  readonly bad: readonly unknown[];
  /** What a refusal of the first bad value says is allowed */
  readonly allowed: string;
}

const percent = (allowed = 'a whole number from 0 to 100 (%)', more: readonly unknown[] = [50.5, '50.5']): Row => ({
  good: [
    ['0', 0],
    ['100', 100],
    [57, 57],
    ['007', 7],
    ['57.', 57],
  ],
  bad: [101, -1, '100.0001', ...more],
  allowed,
});
const soc = (): Row => percent('a number from 0 to 100 (%)', []);
const watts: Row = {
  good: [
    ['0', 0],
    ['-100000', -100_000],
    [100_000, 100_000],
    ['-.5', -0.5],
  ],
  bad: [100_000.1, '-100001', '1e3', '0x10'],
  allowed: 'a number from -100000 to 100000 (W)',
};

const flag: Row = {
  good: [
    ['true', true],
    ['t', true],
    ['1', true],
    [true, true],
    ['false', false],
    ['f', false],
    ['0', false],
    [false, false],
  ],
  bad: ['yes', 'TRUE', 2, 0],
  allowed: 'true or false',
};

const limit: Row = {
  good: [
    ['0.25', 0.25],
    [-0.1, -0.1],
    [0, 0],
    ['null', null],
    ['', null],
    [null, null],
  ],
  bad: ['10000.5', -10_001],
  allowed: 'a number from -10000 to 10000, or null',
};

const delay: Row = {
  good: [
    ['0', 0],
    [86_400, 86_400],
    ['12.5', 12.5],
  ],
  bad: [86_401, -1, '60s'],
  allowed: 'a number from 0 to 86400 (s)',
};

const limitEnergy: Row = {
  good: [
    ['0', 0],
    ['7.5', 7.5],
    [1_000, 1_000],
  ],
  bad: [1_000.5, '-0.1'],
  allowed: 'a number from 0 to 1000 (kWh)',
};

const goal = (largest: number, allowed: string): Row => ({
  good: [
    ['7/2025-06-16T06:00:00Z', 7],
    [`${largest}/2025-06-16T08:00:00+02:00`, largest],
    ['{"value":7,"time":"2025-06-16T06:00:00Z"}', 7],
    [{ value: 7, time: NOW + 1 }, 7],
    [null, 0],
    ['null', 0],
  ],
  bad: [
    '7',
    7,
    '7/',
    '7/tomorrow',
    '7/2025-06-15',
    '0/2025-06-16T06:00:00Z',
    `${largest + 1}/2025-06-16T06:00:00Z`,
    '-7/2025-06-16T06:00:00Z',
    '7/2025-06-16T06:00:00Z/8',
    '{"value":7}',
    '{"time":"2025-06-16T06:00:00Z"}',
    '{"value":"7","time":"2025-06-16T06:00:00Z"}',
    { value: 7, time: null },
  ],
  allowed,
});

/** What is hostile to other rows, as JSON, makes sense here. */
const NOT_HOSTILE: Readonly<Record<string, string>> = {
  'loadpoint vehicle': JSON.stringify(Number.POSITIVE_INFINITY),
  'site deviceColors': '{}',
  'loadpoint planStrategy': '{}',
  'loadpoint repeatingPlans': '[]',
  'vehicle planStrategy': '{}',
  'vehicle repeatingPlans': '[]',
};

const REPEATING = { weekdays: [1, 5], time: '07:00', tz: 'Europe/Berlin', soc: 80, active: true };

const ROWS: Readonly<Record<string, Row>> = {
  'site prioritySoc': soc(),
  'site bufferSoc': soc(),
  'site bufferStartSoc': soc(),
  'site residualPower': watts,
  'site smartCostLimit': {
    good: [
      ['0.25', 0.25],
      [-0.1, -0.1],
      ['10000', 10_000],
    ],
    bad: ['10000.5', -10_001],
    allowed: 'a number from -10000 to 10000',
  },
  'site telemetry': flag,
  'site batteryDischargeControl': flag,
  'site batteryGridDischarge': flag,
  'site gridExportLimit': {
    good: [
      ['0', 0],
      ['100000', 100_000],
      [7_000.5, 7_000.5],
    ],
    bad: ['100000.1', -1, '7kW', null],
    allowed: 'a number from 0 to 100000 (W)',
  },
  'site solarAdjusted': flag,
  'site deviceColors': {
    good: [
      ['{"Garage":"#2f8fdb"}', { Garage: '#2f8fdb' }],
      [{ title: 'Garage', color: '#2F8FDB80' }, { Garage: '#2F8FDB80' }],
      [{ title: 'Garage', color: '' }, {}],
    ],
    bad: [{ Garage: 'blue' }, { title: 'Garage', color: '#12' }, { '': '#123456' }, '#123456', null],
    allowed: 'colours of loadpoints, vehicles and meters in charts: JSON',
  },
  'site batteryGridChargeLimit': limit,
  'site batteryMode': {
    good: [
      ['normal', 'normal'],
      ['hold', 'hold'],
      ['charge', 'charge'],
      ['holdcharge', 'holdcharge'],
      [null, null],
    ],
    bad: ['unknown', 'HOLD', 1],
    allowed: 'normal, hold, charge, holdcharge, or null',
  },
  'site commonSmartCostLimit': { ...limit, allowed: 'a number from -10000 to 10000 (currency/kWh or g/kWh), or null' },
  'site commonSmartFeedInPriorityLimit': { ...limit, allowed: 'a number from -10000 to 10000 (currency/kWh), or null' },
  'loadpoint smartCostLimit': limit,
  'loadpoint smartFeedInPriorityLimit': limit,
  'loadpoint batteryBoost': flag,
  'loadpoint batteryBoostLimit': percent(),
  'loadpoint mode': {
    good: [
      ['off', 'off'],
      ['pv', 'pv'],
      ['minpv', 'minpv'],
      ['now', 'now'],
    ],
    bad: ['PV', 'fast', 0, 'off '],
    allowed: 'off, pv, minpv, now',
  },
  'loadpoint priority': {
    good: [
      ['0', 0],
      [10, 10],
    ],
    bad: [11, '-1', 1.5],
    allowed: 'a whole number from 0 to 10',
  },
  'loadpoint minSoc': percent(),
  'loadpoint targetSoc': percent(),
  'loadpoint targetEnergy': limitEnergy,
  'loadpoint limitSoc': percent(),
  'loadpoint limitEnergy': limitEnergy,
  'loadpoint planSoc': percent(),
  'loadpoint planEnergy': goal(1_000, 'energy (kWh) that shall be charged until a time'),
  'loadpoint enableDelay': delay,
  'loadpoint disableDelay': delay,
  'loadpoint planStrategy': {
    good: [
      ['{"continuous":true}', { continuous: true, precondition: 0 }],
      [{ precondition: 1_800 }, { continuous: false, precondition: 1_800 }],
      ['{}', { continuous: false, precondition: 0 }],
    ],
    bad: [
      '{',
      'true',
      '[]',
      null,
      '{"precondition":-1}',
      '{"precondition":604801}',
      '{"continuous":1}',
      '{"fast":true}',
    ],
    allowed: 'how plans choose: JSON with continuous (true or false) and precondition (s)',
  },
  'loadpoint repeatingPlans': {
    good: [
      ['[]', []],
      [JSON.stringify([REPEATING]), [REPEATING]],
      [
        [REPEATING, REPEATING],
        [REPEATING, REPEATING],
      ],
    ],
    bad: [
      '{}',
      '[{}]',
      'never',
      null,
      [{ ...REPEATING, time: '7:00' }],
      [{ ...REPEATING, soc: 101 }],
      [{ ...REPEATING, weekdays: [7] }],
      [{ ...REPEATING, extra: 1 }],
    ],
    allowed: 'plans of every week: JSON list of weekdays (0 is Sunday), time (HH:MM), tz, soc, active',
  },
  'loadpoint targetTime': {
    good: [
      ['2025-06-15T12:00:01Z', NOW + 1_000],
      ['2025-06-16T06:00:00+02:00', NOW + 16 * 3_600_000],
      ['9999-12-31T23:59:59Z', 253_402_300_799_000],
      [NOW + 1, NOW + 1],
      [null, null],
      ['null', null],
      ['0001-01-01T00:00:00Z', null],
    ],
    bad: [
      'tomorrow',
      '2025-06-16',
      '2025-06-16 06:00:00Z',
      '2025-02-30T06:00:00Z',
      '2025-06-16T06:00:00',
      1e15,
      1e300,
      0.5,
    ],
    allowed: 'RFC 3339',
  },
  'loadpoint phases': {
    good: [
      ['0', 0],
      ['1', 1],
      [3, 3],
    ],
    bad: [2, '4', -1],
    allowed: '0, 1, 3',
  },
  'loadpoint minCurrent': {
    good: [
      ['1', 1],
      ['6.5', 6.5],
      [16, 16],
    ],
    bad: [0, 0.9, '80.1'],
    allowed: 'a number from 1 to 80 (A)',
  },
  'loadpoint maxCurrent': {
    good: [
      ['6', 6],
      [31.9, 31.9],
      ['32', 32],
    ],
    bad: [81, '0.5'],
    allowed: 'a number from 1 to 80 (A)',
  },
  'loadpoint enableThreshold': watts,
  'loadpoint disableThreshold': watts,
  'loadpoint vehicle': {
    good: [
      ['1', 'ev6'],
      [2, 'zoe'],
      ['zoe', 'zoe'],
      [' ev6 ', 'ev6'],
      ['', ''],
      [null, ''],
    ],
    bad: [3, 0, '-1', 'none', '-', '99999999999999999999', 'The EV6', 'EV6', 'toString'],
    allowed: 'no such vehicle; there are 1 (ev6), 2 (zoe)',
  },
  'loadpoint vehicleSoc': {
    good: [
      ['42', 42],
      [33.5, 33.5],
      [0, 0],
      [100, 100],
    ],
    bad: [-1, 101, '42 %', true, 'full'],
    allowed: 'a number from 0 to 100 (%), or null',
  },
};

/** What nothing takes. */
const HOSTILE: readonly unknown[] = [
  {},
  [],
  [5],
  { value: 5 },
  '5 ',
  '+5',
  '１０',
  'NaN',
  'Infinity',
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '__proto__',
  'constructor',
  '<script>',
  '\0',
  '9'.repeat(400),
  "'; drop table settings;--",
];

/** Rows of vehicles that loadpoints have too, by the name that these have there. */
const SHARED: Readonly<Record<string, string>> = {
  minSoc: 'minSoc',
  limitSoc: 'targetSoc',
  targetTime: 'targetTime',
  repeatingPlans: 'repeatingPlans',
  planStrategy: 'planStrategy',
};

/** Of a vehicle that is not connected */
const OF_VEHICLES: Readonly<Record<string, Row>> = {
  ...Object.fromEntries(
    Object.entries(SHARED).flatMap(([name, of]) => {
      const row = ROWS[`loadpoint ${of}`];
      return row ? [[`vehicle ${name}`, row]] : [];
    }),
  ),
  'vehicle planEnergy': limitEnergy,
  'vehicle planSoc': goal(100, 'soc (%) that shall be reached until a time'),
  'vehicle mode': {
    good: [
      ['off', 'off'],
      ['minpv', 'minpv'],
      [null, null],
      ['null', null],
    ],
    bad: ['PV', 'fast', 0],
    allowed: 'off, pv, minpv, now, or null',
  },
};

const parts = (key: string): [SettingScope, string] => key.split(' ') as [SettingScope, string];

function execute(house: FakeHouse, key: string, value: unknown): Promise<unknown> {
  const [scope, name] = parts(key);
  return house.runtime.evcc.settings.execute({ scope, id: scope === 'site' ? 0 : 1, name, value, source: 'test' });
}

function present(house: FakeHouse, key: string): unknown {
  const [scope, name] = parts(key);
  if (name.startsWith('commonSmart')) return house.loadpoint(name.replace('commonS', 's'));
  if (name === 'vehicle') return house.loadpoint('vehicleName');
  if (name === 'vehicleSoc') return house.loadpoint('vehicleSoc');
  return house.runtime.evcc.settings.get(scope, scope === 'site' ? 0 : 1, name);
}

async function everything(house: FakeHouse): Promise<string> {
  const { state, settings } = house.runtime.evcc;
  const values = settings.rows().map(({ scope, name }) => settings.get(scope, scope === 'site' ? 0 : 1, name));
  const stored = [...(await house.store.settings.all())];
  return JSON.stringify([[...state.site], state.loadpoints.map((values) => [...values]), values, stored]);
}

test('the tables here name every row', () => {
  // That of heaters is tried where it is met: test/plugins/rest/current/settings.test.ts
  const named = [...Object.keys(ROWS), ...Object.keys(OF_VEHICLES), 'loadpoint minTemp'];
  expect(named.sort()).toEqual(SETTINGS.map(({ scope, name }) => `${scope} ${name}`).sort());
});

describe.each(Object.entries({ ...ROWS, ...OF_VEHICLES }))('%s', (key, { good, bad, allowed }) => {
  test.for(good)('takes %j', async ([input, value], t) => {
    const house = await startHouse(t, HOUSE);
    await house.runtime.cycle();
    await execute(house, key, input);
    await house.runtime.cycle();
    expect(present(house, key)).toEqual(value);
  });

  test('refuses what is out of range or no value at all; nothing changes and the message says what is allowed', async (t) => {
    const house = await startHouse(t, HOUSE);
    await house.cycle();
    const before = await everything(house);
    const hostile = HOSTILE.filter((value) => JSON.stringify(value) !== NOT_HOSTILE[key]);
    for (const value of [...bad, ...hostile]) {
      await expect(execute(house, key, value), JSON.stringify(value)).rejects.toMatchObject({
        code: 'EVCC_COMMAND_INVALID',
      });
    }
    expect(await everything(house)).toBe(before);
    const refusal = await execute(house, key, bad[0]).catch((error: unknown) => error);
    expect((refusal as Error).message).toContain(allowed);
  });
});

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'vitest';
import custom, {
  type CustomMeterOptions,
  type CustomSource,
  type CustomTargets,
} from '../../../plugins/custom/index.ts';
import {
  type AppliedPlugin,
  type ChargerPeer,
  chargerContract,
  type MeterPeer,
  meterContract,
} from '../../contract/index.ts';
import { applyWithModbus, f32, type ModbusDevice, startModbusDevice } from '../../helpers/modbus-device.ts';
import { COMMON, layOut, MODULES, STORAGE } from '../meters/sunspec/fixtures.ts';

let box: ModbusDevice;
let plugin: AppliedPlugin;
const soon = () => AbortSignal.timeout(5_000);

beforeEach(async () => {
  box = await startModbusDevice();
  plugin = await applyWithModbus(custom, { clock: box.clock });
});
afterEach(async () => {
  await plugin.remove();
  await box.close();
});

const line = () => ({ host: box.host, port: box.port, answerTimeout: 5 });
const at = (address: number, more: object = {}): CustomSource => ({ source: 'modbus', ...line(), address, ...more });
const to = (address: number, more: object = {}): CustomTargets => ({ target: 'modbus', ...line(), address, ...more });

async function power(source: CustomSource): Promise<number> {
  const meter = await plugin.meters.create('custom', { power: source });
  try {
    return (await meter.read(soon())).power;
  } finally {
    await meter.close?.();
  }
}

/** Writes a battery mode to a target. */
async function write(target: CustomTargets): Promise<void> {
  const options: CustomMeterOptions = { power: { source: 'constant', value: 0 }, setBatteryMode: target };
  const meter = await plugin.meters.create('custom', options);
  try {
    await meter.setBatteryMode?.('hold', soon());
  } finally {
    await meter.close?.();
  }
}

describe('source modbus', () => {
  test.each<[string, 'holding' | 'input', readonly number[], object, number]>([
    ['a register', 'holding', [1_500], {}, 1_500],
    ['with a sign', 'holding', [0xfffe], { type: 'i16' }, -2],
    ['a float of an input register', 'input', f32(-12.5), { table: 'input', type: 'f32' }, -12.5],
    ['the low word first', 'holding', [5, 1], { type: 'u32', order: 'little' }, 65_541],
    ['some bits', 'holding', [0x0050], { type: 'bits', bit: 4, bits: 3 }, 5],
    ['digits', 'holding', [0x0012, 0x3456], { type: 'bcd', count: 2 }, 123_456],
    ['with scale and offset', 'holding', [100], { scale: 0.1, offset: -2 }, 8],
    ['what is a number here and nothing elsewhere', 'holding', [0xffff], { nan: [] }, 65_535],
    ['digits of a text', 'holding', [0x3132], { type: 'string' }, 12],
  ])('reads %s', async (_, table, words, more, value) => {
    box.set(table, 7, words);
    assert.equal(await power(at(7, more)), value);
  });

  test('reads bits', async () => {
    box.unit().coils.set(3, true);
    const map = (source: CustomSource): CustomSource => ({
      source: 'calculation',
      map: { of: source, values: { true: 5, false: 1 } },
    });
    assert.equal(await power(map(at(3, { table: 'coil' }))), 5);
    assert.equal(await power(map(at(3, { table: 'discrete' }))), 5);
  });

  test.each<[string, readonly number[], object, string, RegExp]>([
    [
      'nothing there',
      [],
      {},
      'EVCC_DEVICE_PROTOCOL',
      /^power: Modbus .* unit 1, holding register 7: the device has no/,
    ],
    ['no value now', [0xffff], {}, 'EVCC_DEVICE_UNAVAILABLE', /^power: there is no value now/],
    [
      'no digits',
      [0x00ab],
      { type: 'bcd' },
      'EVCC_DEVICE_PROTOCOL',
      /^power: .*holding register 7: 00ab are no decimal/,
    ],
    ['no number', [0x6162], { type: 'string' }, 'EVCC_DEVICE_PROTOCOL', /^power: "ab" is not a number/],
  ])('%s', async (_, words, more, code, message) => {
    box.set('holding', 7, words);
    await assert.rejects(power(at(7, more)), { code, message });
  });

  test('sources whose registers lie side by side are read together', async () => {
    box.set('holding', 0, [100, 2_301, 2_302, 2_303, 11, 12, 13]);
    const three = (first: number): [CustomSource, CustomSource, CustomSource] => [
      at(first),
      at(first + 1),
      at(first + 2),
    ];
    const meter = await plugin.meters.create('custom', { power: at(0), voltages: three(1), currents: three(4) });
    assert.deepEqual(await meter.read(soon()), {
      power: 100,
      voltages: [2_301, 2_302, 2_303],
      currents: [11, 12, 13],
    });
    assert.deepEqual(
      box.requests.map(({ address, count }) => [address, count]).sort(([one = 0], [two = 0]) => one - two),
      // What a reading cannot do without has a signal of its own.
      [
        [0, 1],
        [1, 6],
      ],
    );
    await meter.close?.();
  });

  test('a line that is none is refused at once', async () => {
    const source: CustomSource = { source: 'modbus', address: 1 };
    await assert.rejects(plugin.meters.create('custom', { power: source }), { code: 'EVCC_CONFIG_INVALID' });
  });
});

describe('target modbus', () => {
  const mapped = { map: { hold: 7 } };

  test.each<[string, object, number, readonly number[]]>([
    ['a register with function 6', mapped, 6, [7]],
    ['a register with function 16', { ...mapped, multiple: true }, 16, [7]],
    ['two registers', { map: { hold: -2 }, type: 'i32' }, 16, [0xffff, 0xfffe]],
    ['a float, low word first', { map: { hold: 1.5 }, type: 'f32', order: 'little' }, 16, [0, 0x3fc0]],
    ['a truth as 1', { map: { hold: true } }, 6, [1]],
    ['a coil', { map: { hold: true }, table: 'coil' }, 5, [0xff00]],
    ['a coil with function 15', { map: { hold: 1 }, table: 'coil', multiple: true }, 15, [1]],
  ])('writes %s', async (_, more, code, values) => {
    box.set('holding', 9, [0, 0]);
    box.unit().coils.set(9, false);
    await write(to(9, more));
    const last = box.requests.at(-1);
    assert.deepEqual([last?.code, last?.address, last?.values], [code, 9, values]);
  });

  test.each<[object, RegExp]>([
    [{ map: { hold: 70_000 } }, /70000 does not fit into u16/],
    [{ map: { hold: 'on' } }, /on is not a number/],
    [{ map: { hold: 2 }, table: 'coil' }, /2 is neither true or 1 nor false or 0/],
    [{}, /hold is not a number/],
  ])('refuses what %j cannot say, and sends nothing', async (more, message) => {
    await assert.rejects(write(to(9, more)), { code: 'EVCC_NOT_SUPPORTED', message });
    assert.equal(box.requests.length, 0);
  });

  test('a device that refuses is an error', async () => {
    await assert.rejects(write(to(9, mapped)), { code: 'EVCC_DEVICE_PROTOCOL', message: /writing register 9/ });
  });
});

describe('sunspec', () => {
  const point = (model: number, name: string, more: object = {}): CustomSource => ({
    source: 'sunspec',
    ...line(),
    model,
    point: name,
    ...more,
  });
  const storage = (more: object): CustomTargets => ({
    target: 'sunspec',
    ...line(),
    model: 124,
    point: 'OutWRte',
    ...more,
  });

  test('reads points by name, with their scale', async () => {
    layOut(box, [COMMON, STORAGE, MODULES]);
    assert.equal(await power(point(124, 'ChaState')), 63.2);
    assert.equal(await power(point(160, 'DCW', { module: 2, scale: 2 })), 3_000);
    await assert.rejects(power(point(103, 'W')), { code: 'EVCC_DEVICE_UNAVAILABLE' });
    await assert.rejects(power(point(124, 'Unknown')), { code: 'EVCC_DEVICE_UNAVAILABLE' });
  });

  test('points of a device are read together', async () => {
    layOut(box, [COMMON, STORAGE]);
    const meter = await plugin.meters.create('custom', {
      power: { source: 'constant', value: 0 },
      soc: point(124, 'ChaState'),
      energy: point(124, 'OutWRte'),
      returnEnergy: point(124, 'InWRte'),
    });
    const reading = { power: 0, soc: 63.2, energy: 100_000, returnEnergy: 100_000 };
    assert.deepEqual(await meter.read(soon()), reading);
    const before = box.requests.length;
    await meter.read(soon());
    assert.equal(box.requests.length, before + 1);
    await meter.close?.();
  });

  test('writes a point in its unit', async () => {
    const [, at124 = 0] = layOut(box, [COMMON, STORAGE]);
    await write(storage({ map: { hold: -50 } }));
    assert.equal(box.unit().holding.get(at124 + 12), 0x10000 - 5_000);
    await assert.rejects(write(storage({ map: { hold: 'x' } })), { code: 'EVCC_NOT_SUPPORTED' });
    await assert.rejects(write(storage({ point: 'Nothing', map: { hold: 1 } })), { code: 'EVCC_NOT_SUPPORTED' });
  });
});

const shared = (own: ModbusDevice, applied: AppliedPlugin) => ({
  connections: () => own.connections(),
  writes: () => own.requests.filter(({ code }) => code > 4).length,
  close: async () => {
    await applied.remove();
    await own.close();
  },
});

async function meterPeer(): Promise<MeterPeer> {
  const own = await startModbusDevice({ rtu: true });
  const applied = await applyWithModbus(custom, { clock: own.clock });
  const here = { source: 'modbus', host: own.host, port: own.port, rtu: true, answerTimeout: 5, delay: 0 } as const;
  const state = { power: 0, energy: 1_000 };
  const show = () => {
    own.set('holding', 0, f32(state.power));
    own.set('holding', 10, [state.energy / 1_000]);
  };
  show();
  return {
    device: await applied.meters.create('custom', {
      power: { ...here, address: 0, type: 'f32' },
      energy: { ...here, address: 10 },
    }),
    state: () => state,
    set: ({ power: watts = state.power, energy = state.energy }) => {
      Object.assign(state, { power: watts, energy });
      show();
    },
    faults: ['refuse', 'hang', 'garbage', 'invalid'],
    fail: (fault) =>
      fault === 'invalid' ? own.set('holding', 0, f32(Number.NaN)) : own.fail(fault as 'refuse' | 'hang' | 'garbage'),
    recover: async () => {
      show();
      await own.recover();
    },
    ...shared(own, applied),
  };
}

const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F'] as const;

async function chargerPeer(): Promise<ChargerPeer> {
  const own = await startModbusDevice();
  const applied = await applyWithModbus(custom, { clock: own.clock });
  const here = { host: own.host, port: own.port, answerTimeout: 5 } as const;
  const read = (address: number, more: object = {}): CustomSource => ({ source: 'modbus', ...here, address, ...more });
  const send = (address: number, more: object = {}): CustomTargets => ({ target: 'modbus', ...here, address, ...more });
  own.set('holding', 0, [0, 0, 6_000, 0]);
  own.set('input', 0, [0, 0]);
  const word = (address: number): number => own.unit().holding.get(address) ?? 0;
  let status: (typeof LETTERS)[number] = 'A';
  let watts = 0;
  return {
    device: await applied.chargers.create('custom', {
      status: {
        source: 'calculation',
        map: {
          of: read(0, { table: 'input' }),
          values: Object.fromEntries(LETTERS.map((each, index) => [index, each])),
        },
      },
      enabled: read(1),
      power: read(1, { table: 'input' }),
      maxCurrent: read(2, { scale: 0.001 }),
      enable: send(1),
      setMaxCurrent: send(2, { scale: 1_000 }),
    }),
    state: () => ({ status, enabled: word(1) === 1, current: word(2) / 1_000, power: watts }),
    set: (wanted) => {
      status = wanted.status ?? status;
      watts = wanted.power ?? watts;
      own.set('input', 0, [LETTERS.indexOf(status), watts]);
      if (wanted.enabled !== undefined) own.set('holding', 1, [wanted.enabled ? 1 : 0]);
      if (wanted.current !== undefined) own.set('holding', 2, [wanted.current * 1_000]);
    },
    statuses: ['A', 'B', 'C', 'E', 'F'],
    fail: (fault) => own.fail(fault as 'refuse' | 'hang' | 'garbage'),
    recover: () => own.recover(),
    ...shared(own, applied),
  };
}

describe('custom over Modbus', () => {
  for (const { title, run } of meterContract(meterPeer)) test(title, run);
  for (const { title, run } of chargerContract(chargerPeer)) test(title, run);
});

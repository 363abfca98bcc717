import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { systemClock } from '../../../../core/clock.ts';
import type { BatteryMode, Clock } from '../../../../core/index.ts';
import sunspec, { type SunSpecMeterOptions } from '../../../../plugins/meters/sunspec/index.ts';
import { type MeterHardware, type MeterPeer, meterContract } from '../../../contract/index.ts';
import { FakeClock } from '../../../helpers/fake-clock.ts';
import { applyWithModbus, f32, i32, startModbusDevice } from '../../../helpers/modbus-device.ts';
import { BATTERY, COMMON, CONTROLS, INVERTER, layOut, MODULES, type ModelWords, STORAGE } from './fixtures.ts';

type State = { -readonly [Key in keyof MeterHardware]: MeterHardware[Key] };

async function start(
  models: readonly ModelWords[],
  options: SunSpecMeterOptions = {},
  base?: number,
  clock: Clock = systemClock,
) {
  const box = await startModbusDevice();
  const addresses = layOut(box, models, base);
  const plugin = await applyWithModbus(sunspec, { clock: box.clock });
  const { host, port } = box;
  const device = await plugin.meters.create('sunspec', { host, port, answerTimeout: 5, ...options }, { clock });
  return {
    box,
    addresses,
    device,
    read: () => device.read(AbortSignal.timeout(5_000)),
    plugin,
    end: async () => {
      await device.close?.();
      await plugin.remove();
      await box.close();
    },
  };
}

const i16 = (value: number): number => Math.round(value) & 0xffff;
const FAULTS = ['refuse', 'hang', 'garbage', 'invalid'] as const;

/** A meter of the grid with integers (203) or floats (213). */
const gridPeer = (float: boolean) => async (): Promise<MeterPeer> => {
  const model: ModelWords = float ? { model: 213, length: 124, words: {} } : { model: 203, length: 105, words: {} };
  const { box, addresses, device, plugin } = await start([COMMON, model]);
  const at = addresses[1] ?? 0;
  const put = (offset: number, words: readonly number[]) => box.set('holding', at + offset, words);
  const state: State = {
    power: 0,
    powers: [0, 0, 0],
    currents: [0, 0, 0],
    voltages: [230, 230, 230],
    energy: 1_000,
    returnEnergy: 500,
  };
  const show = () => {
    const { power, powers = [], currents = [], voltages = [], energy = 0, returnEnergy = 0 } = state;
    if (float) {
      for (const [index, value] of currents.entries()) put(4 + index * 2, f32(value));
      for (const [index, value] of voltages.entries()) put(12 + index * 2, f32(value));
      put(28, f32(power));
      for (const [index, value] of powers.entries()) put(30 + index * 2, f32(value));
      put(60, f32(returnEnergy));
      put(68, f32(energy));
      return;
    }
    put(3, [...currents.map((value) => i16(value * 100)), i16(-2)]);
    put(
      8,
      voltages.map((value) => i16(value * 10)),
    );
    put(15, [i16(-1)]);
    put(18, [i16(power / 10), ...powers.map((value) => i16(value / 10)), 1]);
    put(38, i32(returnEnergy / 100));
    put(46, i32(energy / 100));
    put(54, [2]);
  };
  show();
  return {
    device,
    state: () => state,
    set: (wanted) => {
      const { soc, batteryMode, ...known } = wanted;
      Object.assign(state, known);
      show();
    },
    writes: () => box.requests.filter(({ code }) => code > 4).length,
    faults: FAULTS,
    fail: (fault) => {
      if (fault === 'invalid') return float ? put(28, f32(Number.NaN)) : put(18, [0x8000]);
      return box.fail(fault as 'refuse' | 'hang' | 'garbage');
    },
    recover: async () => {
      show();
      await box.recover();
    },
    connections: () => box.connections(),
    close: async () => {
      await plugin.remove();
      await box.close();
    },
  };
};

/** A battery at a hybrid inverter. */
async function batteryPeer(): Promise<MeterPeer> {
  const { box, addresses, device, plugin } = await start([COMMON, INVERTER, STORAGE, MODULES], {
    usage: 'battery',
    capacity: 10,
  });
  const [, , storage = 0, modules = 0] = addresses;
  const state: State = { power: 0, soc: 50, energy: 1_000, returnEnergy: 500 };
  const word = (offset: number): number => box.unit().holding.get(storage + offset) ?? 0;
  const modes: Readonly<Record<string, BatteryMode>> = {
    '2 0': 'hold',
    [`2 ${i16(-10_000)}`]: 'charge',
    '1 0': 'holdcharge',
  };
  const mode = (): BatteryMode | undefined => {
    const control = word(5);
    if (control === 0) return 'normal';
    const found = modes[`${control} ${word(control === 2 ? 12 : 13)}`];
    return found === 'charge' && word(17) !== 1 ? undefined : found;
  };
  const show = () => {
    const { power, soc = 0, energy = 0, returnEnergy = 0 } = state;
    box.set('holding', modules + 61, [power < 0 ? -power : 0, ...i32(returnEnergy)]);
    box.set('holding', modules + 81, [power > 0 ? power : 0, ...i32(energy)]);
    box.set('holding', storage + 8, [Math.round(soc * 100)]);
  };
  show();
  return {
    device,
    state: () => {
      const batteryMode = mode();
      return { ...state, ...(batteryMode && { batteryMode }) };
    },
    set: (wanted) => {
      const { power, soc, energy, returnEnergy } = wanted;
      Object.assign(
        state,
        power !== undefined && { power },
        soc !== undefined && { soc },
        energy !== undefined && { energy },
        returnEnergy !== undefined && { returnEnergy },
      );
      show();
    },
    writes: () => box.requests.filter(({ code }) => code > 4).length,
    faults: FAULTS,
    fail: (fault) => {
      if (fault !== 'invalid') return box.fail(fault as 'refuse' | 'hang' | 'garbage');
      box.set('holding', modules + 61, [0xffff]);
      box.set('holding', modules + 81, [0xffff]);
    },
    recover: async () => {
      show();
      await box.recover();
    },
    connections: () => box.connections(),
    close: async () => {
      await plugin.remove();
      await box.close();
    },
  };
}

describe('sunspec meter with integers', () => {
  for (const { title, run } of meterContract(gridPeer(false))) test(title, run);
});
describe('sunspec meter with floats', () => {
  for (const { title, run } of meterContract(gridPeer(true))) test(title, run);
});
describe('sunspec battery', () => {
  for (const { title, run } of meterContract(batteryPeer)) test(title, run);
});

describe('sunspec', () => {
  test.each([40_000, 50_000, 0])('finds the models at %i', async (base) => {
    const { read, end } = await start([COMMON, INVERTER], { usage: 'pv' }, base);
    assert.deepEqual(await read(), {
      power: 6_950,
      currents: [1.02, 1.01, 1.02],
      voltages: [230.5, 231.1, 229.8],
      energy: 0x132a4f,
    });
    await end();
  });

  test('looks for the models once', async () => {
    const { box, read, end } = await start([COMMON, INVERTER], { usage: 'pv' });
    await read();
    const before = box.requests.length;
    await read();
    assert.equal(box.requests.length, before + 1);
    await end();
  });

  test('an inverter that sleeps generates nothing', async () => {
    const { box, addresses, read, end } = await start([COMMON, INVERTER], { usage: 'pv' });
    box.set('holding', (addresses[1] ?? 0) + 14, [0x8000]);
    assert.equal((await read()).power, 0);
    await end();
  });

  test('of an inverter with a battery the modules with panels count', async () => {
    const { read, end } = await start([COMMON, INVERTER, MODULES], { usage: 'pv', strings: [1, 2] });
    assert.deepEqual(await read(), { power: 4_500, energy: 6_000 });
    await end();
  });

  test('a battery of an inverter: modules and state of charge', async () => {
    const { read, end } = await start([COMMON, INVERTER, STORAGE, MODULES], { usage: 'battery' });
    assert.deepEqual(await read(), { power: -1_200, energy: 500, returnEnergy: 700, soc: 63.2 });
    await end();
  });

  test('a battery with a model of its own cannot be controlled', async () => {
    const { device, read, end } = await start([COMMON, BATTERY], { usage: 'battery' });
    assert.deepEqual(await read(), { power: -500, soc: 57.5 });
    await assert.rejects(async () => device.setBatteryMode?.('hold', AbortSignal.timeout(5_000)), {
      code: 'EVCC_NOT_SUPPORTED',
    });
    await end();
  });

  test('the limits of a battery end by themselves when nobody sets them anew', async () => {
    const clock = new FakeClock();
    const { box, addresses, device, end } = await start(
      [COMMON, INVERTER, STORAGE, MODULES],
      { usage: 'battery' },
      40_000,
      clock,
    );
    const storage = addresses[2] ?? 0;
    const word = (offset: number): number | undefined => box.unit().holding.get(storage + offset);
    const writes = () =>
      box.requests.filter(({ code }) => code > 4).map(({ address, values }) => [address - storage, ...values]);
    await device.setBatteryMode?.('hold', AbortSignal.timeout(5_000));
    await clock.advance(0);
    const limits = [
      [12, 0],
      [5, 2],
    ];
    assert.deepEqual(writes(), [[15, 120], ...limits]);

    await clock.advance(60_000);
    for (let turn = 0; turn < 500 && writes().length < 5; turn += 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(writes(), [[15, 120], ...limits, ...limits]);

    await device.setBatteryMode?.('normal', AbortSignal.timeout(5_000));
    assert.equal(word(5), 0);
    const before = box.requests.length;
    await clock.advance(300_000);
    assert.equal(box.requests.length, before);
    await end();
  });

  test('a battery that cannot end by itself is limited all the same', async () => {
    const { box, addresses, device, end } = await start([COMMON, INVERTER, STORAGE, MODULES], { usage: 'battery' });
    const storage = addresses[2] ?? 0;
    box.set('holding', storage + 15, [0xffff]);
    await device.setBatteryMode?.('hold', AbortSignal.timeout(5_000));
    assert.equal(box.unit().holding.get(storage + 15), 0xffff);
    assert.equal(box.unit().holding.get(storage + 5), 2);
    await end();
  });

  test('limits what an inverter generates', async () => {
    const { box, addresses, device, end } = await start([COMMON, INVERTER, CONTROLS], { usage: 'pv' });
    const controls = addresses[2] ?? 0;
    const state = () => [5, 9].map((offset) => box.unit().holding.get(controls + offset));
    await device.curtail?.(60, AbortSignal.timeout(5_000));
    assert.deepEqual(state(), [6_000, 1]);
    await device.curtail?.(100, AbortSignal.timeout(5_000));
    assert.deepEqual(state(), [6_000, 0]);
    await end();
  });

  test('an inverter that cannot be limited', async () => {
    const { device, end } = await start([COMMON, INVERTER], { usage: 'pv' });
    await assert.rejects(async () => device.curtail?.(60, AbortSignal.timeout(5_000)), { code: 'EVCC_NOT_SUPPORTED' });
    await end();
  });

  test('the second meter of a device, which counts export as positive', async () => {
    const meter = (power: number): ModelWords => ({
      model: 203,
      length: 105,
      words: { 18: [power, power, 0, 0, 0], 38: [0, 7], 46: [0, 9], 54: [3] },
    });
    const { read, end } = await start([COMMON, meter(100), COMMON, meter(200)], { meter: 2, positive: 'export' });
    assert.deepEqual(await read(), { power: -200, powers: [-200, 0, 0], energy: 9_000, returnEnergy: 7_000 });
    await end();
  });

  test('a module that is not there is not read from the model behind it', async () => {
    const { read, end } = await start([COMMON, INVERTER, MODULES, BATTERY], { usage: 'pv', strings: [1, 5] });
    assert.deepEqual(await read(), { power: 3_000 });
    await end();
  });

  test.each<[string, SunSpecMeterOptions, string, RegExp]>([
    ['no meter', {}, 'EVCC_DEVICE_UNAVAILABLE', /says no power of its grid now/],
    ['no battery', { usage: 'battery' }, 'EVCC_DEVICE_UNAVAILABLE', /says no power of its battery now/],
    ['no modules', { usage: 'pv', strings: [1] }, 'EVCC_DEVICE_UNAVAILABLE', /says no power of its pv now/],
  ])('a device with %s', async (_, options, code, message) => {
    const { read, end } = await start([COMMON, INVERTER], options);
    await assert.rejects(read(), { code, message });
    await end();
  });

  test('a device without SunSpec', async () => {
    const { box, read, end } = await start([]);
    box.unit().holding.clear();
    await assert.rejects(read(), {
      code: 'EVCC_DEVICE_PROTOCOL',
      message: /has no SunSpec models at 40000, 50000 or 0/,
    });
    await end();
  });

  test('a chain that does not end', async () => {
    const { box, read, end } = await start([]);
    for (let address = 40_000; address < 0x10000; address += 1) box.set('holding', address, [0]);
    box.set('holding', 40_000, [0x5375, 0x6e53]);
    await assert.rejects(read(), { code: 'EVCC_DEVICE_UNAVAILABLE' });
    assert.ok(box.requests.length < 120);
    await end();
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import eastron, { type EastronMeterOptions } from '../../../../plugins/meters/eastron-sdm/index.ts';
import { type MeterHardware, type MeterPeer, meterContract } from '../../../contract/index.ts';
import { applyWithModbus, f32, startModbusDevice } from '../../../helpers/modbus-device.ts';
import { SDM630 } from './fixtures.ts';

type State = { -readonly [Key in keyof MeterHardware]: MeterHardware[Key] };

async function start(options: EastronMeterOptions = {}, unit = 1) {
  const box = await startModbusDevice({ rtu: options.rtu ?? false });
  const plugin = await applyWithModbus(eastron, { clock: box.clock });
  const { host, port } = box;
  const device = await plugin.meters.create('eastron-sdm', { host, port, id: unit, answerTimeout: 5, ...options });
  const put = (address: number, value: number) => box.set('input', address, f32(value), unit);
  const end = async () => {
    await device.close?.();
    await plugin.remove();
    await box.close();
  };
  return { box, plugin, device, put, end };
}

/** A meter of three phases; unused registers are there, as they are in the meter. */
const peer = (rtu: boolean) => async (): Promise<MeterPeer> => {
  const { box, plugin, device, put } = await start({ rtu });
  const state: State = {
    power: 0,
    powers: [0, 0, 0],
    currents: [0, 0, 0],
    voltages: [230, 230, 230],
    energy: 1_000,
    returnEnergy: 500,
  };
  for (let address = 0; address < 0x60; address += 2) put(address, 0);
  const show = () => {
    put(0x34, state.power);
    for (const [index, value] of (state.voltages ?? []).entries()) put(index * 2, value);
    // Without sign, as the meter has them.
    for (const [index, value] of (state.currents ?? []).entries()) put(0x06 + index * 2, Math.abs(value));
    for (const [index, value] of (state.powers ?? []).entries()) put(0x0c + index * 2, value);
    put(0x48, (state.energy ?? 0) / 1_000);
    put(0x4a, (state.returnEnergy ?? 0) / 1_000);
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
    faults: ['refuse', 'hang', 'garbage', 'invalid'],
    fail: (fault) => (fault === 'invalid' ? put(0x34, Number.NaN) : box.fail(fault as 'refuse' | 'hang' | 'garbage')),
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

describe('eastron-sdm over Modbus TCP', () => {
  for (const { title, run } of meterContract(peer(false))) test(title, run);
});
describe('eastron-sdm over RTU over TCP', () => {
  for (const { title, run } of meterContract(peer(true))) test(title, run);
});

describe('eastron-sdm', () => {
  test('reads an SDM630 with one request', async () => {
    const { box, device, end } = await start();
    for (let address = 0; address < 80; address += 1) box.set('input', address, [0]);
    for (const [address, words] of SDM630.registers) box.set('input', address, words);
    assert.deepEqual(await device.read(AbortSignal.timeout(5_000)), SDM630.reading);
    assert.deepEqual(
      box.requests.map(({ code, address, count }) => ({ code, address, count })),
      [{ code: 4, address: 0, count: 0x4c }],
    );
    await end();
  });

  test('that is wired the other way round changes sign and counters', async () => {
    const { box, device, end } = await start({ model: 'sdm72', invert: true });
    for (const [address, words] of SDM630.registers) box.set('input', address, words);
    assert.deepEqual(await device.read(AbortSignal.timeout(5_000)), {
      power: -6_850,
      energy: 56_789,
      returnEnergy: SDM630.reading.energy,
    });
    await end();
  });

  test.each(['sdm230', 'sdm220', 'sdm120'] as const)('reads the power of the one phase of an %s', async (model) => {
    const { put, box, device, end } = await start({ model }, 7);
    put(0x0c, -1_234.5);
    put(0x48, 1.5);
    put(0x4a, 2.5);
    assert.deepEqual(await device.read(AbortSignal.timeout(5_000)), {
      power: -1_234.5,
      energy: 1_500,
      returnEnergy: 2_500,
    });
    assert.deepEqual(
      box.requests.map(({ unit, address, count }) => [unit, address, count]),
      [
        [7, 0x0c, 2],
        [7, 0x48, 4],
      ],
    );
    await end();
  });

  test('says which value cannot be', async () => {
    const { put, device, end } = await start({ model: 'sdm120' });
    put(0x0c, 1e9);
    put(0x48, 1);
    put(0x4a, 1);
    await assert.rejects(device.read(AbortSignal.timeout(5_000)), {
      code: 'EVCC_DEVICE_PROTOCOL',
      message: /unit 1, power \(input register 12\): 1000000000 is more than/,
    });
    await end();
  });
});

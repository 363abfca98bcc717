import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import carloGavazzi, { type CarloGavazziMeterOptions } from '../../../../plugins/meters/carlo-gavazzi/index.ts';
import { type MeterHardware, type MeterPeer, meterContract } from '../../../contract/index.ts';
import { applyWithModbus, i32, startModbusDevice } from '../../../helpers/modbus-device.ts';

type State = { -readonly [Key in keyof MeterHardware]: MeterHardware[Key] };

async function start(options: CarloGavazziMeterOptions = {}) {
  const box = await startModbusDevice({ rtu: options.rtu ?? false });
  const plugin = await applyWithModbus(carloGavazzi, { clock: box.clock });
  const { host, port } = box;
  const device = await plugin.meters.create('carlo-gavazzi', { host, port, answerTimeout: 5, ...options });
  /** The lower word stands first. */
  const put = (address: number, value: number) => box.set('input', address, i32(Math.round(value)).toReversed());
  return { box, plugin, device, put };
}

const peer = (model: 'em24' | 'em340', counters: readonly [number, number]) => async (): Promise<MeterPeer> => {
  const { box, plugin, device, put } = await start({ model, rtu: model === 'em24' });
  const state: State = {
    power: 0,
    powers: [0, 0, 0],
    currents: [0, 0, 0],
    voltages: [230, 230, 230],
    energy: 1_000,
    returnEnergy: 500,
  };
  const show = () => {
    put(0x28, state.power * 10);
    for (const [index, value] of (state.voltages ?? []).entries()) put(index * 2, value * 10);
    for (const [index, value] of (state.currents ?? []).entries()) put(0x0c + index * 2, Math.abs(value) * 1_000);
    for (const [index, value] of (state.powers ?? []).entries()) put(0x12 + index * 2, value * 10);
    put(counters[0], (state.energy ?? 0) / 100);
    put(counters[1], (state.returnEnergy ?? 0) / 100);
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
    fail: (fault) => (fault === 'invalid' ? put(0x28, -0x80000000) : box.fail(fault as 'refuse' | 'hang' | 'garbage')),
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

describe('carlo-gavazzi EM24 over RTU over TCP', () => {
  for (const { title, run } of meterContract(peer('em24', [0x42, 0x5c]))) test(title, run);
});
describe('carlo-gavazzi EM340 over Modbus TCP', () => {
  for (const { title, run } of meterContract(peer('em340', [0x34, 0x4e]))) test(title, run);
});

test('the lower word of a value stands first', async () => {
  const { box, plugin, device, put } = await start();
  for (const address of [0, 2, 4, 0x0c, 0x0e, 0x10, 0x12, 0x14, 0x16, 0x42, 0x5c]) put(address, 0);
  box.set('input', 0x28, [0xd9f0, 0xffff]);
  assert.deepEqual((await device.read(AbortSignal.timeout(5_000))).power, -974.4);
  await device.close?.();
  await plugin.remove();
  await box.close();
});

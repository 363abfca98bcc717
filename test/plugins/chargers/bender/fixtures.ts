import bender from '../../../../plugins/chargers/bender/index.ts';
import { i32 } from '../../../helpers/modbus-device.ts';
import { type SimulatedCharger, text } from '../../../helpers/register-charger.ts';

export const BENDER: SimulatedCharger = {
  plugin: bender,
  type: 'bender',
  options: { rfid: true, soc: true },
  unit: 255,
  statuses: ['A', 'B', 'C', 'E'],
  state: { power: 0, currents: [0, 0, 0], voltages: [230, 230, 230], energy: 0, identifier: '', soc: 57 },
  show: (state, put) => {
    const { status, enabled, current, power = 0, currents = [], voltages = [], energy = 0 } = state;
    put.holding(122, 'ABCDE'.indexOf(status) + 1);
    put.holding(212, ...currents.flatMap((value) => i32(value * 1_000)), ...i32(energy), ...i32(power));
    put.holding(222, ...voltages.flatMap(i32));
    put.holding(720, ...text(state.identifier ?? '', 10), state.soc ?? 0);
    put.holding(1_000, enabled ? current : 0);
  },
  take: ({ code, address, values: [value = 0] }, state) => {
    if (code !== 16 || address !== 1_000) return `function ${code} at ${address}`;
    state.enabled = value > 0;
    if (value > 0) state.current = value;
    return value !== 0 && (value < 6 || value > 80) ? `current of ${value} A` : undefined;
  },
  spoil: (put) => put.holding(122, 0),
};

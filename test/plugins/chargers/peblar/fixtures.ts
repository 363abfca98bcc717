import peblar from '../../../../plugins/chargers/peblar/index.ts';
import { i32 } from '../../../helpers/modbus-device.ts';
import type { SimulatedCharger } from '../../../helpers/register-charger.ts';

export const PEBLAR: SimulatedCharger = {
  plugin: peblar,
  type: 'peblar',
  options: { phaseSwitching: true },
  unit: 255,
  statuses: ['A', 'B', 'C', 'E', 'F'],
  state: { phases: 3, power: 0, currents: [0, 0, 0], voltages: [230, 230, 230], energy: 0 },
  show: (state, put) => {
    const { status, enabled, current, phases, power = 0, currents = [], voltages = [], energy = 0 } = state;
    put.input(30_000, 0, 0, ...i32(energy));
    put.input(30_014, ...i32(power), ...voltages.flatMap(i32), ...currents.flatMap((value) => i32(value * 1_000)));
    put.input(30_110, status.charCodeAt(0));
    put.holding(40_000, ...i32(enabled ? Math.round(current * 1_000) : 0), phases === 1 ? 1 : 0);
  },
  take: ({ code, address, values: [first = 0, second = 0] }, state) => {
    if (code !== 16) return `function ${code} is not known`;
    if (address === 40_002) {
      state.phases = first === 1 ? 1 : 3;
      return undefined;
    }
    if (address !== 40_000) return `register ${address} is not for writing`;
    const current = (first * 65_536 + second) / 1_000;
    state.enabled = current > 0;
    if (current > 0) state.current = current;
    return current !== 0 && (current < 6 || current > 32) ? `current of ${current} A` : undefined;
  },
  spoil: (put) => put.input(30_110, 0),
};

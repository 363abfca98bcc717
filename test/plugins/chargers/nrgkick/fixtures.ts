import nrgkick from '../../../../plugins/chargers/nrgkick/index.ts';
import { i32 } from '../../../helpers/modbus-device.ts';
import type { SimulatedCharger } from '../../../helpers/register-charger.ts';

const low = (value: number): number[] => i32(Math.round(value)).toReversed();
const STATES: Readonly<Record<string, number>> = { A: 1, B: 2, C: 3, F: 6 };

export const NRGKICK: SimulatedCharger = {
  plugin: nrgkick,
  type: 'nrgkick',
  options: { phaseSwitching: true },
  statuses: ['A', 'B', 'C', 'F'],
  state: { phases: 3, power: 0, currents: [0, 0, 0], voltages: [230, 230, 230], energy: 0 },
  show: (state, put) => {
    const { status, enabled, current, phases = 3, power = 0, currents = [], voltages = [], energy = 0 } = state;
    put.holding(194, Math.round(current * 10), enabled ? 0 : 1);
    put.holding(198, phases, ...low(energy), 0, 0, ...low(3_400));
    put.holding(210, ...low(power * 1_000));
    put.holding(217, ...voltages.map((value) => value * 100), ...currents.map((value) => value * 1_000));
    put.holding(251, STATES[status] ?? 0);
  },
  take: ({ address, values: [value = 0] }, state) => {
    if (address === 194) state.current = value / 10;
    else if (address === 195) state.enabled = value === 0;
    else if (address === 198) state.phases = value === 1 ? 1 : 3;
    else return `register ${address} is not for writing`;
    return state.current < 6 || state.current > 32 ? `current of ${state.current} A` : undefined;
  },
  spoil: (put) => put.holding(251, 99),
};

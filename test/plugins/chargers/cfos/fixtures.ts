import cfos from '../../../../plugins/chargers/cfos/index.ts';
import { i32 } from '../../../helpers/modbus-device.ts';
import { type SimulatedCharger, text } from '../../../helpers/register-charger.ts';

const STATES: Readonly<Record<string, number>> = { A: 0, B: 1, C: 2, F: 5 };

export const CFOS: SimulatedCharger = {
  plugin: cfos,
  type: 'cfos',
  options: { phaseSwitching: true },
  statuses: ['A', 'B', 'C', 'F'],
  state: { phases: 3, power: 0, currents: [0, 0, 0], energy: 1_000, identifier: '' },
  show: (state, put) => {
    const { status, enabled, current, phases, power = 0, currents = [], energy = 0, identifier = '' } = state;
    put.holding(8_058, 0, 0, ...i32(energy), ...i32(power), ...currents.flatMap((value) => i32(value * 10)));
    put.holding(8_087, phases === 1 ? 1 : 0);
    // The higher byte is something else.
    put.holding(8_092, 0x0300 | (STATES[status] ?? 0), Math.round(current * 10), enabled ? 1 : 0);
    put.holding(8_096, ...text(identifier, 15));
    put.holding(8_112, 1);
  },
  take: ({ code, address, values: [value = 0] }, state) => {
    if (code !== 6) return `function ${code} is not known`;
    if (address === 8_087) state.phases = value === 1 ? 1 : 3;
    else if (address === 8_093) state.current = value / 10;
    else if (address === 8_094) state.enabled = value === 1;
    else return `register ${address} is not for writing`;
    return state.current < 6 || state.current > 32 ? `current of ${state.current} A` : undefined;
  },
  spoil: (put) => put.holding(8_092, 9),
};

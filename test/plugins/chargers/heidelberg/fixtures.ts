import heidelberg from '../../../../plugins/chargers/heidelberg/index.ts';
import type { ArrivedModbus } from '../../../helpers/modbus-device.ts';
import { i32 } from '../../../helpers/modbus-device.ts';
import type { ChargerState, SimulatedCharger } from '../../../helpers/register-charger.ts';

/** A box in state C2 at 10 A on three phases, after the register table 1.0.8: words of the input registers from 4 on. */
export const CHARGING: readonly number[] = [264, 7, 100, 99, 101, 312, 230, 231, 229, 1, 6_900, 0, 120, 26, 31_242];

const STATES: Readonly<Record<string, number>> = { A: 2, B: 4, C: 7, E: 9, F: 10 };

const take = (write: ArrivedModbus, state: ChargerState): string | undefined => {
  const [value = 0] = write.values;
  if (write.code !== 16) return `function ${write.code} is not known`;
  if (write.address === 258) return value === 4 ? 'keep-alive' : `standby ${value}`;
  if (write.address === 259) return value > 1 ? `lock ${value}` : undefined;
  if (write.address === 501) {
    state.phases = value === 1 ? 1 : 3;
    return undefined;
  }
  if (write.address !== 261) return `register ${write.address} is not for writing`;
  if (value !== 0 && (value < 60 || value > 160)) return `current ${value}`;
  state.enabled = value > 0;
  if (value > 0) state.current = value / 10;
  return undefined;
};

export const ENERGY_CONTROL: SimulatedCharger = {
  plugin: heidelberg,
  type: 'heidelberg',
  rtu: true,
  statuses: ['A', 'B', 'C', 'E', 'F'],
  state: { power: 0, currents: [0, 0, 0], voltages: [230, 230, 230], energy: 0 },
  show: ({ status, enabled, current, power = 0, currents = [], voltages = [], energy = 0 }, put) => {
    put.input(4, 0x108, STATES[status] ?? 0, ...currents.map((value) => value * 10));
    put.input(9, 312, ...voltages, 1, power, ...i32(5), ...i32(energy));
    put.holding(257, 15_000, 4, 1);
    put.holding(261, enabled ? current * 10 : 0, 0);
  },
  take,
  spoil: (put) => put.input(5, 99),
};

export const AMPERFIED: SimulatedCharger = {
  ...ENERGY_CONTROL,
  options: { model: 'amperfied', phaseSwitching: true },
  rtu: false,
  unit: 255,
  state: { ...ENERGY_CONTROL.state, phases: 3 },
  show: (state, put) => {
    ENERGY_CONTROL.show(state, put);
    put.holding(501, state.phases ?? 3);
    put.input(5_001, state.phases ?? 3);
  },
};

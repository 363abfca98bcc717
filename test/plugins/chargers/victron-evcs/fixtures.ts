import victron from '../../../../plugins/chargers/victron-evcs/index.ts';
import type { ArrivedModbus } from '../../../helpers/modbus-device.ts';
import { i32 } from '../../../helpers/modbus-device.ts';
import type { ChargerState, SimulatedCharger } from '../../../helpers/register-charger.ts';

const STATES: Readonly<Record<string, number>> = { A: 0, B: 1, C: 2, E: 10, F: 9 };

const take =
  (mode: number, start: number, current: number) =>
  ({ code, address, values: [value = 0] }: ArrivedModbus, state: ChargerState): string | undefined => {
    if (code !== 6) return `function ${code} is not known`;
    if (address === mode) return value === 0 ? undefined : `mode ${value}`;
    if (address === start) state.enabled = value === 1;
    else if (address === current) state.current = value;
    else return `register ${address} is not for writing`;
    return state.current < 6 || state.current > 32 ? `current of ${state.current} A` : undefined;
  };

export const DIRECT: SimulatedCharger = {
  plugin: victron,
  type: 'victron-evcs',
  statuses: ['A', 'B', 'C', 'E', 'F'],
  state: { power: 0 },
  show: ({ status, enabled, current, power = 0 }, put) => {
    put.holding(5_009, 0, enabled ? 1 : 0);
    put.holding(5_014, power, STATES[status] ?? 0, current);
    put.holding(5_021, 340);
  },
  take: take(5_009, 5_010, 5_016),
  spoil: (put) => put.holding(5_015, 99),
};

export const GX: SimulatedCharger = {
  ...DIRECT,
  options: { model: 'gx', id: 40 },
  unit: 40,
  state: { power: 0, energy: 0 },
  show: ({ status, enabled, current, power = 0, energy = 0 }, put) => {
    put.holding(3_815, 0, ...i32(energy / 10));
    put.holding(3_821, power);
    put.holding(3_824, STATES[status] ?? 0, current, enabled ? 1 : 0);
  },
  take: take(3_815, 3_826, 3_825),
  spoil: (put) => put.holding(3_824, 99),
};

import mennekes from '../../../../plugins/chargers/mennekes/index.ts';
import { f32, i32 } from '../../../helpers/modbus-device.ts';
import { fromF32, type SimulatedCharger } from '../../../helpers/register-charger.ts';

const XTRA_STATES: Readonly<Record<string, number>> = { A: 1, B: 3, C: 6 };

export const XTRA: SimulatedCharger = {
  plugin: mennekes,
  type: 'mennekes',
  unit: 255,
  state: { power: 0 },
  show: ({ status, enabled, current, power = 0 }, put) => {
    put.input(0x0302, XTRA_STATES[status] ?? 0);
    put.input(0x030d, ...i32(3_400).toReversed(), ...i32(power).toReversed());
    put.holding(0x0400, enabled ? current : 0);
  },
  take: ({ code, address, values: [value = 0] }, state) => {
    if (code !== 6 || address !== 0x0400) return `function ${code} at ${address}`;
    state.enabled = value > 0;
    if (value > 0) state.current = value;
    return value !== 0 && (value < 6 || value > 32) ? `current of ${value} A` : undefined;
  },
  spoil: (put) => put.input(0x0302, 9),
};

const COMPACT_STATES: Readonly<Record<string, number>> = { A: 1, B: 2, C: 5, F: 6 };

export const COMPACT: SimulatedCharger = {
  plugin: mennekes,
  type: 'mennekes',
  options: { model: 'compact', phaseSwitching: true },
  rtu: true,
  unit: 50,
  statuses: ['A', 'B', 'C', 'F'],
  state: { phases: 3, power: 0, currents: [0, 0, 0], voltages: [230, 230, 230], energy: 0 },
  show: (state, put) => {
    const { status, enabled, current, phases, power = 0, currents = [], voltages = [], energy = 0 } = state;
    put.holding(0x0100, COMPACT_STATES[status] ?? 0);
    put.holding(0x0302, ...f32(current));
    put.holding(0x0500, ...currents.flatMap(f32), ...voltages.flatMap(f32));
    put.holding(0x0512, ...f32(power));
    put.holding(0x0b02, ...f32(3.4));
    put.holding(0x0d00, 0);
    put.holding(0x0d04, phases === 1 ? 1 : 0, enabled ? 1 : 0);
    put.holding(0x1000, ...f32(energy / 1_000));
  },
  take: ({ address, values }, state) => {
    const [value = 0] = values;
    if (address === 0x0d00) return value === 0x55aa ? 'keep-alive' : `heartbeat ${value}`;
    if (address === 0x0d04) state.phases = value === 1 ? 1 : 3;
    else if (address === 0x0d05) state.enabled = value === 1;
    else if (address === 0x0302) {
      state.current = Number(fromF32(values).toFixed(1));
      // 0 would be no limit.
      return state.current < 6 || state.current > 32 ? `current of ${state.current} A` : undefined;
    } else return `register ${address} is not for writing`;
    return undefined;
  },
  spoil: (put) => put.holding(0x0100, 9),
};

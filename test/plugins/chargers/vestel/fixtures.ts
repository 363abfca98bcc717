import vestel from '../../../../plugins/chargers/vestel/index.ts';
import { type ArrivedModbus, i32 } from '../../../helpers/modbus-device.ts';
import { type ChargerState, type SimulatedCharger, text } from '../../../helpers/register-charger.ts';

const take =
  (code: number) =>
  (write: ArrivedModbus, state: ChargerState): string | undefined => {
    const [value = 0] = write.values;
    if (write.code !== code) return `function ${write.code} is not known`;
    if (write.address === 6_000) return value === 1 ? 'keep-alive' : `alive ${value}`;
    if (write.address === 405) {
      state.phases = value === 0 ? 1 : 3;
      return undefined;
    }
    if (write.address !== 5_004) return `register ${write.address} is not for writing`;
    state.enabled = value > 0;
    if (value > 0) state.current = value;
    return value !== 0 && (value < 6 || value > 32) ? `current of ${value} A` : undefined;
  };

export const EVC04: SimulatedCharger = {
  plugin: vestel,
  type: 'vestel',
  options: { phaseSwitching: true },
  unit: 255,
  statuses: ['A', 'B', 'C', 'F'],
  state: { phases: 3, power: 0, currents: [0, 0, 0], voltages: [230, 230, 230], energy: 0 },
  show: (state, put) => {
    const { status, phases = 3, power = 0, currents = [], voltages = [], energy = 0 } = state;
    put.holding(405, phases === 1 ? 0 : 1);
    put.input(1_001, status === 'C' ? 1 : 0, status === 'F' ? 2 : 1);
    put.input(1_004, status === 'A' ? 0 : 2);
    for (const [index, value] of currents.entries()) put.input(1_008 + index * 2, value * 1_000);
    for (const [index, value] of voltages.entries()) put.input(1_014 + index * 2, value);
    put.input(1_020, ...i32(power));
    put.input(1_036, ...i32(energy / 100));
    put.input(1_502, ...i32(3_400));
    put.holding(2_002, 20);
    put.holding(5_004, 0);
    // The box clears it.
    put.holding(6_000, 0);
  },
  take: take(6),
  spoil: (put) => put.input(1_004, 9),
};

const STATES: Readonly<Record<string, number>> = { A: 0, B: 1, C: 3, F: 7 };

export const WEBASTO_NEXT: SimulatedCharger = {
  plugin: vestel,
  type: 'vestel',
  options: { model: 'webasto-next' },
  unit: 255,
  statuses: ['A', 'B', 'C', 'F'],
  state: { power: 0, currents: [0, 0, 0], energy: 0, identifier: '' },
  show: ({ status, power = 0, currents = [], energy = 0, identifier = '' }, put) => {
    put.holding(1_000, STATES[status] ?? 0);
    for (const [index, value] of currents.entries()) put.input(1_008 + index * 2, value * 1_000);
    put.holding(1_020, ...i32(power));
    put.holding(1_036, ...i32(energy));
    put.holding(1_600, ...text(identifier, 10));
    put.holding(2_002, 60);
    put.holding(5_004, 0);
    put.holding(6_000, 0);
  },
  take: take(16),
  spoil: (put) => put.holding(1_000, 2),
};

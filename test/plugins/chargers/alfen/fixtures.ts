import alfen from '../../../../plugins/chargers/alfen/index.ts';
import { f32, i32 } from '../../../helpers/modbus-device.ts';
import { fromF32, type SimulatedCharger, text } from '../../../helpers/register-charger.ts';

export function f64(value: number): number[] {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return [0, 2, 4, 6].map((offset) => bytes.readUInt16BE(offset));
}

const STATES: Readonly<Record<string, string>> = { A: 'A', B: 'B2', C: 'C2', F: 'F' };

/** The second socket of a station that may switch phases. */
export const ALFEN: SimulatedCharger = {
  plugin: alfen,
  type: 'alfen',
  unit: 2,
  options: { id: 2, phaseSwitching: true },
  statuses: ['A', 'B', 'C', 'F'],
  state: { phases: 3, power: 0, currents: [0, 0, 0], voltages: [230, 230, 230], energy: 0 },
  show: (state, put) => {
    const { status, enabled, current, phases = 3, power = 0, currents = [], voltages = [], energy = 0 } = state;
    put.holding(306, ...voltages.flatMap(f32));
    put.holding(320, ...currents.flatMap(f32));
    put.holding(344, ...f32(power));
    put.holding(374, ...f64(energy));
    put.holding(1_201, ...text(STATES[status] ?? '', 5));
    put.holding(1_206, ...f32(enabled ? current : 0), ...i32(40), ...f32(enabled ? current : 0), ...f32(6), 1, phases);
  },
  take: ({ code, address, values }, state) => {
    if (address === 1_215 && code === 6) {
      state.phases = values[0] === 1 ? 1 : 3;
      return undefined;
    }
    if (address !== 1_210 || values.length !== 2) return `register ${address} is not for writing`;
    const value = fromF32(values);
    state.enabled = value >= 6;
    if (value >= 6) state.current = value;
    return value < 0 || value > 32 ? `set-point of ${value} A` : undefined;
  },
  spoil: (put) => put.holding(1_201, ...text('X', 5)),
};

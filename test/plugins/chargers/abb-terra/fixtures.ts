import abbTerra from '../../../../plugins/chargers/abb-terra/index.ts';
import { i32 } from '../../../helpers/modbus-device.ts';
import type { SimulatedCharger } from '../../../helpers/register-charger.ts';

const STATES: Readonly<Record<string, number>> = { A: 0, B: 2, C: 4 };

export const TERRA: SimulatedCharger = {
  plugin: abbTerra,
  type: 'abb-terra',
  state: { power: 0, currents: [0, 0, 0], voltages: [230, 230, 230] },
  show: (state, put) => {
    const { status, enabled, current, power = 0, currents = [], voltages = [] } = state;
    put.holding(0x400a, ...i32(status === 'A' ? 0 : 0x0101));
    // The highest bit of the byte says something else.
    put.holding(0x400c, 0x0002, 0x8000 | ((STATES[status] ?? 0) << 8));
    put.holding(0x400e, ...i32(enabled ? Math.round(current * 1_000) : 0));
    put.holding(0x4010, ...currents.flatMap((value) => i32(value * 1_000)));
    put.holding(0x4016, ...voltages.flatMap((value) => i32(value * 10)));
    put.holding(0x401c, ...i32(power), ...i32(3_400));
    put.holding(0x4100, 0, 0);
  },
  take: ({ code, address, values: [first = 0, second = 0] }, state) => {
    if (code !== 16 || address !== 0x4100) return `function ${code} at ${address}`;
    const current = (first * 65_536 + second) / 1_000;
    state.enabled = current > 0;
    if (current > 0) state.current = current;
    return current !== 0 && (current < 6 || current > 32) ? `current of ${current} A` : undefined;
  },
  spoil: (put) => put.holding(0x400c, 0, 0x7f00),
};

import simpleEvse from '../../../../plugins/chargers/simpleevse/index.ts';
import type { SimulatedCharger } from '../../../helpers/register-charger.ts';

const of = (steps: number, bits: number): SimulatedCharger => ({
  plugin: simpleEvse,
  type: 'simpleevse',
  rtu: true,
  statuses: ['A', 'B', 'C', 'F'],
  show: ({ status, enabled, current }, put) => {
    const state = { A: 1, B: 2, C: 3, D: 4, E: 5, F: 5 }[status];
    put.holding(1_000, enabled ? current * steps : 0, enabled ? current : 0, state);
    put.holding(2_005, bits);
  },
  take: ({ code, address, values: [value = 0] }, state) => {
    if (code !== 16 || address !== 1_000) return `function ${code} at ${address}`;
    state.enabled = value > 0;
    if (value > 0) state.current = value / steps;
    return value !== 0 && (state.current < 6 || state.current > 32) ? `current of ${state.current} A` : undefined;
  },
  spoil: (put) => put.holding(1_002, 9),
});

export const WHOLE: SimulatedCharger = of(1, 0x0001);
/** Set to 0.01 A: bit 7 of register 2005. */
export const FINE: SimulatedCharger = of(100, 0x0081);

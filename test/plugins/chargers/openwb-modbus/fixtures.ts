import openwbModbus from '../../../../plugins/chargers/openwb-modbus/index.ts';
import { type ArrivedModbus, i32 } from '../../../helpers/modbus-device.ts';
import { type ChargerState, type SimulatedCharger, text } from '../../../helpers/register-charger.ts';

/** Phases that a box was told, until it is told to switch to them */
const wanted = new WeakMap<ChargerState, 1 | 3>();

function take({ code, address, values: [value = 0] }: ArrivedModbus, state: ChargerState): string | undefined {
  if (code !== 6) return `function ${code} is not known`;
  switch (address) {
    case 10_171: {
      const before = state.enabled ? state.current : 0;
      state.enabled = value > 0;
      if (value > 0) state.current = value / 100;
      if (value !== 0 && (value < 600 || value > 3_200)) return `current of ${value} cA`;
      return before * 100 === value ? 'keep-alive' : undefined;
    }
    case 10_180:
      wanted.set(state, value === 1 ? 1 : 3);
      return 'keep-alive';
    case 10_181:
      state.phases = wanted.get(state) ?? 3;
      return value === 1 ? undefined : `trigger ${value}`;
    case 10_198:
      return undefined;
    default:
      return `register ${address} is not for writing`;
  }
}

export const OPENWB: SimulatedCharger = {
  plugin: openwbModbus,
  type: 'openwb-modbus',
  options: { phaseSwitching: true },
  state: { current: 6, phases: 3, power: 0, currents: [0, 0, 0], voltages: [230, 230, 230], energy: 0, identifier: '' },
  show: (state, put) => {
    const { status, power = 0, currents = [], voltages = [], energy = 0, identifier = '' } = state;
    put.input(10_100, ...i32(Math.round(power)));
    put.input(10_102, ...i32(Math.round(energy)));
    for (const [index, value] of voltages.entries()) put.input(10_104 + index, Math.round(value * 100));
    for (const [index, value] of currents.entries()) put.input(10_107 + index, Math.round(value * 100));
    put.input(10_114, status === 'A' ? 0 : 1, status === 'C' ? 1 : 0);
    put.input(10_160, ...text(identifier, 10));
    for (const address of [10_171, 10_180, 10_181, 10_198]) put.holding(address, 0);
  },
  take,
  spoil: (put) => put.input(10_114, 7),
};

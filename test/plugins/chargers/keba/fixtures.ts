import keba from '../../../../plugins/chargers/keba/index.ts';
import type { ArrivedModbus } from '../../../helpers/modbus-device.ts';
import { i32 } from '../../../helpers/modbus-device.ts';
import type { ChargerState, Put, SimulatedCharger } from '../../../helpers/register-charger.ts';

/** What both have in common: state, cable, measured values, fail-safe and the source of phase switching. */
function show(state: ChargerState, put: Put): void {
  const { status, enabled, power = 0, currents = [], energy = 0, identifier = '' } = state;
  const words = (address: number, value: number) => put.holding(address, ...i32(value));
  words(1_000, status === 'F' ? 4 : status === 'A' ? 1 : status === 'C' ? 3 : enabled ? 2 : 5);
  words(1_004, status === 'A' ? 3 : 7);
  for (const [index, value] of currents.entries()) words(1_008 + index * 2, Math.round(value * 1_000));
  words(1_020, Math.round(power * 1_000));
  words(1_036, Math.round(energy * 10));
  words(1_500, identifier === '' ? 0 : Number.parseInt(identifier, 16));
  words(1_550, 0);
  words(1_602, 0);
  for (const address of [5_004, 5_014, 5_018, 5_050, 5_052]) put.holding(address, 0);
}

/** `lowest`: mA that 5004 takes */
const take =
  (enable: boolean, lowest: number) =>
  ({ code, address, values: [value = 0] }: ArrivedModbus, state: ChargerState): string | undefined => {
    if (code !== 6) return `function ${code} is not known`;
    switch (address) {
      case 5_004:
        if (!enable) state.enabled = value > 0;
        if (value > 0) state.current = value / 1_000;
        return value < lowest || value > 63_000 || (value > 0 && value < 6_000) ? `current of ${value} mA` : undefined;
      case 5_014:
        state.enabled = value === 1;
        return enable ? undefined : 'a P40 has no register 5014';
      case 5_018:
        return value === 60 ? 'keep-alive' : `fail-safe timeout of ${value} s`;
      case 5_050:
        return value === 3 ? 'keep-alive' : `source ${value} of phase switching`;
      case 5_052:
        state.phases = value === 1 ? 3 : 1;
        return undefined;
      default:
        return `register ${address} is not for writing`;
    }
  };

const STATE = { phases: 3, power: 0, currents: [0, 0, 0], energy: 0, identifier: '' } as const;

export const P30: SimulatedCharger = {
  plugin: keba,
  type: 'keba',
  options: { phaseSwitching: true },
  unit: 255,
  statuses: ['A', 'B', 'C', 'F'],
  state: STATE,
  show: (state, put) => {
    show(state, put);
    put.holding(1_552, 0, state.phases === 3 ? 1 : 0);
  },
  take: take(true, 6_000),
  spoil: (put) => put.holding(1_000, 0, 9),
};

export const P40: SimulatedCharger = {
  ...P30,
  options: { model: 'p40', phaseSwitching: true },
  show: (state, put) => {
    show(state, put);
    put.holding(1_018, 0x0102, 0x0100);
    put.holding(1_552, 0, state.phases ?? 3);
    put.holding(5_004, state.enabled ? Math.round(state.current * 1_000) : 0);
  },
  take: take(false, 0),
};

import phoenix from '../../../../plugins/chargers/phoenix/index.ts';
import { type ArrivedModbus, i32 } from '../../../helpers/modbus-device.ts';
import { type ChargerState, type Put, type SimulatedCharger, text } from '../../../helpers/register-charger.ts';

/** The lower word stands first. */
const low = (value: number): number[] => i32(Math.round(value)).toReversed();

interface Layout {
  readonly coil: number;
  readonly current: number;
  /** A of one step */
  readonly step: number;
}

const take =
  ({ coil, current, step }: Layout) =>
  ({ code, address, values: [value = 0] }: ArrivedModbus, state: ChargerState): string | undefined => {
    if (code === 5 && address === coil) {
      state.enabled = value === 0xff00;
      return undefined;
    }
    if (code !== 6 || address !== current) return `function ${code} at ${address}`;
    state.current = value * step;
    return state.current < 6 || state.current > 80 ? `current of ${state.current} A` : undefined;
  };

const control = ({ enabled, current }: ChargerState, put: Put, layout: Layout): void => {
  put.coil(layout.coil, enabled);
  put.holding(layout.current, Math.round(current / layout.step));
};

const EM: Layout = { coil: 400, current: 300, step: 1 };
const EV: Layout = { coil: 400, current: 528, step: 1 };
const WB: Layout = { coil: 400, current: 528, step: 0.1 };
const SER: Layout = { coil: 20_000, current: 22_000, step: 1 };

export const EM_ETH: SimulatedCharger = {
  plugin: phoenix,
  type: 'phoenix',
  options: { model: 'em-eth' },
  unit: 180,
  statuses: ['A', 'B', 'C', 'E', 'F'],
  state: { power: 0, currents: [0, 0, 0], voltages: [230, 230, 230], energy: 0 },
  show: (state, put) => {
    control(state, put, EM);
    put.input(100, state.status.charCodeAt(0));
    for (const [index, value] of (state.voltages ?? []).entries()) put.input(108 + index * 2, ...low(value * 100));
    for (const [index, value] of (state.currents ?? []).entries()) put.input(114 + index * 2, ...low(value * 1_000));
    put.input(120, ...low((state.power ?? 0) / 10));
    put.input(128, ...low((state.energy ?? 0) / 10));
  },
  take: take(EM),
  spoil: (put) => put.input(100, 0x58),
};

export const EV_ETH: SimulatedCharger = {
  ...EM_ETH,
  options: {},
  unit: 255,
  state: { power: 0, energy: 0 },
  show: (state, put) => {
    control(state, put, EV);
    put.input(100, state.status.charCodeAt(0));
    put.input(108, ...low(23_000));
    put.input(120, ...low(state.power ?? 0));
    put.holding(904, ...low(state.energy ?? 0));
  },
  take: take(EV),
};

export const WALLBE: SimulatedCharger = {
  ...EV_ETH,
  options: { model: 'wallbe' },
  show: (state, put) => {
    EV_ETH.show(state, put);
    control(state, put, WB);
    put.holding(2_980, ...low(state.energy ?? 0), 0, 0);
  },
  take: take(WB),
};

export const EV_SER: SimulatedCharger = {
  ...EM_ETH,
  options: { model: 'ev-ser' },
  rtu: true,
  unit: 1,
  state: {},
  show: (state, put) => {
    control(state, put, SER);
    put.input(24_000, state.status.charCodeAt(0) * 256);
  },
  take: take(SER),
  spoil: (put) => put.input(24_000, 0x43),
};

const CHARX_STATES: Readonly<Record<string, string>> = { A: 'A1', B: 'B2', C: 'C2', E: 'E0', F: 'F0' };

/** The second charging point of a CHARX. */
export const CHARX: SimulatedCharger = {
  ...EM_ETH,
  options: { model: 'charx', connector: 2 },
  unit: 1,
  state: { ...EM_ETH.state, identifier: '' },
  show: (state, put) => {
    const { status, enabled, current, power = 0, currents = [], voltages = [], energy = 0, identifier = '' } = state;
    put.holding(2_112, 3);
    for (const [index, value] of voltages.entries()) put.holding(2_232 + index * 2, ...i32(value * 1_000));
    for (const [index, value] of currents.entries()) put.holding(2_238 + index * 2, ...i32(value * 1_000));
    put.holding(2_244, ...i32(power * 1_000));
    put.holding(2_250, 0, 0, ...i32(energy));
    put.holding(2_275, ...text(identifier, 10));
    put.holding(2_285, ...i32(90));
    put.holding(2_299, ...text(CHARX_STATES[status] ?? '', 1), enabled ? 1 : 0, current);
  },
  take: ({ code, address, values: [value = 0] }, state) => {
    if (code !== 16) return `function ${code} is not known`;
    if (address === 2_300) state.enabled = value === 1;
    else if (address === 2_301) state.current = value;
    else return `register ${address} is not for writing`;
    return undefined;
  },
  spoil: (put) => put.holding(2_299, ...text('X9', 1)),
};

import Type, { type TProperties } from 'typebox';
import type { ChargerDevice, ChargerReading, DeviceContext } from '../../core/index.ts';
import type { MeterValues } from './meter-reading.ts';

/** Options of switches that serve as chargers: of heaters, or of cars with a plug of their own. */
export interface SwitchOptions {
  /** W; up to it, nothing is charged; default 15 */
  standbyPower?: number;
  /** W that it takes while it is switched on, for switches without a meter; default: as measured */
  power?: number;
  /** Built into what it supplies, so that no vehicle is looked for; default true */
  integrated?: boolean;
}

export const SWITCH: Readonly<Record<keyof SwitchOptions, TProperties[string]>> = {
  standbyPower: Type.Optional(
    Type.Number({
      description: 'Up to this power nothing is charged',
      unit: 'W',
      minimum: 0,
      maximum: 10_000,
      default: 15,
    }),
  ),
  power: Type.Optional(
    Type.Number({
      description: 'What it takes while it is switched on, for switches without a meter; default: as measured',
      unit: 'W',
      exclusiveMinimum: 0,
      maximum: 25_000,
    }),
  ),
  integrated: Type.Optional(
    Type.Boolean({ description: 'Belongs to what it supplies: no vehicle is looked for', default: true }),
  ),
};

/** What a switch says of itself. */
export interface SwitchReading {
  readonly on: boolean;
  /** Absent: it measures nothing */
  readonly values?: Pick<MeterValues, 'power' | 'energy' | 'currents' | 'voltages'>;
}

/** A switch over any protocol. */
export interface Switch {
  read(signal: AbortSignal): Promise<SwitchReading>;
  /** Rejects when it is not certain that it has switched. */
  turn(on: boolean, signal: AbortSignal): Promise<void>;
}

/**
 * A switch on one phase as charger: on and off is all that it can be told. While it takes more than it does in standby, it
 * charges; nobody can tell whether a car is there.
 */
export function createSwitchCharger(
  { read, turn }: Switch,
  { standbyPower = 15, power: fixed, integrated = true }: SwitchOptions,
  { voltage, fail }: Pick<DeviceContext, 'voltage' | 'fail'>,
): ChargerDevice {
  return {
    traits: { switch: true, phases: 1, integrated, ...(fixed !== undefined && { minCurrent: fixed / voltage }) },
    read: async (signal): Promise<ChargerReading> => {
      const { on, values = {} } = await read(signal);
      const power = fixed === undefined ? values.power : on ? fixed : 0;
      const [current] = values.currents ?? [];
      const [volts] = values.voltages ?? [];
      const charges = power === undefined ? on : Math.abs(power) > standbyPower;
      return {
        status: charges ? 'C' : 'B',
        enabled: on,
        ...(power !== undefined && { power: Math.max(0, power) }),
        ...(values.energy !== undefined && { energy: values.energy }),
        ...(current !== undefined && { currents: [Math.abs(current), 0, 0] }),
        ...(volts !== undefined && volts > 0 && { voltages: [volts, 0, 0] }),
      };
    },
    enable: turn,
    setMaxCurrent: async () => fail('EVCC_NOT_SUPPORTED', 'a switch knows no currents'),
  };
}

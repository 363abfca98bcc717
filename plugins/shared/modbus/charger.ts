import Type, { type TProperties } from 'typebox';
import type {
  ChargerDevice,
  ChargerReading,
  ChargerTraits,
  ChargeStatus,
  DeviceContext,
  PerPhase,
  Phases,
} from '../../../core/index.ts';
import { createKeepAlive } from '../keep-alive.ts';
import { createPause, type Pause } from '../pause.ts';
import { type BlockLimits, createRegisterReader, type Registers, type Values } from './blocks.ts';
import type { ModbusLink } from './pool.ts';
import type { Register } from './registers.ts';
import { writeRegister } from './write.ts';

/**
 * What a reading takes over from the register of the same name; scales lead to W, A, V, Wh, % and ms. `maxCurrent` is what the
 * charger offers or would offer.
 */
export type ChargerPoint =
  | 'power'
  | `${'current' | 'voltage'}L${1 | 2 | 3}`
  | 'energy'
  | 'sessionEnergy'
  | 'maxCurrent'
  | 'connectedFor'
  | 'identifier'
  | 'soc';

/** Where a value is written; `multiple`: with function 16, which is all that some devices know. */
export type WritableRegister = Register & { readonly multiple?: boolean };

/** A charger that has a switch beside its current. */
export interface SwitchControl<T extends Registers> {
  enabled(values: Values<T>, signal: AbortSignal): boolean | undefined | Promise<boolean | undefined>;
  enable(enabled: boolean, signal: AbortSignal): Promise<void>;
  setMaxCurrent(current: number, signal: AbortSignal): Promise<void>;
}

/**
 * A charger that is paused by a current of 0. Without a register `maxCurrent` nobody can read what it offers: then what was
 * written last counts, and before the first command it counts as disabled unless it charges.
 */
export interface PauseControl {
  write(current: number, signal: AbortSignal): Promise<void>;
}

/** What a charger over Modbus is. */
export interface ChargerDescription<T extends Registers> {
  readonly traits: ChargerTraits;
  /** What is read in every cycle: points, and what else the functions below want to know */
  readonly registers: T;
  readonly limits?: BlockLimits;
  readonly control: SwitchControl<T> | PauseControl;
  /** `undefined`: no state that it can be in */
  status(values: Values<T>): ChargeStatus | undefined;
  /** What counts of the values, where some of them mean something else than their name; absent: all */
  trusted?(values: Values<T>): Values<T>;
  /** What a reading has besides its points */
  more?(values: Values<T>): Partial<ChargerReading>;
  /** Absent: it cannot switch phases, or does not tell that it can */
  setPhases?(phases: Phases, signal: AbortSignal): Promise<void>;
  /**
   * Called at the beginning and then again and again, so that the device knows that somebody is there; resolves with the ms
   * until the next time. `repeat` writes the current that was written last, if there was one.
   */
  keepAlive?(signal: AbortSignal, repeat: () => Promise<void>): Promise<number>;
}

/**
 * A charger that is a table of registers and ways to write. Errors of reading: those of the link, and `EVCC_DEVICE_PROTOCOL` for
 * a state that does not exist.
 */
export function createRegisterCharger<const T extends Registers>(
  description: ChargerDescription<T>,
  link: ModbusLink,
  context: Pick<DeviceContext, 'fail' | 'clock' | 'log' | 'signal'>,
): ChargerDevice & { close(): Promise<void> } {
  const { registers, limits, traits, setPhases, trusted = (values) => values } = description;
  const readRegisters = createRegisterReader(registers, link, context, limits);
  const control =
    'write' in description.control
      ? pausing(
          createPause(description.control.write, {
            readable: 'maxCurrent' in registers,
            minCurrent: traits.minCurrent,
          }),
        )
      : switching(description.control);
  const keepAlive =
    description.keepAlive &&
    createKeepAlive(link.name, (signal) => description.keepAlive?.(signal, () => control.repeat(signal)), context);

  const read = async (signal: AbortSignal): Promise<ChargerReading> => {
    const seen = control.begin();
    const raw = await readRegisters(signal);
    const status = description.status(raw);
    if (status === undefined) {
      return context.fail('EVCC_DEVICE_PROTOCOL', `${link.name}, status: the charger says a state that does not exist`);
    }
    const values = trusted(raw);
    const { maxCurrent, ...points } = pointsOf(values);
    const charges = status === 'C' || status === 'D';
    const enabled = (await seen(values, { maxCurrent, charges }, signal)) ?? false;
    return {
      // A car that is ready and gets nothing is connected; some boxes say C all the same.
      status: status === 'C' && !enabled && points.power === 0 ? 'B' : status,
      enabled,
      ...points,
      ...(enabled && maxCurrent !== undefined && { maxCurrent }),
      ...description.more?.(values),
    };
  };
  return {
    traits,
    read,
    enable: control.enable,
    setMaxCurrent: async (current, signal) => {
      if (!control.known()) await read(signal);
      await control.setMaxCurrent(current, signal);
    },
    ...(setPhases && { setPhases }),
    close: async () => {
      keepAlive?.();
      await link.close();
    },
  };
}

/** How a control is used here. */
interface Control<T extends Registers> {
  /** Called before a reading; what it returns tells whether the charger is enabled, from what was read. */
  begin(): (
    values: Values<T>,
    seen: { readonly maxCurrent: number | undefined; readonly charges: boolean },
    signal: AbortSignal,
  ) => boolean | undefined | Promise<boolean | undefined>;
  /** Whether it can be told a current without being asked first */
  known(): boolean;
  enable(enabled: boolean, signal: AbortSignal): Promise<void>;
  setMaxCurrent(current: number, signal: AbortSignal): Promise<void>;
  repeat(signal: AbortSignal): Promise<void>;
}

function switching<T extends Registers>(control: SwitchControl<T>): Control<T> {
  return {
    begin: () => (values, _, signal) => control.enabled(values, signal),
    known: () => true,
    enable: (enabled, signal) => control.enable(enabled, signal),
    setMaxCurrent: (current, signal) => control.setMaxCurrent(current, signal),
    repeat: async () => {},
  };
}

const pausing = <T extends Registers>(pause: Pause): Control<T> => ({
  ...pause,
  begin: () => {
    const seen = pause.begin();
    return (_, { maxCurrent, charges }) => seen(maxCurrent, charges);
  },
});

/** Of phases, those that say nothing beside an L1 that does are not wired. */
function pointsOf(values: object): Partial<Pick<ChargerReading, PlainPoint | 'currents' | 'voltages'>> {
  const all = values as Readonly<Partial<Record<string, number>>>;
  const phases = (name: 'current' | 'voltage'): PerPhase | undefined => {
    const { [`${name}L1`]: l1, [`${name}L2`]: l2 = 0, [`${name}L3`]: l3 = 0 } = all;
    return l1 === undefined ? undefined : [Math.abs(l1), Math.abs(l2), Math.abs(l3)];
  };
  const currents = phases('current');
  const voltages = phases('voltage');
  const { power } = all;
  const plain = PLAIN.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]]));
  return {
    ...Object.fromEntries(plain),
    ...(power !== undefined && { power: Math.max(0, power) }),
    ...(currents && { currents }),
    // Without its phases a box does not run: where it says nothing of them, it does not measure.
    ...(voltages && voltages[0] > 0 && { voltages }),
  };
}

/** Values without those that only a meter knows, for chargers that say 0 when they have none. */
export function unmeasured<V extends object>(values: V): V {
  const rest = Object.entries(values).filter(([name]) => !/^(power|energy|(current|voltage)L\d)$/.test(name));
  return Object.fromEntries(rest) as V;
}

const PLAIN = ['energy', 'sessionEnergy', 'maxCurrent', 'connectedFor', 'identifier', 'soc'] as const;
type PlainPoint = (typeof PLAIN)[number] | 'power';

/** Option of chargers some of which can switch phases, which they do not tell. */
export const PHASE_SWITCHING: TProperties[string] = Type.Optional(
  Type.Boolean({ description: 'It can switch between one and three phases', default: false }),
);

/** What a status map makes of a number; `undefined`: it is not in there. */
export function statusOf(
  map: Readonly<Record<number, ChargeStatus>>,
): (values: { readonly status?: number }) => ChargeStatus | undefined {
  return ({ status }) => (status === undefined ? undefined : map[status]);
}

/** The letter of a state such as `C2`. A car that is ready and gets nothing, C1 and D1, is connected. */
export function letterOf(state: string | undefined): ChargeStatus | undefined {
  if (state === 'C1' || state === 'D1') return 'B';
  return LETTERS.find((letter) => letter === state?.charAt(0));
}

const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F'] as const;

/** The present current of a charger in a register, as control of a charger that is paused by 0. */
export function pausedByZero(
  link: ModbusLink,
  register: WritableRegister,
  context: Pick<DeviceContext, 'fail'>,
): PauseControl {
  return { write: (current, signal) => writeRegister(link, register, current, context, signal) };
}

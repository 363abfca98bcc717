import Type, { type TProperties } from 'typebox';
import type { ChargerDevice, ChargerTraits, DeviceContext } from '../../../core/index.ts';
import { createKeepAlive } from '../keep-alive.ts';
import { createPause } from '../pause.ts';
import type { HeatReading } from './reading.ts';

/** Heaters that are told how much power they may take. */

/** Options of all heaters that are told a power. */
export interface PowerOptions {
  /** W that it can be told at most; default 3500 */
  maxPower?: number;
  /** W below which it is not worth while; default 0 */
  minPower?: number;
  /** Phases that it is connected to; default 1 */
  phases?: 1 | 3;
}

/** W */
const LARGEST = 3_500;

export const POWER_OPTIONS: Readonly<Record<keyof PowerOptions, TProperties[string]>> = {
  maxPower: Type.Optional(
    Type.Number({
      description: 'What it can be told at most',
      unit: 'W',
      minimum: 100,
      maximum: 100_000,
      default: LARGEST,
    }),
  ),
  minPower: Type.Optional(
    Type.Number({ description: 'What is worth while at least', unit: 'W', minimum: 0, maximum: 100_000, default: 0 }),
  ),
  phases: Type.Optional(Type.Enum([1, 3], { description: 'Phases that it is connected to', default: 1 })),
};

/** A heater as its driver sees it. */
export interface PowerHeater {
  /** What errors call it */
  readonly name: string;
  /** ms after which the power has to be told again, or it does nothing more; absent: never */
  readonly repeat?: number;
  /** W, 0: nothing */
  setPower(power: number, signal: AbortSignal): Promise<void>;
  read(signal: AbortSignal): Promise<HeatReading>;
  close(): Promise<void>;
}

/** A, and W from which on something heats */
const STEP = 0.1;
const HEATS = 20;

/**
 * A heater as a charger: a current is a power at the nominal voltage, on all its phases. Whether it is enabled is what it was
 * told. Errors: `EVCC_CONFIG_INVALID` for less than nothing between `minPower` and `maxPower`.
 */
export function createPowerCharger(
  heater: PowerHeater,
  { maxPower = LARGEST, minPower = 0, phases = 1 }: PowerOptions,
  context: Pick<DeviceContext, 'clock' | 'log' | 'signal' | 'voltage' | 'fail'>,
): ChargerDevice {
  const perAmpere = context.voltage * phases;
  const inSteps = (power: number, round: (value: number) => number): number =>
    Number((round(Number((power / perAmpere / STEP).toFixed(6))) * STEP).toFixed(1));
  const minCurrent = Math.max(inSteps(minPower, Math.ceil), STEP);
  const maxCurrent = inSteps(maxPower, Math.floor);
  if (maxCurrent < minCurrent) context.fail('EVCC_CONFIG_INVALID', 'maxPower must not be below minPower');
  const traits: ChargerTraits = {
    phases,
    integrated: true,
    heating: true,
    minCurrent,
    maxCurrent,
    currentStep: STEP,
  };
  const pause = createPause((current, signal) => heater.setPower(Math.floor(current * perAmpere), signal), {
    readable: false,
    minCurrent,
  });
  const { repeat } = heater;
  const stop =
    repeat === undefined
      ? undefined
      : createKeepAlive(
          heater.name,
          async (signal) => {
            await pause.repeat(signal);
            return repeat;
          },
          context,
        );
  return {
    traits,
    read: async (signal) => {
      const seen = pause.begin();
      const measured = await heater.read(signal);
      const enabled = seen(undefined) ?? false;
      return { status: enabled && (measured.power ?? HEATS) >= HEATS ? 'C' : 'B', enabled, ...measured };
    },
    enable: pause.enable,
    setMaxCurrent: pause.setMaxCurrent,
    close: async () => {
      stop?.();
      await heater.close();
    },
  };
}

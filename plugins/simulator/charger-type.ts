import Type, { type TSchema } from 'typebox';
import type { ChargerDevice, ChargerReading, PerPhase, Phases, TypeDefinition } from '../../core/index.ts';
import type { OptionsOf } from '../shared/options.ts';
import { wake } from './car.ts';
import { type Charger, createCharger, enable, setMaxCurrent, setPhases } from './charger.ts';
import { carAt } from './house.ts';
import { install, type Model, rounded } from './model.ts';

const schema = Type.Object({
  phases: Type.Optional(Type.Enum([1, 3], { description: 'Phases that are wired', default: 3 })),
  phaseSwitching: Type.Optional(
    Type.Boolean({ description: 'It can switch between one and three phases', default: false }),
  ),
  minCurrent: Type.Optional(Type.Number({ description: 'A, smallest current', default: 6, minimum: 1, maximum: 80 })),
  maxCurrent: Type.Optional(Type.Number({ description: 'A, largest current', default: 16, minimum: 1, maximum: 80 })),
  currentStep: Type.Optional(
    Type.Enum([1, 0.1], { description: 'A, difference between two currents that can be set', default: 1 }),
  ),
  reaction: Type.Optional(
    Type.Number({ description: 's from a command until the car notices', default: 1, minimum: 0, maximum: 60 }),
  ),
  ramp: Type.Optional(
    Type.Number({
      description: 'A per second with which the current changes; 0: at once',
      default: 2,
      minimum: 0,
      maximum: 100,
    }),
  ),
  switchPause: Type.Optional(
    Type.Number({ description: 's without current while phases are switched', default: 5, minimum: 0, maximum: 300 }),
  ),
  meter: Type.Optional(Type.Boolean({ description: 'It measures power, currents and energy', default: true })),
  wakeUp: Type.Optional(Type.Boolean({ description: 'It can wake a sleeping car', default: false })),
});

/** Options of a `simulator` charger. */
export interface SimulatorChargerOptions {
  /** Phases that are wired; default 3 */
  phases?: 1 | 3;
  /** It can switch between one and three phases; default false */
  phaseSwitching?: boolean;
  /** A, smallest current, 1 to 80; default 6 */
  minCurrent?: number;
  /** A, largest current, 1 to 80; default 16 */
  maxCurrent?: number;
  /** A, difference between two currents that can be set; default 1 */
  currentStep?: 1 | 0.1;
  /** s from a command until the car notices, 0 to 60; default 1 */
  reaction?: number;
  /** A per second with which the current changes, 0 to 100; 0: at once; default 2 */
  ramp?: number;
  /** s without current while phases are switched, 0 to 300; default 5 */
  switchPause?: number;
  /** It measures power, currents and energy; default true */
  meter?: boolean;
  /** It can wake a sleeping car; default false */
  wakeUp?: boolean;
}

declare module 'evcc' {
  interface ChargerTypes {
    simulator: SimulatorChargerOptions;
  }
}

/** Chargers of the simulated house. */
export function chargerType(model: Model): TypeDefinition<TSchema, ChargerDevice> {
  return {
    schema,
    create(options: OptionsOf<typeof schema, SimulatorChargerOptions>, { name, voltage, signal, log, fail }) {
      const { minCurrent = 6, maxCurrent = 16, currentStep = 1, phases = 3, phaseSwitching = false } = options;
      const { reaction = 1, ramp = 2, switchPause = 5, meter = true, wakeUp = false } = options;
      if (maxCurrent < minCurrent) {
        fail('EVCC_CONFIG_INVALID', `maxCurrent of ${maxCurrent} A must not be below minCurrent of ${minCurrent} A`);
      }
      if (phaseSwitching && phases === 1) fail('EVCC_CONFIG_INVALID', 'phaseSwitching needs 3 wired phases');

      model.live();
      const charger = createCharger(name, {
        phases,
        phaseSwitching,
        minCurrent,
        maxCurrent,
        currentStep,
        voltage,
        reaction: reaction * 1_000,
        ramp: ramp === 0 ? Number.POSITIVE_INFINITY : ramp,
        switchPause: switchPause * 1_000,
      });
      // A counter that was seen never falls, also when the charger is configured anew.
      charger.energy = model.house.chargers.get(name)?.energy ?? 0;
      const close = install(model.house, model.house.chargers, name, charger, signal);

      /** Runs a command at the present time of the house, and says what it should not have been. */
      const command = async (abort: AbortSignal, run: (now: number) => void): Promise<void> => {
        abort.throwIfAborted();
        const before = charger.violations.length;
        model.command(run);
        for (const violation of charger.violations.slice(before)) log.warn(violation);
      };
      return {
        traits: { phases, minCurrent, maxCurrent, currentStep },
        close,
        read: async (abort) => {
          abort.throwIfAborted();
          model.live();
          return reading(charger, carAt(model.house, charger)?.options.identifier, meter);
        },
        enable: (enabled, abort) => command(abort, (at) => enable(charger, enabled, at)),
        setMaxCurrent: (current, abort) => command(abort, (at) => setMaxCurrent(charger, current, at)),
        ...(phaseSwitching && {
          setPhases: (wanted: Phases, abort: AbortSignal) => command(abort, (at) => setPhases(charger, wanted, at)),
        }),
        ...(wakeUp && {
          wakeUp: (abort: AbortSignal) =>
            command(abort, (at) => {
              const car = carAt(model.house, charger);
              if (car) wake(car, at);
            }),
        }),
      };
    },
  };
}

/** `identifier` is absent while no car is plugged in. */
function reading(charger: Charger, identifier: string | undefined, meter: boolean): ChargerReading {
  const { enabled, maxCurrent, phases, options } = charger;
  const status = identifier === undefined ? 'A' : charger.closed ? 'C' : 'B';
  const told = { status, enabled, maxCurrent, identifier: identifier ?? '' } as const;
  if (!meter) return options.phaseSwitching ? { ...told, phases } : told;
  return {
    status,
    enabled,
    maxCurrent,
    identifier: identifier ?? '',
    phases,
    power: rounded(charger.power, 10),
    currents: currents(charger),
    energy: rounded(charger.energy, 1_000),
  };
}

const NO_CURRENTS: PerPhase = [0, 0, 0];

function currents({ current, activePhases }: Charger): PerPhase {
  if (activePhases === 0) return NO_CURRENTS;
  const each = rounded(current, 1_000);
  return [each, activePhases > 1 ? each : 0, activePhases > 2 ? each : 0];
}

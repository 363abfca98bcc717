import Type, { type TSchema } from 'typebox';
import type { DeviceContext, TypeDefinition, VehicleDevice, VehicleReading } from '../../core/index.ts';
import type { OptionsOf } from '../shared/options.ts';
import { type Agenda, AT_HOME, stays, type Trip, weekly } from './agenda.ts';
import { type Car, createCar, range, soc, wake } from './car.ts';
import { parseClock, type Weekday } from './local-time.ts';
import { install, type Model, rounded } from './model.ts';

const clockTime = (description: string) =>
  Type.String({ description, pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', examples: ['07:30'] });

const schema = Type.Object({
  charger: Type.String({ description: 'Name of the charger that it is plugged in at', minLength: 1 }),
  capacity: Type.Optional(Type.Number({ description: 'kWh usable', default: 60, minimum: 1, maximum: 1_000 })),
  phases: Type.Optional(Type.Enum([1, 2, 3], { description: 'Phases that it charges on', default: 3 })),
  minCurrent: Type.Optional(Type.Number({ description: 'A', default: 6, minimum: 1, maximum: 80 })),
  maxCurrent: Type.Optional(Type.Number({ description: 'A', default: 16, minimum: 1, maximum: 80 })),
  soc: Type.Optional(Type.Number({ description: '%, at the beginning', default: 50, minimum: 0, maximum: 100 })),
  limitSoc: Type.Optional(
    Type.Number({ description: '%, at which it ends charging by itself', default: 100, minimum: 1, maximum: 100 }),
  ),
  loss: Type.Optional(
    Type.Number({ description: '%, what does not reach its battery', default: 10, minimum: 0, maximum: 50 }),
  ),
  taperFrom: Type.Optional(
    Type.Number({
      description: '%, from where its current falls to a tenth at 100 %; 100: it does not fall',
      default: 80,
      minimum: 0,
      maximum: 100,
    }),
  ),
  startDelay: Type.Optional(
    Type.Number({ description: 's from an offer until it charges', default: 3, minimum: 0, maximum: 600 }),
  ),
  followDelay: Type.Optional(
    Type.Number({ description: 's from a changed offer until it follows', default: 2, minimum: 0, maximum: 60 }),
  ),
  sleepAfter: Type.Optional(
    Type.Number({ description: 'min without charging until it sleeps; 0: never', default: 0, minimum: 0 }),
  ),
  wakeDelay: Type.Optional(
    Type.Number({ description: 's from waking up until it charges', default: 10, minimum: 0, maximum: 600 }),
  ),
  consumption: Type.Optional(Type.Number({ description: 'kWh per 100 km', default: 18, minimum: 1, maximum: 200 })),
  identifier: Type.Optional(Type.String({ description: 'RFID tag that the charger sees', default: '' })),
  trips: Type.Optional(
    Type.Array(
      Type.Object({
        days: Type.Optional(
          Type.Array(Type.Enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']), {
            description: 'Days on which it leaves; default: every day',
            minItems: 1,
          }),
        ),
        leave: clockTime('Local time at which it leaves'),
        back: clockTime('Local time at which it comes back, on the next day if it is not later'),
        distance: Type.Number({ description: 'km', minimum: 0 }),
      }),
      { description: 'When it is away; default: never' },
    ),
  ),
});

/** A trip that repeats every week. */
export interface SimulatorTrip {
  /** Days on which the car leaves; default: every day */
  days?: readonly Weekday[];
  /** Local time at which it leaves, `HH:MM` */
  leave: string;
  /** Local time at which it comes back, `HH:MM`, on the next day if it is not later */
  back: string;
  /** km */
  distance: number;
}

/** Options of a `simulator` vehicle, besides those of every vehicle, which it obeys. */
export interface SimulatorVehicleOptions {
  /** Name of the charger that it is plugged in at */
  charger: string;
  /** kWh usable, 1 to 1000; default 60 */
  capacity?: number;
  /** Phases that it charges on; default 3 */
  phases?: 1 | 2 | 3;
  /** A, 1 to 80; default 6 */
  minCurrent?: number;
  /** A, 1 to 80; default 16 */
  maxCurrent?: number;
  /** %, at the beginning; default 50 */
  soc?: number;
  /** %, at which it ends charging by itself, 1 to 100; default 100 */
  limitSoc?: number;
  /** %, what does not reach its battery, 0 to 50; default 10 */
  loss?: number;
  /** %, from where its current falls to a tenth at 100 %; 100: it does not fall; default 80 */
  taperFrom?: number;
  /** s from an offer until it charges; default 3 */
  startDelay?: number;
  /** s from a changed offer until it follows; default 2 */
  followDelay?: number;
  /** min without charging until it sleeps; 0: never; default 0 */
  sleepAfter?: number;
  /** s from waking up until it charges; default 10 */
  wakeDelay?: number;
  /** kWh per 100 km; default 18 */
  consumption?: number;
  /** RFID tag that the charger sees; default: none */
  identifier?: string;
  /** When it is away; default: never */
  trips?: readonly SimulatorTrip[];
}

declare module 'evcc' {
  interface VehicleTypes {
    simulator: SimulatorVehicleOptions;
  }
}

const EVERY_DAY: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Cars of the simulated house. */
export function vehicleType(model: Model): TypeDefinition<TSchema, VehicleDevice> {
  return {
    schema,
    create(options: OptionsOf<typeof schema, SimulatorVehicleOptions>, context) {
      const { name, signal } = context;
      const { phases = 3, minCurrent = 6, maxCurrent = 16, limitSoc = 100, taperFrom = 80 } = options;
      const now = model.live();
      const car = createCar(
        name,
        {
          charger: options.charger,
          capacity: (options.capacity ?? 60) * 1_000,
          soc: options.soc ?? 50,
          limitSoc,
          phases,
          minCurrent,
          maxCurrent,
          loss: (options.loss ?? 10) / 100,
          taperFrom,
          startDelay: (options.startDelay ?? 3) * 1_000,
          followDelay: (options.followDelay ?? 2) * 1_000,
          sleepAfter: options.sleepAfter ? options.sleepAfter * 60_000 : Number.POSITIVE_INFINITY,
          wakeDelay: (options.wakeDelay ?? 10) * 1_000,
          // kWh per 100 km are 10 Wh per km.
          consumption: (options.consumption ?? 18) * 10,
          identifier: options.identifier ?? '',
        },
        agenda(model, name, options.trips ?? [], context),
        now,
      );
      const close = install(model.house, model.house.cars, name, car, signal);
      return {
        close,
        read: async (abort) => {
          abort.throwIfAborted();
          model.live();
          return reading(car, model.house.chargers.get(car.options.charger)?.closed ?? false);
        },
        wakeUp: async (abort) => {
          abort.throwIfAborted();
          model.command((at) => wake(car, at));
        },
      };
    },
  };
}

function agenda(model: Model, name: string, trips: readonly SimulatorTrip[], context: DeviceContext): Agenda {
  const list = model.stays.get(name);
  if (list) return stays(list);
  if (trips.length === 0) return AT_HOME;
  const at = (text: string): number =>
    parseClock(text) ?? context.fail('EVCC_CONFIG_INVALID', `"${text}" is no time of day: write HH:MM`);
  return weekly(
    trips.map(
      ({ days = EVERY_DAY, leave, back, distance }): Trip => ({ days, distance, leave: at(leave), back: at(back) }),
    ),
    model.offset,
  );
}

function reading(car: Car, closed: boolean): VehicleReading {
  return {
    soc: rounded(soc(car), 10),
    range: Math.round(range(car)),
    odometer: rounded(car.odometer, 10),
    limitSoc: car.options.limitSoc,
    status: car.plugged ? (closed ? 'C' : 'B') : 'A',
  };
}

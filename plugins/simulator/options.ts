import Type, { type TSchema } from 'typebox';

/** What stands under `simulator` in the configuration: the place, the weather and the household around the devices. */

/** Measured series, written in place instead of in a file. */
export interface SimulatorProfile {
  /** RFC 3339 time of the first slot */
  start: string;
  /** s, length of every slot */
  slot: number;
  /** W, means of household consumption without charging */
  load: readonly number[];
  /** W, means of solar production, as many as `load` */
  pv: readonly number[];
  /** Currency per kWh, as many as `load` */
  price: readonly number[];
}

/** A stay of a car, written in place instead of in a file. */
export interface SimulatorSession {
  /** Name of a simulated vehicle */
  car: string;
  /** RFC 3339 time */
  plugIn: string;
  /** RFC 3339 time */
  plugOut: string;
  /** kWh that it takes at the charger, if it gets them */
  energy: number;
}

/** Options of the simulated house. */
export interface SimulatorOptions {
  /** Whole number that chooses weather, household and prices; default 1 */
  seed?: number;
  /** Degrees north, −90 to 90; default 50 */
  latitude?: number;
  /** Degrees east, −180 to 180; default: where the sun is highest at noon, without daylight saving */
  longitude?: number;
  /** IANA name; default: that of this machine */
  timezone?: string;
  /** Local time of the house at the start, `HH:MM` or `MM-DDTHH:MM`; default: the real time */
  startAt?: string;
  /** 0 clear sky to 1 overcast; default 0.4 */
  clouds?: number;
  /** Degrees between the panels and the ground; default 30 */
  tilt?: number;
  /** W, what the household draws all night; default 250 */
  baseLoad?: number;
  /** W, its largest appliance; 0: none; default 2500 */
  spikes?: number;
  /** Measured series instead of made-up ones: a CSV file, relative to the configuration, or the values */
  profile?: string | SimulatorProfile;
  /** 0 to 1, changes inside the slots of the profile that keep each mean; default 0 */
  variation?: number;
  /** Sessions that cars come for, instead of trips: a CSV file, relative to the configuration, or the sessions */
  sessions?: string | readonly SimulatorSession[];
}

declare module 'evcc' {
  interface PluginSections {
    /** The house that `simulator` devices share */
    simulator: SimulatorOptions;
  }
}

const numbers = (description: string) => Type.Array(Type.Number(), { description, minItems: 1 });

export const sectionSchema: TSchema = Type.Object({
  seed: Type.Optional(Type.Integer({ description: 'Chooses weather, household and prices', default: 1 })),
  latitude: Type.Optional(Type.Number({ description: 'Degrees north', default: 50, minimum: -90, maximum: 90 })),
  longitude: Type.Optional(Type.Number({ description: 'Degrees east', minimum: -180, maximum: 180 })),
  timezone: Type.Optional(Type.String({ description: 'IANA name; default: that of this machine', minLength: 1 })),
  startAt: Type.Optional(
    Type.String({
      description: 'Local time of the house at the start, HH:MM or MM-DDTHH:MM; default: the real time',
      pattern: '^([0-9]{2}-[0-9]{2}T)?([01][0-9]|2[0-3]):[0-5][0-9]$',
    }),
  ),
  clouds: Type.Optional(
    Type.Number({ description: '0 clear sky to 1 overcast', default: 0.4, minimum: 0, maximum: 1 }),
  ),
  tilt: Type.Optional(
    Type.Number({ description: 'Degrees between the panels and the ground', default: 30, minimum: 0, maximum: 90 }),
  ),
  baseLoad: Type.Optional(
    Type.Number({ description: 'W, what the household draws all night', default: 250, minimum: 0 }),
  ),
  spikes: Type.Optional(Type.Number({ description: 'W, its largest appliance; 0: none', default: 2_500, minimum: 0 })),
  profile: Type.Optional(
    Type.Union([
      Type.String({ description: 'CSV file with start, load_w, pv_w, price_eur_per_kwh', minLength: 1 }),
      Type.Object({
        start: Type.String({ description: 'RFC 3339 time of the first slot' }),
        slot: Type.Number({ description: 's, length of every slot', minimum: 60, maximum: 7_200 }),
        load: numbers('W, means of household consumption without charging'),
        pv: numbers('W, means of solar production'),
        price: numbers('Currency per kWh'),
      }),
    ]),
  ),
  variation: Type.Optional(
    Type.Number({ description: '0 to 1, changes inside the slots of the profile', default: 0, minimum: 0, maximum: 1 }),
  ),
  sessions: Type.Optional(
    Type.Union([
      Type.String({ description: 'CSV file with car, plug_in, plug_out, energy_kwh', minLength: 1 }),
      Type.Array(
        Type.Object({
          car: Type.String({ description: 'Name of a simulated vehicle', minLength: 1 }),
          plugIn: Type.String({ description: 'RFC 3339 time' }),
          plugOut: Type.String({ description: 'RFC 3339 time' }),
          energy: Type.Number({ description: 'kWh', minimum: 0 }),
        }),
      ),
    ]),
  ),
});

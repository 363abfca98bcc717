import Type, { type TSchema, type TUnsafe } from 'typebox';
import { PRICING } from '../shared/pricing/schema.ts';
import { dataSource, phases, source, target } from '../shared/sources/source-schema.ts';
import type { CustomChargerOptions, CustomMeterOptions, CustomTariffOptions, CustomVehicleOptions } from './options.ts';

/** Keys of the options and their schemas: a key that is missing here or there does not compile. */
type SchemasOf<Options> = { readonly [Key in keyof Options]-?: TSchema };

function schemaOf<Options>(
  required: readonly (keyof Options & string)[],
  schemas: SchemasOf<Options>,
): TUnsafe<Options> {
  const properties = Object.entries<TSchema>(schemas).map(([key, schema]) => [
    key,
    (required as readonly string[]).includes(key) ? schema : Type.Optional(schema),
  ]);
  return Type.Unsafe<Options>(Type.Object(Object.fromEntries(properties)));
}

const traits = Type.Object(
  {
    phases: Type.Optional(Type.Enum([1, 3], { description: 'Phases wired to the charger', default: 3 })),
    minCurrent: Type.Optional(
      Type.Number({ description: 'Smallest current', unit: 'A', exclusiveMinimum: 0, maximum: 1_000, default: 6 }),
    ),
    maxCurrent: Type.Optional(
      Type.Number({
        description: 'Largest current; default: no limit',
        unit: 'A',
        exclusiveMinimum: 0,
        maximum: 1_000,
      }),
    ),
    currentStep: Type.Optional(
      Type.Number({
        description: 'Smallest step of the current',
        unit: 'A',
        exclusiveMinimum: 0,
        maximum: 16,
        default: 1,
      }),
    ),
    phaseSwitching: Type.Optional(
      Type.Enum(['paused', 'live'], {
        description: 'paused: phases are switched while no current flows; live: the charger takes care of that',
        default: 'paused',
      }),
    ),
    integrated: Type.Optional(
      Type.Boolean({ description: 'Built into the consumer: no vehicle to detect', default: false }),
    ),
    heating: Type.Optional(Type.Boolean({ description: 'A heater: soc is °C', default: false })),
    switch: Type.Optional(
      Type.Boolean({
        description: 'It can only be switched: no current is set, minCurrent is what it takes',
        default: false,
      }),
    ),
    welcome: Type.Optional(
      Type.Boolean({ description: 'Cars expect current for a moment when they are connected', default: false }),
    ),
    icon: Type.Optional(Type.String({ description: 'Name of a picture', minLength: 1 })),
  },
  { description: 'Facts of the charger' },
);

export const chargerSchema: TUnsafe<CustomChargerOptions> = schemaOf<CustomChargerOptions>(
  ['status', 'enabled', 'enable', 'setMaxCurrent'],
  {
    status: source('A no vehicle, B connected, C or D charging, E error, F not available'),
    enabled: source('Whether the charger would let a car charge'),
    enable: target('Lets a car charge or not: true or false'),
    setMaxCurrent: target('Sets the current in A per phase'),
    setPhases: target('Switches to 1 or 3 phases'),
    wakeUp: target('Asks a sleeping car to take up charging: true'),
    dim: target('Limits the consumption to what the grid operator allows: true or false'),
    power: source('Power in W, at least 0'),
    currents: phases('Currents of L1, L2, L3 in A'),
    voltages: phases('Voltages of L1, L2, L3 in V'),
    energy: source('Counter in kWh that never falls'),
    maxCurrent: source('The limit in A that the charger reports'),
    phases: source('Phases that are switched on: 1 or 3'),
    identifier: source('RFID tag or another name of the car; empty: none'),
    soc: source('State of charge in %'),
    traits,
  },
);

export const meterSchema: TUnsafe<CustomMeterOptions> = schemaOf<CustomMeterOptions>(['power'], {
  power: source('Power in W: grid + import, battery + discharge, pv + generation, others + consumption'),
  powers: phases('Powers of L1, L2, L3 in W, with the sign of `power`'),
  currents: phases('Currents of L1, L2, L3 in A, with the sign of `power`'),
  voltages: phases('Voltages of L1, L2, L3 in V'),
  energy: source('Counter in kWh in the direction of positive power'),
  returnEnergy: source('Counter in kWh in the direction of negative power'),
  soc: source('State of charge of a battery in %'),
  capacity: Type.Number({
    description: 'Usable energy of a battery',
    unit: 'kWh',
    exclusiveMinimum: 0,
    maximum: 100_000,
  }),
  dim: target('Limits the consumption to what the grid operator allows, of an aux or ext meter: true or false'),
  curtail: target('Limits the feed-in of a PV or grid meter: % of the installed power'),
  setBatteryMode: target('Sets a battery to normal, hold, charge or holdcharge; with `map`, others are refused'),
});

export const vehicleSchema: TUnsafe<CustomVehicleOptions> = schemaOf<CustomVehicleOptions>(['soc'], {
  soc: source('State of charge in %'),
  range: source('Range in km'),
  odometer: source('Odometer in km'),
  limitSoc: source('Charge limit set in the car in %; 0: unknown'),
  status: source('A, B or C as the car sees its connection'),
  climater: source('Climate control is running'),
  wakeUp: target('Wakes the car up: true'),
});

export const tariffSchema: TUnsafe<CustomTariffOptions> = schemaOf<CustomTariffOptions>([], {
  price: source('Present price, currency per kWh, g/kWh or °C; either this or `forecast`'),
  forecast: dataSource('JSON list of { start, end, price } or { start, end, value }; either this or `price`'),
  kind: Type.Enum(['price', 'co2', 'solar', 'temperature'], {
    description: 'Prices, grams of CO2 per kWh, W of expected generation, or °C outdoors',
    default: 'price',
  }),
  ...PRICING,
});

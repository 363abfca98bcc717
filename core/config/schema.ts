import Type, { type TObject, type TSchema } from 'typebox';
import { LOG_LEVELS } from '../log.ts';
import { SETTINGS } from '../runtime/settings-table.ts';
import type { SettingScope } from '../settings.ts';
import { CHARGE_MODES, VEHICLE_FEATURES } from '../site.ts';

/** Schemas of the keys that core understands, in the units of the configuration. The types are in `types.ts`. */

const seconds = (description: string, least: number, most: number, preset?: number): TSchema =>
  Type.Number({
    description,
    unit: 's',
    minimum: least,
    maximum: most,
    ...(preset !== undefined && { default: preset }),
  });

const amperes = (description: string): TSchema =>
  Type.Number({ description, unit: 'A', exclusiveMinimum: 0, maximum: 1000 });

const percent = (description: string): TSchema => Type.Integer({ description, unit: '%', minimum: 0, maximum: 100 });

/** Keys that can be changed at run time too are described in the table of settings. */
const setting = (scope: SettingScope, name: string): TSchema => {
  const row = SETTINGS.find((each) => each.scope === scope && each.name === name);
  if (!row) throw new TypeError(`there is no ${scope} setting ${name}`);
  return { ...row.schema, description: row.description };
};

const text = (description: string): TSchema => Type.String({ description, minLength: 1 });

const texts = (description: string): TSchema =>
  Type.Union([text(description), Type.Array(text(description))], { description, default: [] });

const type = (of: string): TSchema => Type.String({ description: `Type of the ${of}, package or file`, minLength: 1 });

const device = {
  timeout: Type.Optional(seconds('How long one reading may take', 0.1, 300, 10)),
  staleAfter: Type.Optional(
    seconds(
      'Age at which the last reading is no longer trusted; at least three intervals, by default 60 s, for vehicles and tariffs an hour',
      1,
      86_400,
    ),
  ),
};

/** Entries are open: what is not listed belongs to the type. */
const entry = (of: string, common: Record<string, TSchema>): TObject =>
  Type.Object({ type: type(of), ...common }, { additionalProperties: true });

export const METER_ENTRY: TObject = entry('meter', {
  title: Type.Optional(text('Shown name; by default the name in the configuration')),
  maxACPower: Type.Optional(
    Type.Number({
      description: 'What the inverter of a PV meter delivers at most; more goes straight into its battery',
      unit: 'W',
      exclusiveMinimum: 0,
    }),
  ),
  maxSoc: Type.Optional(
    Type.Number({
      description: 'Soc at which charging a battery from the grid ends',
      unit: '%',
      minimum: 1,
      maximum: 100,
      default: 100,
    }),
  ),
  ...device,
});

export const CHARGER_ENTRY: TObject = entry('charger', device);

export const VEHICLE_ENTRY: TObject = entry('vehicle', {
  title: Type.Optional(text('Shown name; by default the name in the configuration')),
  icon: Type.Optional(text('Name of a picture')),
  capacity: Type.Optional(
    Type.Number({ description: 'Usable energy of the battery', unit: 'kWh', exclusiveMinimum: 0, maximum: 10_000 }),
  ),
  phases: Type.Optional(Type.Enum([1, 2, 3], { description: 'Phases that the car charges on' })),
  minCurrent: Type.Optional(amperes('Smallest current that the car takes')),
  maxCurrent: Type.Optional(amperes('Largest current that the car takes')),
  identifiers: Type.Optional(
    Type.Array(text('Identifier'), {
      description: 'RFID tags and MAC addresses by which a charger knows it; * stands for anything',
      default: [],
    }),
  ),
  features: Type.Optional(
    Type.Array(Type.Enum([...VEHICLE_FEATURES]), { description: 'What is special about it', default: [] }),
  ),
  onIdentify: Type.Optional(
    Type.Object(
      {
        mode: Type.Optional(Type.Enum([...CHARGE_MODES], { description: 'Mode that the loadpoint takes' })),
        priority: Type.Optional(
          Type.Integer({ description: 'Higher is served first; 0: as the loadpoint', minimum: 0, maximum: 10 }),
        ),
        minCurrent: Type.Optional(amperes('Smallest current')),
        maxCurrent: Type.Optional(amperes('Largest current')),
        maxPower: Type.Optional(
          Type.Number({ description: 'Largest power', unit: 'kW', exclusiveMinimum: 0, maximum: 1_000 }),
        ),
        minSoc: Type.Optional(percent('Minimum soc, until a user changes it')),
        targetSoc: Type.Optional(percent('Target soc, until a user changes it')),
      },
      { description: 'What holds while it is connected', default: {} },
    ),
  ),
  ...device,
});

export const TARIFF_ENTRY: TObject = entry('tariff', device);

export const DATABASE_ENTRY: TObject = entry('database', {});

export const TARIFFS: TObject = Type.Object({
  currency: Type.Optional(
    Type.String({ description: 'ISO 4217 code of all prices', pattern: '^[A-Z]{3}$', default: 'EUR' }),
  ),
  grid: Type.Optional(TARIFF_ENTRY),
  feedin: Type.Optional(TARIFF_ENTRY),
  planner: Type.Optional(TARIFF_ENTRY),
  co2: Type.Optional(TARIFF_ENTRY),
  solar: Type.Optional(Type.Union([TARIFF_ENTRY, Type.Array(TARIFF_ENTRY)])),
  temperature: Type.Optional(TARIFF_ENTRY),
});

export const SITE: TObject = Type.Object({
  title: Type.Optional(Type.String({ description: 'Shown name of the site', minLength: 1, default: 'Home' })),
  voltage: Type.Optional(
    Type.Number({
      description: 'Nominal voltage between phase and neutral',
      unit: 'V',
      minimum: 90,
      maximum: 500,
      default: 230,
    }),
  ),
  meters: Type.Object(
    {
      grid: Type.Optional(text('Name of the meter at the grid connection')),
      pv: Type.Optional(texts('Names of the PV meters')),
      battery: Type.Optional(texts('Names of the meters of home batteries')),
      aux: Type.Optional(texts('Names of the meters of consumers that give way to charging')),
      ext: Type.Optional(texts('Names of further meters that are only shown')),
      consumers: Type.Optional(texts('Names of the meters of single consumers that are only shown')),
    },
    { description: 'What the meters measure; without grid there must be a PV meter' },
  ),
  residualPower: Type.Optional(setting('site', 'residualPower')),
  prioritySoc: Type.Optional(setting('site', 'prioritySoc')),
  bufferSoc: Type.Optional(setting('site', 'bufferSoc')),
  bufferStartSoc: Type.Optional(setting('site', 'bufferStartSoc')),
  smartCostLimit: Type.Optional(setting('site', 'smartCostLimit')),
});

const duration = (what: string, delay: number, threshold: string): TObject =>
  Type.Object(
    {
      delay: Type.Optional(seconds(`How long ${what} must last`, 0, 86_400, delay)),
      threshold: Type.Optional(setting('loadpoint', threshold)),
    },
    { default: {} },
  );

export const LOADPOINT: TObject = Type.Object({
  name: Type.Optional(
    Type.String({
      description: 'Key of stored settings; by default the name of the charger',
      pattern: '^[A-Za-z0-9_-]+$',
    }),
  ),
  title: Type.Optional(text('Shown name; by default the name, else Loadpoint 1 and so on')),
  charger: text('Name of a charger'),
  meter: Type.Optional(text('Name of a meter that measures the charger, for chargers without one')),
  circuit: Type.Optional(text('Name of the circuit that feeds it; by default the root, if there are circuits')),
  phaseOrder: Type.Optional(
    Type.Enum(['L1 L2 L3', 'L1 L3 L2', 'L2 L1 L3', 'L2 L3 L1', 'L3 L1 L2', 'L3 L2 L1'], {
      description: "Phases of the house that the charger's L1, L2, L3 are connected to; one-phase cars load the first",
      default: 'L1 L2 L3',
    }),
  ),
  vehicle: Type.Optional(text('Name of the vehicle that usually charges here')),
  mode: Type.Optional(setting('loadpoint', 'mode')),
  priority: Type.Optional(setting('loadpoint', 'priority')),
  phases: Type.Optional(
    Type.Enum([0, 1, 3], { description: '1 or 3: fixed; 0: automatic, as chargers that can switch do' }),
  ),
  minCurrent: Type.Optional(setting('loadpoint', 'minCurrent')),
  maxCurrent: Type.Optional(setting('loadpoint', 'maxCurrent')),
  enable: Type.Optional(duration('surplus', 60, 'enableThreshold')),
  disable: Type.Optional(duration('lack of surplus', 180, 'disableThreshold')),
  guardDuration: Type.Optional(seconds('Shortest pause between switching off and on again', 0, 86_400, 60)),
  defaultMode: Type.Optional(
    Type.Enum([...CHARGE_MODES], {
      description: 'Mode that the loadpoint goes back to when a car leaves; by default it stays as it is',
    }),
  ),
  resetOnDisconnect: Type.Optional(
    Type.Boolean({
      description: 'When a car leaves, mode, priority and currents go back to what is configured',
      default: false,
    }),
  ),
  soc: Type.Optional(
    Type.Object(
      {
        poll: Type.Optional(
          Type.Object(
            {
              mode: Type.Optional(
                Type.Enum(['charging', 'connected', 'always'], {
                  description: 'When a car is read besides after it was connected, began and ended charging',
                  default: 'charging',
                }),
              ),
              interval: Type.Optional(
                Type.Number({
                  description: 'Time between two readings of a car that does not charge',
                  unit: 'min',
                  minimum: 1,
                  maximum: 10_080,
                  default: 60,
                }),
              ),
            },
            { default: {} },
          ),
        ),
        estimate: Type.Optional(
          Type.Boolean({ description: 'Between readings the soc follows from the charged energy', default: true }),
        ),
      },
      { description: 'How the soc of a car is found out', default: {} },
    ),
  ),
  minSoc: Type.Optional(setting('loadpoint', 'minSoc')),
  targetSoc: Type.Optional(setting('loadpoint', 'targetSoc')),
});

const level = (description: string): TSchema => Type.Enum([...LOG_LEVELS], { description, default: 'info' });

export const LOG: TSchema = Type.Union([
  Type.Enum([...LOG_LEVELS], { description: 'Level of all areas' }),
  Type.Object({
    level: Type.Optional(level('Level of all areas')),
    areas: Type.Optional(
      Type.Record(Type.String(), Type.Enum([...LOG_LEVELS]), { description: 'Levels of single areas', default: {} }),
    ),
    format: Type.Optional(
      Type.Enum(['text', 'json'], { description: 'text for people, json for log collectors', default: 'text' }),
    ),
  }),
]);

export const INTERVAL: TSchema = seconds('Time between two cycles', 1, 3600, 10);

/** Top-level keys that core understands, in the order of the documentation. */
export const CORE_KEYS = [
  'interval',
  'log',
  'database',
  'meters',
  'chargers',
  'vehicles',
  'tariffs',
  'site',
  'circuits',
  'loadpoints',
  'plugins',
] as const;

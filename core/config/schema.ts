import Type, { type TObject, type TSchema } from 'typebox';
import { LOG_LEVELS } from '../log.ts';
import { SETTINGS } from '../runtime/settings-table.ts';
import type { SettingScope } from '../settings.ts';

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
      'Age at which the last reading is no longer trusted; at least three intervals, by default 60 s, for vehicles an hour',
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
  'loadpoints',
  'plugins',
] as const;

import Type from 'typebox';
import { formatTime } from '../../clock.ts';
import type { Setting } from '../../settings.ts';
import { goalOf, goalSchema, LAST_TIME, parseGoal, parseTargetTime, past, told, UNTIL } from './goal-input.ts';

/** Rows that say how much a car shall get, and until when; kept with the vehicle, except for what holds until it leaves. */

const ENERGY = Type.Number({ exclusiveMinimum: 0, maximum: 1_000, unit: 'kWh' });

export const GOAL_ROWS: readonly Setting[] = [
  {
    scope: 'loadpoint',
    name: 'minSoc',
    description: 'Below it the car is charged at full power in any mode but off; 0 switches this off',
    schema: Type.Integer({ minimum: 0, maximum: 100, unit: '%', default: 0 }),
    // The current dialect has it with the vehicle.
    rest: { document: ['/minsoc'], current: [] },
    mqtt: 'minSoc',
    perVehicle: true,
    early: true,
    wish: true,
  },
  {
    scope: 'loadpoint',
    name: 'minTemp',
    description: 'The minSoc of a heater: below it, it heats at full power in any mode but off; 0 switches this off',
    schema: Type.Integer({ minimum: 0, maximum: 100, unit: '°C', default: 0 }),
    rest: { current: ['/mintemp'] },
    state: null,
    stored: false,
    early: true,
    wish: true,
    check: (_, { loadpoint }) =>
      loadpoint?.mayHeat
        ? undefined
        : 'mintemp is for heaters only; cars have a minsoc: /api/vehicles/<name>/minsoc/<soc>',
    sets: (value) => ({ minSoc: value }),
  },
  {
    scope: 'loadpoint',
    name: 'targetSoc',
    description: 'Charging ends at this soc; 0 or 100 leave it to the car',
    schema: Type.Integer({ minimum: 0, maximum: 100, unit: '%', default: 100 }),
    rest: { document: ['/target/soc'], current: [] },
    mqtt: 'targetSoc',
    perVehicle: true,
    early: true,
    wish: true,
    sets: (value) => ({ targetSoc: value, limitSoc: 0 }),
    show: (value, { values }) => values.limitSoc || value,
  },
  {
    scope: 'loadpoint',
    name: 'limitSoc',
    description: 'Charging ends at this soc until the car leaves, whatever holds for the vehicle; 0 switches this off',
    schema: Type.Integer({ minimum: 0, maximum: 100, unit: '%', default: 0 }),
    rest: { document: ['/limitsoc'] },
    mqtt: 'limitSoc',
    early: true,
    wish: true,
  },
  {
    scope: 'loadpoint',
    name: 'targetEnergy',
    description: 'Charging ends after this energy, for cars whose soc is unknown; 0 switches this off',
    schema: Type.Number({ minimum: 0, maximum: 1_000, unit: 'kWh', default: 0 }),
    rest: { document: ['/target/energy'], current: [] },
    mqtt: 'targetEnergy',
    perVehicle: true,
    early: true,
    wish: true,
    sets: (value) => ({ targetEnergy: value, limitEnergy: 0 }),
    show: (value, { values }) => values.limitEnergy || value,
  },
  {
    scope: 'loadpoint',
    name: 'limitEnergy',
    description:
      'Charging ends after this energy until the car leaves, for cars whose soc is unknown; 0 leaves it to targetEnergy',
    schema: Type.Number({ minimum: 0, maximum: 1_000, unit: 'kWh', default: 0 }),
    rest: { document: ['/limitenergy'] },
    mqtt: 'limitEnergy',
    early: true,
    wish: true,
  },
  {
    scope: 'loadpoint',
    name: 'targetTime',
    description: 'When the target shall be reached, RFC 3339',
    schema: Type.Union([Type.Integer({ unit: 'ms since the epoch', minimum: 0, maximum: LAST_TIME }), Type.Null()], {
      default: null,
    }),
    rest: { document: ['/target/time'], current: [] },
    cleared: null,
    mqtt: 'targetTime',
    perVehicle: true,
    early: true,
    parse: parseTargetTime,
    // The goal is what ends charging.
    sets: (value) => ({ targetTime: value, planSoc: 0, planEnergy: 0 }),
    check: (value, target) => past(value as number | null, target),
    texts: {
      value: {
        description: 'When the target shall be reached, in the future, with any offset',
        schema: Type.String({ format: 'date-time' }),
        example: '2040-06-01T07:00:00Z',
      },
    },
    result: Type.Object({
      soc: Type.Integer({ unit: '%' }),
      energy: Type.Number({ unit: 'kWh' }),
      time: Type.String({ format: 'date-time' }),
    }),
    answer: (value, { values }, written) =>
      value === null
        ? {}
        : {
            soc: values.limitSoc || values.targetSoc,
            energy: values.limitEnergy || values.targetEnergy,
            time: typeof written === 'string' ? tidy(written) : formatTime(value as number),
          },
  },
  {
    scope: 'loadpoint',
    name: 'planSoc',
    description: 'Soc that the plan of the vehicle is for; 0: that which ends charging',
    schema: Type.Integer({ minimum: 0, maximum: 100, unit: '%', default: 0 }),
    perVehicle: true,
    early: true,
  },
  {
    scope: 'loadpoint',
    name: 'planEnergy',
    description: 'Energy (kWh) that shall be charged until a time: <energy>/<time>, on MQTT as {"value", "time"}',
    schema: Type.Number({ minimum: 0, maximum: 1_000, unit: 'kWh', default: 0 }),
    input: goalSchema(ENERGY),
    rest: { document: ['/plan/energy'] },
    detailed: true,
    cleared: null,
    mqtt: 'planEnergy',
    // The planner shows what it plans for.
    state: null,
    perVehicle: true,
    early: true,
    parse: parseGoal,
    texts: {
      value: { description: 'Energy', schema: ENERGY, example: 10 },
      detail: UNTIL,
    },
    result: Type.Object({ energy: ENERGY, time: UNTIL.schema }),
    sets: (input) => ({ planEnergy: goalOf(input)?.value ?? 0, planSoc: 0, targetTime: goalOf(input)?.time ?? null }),
    check: (input, target) => past(goalOf(input)?.time ?? null, target),
    answer: (input) => told(goalOf(input), 'energy'),
  },
];

/** An RFC 3339 time in its own offset, without zeros that mean nothing */
function tidy(time: string): string {
  return time
    .trim()
    .replace(/(\.\d*?)0+(?=[^\d])/, (_, digits: string) => (digits === '.' ? '' : digits))
    .replace(/[+-]00:00$/, 'Z');
}

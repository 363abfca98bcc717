import Type from 'typebox';
import { formatTime, parseTime } from '../../clock.ts';
import type { Setting } from '../../settings.ts';

/** Rows that say how much a car shall get, and until when; kept with the vehicle. */

/** ms since the epoch; RFC 3339 knows no later year than 9999 */
const LAST_TIME = 253_402_300_799_999;

export const GOAL_ROWS: readonly Setting[] = [
  {
    scope: 'loadpoint',
    name: 'minSoc',
    description: 'Below it the car is charged at full power in any mode but off; 0 switches this off',
    schema: Type.Integer({ minimum: 0, maximum: 100, unit: '%', default: 0 }),
    rest: { document: ['/minsoc'] },
    mqtt: 'minSoc',
    perVehicle: true,
    early: true,
    wish: true,
  },
  {
    scope: 'loadpoint',
    name: 'targetSoc',
    description: 'Charging ends at this soc; 0 or 100 leave it to the car',
    schema: Type.Integer({ minimum: 0, maximum: 100, unit: '%', default: 100 }),
    rest: { document: ['/target/soc'] },
    mqtt: 'targetSoc',
    perVehicle: true,
    early: true,
    wish: true,
  },
  {
    scope: 'loadpoint',
    name: 'targetEnergy',
    description: 'Charging ends after this energy, for cars whose soc is unknown; 0 switches this off',
    schema: Type.Number({ minimum: 0, maximum: 1_000, unit: 'kWh', default: 0 }),
    rest: { document: ['/target/energy'] },
    mqtt: 'targetEnergy',
    perVehicle: true,
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
    rest: { document: ['/target/time'] },
    cleared: null,
    mqtt: 'targetTime',
    perVehicle: true,
    early: true,
    parse: parseTargetTime,
    check: (value, target) =>
      value !== null && (value as number) <= target.now ? 'timestamp is in the past' : undefined,
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
    answer: (value, { values }) =>
      value === null ? {} : { soc: values.targetSoc, energy: values.targetEnergy, time: formatTime(value as number) },
  },
];

/** RFC 3339 text, or the zero time that clears; anything else stays as it is and fails the schema. */
function parseTargetTime(input: unknown): unknown {
  if (input === null || input === 'null' || input === '0001-01-01T00:00:00Z') return null;
  if (typeof input !== 'string') return input;
  const time = parseTime(input);
  return time ?? input;
}

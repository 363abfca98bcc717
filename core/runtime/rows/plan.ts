import Type, { type TInteger } from 'typebox';
import type { Setting } from '../../settings.ts';
import { parseJson } from './schemas.ts';

/** Rows that say how plans are made, and which ones repeat; kept with the vehicle. */

export const PRECONDITION: TInteger = Type.Integer({
  minimum: 0,
  maximum: 7 * 86_400,
  unit: 's',
  description: 'Charge this long right before the target in any case; a week: as late as possible',
});

const STRATEGY = Type.Object(
  {
    continuous: Type.Optional(Type.Boolean({ description: 'Charge in one piece instead of in the cheapest slots' })),
    precondition: Type.Optional(PRECONDITION),
  },
  { title: 'PlanStrategy', additionalProperties: false, default: { continuous: false, precondition: 0 } },
);

const REPEATING = Type.Array(
  Type.Object(
    {
      weekdays: Type.Array(Type.Integer({ minimum: 0, maximum: 6, description: '0: Sunday' }), { maxItems: 7 }),
      time: Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', description: 'HH:MM' }),
      tz: Type.String({ minLength: 1, description: 'Time zone of time and weekdays, e.g. Europe/Berlin' }),
      soc: Type.Integer({ minimum: 1, maximum: 100, unit: '%' }),
      active: Type.Boolean(),
    },
    { additionalProperties: false },
  ),
  {
    title: 'RepeatingPlans',
    maxItems: 20,
    default: [],
    examples: [[{ weekdays: [1, 2, 3, 4, 5], time: '07:00', tz: 'Europe/Berlin', soc: 80, active: true }]],
  },
);

export const PLAN_ROWS: readonly Setting[] = [
  {
    scope: 'loadpoint',
    name: 'planStrategy',
    description: 'How plans choose: JSON with continuous (true or false) and precondition (s)',
    schema: STRATEGY,
    rest: { document: ['/plan/strategy'] },
    readable: true,
    mqtt: 'planStrategy',
    perVehicle: true,
    early: true,
    parse: parseStrategy,
  },
  {
    scope: 'loadpoint',
    name: 'repeatingPlans',
    description: 'Plans of every week: JSON list of weekdays (0 is Sunday), time (HH:MM), tz, soc, active',
    schema: REPEATING,
    rest: { document: ['/plan/repeating'], current: [] },
    readable: true,
    cleared: [],
    mqtt: 'repeatingPlans',
    perVehicle: true,
    early: true,
    parse: parseJson,
    check: (value) => {
      const wrong = (value as readonly { readonly tz: string }[]).find(({ tz }) => !isTimeZone(tz));
      return wrong && `"${wrong.tz}" is no time zone, such as Europe/Berlin`;
    },
  },
];

/** What is not said is off. */
function parseStrategy(input: unknown): unknown {
  const value = parseJson(input);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? { continuous: false, precondition: 0, ...value } : value;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

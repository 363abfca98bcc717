import Type from 'typebox';
import type { Setting, SettingTarget } from '../../settings.ts';

/** Rows that say which vehicle is connected, and how full it is. */

/** Has it found out; no vehicle can have this name */
const DETECT = '?';

export const VEHICLE_ROWS: readonly Setting[] = [
  {
    scope: 'loadpoint',
    name: 'vehicle',
    description:
      'The active vehicle, by its position in the list of vehicles (from 1) or by name; empty for a guest, ? to find it out',
    schema: Type.Union([Type.Integer({ minimum: 1 }), Type.String(), Type.Null()]),
    rest: { document: ['/vehicle'] },
    cleared: null,
    clearing: /^(0+|-\d+)$/,
    renewed: DETECT,
    mqtt: 'vehicle',
    state: null,
    stored: false,
    early: true,
    wish: true,
    parse: parseVehicle,
    check: (value, { vehicles }) =>
      value === null || value === DETECT || vehicleOf(value, vehicles)
        ? undefined
        : `no such vehicle; there are ${vehicles.map(({ name }, index) => `${index + 1} (${name})`).join(', ') || 'none'}`,
    apply: (value, { loadpoint, vehicles }) =>
      value === DETECT
        ? loadpoint?.detectVehicle()
        : loadpoint?.selectVehicle(vehicleOf(value, vehicles)?.name ?? null),
    texts: {
      value: {
        description: 'Position in the list of vehicles, or name in the configuration',
        schema: Type.Union([Type.Integer({ minimum: 1 }), Type.String({ minLength: 1 })]),
        example: 1,
      },
    },
    result: Type.Object({ vehicle: Type.String({ description: 'Title' }) }),
    answer: (value, { vehicles }) =>
      value === null || value === DETECT ? {} : { vehicle: vehicleOf(value, vehicles)?.title ?? '' },
  },
  {
    scope: 'loadpoint',
    name: 'vehicleSoc',
    description:
      'State of charge that the driver reads in the car, for cars that do not tell it; it rises with the charged energy until the car leaves. Empty: unknown',
    schema: Type.Union([Type.Number({ minimum: 0, maximum: 100, unit: '%' }), Type.Null()], { default: null }),
    rest: { document: ['/vehiclesoc'] },
    cleared: null,
    mqtt: 'vehicleSoc',
    state: null,
    stored: false,
    early: true,
    wish: true,
    apply: (value, { loadpoint }) => loadpoint?.tellSoc(value as number | null),
  },
];

/** A position is a number, a name is not one. */
function parseVehicle(input: unknown): unknown {
  if (typeof input !== 'string') return input;
  const text = input.trim();
  if (text === '') return null;
  return /^[+-]?\d+$/.test(text) ? Number(text) : text;
}

function vehicleOf(value: unknown, vehicles: SettingTarget['vehicles']): SettingTarget['vehicles'][number] | undefined {
  return typeof value === 'number' ? vehicles[value - 1] : vehicles.find(({ name }) => name === value);
}

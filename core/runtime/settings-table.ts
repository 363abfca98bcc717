import Type from 'typebox';
import { formatTime, parseTime } from '../clock.ts';
import type { Setting, SettingTarget } from '../settings.ts';

/** The built-in rows. Ranges are those a surface shows and every command is checked against. */

const soc = (description: string, initial = 0) =>
  Type.Number({ minimum: 0, maximum: 100, unit: '%', default: initial, description });
const watts = (description: string) =>
  Type.Number({ minimum: -100_000, maximum: 100_000, unit: 'W', default: 0, description });
const amperes = (description: string, initial: number) =>
  Type.Number({ minimum: 1, maximum: 80, unit: 'A', default: initial, description });

const number = (values: SettingTarget['values'], name: string): number => Number(values[name] ?? 0);

/** Order of the battery's soc settings: priority ≤ buffer ≤ bufferStart, each only where set. */
function batteryOrder(changed: Record<string, number>, target: SettingTarget): string | undefined {
  if (!target.hasBattery) return 'battery not configured: the site has no battery meter';
  const value = (name: string) => changed[name] ?? number(target.values, name);
  const [priority, buffer, start] = [value('prioritySoc'), value('bufferSoc'), value('bufferStartSoc')];
  if (buffer > 0 && priority > buffer) return `prioritySoc (${priority} %) must not be above bufferSoc (${buffer} %)`;
  if (start > 0 && buffer > start) return `bufferSoc (${buffer} %) must not be above bufferStartSoc (${start} %)`;
  return undefined;
}

const batterySoc = (name: 'prioritySoc' | 'bufferSoc' | 'bufferStartSoc', description: string): Setting => ({
  scope: 'site',
  name,
  description,
  schema: soc(description),
  rest: { document: [`/${name.toLowerCase()}`] },
  mqtt: name,
  early: true,
  check: (value, target) => batteryOrder({ [name]: value as number }, target),
});

const SITE: readonly Setting[] = [
  batterySoc('prioritySoc', 'Below it a charging home battery has priority over cars; 0 switches this off'),
  batterySoc('bufferSoc', 'Above it the home battery may keep a running charge going; 0 switches this off'),
  batterySoc('bufferStartSoc', 'Above it the home battery may start a charge; 0 switches this off'),
  {
    scope: 'site',
    name: 'residualPower',
    description:
      'Operating point of the grid: a positive value leaves that much surplus unused, a negative one imports',
    schema: watts('Residual power'),
    rest: { document: ['/residualpower'] },
    mqtt: 'residualPower',
    early: true,
  },
  {
    scope: 'site',
    name: 'smartCostLimit',
    description: 'Cars charge at full power while the price (or CO2 intensity) is at or below it; 0 switches this off',
    schema: Type.Number({ minimum: -10_000, maximum: 10_000, default: 0, description: 'Smart cost limit' }),
    rest: { document: ['/smartcostlimit'] },
    cleared: 0,
    mqtt: 'smartCostLimit',
    early: true,
  },
  {
    scope: 'site',
    name: 'telemetry',
    description: 'Allows sending anonymous usage data, to an address that has to be configured first',
    schema: Type.Boolean({ default: false }),
    rest: { document: ['/telemetry', '/settings/telemetry'] },
    readable: true,
    mqtt: 'telemetry',
  },
];

/** ms since the epoch; RFC 3339 knows no later year than 9999 */
const LAST_TIME = 253_402_300_799_999;

const LOADPOINT: readonly Setting[] = [
  {
    scope: 'loadpoint',
    name: 'mode',
    description: 'off, pv (solar surplus only), minpv (at least the minimum current), now (full power)',
    schema: Type.Enum(['off', 'pv', 'minpv', 'now'], { default: 'off' }),
    rest: { document: ['/mode'] },
    mqtt: 'mode',
    early: true,
    wish: true,
  },
  {
    scope: 'loadpoint',
    name: 'priority',
    description: 'Loadpoints with a higher number are served first and may claim what lower ones use',
    schema: Type.Integer({ minimum: 0, maximum: 10, default: 0 }),
    rest: { document: ['/priority'] },
    mqtt: 'priority',
    early: true,
  },
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
    answer: (value, { values }) =>
      value === null ? {} : { soc: values.targetSoc, energy: values.targetEnergy, time: formatTime(value as number) },
  },
  {
    scope: 'loadpoint',
    name: 'phases',
    description: '0 lets the controller choose (chargers that can switch), 1 or 3 fixes the number',
    schema: Type.Enum([0, 1, 3], { default: 0 }),
    rest: { document: ['/phases'] },
    mqtt: 'phases',
    state: 'phasesConfigured',
    early: true,
    wish: true,
    check: (value, { loadpoint }) =>
      value === 0 && loadpoint && !loadpoint.canSwitchPhases
        ? 'invalid number of phases: 0 needs a charger that can switch phases; allowed are 1 and 3'
        : undefined,
    // What is switched on, which follows in one of the next cycles where the charger can switch.
    answer: (value, { loadpoint }) => (loadpoint?.canSwitchPhases ? loadpoint.phasesEnabled : value),
    show: (value, { loadpoint }) => (loadpoint?.canSwitchPhases ? value : null),
  },
  {
    scope: 'loadpoint',
    name: 'minCurrent',
    description: 'Smallest current per phase that charging is regulated to',
    schema: amperes('Minimum current', 6),
    rest: { document: ['/mincurrent'] },
    mqtt: 'minCurrent',
    early: true,
    check: (value, { values }) =>
      (value as number) > number(values, 'maxCurrent')
        ? `minCurrent must not be above maxCurrent (${number(values, 'maxCurrent')} A)`
        : undefined,
  },
  {
    scope: 'loadpoint',
    name: 'maxCurrent',
    description: 'Largest current per phase',
    schema: amperes('Maximum current', 16),
    rest: { document: ['/maxcurrent'] },
    mqtt: 'maxCurrent',
    early: true,
    check(value, { values, loadpoint }) {
      const current = value as number;
      if (current < number(values, 'minCurrent')) {
        return `maxCurrent must not be below minCurrent (${number(values, 'minCurrent')} A)`;
      }
      const largest = loadpoint?.largestCurrent ?? Number.POSITIVE_INFINITY;
      return current > largest ? `maxCurrent must not be above ${largest} A, the limit of the charger` : undefined;
    },
  },
  {
    scope: 'loadpoint',
    name: 'enableThreshold',
    description: 'Site power at which charging starts; negative is surplus, 0 means: as soon as the surplus suffices',
    schema: watts('Enable threshold'),
    rest: { document: ['/enable/threshold'] },
    mqtt: 'enableThreshold',
    early: true,
  },
  {
    scope: 'loadpoint',
    name: 'disableThreshold',
    description: 'Site power at or above which charging stops when the surplus is too small',
    schema: watts('Disable threshold'),
    rest: { document: ['/disable/threshold'] },
    mqtt: 'disableThreshold',
    early: true,
  },
  {
    scope: 'loadpoint',
    name: 'vehicle',
    description: 'The active vehicle, by its position in the list of vehicles (from 1) or by name; empty for none',
    schema: Type.Union([Type.Integer({ minimum: 1 }), Type.String(), Type.Null()]),
    rest: { document: ['/vehicle'] },
    cleared: null,
    mqtt: 'vehicle',
    state: null,
    stored: false,
    early: true,
    wish: true,
    parse: parseVehicle,
    check: (value, { vehicles }) =>
      value === null || vehicleOf(value, vehicles)
        ? undefined
        : `no such vehicle; there are ${vehicles.map(({ name }, index) => `${index + 1} (${name})`).join(', ') || 'none'}`,
    apply: (value, { loadpoint, vehicles }) => loadpoint?.selectVehicle(vehicleOf(value, vehicles)?.name ?? null),
    answer: (value, { vehicles }) => (value === null ? {} : { vehicle: vehicleOf(value, vehicles)?.title ?? '' }),
  },
];

export const SETTINGS: readonly Setting[] = [...SITE, ...LOADPOINT];

/** RFC 3339 text, or the zero time that clears; anything else stays as it is and fails the schema. */
function parseTargetTime(input: unknown): unknown {
  if (input === null || input === 'null' || input === '0001-01-01T00:00:00Z') return null;
  if (typeof input !== 'string') return input;
  const time = parseTime(input);
  return time ?? input;
}

/** Numbers at or below 0 and empty words clear, as automation systems send them. */
function parseVehicle(input: unknown): unknown {
  if (typeof input === 'number') return input <= 0 ? null : input;
  if (typeof input !== 'string') return input;
  const text = input.trim();
  if (['', '-', 'null', 'nil', 'none'].includes(text)) return null;
  if (!/^[+-]?\d+$/.test(text)) return text;
  const index = Number(text);
  return index <= 0 ? null : index;
}

function vehicleOf(value: unknown, vehicles: SettingTarget['vehicles']): SettingTarget['vehicles'][number] | undefined {
  return typeof value === 'number' ? vehicles[value - 1] : vehicles.find(({ name }) => name === value);
}

import Type from 'typebox';
import type { Setting, SettingTarget } from '../../settings.ts';
import { number } from './schemas.ts';

/** Rows that say how home battery and cars share, and what the battery shall do. */

const NO_BATTERY = 'battery not configured: the site has no battery meter';

const soc = (description: string) => Type.Number({ minimum: 0, maximum: 100, unit: '%', default: 0, description });

/** Why the battery's soc settings are out of order: priority ≤ buffer ≤ bufferStart, each only where set. */
function disorder(changed: Record<string, number>, target: SettingTarget): string | undefined {
  const value = (name: string) => changed[name] ?? number(target.values, name);
  const [priority, buffer, start] = [value('prioritySoc'), value('bufferSoc'), value('bufferStartSoc')];
  if (buffer > 0 && priority > buffer) return `prioritySoc (${priority} %) should not be above bufferSoc (${buffer} %)`;
  if (start > 0 && buffer > start) return `bufferSoc (${buffer} %) should not be above bufferStartSoc (${start} %)`;
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
  check: (_, { hasBattery }) => (hasBattery ? undefined : NO_BATTERY),
  // Whoever changes several of them one after the other passes through such a state.
  misfit: (value, target) => disorder({ [name]: value as number }, target),
});

const controllable = ({ hasBattery, canControlBattery }: SettingTarget): string | undefined => {
  if (!hasBattery) return NO_BATTERY;
  return canControlBattery ? undefined : 'no battery of the site can be told a mode';
};

/** ms within which something outside has to repeat the mode that it wants */
const EXTERNAL_MODE = 60_000;

export const BATTERY_ROWS: readonly Setting[] = [
  batterySoc('prioritySoc', 'Below it a charging home battery has priority over cars; 0 switches this off'),
  batterySoc('bufferSoc', 'Above it the home battery may keep a running charge going; 0 switches this off'),
  batterySoc('bufferStartSoc', 'Above it the home battery may start a charge; 0 switches this off'),
  {
    scope: 'site',
    name: 'batteryDischargeControl',
    description: 'The home battery does not discharge while a car is charged at full power',
    schema: Type.Boolean({ default: false }),
    rest: { document: ['/batterydischargecontrol'] },
    mqtt: 'batteryDischargeControl',
    early: true,
    check: (value, target) => (value === true ? controllable(target) : undefined),
  },
  {
    scope: 'site',
    name: 'batteryGridDischarge',
    description:
      'The home battery may discharge into the grid: a permission for plugins that optimize costs; nothing else does so',
    schema: Type.Boolean({ default: false }),
    rest: { document: ['/batterygriddischarge'] },
    mqtt: 'batteryGridDischarge',
    early: true,
    check: (value, target) => (value === true ? controllable(target) : undefined),
  },
  {
    scope: 'site',
    name: 'batteryGridChargeLimit',
    description:
      'The home battery is charged from the grid while the price (or CO2 intensity) is at or below it; null switches this off',
    schema: Type.Union([Type.Number({ minimum: -10_000, maximum: 10_000 }), Type.Null()], { default: null }),
    rest: { document: ['/batterygridchargelimit'] },
    cleared: null,
    mqtt: 'batteryGridChargeLimit',
    early: true,
    check: (value, target) => (value === null ? undefined : controllable(target)),
  },
  {
    scope: 'site',
    name: 'batteryMode',
    description: 'Mode that the home battery shall have, before all else; lapses unless it is repeated within 60 s',
    schema: Type.Union([Type.Enum(['normal', 'hold', 'charge', 'holdcharge']), Type.Null()], { default: null }),
    rest: { document: ['/batterymode'] },
    cleared: null,
    mqtt: 'batteryMode',
    state: 'batteryModeExternal',
    stored: false,
    expires: EXTERNAL_MODE,
    early: true,
    check: (value, target) => (value === null ? undefined : controllable(target)),
  },
  {
    scope: 'loadpoint',
    name: 'batteryBoost',
    description: 'In the solar modes, the car also gets what the home battery can give, until it is disconnected',
    schema: Type.Boolean({ default: false }),
    rest: { document: ['/batteryboost'] },
    mqtt: 'batteryBoost',
    early: true,
    wish: true,
    check(value, { hasBattery, values }) {
      if (value === false) return undefined;
      if (!hasBattery) return NO_BATTERY;
      const solar = values.mode === 'pv' || values.mode === 'minpv';
      return solar ? undefined : `boost needs mode pv or minpv; the mode is ${String(values.mode)}`;
    },
  },
  {
    scope: 'loadpoint',
    name: 'batteryBoostLimit',
    description: 'Soc of the home battery below which boost does not drain it any further; 100: no limit',
    schema: Type.Integer({ minimum: 0, maximum: 100, unit: '%', default: 100 }),
    rest: { document: ['/batteryboostlimit'] },
    mqtt: 'batteryBoostLimit',
    early: true,
  },
];

import Type from 'typebox';
import type { Setting, SettingTarget } from '../../settings.ts';
import { number, watts } from './schemas.ts';

/** Rows of the site: battery priorities, operating point, costs. */

const soc = (description: string) => Type.Number({ minimum: 0, maximum: 100, unit: '%', default: 0, description });

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

export const SITE_ROWS: readonly Setting[] = [
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

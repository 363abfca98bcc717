import Type from 'typebox';
import type { Setting } from '../../settings.ts';
import { number, watts } from './schemas.ts';

/** Rows of a loadpoint that say how it charges: mode, priority, phases, currents, thresholds. */

const amperes = (description: string, initial: number) =>
  Type.Number({ minimum: 1, maximum: 80, unit: 'A', default: initial, description });

/** A row of s. As durations everywhere, the answer is in ns. */
function delay(name: 'enableDelay' | 'disableDelay', initial: number, description: string): Setting {
  const paths = [`/${name.replace('Delay', '')}/delay`];
  return {
    scope: 'loadpoint',
    name,
    description,
    schema: Type.Number({ minimum: 0, maximum: 86_400, unit: 's', default: initial }),
    rest: { document: paths },
    mqtt: name,
    early: true,
    show: (value) => (value as number) * 1_000,
    result: Type.Number({ minimum: 0, unit: 'ns' }),
    answer: (value) => (value as number) * 1e9,
  };
}

export const CHARGING_ROWS: readonly Setting[] = [
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
    name: 'phases',
    description: '0 lets the controller choose (chargers that can switch), 1 or 3 fixes the number',
    schema: Type.Enum([0, 1, 3], { default: 0 }),
    rest: { document: ['/phases'] },
    mqtt: 'phases',
    mqttToo: 'phasesConfigured',
    state: 'phasesConfigured',
    early: true,
    wish: true,
    check: (value, { loadpoint }) =>
      value === 0 && loadpoint && !loadpoint.canSwitchPhases
        ? 'invalid number of phases: 0 needs a charger that can switch phases; allowed are 1 and 3'
        : undefined,
    result: Type.Integer({ minimum: 0, maximum: 3, description: 'Phases that are switched on now; 0: unknown' }),
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
  delay('enableDelay', 60, 'How long surplus must last until charging starts'),
  delay('disableDelay', 180, 'How long surplus must be missing until charging stops'),
];

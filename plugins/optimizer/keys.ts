import Type from 'typebox';
import type { Setting, StateKey } from '../../core/index.ts';
import { CHARGING_STRATEGIES } from './request.ts';

/** What the plugin publishes, and what can be set. */

const TEXT = { kind: 'text' } as const;
const TIME = { kind: 'time' } as const;
const WATTS = { kind: 'number', unit: 'W' } as const;
const POINT = {
  kind: 'record',
  fields: { soc: { kind: 'number', unit: '%' }, time: TIME, limit: { kind: 'flag' } },
} as const;

export const SUGGESTION: Pick<StateKey, 'kind' | 'fields'> = {
  kind: 'record',
  fields: { action: TEXT, charge: WATTS, discharge: WATTS, actionable: { kind: 'flag' } },
};

export const SITE_KEYS: readonly StateKey[] = [
  {
    name: 'optimizerChargingStrategies',
    kind: 'list',
    items: 'text',
    description: 'Strategies that there are',
  },
  {
    name: 'optimizer',
    kind: 'record',
    fields: {
      status: { ...TEXT, values: ['waiting', 'optimal', 'failed'] },
      updated: TIME,
      duration: { kind: 'duration', unit: 's' },
      reason: TEXT,
    },
    description:
      'How the optimizer is: status (waiting, optimal or failed), updated and duration of the last run, reason (why it failed, or what cannot be reached; empty: neither)',
  },
  {
    name: 'evopt',
    kind: 'json',
    description:
      'The last run: updated, req (what was known), res (what is best), details (when slots begin, whose batteries they are); energies in Wh of a slot, prices per Wh; null: none',
  },
  {
    name: 'evoptBatteries',
    current: 'evopt-batteries',
    kind: 'list',
    fields: { type: TEXT, title: TEXT, name: TEXT, capacity: { kind: 'number', unit: 'kWh' }, full: TIME, empty: TIME },
    description: 'Each battery of the last run: type, title, name, capacity, and when it will be full and empty',
  },
  {
    name: 'batteryForecast',
    current: 'battery.forecast',
    kind: 'record',
    fields: { highest: POINT, lowest: POINT },
    description: 'Highest and lowest soc of the home batteries that is expected: soc, time, limit (full, or empty)',
  },
];

export const LOADPOINT_KEYS: readonly StateKey[] = [
  {
    name: 'suggestion',
    ...SUGGESTION,
    description:
      'What would be best now: action (charge or stop), charge and discharge on average, actionable (it is not done); null: nothing is known',
  },
];

export const STRATEGY: Setting = {
  scope: 'site',
  name: 'optimizerChargingStrategy',
  description:
    'What the optimizer prefers of what costs the same: charge_before_export fills batteries early; attenuate_grid_peaks keeps the highest import and export low, attenuate_demand_peaks and attenuate_feedin_peaks one of them; none looks at the costs alone',
  schema: Type.Enum([...CHARGING_STRATEGIES], { default: 'charge_before_export' }),
  rest: { document: ['/optimizerchargingstrategy'] },
  mqtt: 'optimizerChargingStrategy',
  early: true,
};

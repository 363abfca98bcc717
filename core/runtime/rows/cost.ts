import Type from 'typebox';
import type { Setting } from '../../settings.ts';

/** Rows that say at which prices, or CO2 intensities, cars charge regardless of surplus, or leave it to the grid. */

/** `unit`: where no published value says it */
const limit = (unit?: string) =>
  Type.Number({ minimum: -10_000, maximum: 10_000, ...(unit !== undefined && { unit }) });

/** A row of the site that sets a row of all loadpoints, and keeps nothing itself. */
function ofAllLoadpoints(
  name: string,
  row: string,
  description: string,
  unit: string,
  more: Pick<Setting, 'rest' | 'mqtt' | 'sets'>,
): Setting {
  return {
    scope: 'site',
    name,
    description,
    schema: Type.Union([limit(unit), Type.Null()], { default: null }),
    cleared: null,
    state: null,
    stored: false,
    early: true,
    setsEverywhere: (value) => ({ [row]: value }),
    ...more,
  };
}

export const COST_ROWS: readonly Setting[] = [
  {
    scope: 'site',
    name: 'smartCostLimit',
    description: 'Cars charge at full power while the price (or CO2 intensity) is at or below it; 0 switches this off',
    schema: Type.Number({ minimum: -10_000, maximum: 10_000, default: 0, description: 'Smart cost limit' }),
    rest: { document: ['/smartcostlimit'], current: [] },
    cleared: 0,
    mqtt: 'smartCostLimit',
    early: true,
  },
  {
    scope: 'loadpoint',
    name: 'smartCostLimit',
    description:
      'The same for this loadpoint alone, where 0 and less are limits too; null: the limit of the site holds',
    schema: Type.Union([limit(), Type.Null()], { default: null }),
    rest: { document: ['/smartcostlimit'] },
    cleared: null,
    mqtt: 'smartCostLimit',
    early: true,
  },
  {
    scope: 'loadpoint',
    name: 'smartFeedInPriorityLimit',
    description: 'While feeding in earns at least this, the surplus is fed in and the car gets the least; null: off',
    schema: Type.Union([limit(), Type.Null()], { default: null }),
    rest: { document: ['/smartfeedinprioritylimit'] },
    cleared: null,
    mqtt: 'smartFeedInPriorityLimit',
    early: true,
  },
  ofAllLoadpoints(
    'commonSmartCostLimit',
    'smartCostLimit',
    'The smartCostLimit of every loadpoint, where 0 and less are limits too; null: off',
    'currency/kWh or g/kWh',
    { rest: { current: ['/smartcostlimit'] }, sets: () => ({ smartCostLimit: 0 }) },
  ),
  ofAllLoadpoints(
    'commonSmartFeedInPriorityLimit',
    'smartFeedInPriorityLimit',
    'The smartFeedInPriorityLimit of every loadpoint; null: off',
    'currency/kWh',
    {
      rest: { document: ['/smartfeedinprioritylimit'] },
      mqtt: 'smartFeedInPriorityLimit',
      sets: () => ({}),
    },
  ),
];

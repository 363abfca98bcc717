import type { Setting } from '../settings.ts';
import { BATTERY_ROWS } from './rows/battery.ts';
import { CAR_ROWS } from './rows/cars.ts';
import { CHARGING_ROWS } from './rows/charging.ts';
import { COLOUR_ROWS } from './rows/colours.ts';
import { COST_ROWS } from './rows/cost.ts';
import { GOAL_ROWS } from './rows/goals.ts';
import { PLAN_ROWS } from './rows/plan.ts';
import { SITE_ROWS } from './rows/site.ts';
import { VEHICLE_ROWS } from './rows/vehicle.ts';

/** The built-in rows. Ranges are those a surface shows and every command is checked against. */
export const SETTINGS: readonly Setting[] = [
  ...BATTERY_ROWS,
  ...SITE_ROWS,
  ...COLOUR_ROWS,
  ...COST_ROWS,
  ...CHARGING_ROWS,
  ...GOAL_ROWS,
  ...PLAN_ROWS,
  ...VEHICLE_ROWS,
  ...CAR_ROWS,
];

import { createRequire } from 'node:module';
import type { Highs, InitOptions } from 'highs';
import type { BatteryRequest, OptimizerRequest, OptimizerResult } from '../../../plugins/optimizer/request.ts';
import { solve } from '../../../plugins/optimizer/solver.ts';

/** Requests and what a house without optimizer makes of them. */

const load = createRequire(import.meta.url)('highs') as (options?: InitOptions) => Promise<Highs>;
const highs: Highs = await load();

export const solved = (request: OptimizerRequest): OptimizerResult => solve(highs, request, 60);

export const QUARTER = 900;

export interface Series {
  readonly strategy?: OptimizerRequest['strategy']['charging_strategy'];
  readonly grid?: OptimizerRequest['grid'];
  readonly batteries?: readonly BatteryRequest[];
  /** Wh in each slot, which gives their number */
  readonly house: readonly number[];
  readonly sun?: readonly number[];
  /** Currency per kWh */
  readonly buy: readonly number[];
  readonly sell?: readonly number[];
}

export function request({
  strategy = 'none',
  grid = {},
  batteries = [],
  house,
  sun = [],
  buy,
  sell = [],
}: Series): OptimizerRequest {
  const of = (values: readonly number[], scale = 1): number[] => house.map((_, at) => (values[at] ?? 0) * scale);
  return {
    strategy: { charging_strategy: strategy, discharging_strategy: 'discharge_before_import' },
    grid,
    batteries,
    time_series: {
      dt: house.map(() => QUARTER),
      gt: house,
      ft: of(sun),
      p_N: of(buy, 0.001),
      p_E: of(sell, 0.001),
    },
    eta_c: 0.9,
    eta_d: 0.9,
  };
}

export const home = (changes: Partial<BatteryRequest> = {}): BatteryRequest => ({
  charge_from_grid: true,
  discharge_to_grid: false,
  s_capacity: 10_000,
  s_min: 0,
  s_max: 10_000,
  s_initial: 5_000,
  c_min: 0,
  c_max: 5_000,
  d_max: 5_000,
  p_a: 0.0001,
  ...changes,
});

export const car = (changes: Partial<BatteryRequest> = {}): BatteryRequest => ({
  charge_from_grid: true,
  discharge_to_grid: false,
  s_capacity: 60_000,
  s_min: 0,
  s_max: 60_000,
  s_initial: 20_000,
  c_min: 1_380,
  c_max: 11_000,
  d_max: 0,
  p_a: 0.0001,
  ...changes,
});

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** What is earned when batteries take surplus and give what is missing, and cars are charged with what they have to. */
export function plainly({ batteries, time_series: { dt, gt, ft, p_N, p_E }, grid, eta_c, eta_d }: OptimizerRequest): {
  readonly earned: number;
  /** kWh that were exchanged with the grid, and W of its peaks */
  readonly exchanged: number;
  readonly peaks: number;
} {
  const stored = batteries.map(({ s_initial }) => s_initial);
  let earned = 0;
  let exchanged = 0;
  let [peakIn, peakOut] = [0, 0];
  for (const [at, seconds] of dt.entries()) {
    const hours = seconds / 3_600;
    let left = (ft[at] ?? 0) - (gt[at] ?? 0);
    for (const [index, { d_max, p_demand, s_max }] of batteries.entries()) {
      if (d_max > 0) continue;
      const room = Math.max(0, s_max - (stored[index] ?? 0)) / eta_c;
      const energy = Math.min(p_demand?.[at] ?? 0, room);
      left -= energy;
      stored[index] = (stored[index] ?? 0) + energy * eta_c;
    }
    for (const [index, { c_max, d_max, s_min, s_max }] of batteries.entries()) {
      if (d_max === 0) continue;
      const has = stored[index] ?? 0;
      const charge = Math.max(0, Math.min(left, c_max * hours, (s_max - has) / eta_c));
      const discharge = Math.max(0, Math.min(-left, d_max * hours, (has - s_min) * eta_d));
      left += discharge - charge;
      stored[index] = has + charge * eta_c - discharge / eta_d;
    }
    const out = Math.max(0, Math.min(left, (grid.p_max_exp ?? Number.POSITIVE_INFINITY) * hours));
    const into = Math.max(0, -left);
    earned += out * (p_E[at] ?? 0) - into * (p_N[at] ?? 0);
    exchanged += (out + into) / 1_000;
    [peakIn, peakOut] = [Math.max(peakIn, into / hours), Math.max(peakOut, out / hours)];
  }
  return {
    earned: earned + sum(batteries.map(({ p_a }, index) => (stored[index] ?? 0) * p_a)),
    exchanged,
    peaks: peakIn + peakOut,
  };
}

import type { Formulation } from './formulation.ts';
import type { Column } from './model.ts';
import type { BatteryResult, OptimizerRequest, OptimizerResult } from './request.ts';
import type { BatteryColumns } from './rows.ts';

/** What the solver found, as clients read it. Pure. */

/** Wh that are noise of the solver */
const NOISE = 0.01;

/** `values`: of the columns, in kWh. */
export function resultOf(
  { time_series: { p_N, p_E }, batteries: asked }: OptimizerRequest,
  { slots, batteries }: Pick<Formulation, 'slots' | 'batteries'>,
  values: Readonly<Record<Column, number>>,
): OptimizerResult {
  const energy = (column: Column | undefined): number => (column === undefined ? 0 : wattHours(values[column] ?? 0));
  const batteryResult = ({ charge, discharge, stored }: BatteryColumns): BatteryResult => ({
    charging_power: charge.map(energy),
    discharging_power: discharge.map(energy),
    state_of_charge: stored.map(energy),
  });
  const results = batteries.map(batteryResult);
  const imported = slots.map((slot) => energy(slot.import));
  const exported = slots.map((slot) => energy(slot.export));
  const excess = slots.map((slot) => energy(slot.excess));
  const lost = slots.map((slot) => energy(slot.lost));
  const kept = results.reduce(
    (sum, { state_of_charge }, index) => sum + (state_of_charge.at(-1) ?? 0) * (asked[index]?.p_a ?? 0),
    0,
  );
  return {
    status: 'Optimal',
    objective_value: rounded(earned(exported, p_E) - earned(imported, p_N) + kept, 1e6),
    limit_violations: {
      grid_import_limit_exceeded: excess.some((value) => value > 0),
      grid_export_limit_hit: lost.some((value) => value > 0),
    },
    batteries: results,
    grid_import: imported,
    grid_export: exported,
    flow_direction: exported.map((value, at) => (value > (imported[at] ?? 0) ? 1 : 0)),
    grid_import_overshoot: excess,
    grid_export_overshoot: lost,
  };
}

function earned(energies: readonly number[], prices: readonly number[]): number {
  return energies.reduce((sum, energy, at) => sum + energy * (prices[at] ?? 0), 0);
}

function wattHours(kilowattHours: number): number {
  const value = kilowattHours * 1_000;
  return value < NOISE ? 0 : rounded(value, 1_000);
}

const rounded = (value: number, factor: number): number => Math.round(value * factor) / factor;

import { Model, type ModelArrays } from './model.ts';
import type { BatteryRequest, ChargingStrategy, OptimizerRequest } from './request.ts';
import {
  type BatteryColumns,
  batteryRows,
  type Choices,
  type Part,
  type Penalties,
  type Slot,
  type SlotColumns,
  slotRows,
} from './rows.ts';

/**
 * The linear program of a request: its columns, and what relates and limits them. docs/optimizer.md explains every term. Pure.
 * Energies are kWh and prices currency per kWh here, which suits the tolerances of the solver.
 */

export interface Formulation {
  readonly model: ModelArrays;
  readonly slots: readonly SlotColumns[];
  readonly batteries: readonly BatteryColumns[];
}

const PEAKS: Readonly<Partial<Record<ChargingStrategy, readonly ('import' | 'export')[]>>> = {
  attenuate_grid_peaks: ['import', 'export'],
  attenuate_demand_peaks: ['import'],
  attenuate_feedin_peaks: ['export'],
};

/** Share of the mean price that decides between what costs the same */
const NUDGE = 1e-3;
/** Share of it that keeps batteries from being used for nothing, and for what is preferred alone */
const WEAR = 3e-3;
/** Share of it that makes sun that is lost no better than sun that is fed in, but better than wear */
const LOSS = 1e-4;
/** kWh that a peak which is 1 kW lower is worth */
const PEAK_WORTH = 0.1;

export function formulate(request: OptimizerRequest): Formulation {
  const { batteries, grid, strategy, eta_c, eta_d } = request;
  const slots = slotsOf(request);
  const level = Math.max(0.01, slots.reduce((sum, { buy }) => sum + Math.abs(buy), 0) / Math.max(1, slots.length));
  const nudge = level * NUDGE;
  const penalties = penaltiesOf(slots);
  const model = new Model();
  const needed = choicesOf(request, slots);

  const columns = batteries.map((battery) => batteryColumns(model, battery, slots));
  const exchange = slots.map(({ buy, sell, early, sun, hours }): SlotColumns => {
    const later = strategy.charging_strategy === 'charge_before_export' ? nudge * early : 0;
    const { p_max_imp, p_max_exp } = grid;
    const most = p_max_exp === undefined ? Number.POSITIVE_INFINITY : (p_max_exp / 1_000) * hours;
    const slot: SlotColumns = {
      import: model.column(0, Number.POSITIVE_INFINITY, buy + nudge * early),
      export: model.column(0, most, later - sell),
      ...(p_max_imp !== undefined && { excess: model.column(0, Number.POSITIVE_INFINITY, penalties.limit) }),
      ...(p_max_exp !== undefined && { lost: model.column(0, sun, Math.max(0, -sell) + level * LOSS) }),
    };
    if (slot.excess !== undefined && p_max_imp !== undefined) {
      model.most((p_max_imp / 1_000) * hours, [
        [slot.import, 1],
        [slot.excess, -1],
      ]);
    }
    return slot;
  });

  for (const [index, battery] of batteries.entries()) {
    const own = columns[index];
    if (own) batteryRows(model, { battery, columns: own, slots, efficiency: [eta_c, eta_d], penalties });
  }
  for (const [at, slot] of slots.entries()) {
    const own = exchange[at];
    if (!own) continue;
    const parts = batteries.flatMap((battery, index): Part[] => {
      const of = columns[index];
      const [charge, discharge] = [of?.charge[at], of?.discharge[at]];
      return charge === undefined || discharge === undefined ? [] : [{ battery, charge, discharge }];
    });
    slotRows(model, { slot, columns: own, parts, choices: needed(slot, at) });
    for (const { charge, discharge } of parts) {
      model.charge(discharge, level * WEAR);
      // What is charged is not put off like what the house imports, but early where all is to be filled early.
      const soon = strategy.charging_strategy === 'charge_before_export' ? 2 : 1;
      model.charge(charge, -nudge * slot.early * soon);
    }
  }
  for (const side of PEAKS[strategy.charging_strategy] ?? []) {
    const peak = model.column(0, Number.POSITIVE_INFINITY, level * PEAK_WORTH);
    for (const [at, { hours }] of slots.entries()) {
      const column = exchange[at]?.[side];
      if (column !== undefined) {
        model.most(0, [
          [column, 1],
          [peak, -hours],
        ]);
      }
    }
  }
  return { model: model.arrays(), slots: exchange, batteries: columns };
}

function slotsOf({ time_series: { dt, gt, ft, p_N, p_E } }: OptimizerRequest): readonly Slot[] {
  return dt.map((seconds, at) => ({
    hours: seconds / 3_600,
    house: (gt[at] ?? 0) / 1_000,
    sun: (ft[at] ?? 0) / 1_000,
    buy: (p_N[at] ?? 0) * 1_000,
    sell: (p_E[at] ?? 0) * 1_000,
    early: (dt.length - at) / dt.length,
  }));
}

/** More than anything that can be earned by missing it, in this order. */
function penaltiesOf(slots: readonly Slot[]): Penalties {
  const dearest = Math.max(0.1, ...slots.flatMap(({ buy, sell }) => [Math.abs(buy), Math.abs(sell)]));
  return { goal: 10 * dearest, demand: 20 * dearest, limit: 200 * dearest };
}

function batteryColumns(model: Model, battery: BatteryRequest, slots: readonly Slot[]): BatteryColumns {
  const { s_min, s_max, s_initial, c_max, d_max, p_a, p_demand } = battery;
  const low = Math.min(s_min, s_initial) / 1_000;
  const high = Math.max(s_max, s_initial) / 1_000;
  const power = (watts: number, { hours }: Slot): number => (watts / 1_000) * hours;
  return {
    charge: slots.map((slot, at) => model.column(0, Math.max(power(c_max, slot), (p_demand?.[at] ?? 0) / 1_000))),
    discharge: slots.map((slot) => model.column(0, power(d_max, slot))),
    stored: slots.map((_, at) => model.column(low, high, at === slots.length - 1 ? -p_a * 1_000 : 0)),
  };
}

function choicesOf(
  { batteries, grid, strategy, eta_c, eta_d }: OptimizerRequest,
  slots: readonly Slot[],
): (of: Slot, at: number) => Choices {
  // Where energy is paid for being taken, or makes a peak, losses of batteries would be welcome there, and before it.
  const shaved = PEAKS[strategy.charging_strategy]?.includes('export') ?? false;
  const last = slots.findLastIndex(({ buy, sell, sun, house }) => buy < 0 || sell < 0 || (shaved && sun > house));
  const kept = batteries.filter(({ d_max, discharge_to_grid }) => d_max > 0 && !discharge_to_grid);
  const worth = Math.min(...kept.map(({ p_a }) => p_a * 1_000));
  const cheapest = Math.min(...slots.flatMap(({ buy, sell }) => [buy, sell]));
  return ({ buy, sell, sun, house }, at) => {
    const tempting = grid.p_max_exp !== undefined || sell * eta_d > worth || sell * eta_c * eta_d > cheapest;
    return {
      direction: sell > buy || (kept.length > 0 && sun > house && tempting),
      oneWay: at <= last,
    };
  };
}

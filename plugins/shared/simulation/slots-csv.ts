import type { Time } from '../../../core/index.ts';
import type { Slots } from './ledger.ts';

/** The slots as CSV: mean powers, prices and costs, one row for each. Unknown values are empty. */
export function toCsv(slots: Slots, time: Time): string {
  const watts = 3_600_000 / slots.slot;
  const columns: readonly (readonly [name: string, values: Float64Array, scale: number, digits: number])[] = [
    ['load_w', slots.load, watts, 1],
    ['pv_w', slots.pv, watts, 1],
    ['import_w', slots.imported, watts, 1],
    ['export_w', slots.exported, watts, 1],
    ['battery_charge_w', slots.charged, watts, 1],
    ['battery_discharge_w', slots.discharged, watts, 1],
    ['battery_soc', slots.soc, 1, 1],
    ['charge_w', slots.charging, watts, 1],
    ['charge_pv_w', slots.chargingPv, watts, 1],
    ['charge_battery_w', slots.chargingBattery, watts, 1],
    ['charge_grid_w', slots.chargingGrid, watts, 1],
    ['price_import', slots.gridPrice, 1, 5],
    ['price_export', slots.feedinPrice, 1, 5],
    ['cost', slots.cost, 1, 5],
    ['charge_cost', slots.chargingCost, 1, 5],
  ];
  const lines = [['start', ...columns.map(([name]) => name)].join(',')];
  for (let index = 0; index < slots.count; index += 1) {
    const cells = columns.map(([, values, scale, digits]) => cell((values[index] ?? Number.NaN) * scale, digits));
    lines.push([time.format(slots.start + index * slots.slot), ...cells].join(','));
  }
  return `${lines.join('\n')}\n`;
}

function cell(value: number, digits: number): string {
  return Number.isNaN(value) ? '' : String(Number(value.toFixed(digits)) + 0);
}

/** What happened in the house, slot by slot, counted from one cycle to the next. */

/** Wh of the house's counters at one moment. None ever falls. */
export interface Counters {
  imported: number;
  exported: number;
  pv: number;
  discharged: number;
  charged: number;
  charging: number;
}

/** Currency per kWh; absent: unknown */
export interface Prices {
  readonly grid?: number;
  readonly feedin?: number;
}

/** One value for each slot: Wh, unless said otherwise. */
export interface Slots {
  /** ms since the epoch of the first slot, and length of each */
  readonly start: number;
  readonly slot: number;
  readonly count: number;
  /** Household and everything else but charging */
  readonly load: Float64Array;
  readonly pv: Float64Array;
  readonly imported: Float64Array;
  readonly exported: Float64Array;
  readonly discharged: Float64Array;
  readonly charged: Float64Array;
  readonly charging: Float64Array;
  /** Parts of charging */
  readonly chargingPv: Float64Array;
  readonly chargingBattery: Float64Array;
  readonly chargingGrid: Float64Array;
  /** %, battery at the end of the slot; NaN: there is none */
  readonly soc: Float64Array;
  /** Currency per kWh at the beginning of the slot; NaN: unknown */
  readonly gridPrice: Float64Array;
  readonly feedinPrice: Float64Array;
  /** Currency, of the whole house: import less export; NaN: a price is unknown */
  readonly cost: Float64Array;
  readonly importCost: Float64Array;
  readonly exportRevenue: Float64Array;
  /** Currency, of charging alone; NaN: a price is unknown */
  readonly chargingCost: Float64Array;
}

export function createSlots(start: number, slot: number, count: number): Slots {
  const zeros = () => new Float64Array(count);
  const unknown = () => new Float64Array(count).fill(Number.NaN);
  return {
    start,
    slot,
    count,
    load: zeros(),
    pv: zeros(),
    imported: zeros(),
    exported: zeros(),
    discharged: zeros(),
    charged: zeros(),
    charging: zeros(),
    chargingPv: zeros(),
    chargingBattery: zeros(),
    chargingGrid: zeros(),
    soc: unknown(),
    gridPrice: unknown(),
    feedinPrice: unknown(),
    cost: zeros(),
    importCost: zeros(),
    exportRevenue: zeros(),
    chargingCost: zeros(),
  };
}

/**
 * Adds what the counters moved between two cycles to a slot. Who used whose energy: the household takes PV first, then
 * charging does; what PV does not cover of the household the battery covers, then what is missing of charging; the rest
 * comes from the grid. PV and battery energy that charged a car is worth the feed-in that was given up for it.
 */
export function book(slots: Slots, index: number, before: Counters, now: Counters, prices: Prices): void {
  const imported = now.imported - before.imported;
  const exported = now.exported - before.exported;
  const pv = now.pv - before.pv;
  const discharged = now.discharged - before.discharged;
  const charged = now.charged - before.charged;
  const charging = now.charging - before.charging;
  const load = Math.max(0, imported - exported + pv + discharged - charged - charging);

  const loadPv = Math.min(pv, load);
  const chargingPv = Math.min(pv - loadPv, charging);
  const loadBattery = Math.min(discharged, load - loadPv);
  const chargingBattery = Math.min(discharged - loadBattery, charging - chargingPv);
  const chargingGrid = charging - chargingPv - chargingBattery;

  add(slots.load, index, load);
  add(slots.pv, index, pv);
  add(slots.imported, index, imported);
  add(slots.exported, index, exported);
  add(slots.discharged, index, discharged);
  add(slots.charged, index, charged);
  add(slots.charging, index, charging);
  add(slots.chargingPv, index, chargingPv);
  add(slots.chargingBattery, index, chargingBattery);
  add(slots.chargingGrid, index, chargingGrid);

  const { grid = Number.NaN, feedin = Number.NaN } = prices;
  const importCost = worth(imported, grid);
  const exportRevenue = worth(exported, feedin);
  add(slots.importCost, index, importCost);
  add(slots.exportRevenue, index, exportRevenue);
  add(slots.cost, index, importCost - exportRevenue);
  add(slots.chargingCost, index, worth(chargingGrid, grid) + worth(chargingPv + chargingBattery, feedin));
  if (Number.isNaN(slots.gridPrice[index])) slots.gridPrice[index] = grid;
  if (Number.isNaN(slots.feedinPrice[index])) slots.feedinPrice[index] = feedin;
}

function add(values: Float64Array, index: number, value: number): void {
  values[index] = (values[index] ?? 0) + value;
}

/** Currency for Wh at a price per kWh; nothing costs nothing, also at an unknown price. */
function worth(energy: number, price: number): number {
  return energy === 0 ? 0 : (energy * price) / 1_000;
}

import type { Column, Model, Term } from './model.ts';
import type { BatteryRequest } from './request.ts';

/** The rows of the linear program: what relates and limits its columns in a slot. Pure. */

/** A slot as the rows need it */
export interface Slot {
  readonly hours: number;
  /** kWh that the house consumes, and that the sun gives */
  readonly house: number;
  readonly sun: number;
  /** Currency per kWh */
  readonly buy: number;
  readonly sell: number;
  /** What an early kWh weighs: 1 in the first slot, nearly 0 in the last */
  readonly early: number;
}

/** Currency per kWh, of what must not be missed, from the least to the most serious */
export interface Penalties {
  readonly goal: number;
  readonly demand: number;
  readonly limit: number;
}

/** Columns of a battery, each by slot */
export interface BatteryColumns {
  readonly charge: readonly Column[];
  readonly discharge: readonly Column[];
  readonly stored: readonly Column[];
}

/** Columns of a slot */
export interface SlotColumns {
  readonly import: Column;
  readonly export: Column;
  /** Import beyond the limit; absent: there is none */
  readonly excess?: Column;
  /** Sun that nobody may have; absent: all of it may be fed in */
  readonly lost?: Column;
}

export interface BatteryRows {
  readonly battery: BatteryRequest;
  readonly columns: BatteryColumns;
  readonly slots: readonly Slot[];
  readonly efficiency: readonly [charging: number, discharging: number];
  readonly penalties: Penalties;
}

/** What is stored follows from what is charged; what has to be charged, and has to be stored. */
export function batteryRows(model: Model, { battery, columns, slots, efficiency, penalties }: BatteryRows): void {
  const { s_initial, s_goal, p_demand, c_min } = battery;
  const [charging, discharging] = efficiency;
  for (const [at, slot] of slots.entries()) {
    const [charge, discharge, stored] = [columns.charge[at], columns.discharge[at], columns.stored[at]];
    if (charge === undefined || discharge === undefined || stored === undefined) continue;
    const before = at === 0 ? undefined : columns.stored[at - 1];
    const initial = before === undefined ? s_initial / 1_000 : 0;
    const terms: Term[] = [
      [stored, 1],
      [charge, -charging],
      [discharge, 1 / discharging],
    ];
    if (before !== undefined) terms.push([before, -1]);
    model.row(initial, initial, terms);
    const atLeast = (column: Column, energy: number | undefined, penalty: number): void => {
      if (energy === undefined || energy <= 0) return;
      const missing = model.column(0, energy / 1_000, penalty);
      model.most(-energy / 1_000, [
        [column, -1],
        [missing, -1],
      ]);
    };
    atLeast(charge, p_demand?.[at], penalties.demand);
    atLeast(stored, s_goal?.[at], penalties.goal);
    // Whoever is charged with little sun alone has to take its minimum, or nothing. Elsewhere a part of the slot will do.
    const least = (c_min / 1_000) * slot.hours;
    const surplus = slot.sun - slot.house;
    if (surplus > 0 && surplus < least && (p_demand?.[at] ?? 0) === 0) {
      const on = model.choice();
      const most = (battery.c_max / 1_000) * slot.hours;
      model.most(0, [
        [charge, 1],
        [on, -most],
      ]);
      model.most(0, [
        [charge, -1],
        [on, least],
      ]);
    }
  }
}

/** A battery in a slot */
export interface Part {
  readonly battery: BatteryRequest;
  readonly charge: Column;
  readonly discharge: Column;
}

/** What has to be chosen in a slot, because prices alone would not see to it */
export interface Choices {
  /** Either import or export, and nothing from batteries that may not feed in while there is export */
  readonly direction: boolean;
  /** The home batteries are either charged or discharged */
  readonly oneWay: boolean;
}

export interface SlotRows {
  readonly slot: Slot;
  readonly columns: SlotColumns;
  readonly parts: readonly Part[];
  readonly choices: Choices;
}

/** The balance of a slot, and where energy may come from. */
export function slotRows(model: Model, { slot, columns, parts, choices }: SlotRows): void {
  const { house, sun, hours } = slot;
  const energy = (watts: number): number => (watts / 1_000) * hours;
  const home = parts.filter(({ battery }) => battery.d_max > 0);
  const cars = parts.filter(({ battery }) => battery.d_max <= 0);
  const balance: Term[] = [
    [columns.import, 1],
    [columns.export, -1],
    ...parts.flatMap(({ charge, discharge }): Term[] => [
      [charge, -1],
      [discharge, 1],
    ]),
  ];
  if (columns.lost !== undefined) balance.push([columns.lost, -1]);
  model.row(house - sun, house - sun, balance);

  const onlySun = parts.filter(({ battery }) => !battery.charge_from_grid);
  if (onlySun.length > 0) {
    model.most(
      Math.max(0, sun - house),
      onlySun.map(({ charge }): Term => [charge, 1]),
    );
  }
  const kept = home.filter(({ battery }) => !battery.discharge_to_grid);
  if (kept.length > 0) {
    model.most(Math.max(0, house - sun), [
      ...kept.map(({ discharge }): Term => [discharge, 1]),
      ...cars.map(({ charge }): Term => [charge, -1]),
    ]);
  }
  // Without sun to spare, only what may feed in can be exported.
  const surplus = Math.max(0, sun - house);
  const out =
    surplus +
    home
      .filter(({ battery }) => battery.discharge_to_grid)
      .reduce((sum, { battery }) => sum + energy(battery.d_max), 0);
  if (out === 0) model.close(columns.export);
  else if (choices.direction) {
    const exporting = model.choice();
    const into = Math.max(0, house - sun) + parts.reduce((sum, { battery }) => sum + energy(battery.c_max), 0);
    const off = (column: Column, most: number): void =>
      model.most(most, [
        [column, 1],
        [exporting, most],
      ]);
    off(columns.import, into);
    model.most(0, [
      [columns.export, 1],
      [exporting, -out],
    ]);
    for (const { battery, discharge } of kept) off(discharge, energy(battery.d_max));
  }
  if (choices.oneWay && home.length > 0) {
    const discharging = model.choice();
    for (const { battery, charge, discharge } of home) {
      const most = energy(battery.c_max);
      model.most(most, [
        [charge, 1],
        [discharging, most],
      ]);
      model.most(0, [
        [discharge, 1],
        [discharging, -energy(battery.d_max)],
      ]);
    }
  }
}

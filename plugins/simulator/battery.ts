/** A home battery that keeps the grid meter at zero, as far as its content, limits and mode allow. */

export interface BatteryOptions {
  /** Wh usable */
  readonly capacity: number;
  /** W, largest power while charging, on the AC side */
  readonly chargePower: number;
  /** W, largest power while discharging, on the AC side */
  readonly dischargePower: number;
  /** 0 to 1, of each direction: what is stored of 1 Wh charged, and given of 1 Wh stored */
  readonly efficiency: number;
  /** %, below which it does not discharge */
  readonly minSoc: number;
  /** %, at the beginning */
  readonly soc: number;
  /** s, time constant with which its power follows the demand; 0: at once */
  readonly reaction: number;
}

/** As in the devices of core: hold does not discharge, charge takes full power from the grid, holdcharge does not charge. */
export type Mode = 'normal' | 'hold' | 'charge' | 'holdcharge';

export interface Battery {
  readonly options: BatteryOptions;
  mode: Mode;
  /** Wh in the cells */
  stored: number;
  /** W on the AC side, + discharge */
  power: number;
  /** Wh given so far, AC side */
  discharged: number;
  /** Wh taken so far, AC side */
  charged: number;
}

/** ms for which the power of a battery that is still following its demand counts as constant */
const FOLLOWING_STEP = 500;
/** W of difference at which it has arrived */
const ARRIVED = 1;
/** Wh that counts as nothing: far below a meter's resolution, far above rounding */
const NOTHING = 1e-6;

export function createBattery(options: BatteryOptions): Battery {
  const stored = (options.capacity * options.soc) / 100;
  return { options, mode: 'normal', stored, power: 0, discharged: 0, charged: 0 };
}

/** Sets the power for a demand of the house (W, + lack, − surplus); `elapsed` ms have passed since the last call. */
export function control(battery: Battery, demand: number, elapsed: number): void {
  const { reaction } = battery.options;
  const wanted = allowed(battery, battery.mode === 'charge' ? Number.NEGATIVE_INFINITY : demand);
  if (reaction === 0 || Math.abs(wanted - battery.power) <= ARRIVED) {
    battery.power = wanted;
    return;
  }
  const followed = battery.power + (wanted - battery.power) * (1 - Math.exp(-elapsed / 1_000 / reaction));
  battery.power = allowed(battery, followed);
}

/** ms until the power may change by itself although the demand does not; `demand` as in `control`. */
export function steady(battery: Battery, demand: number): number {
  const { options, stored, power, mode } = battery;
  let ms = Number.POSITIVE_INFINITY;
  if (power > 0) ms = ((stored - floor(options)) * options.efficiency * 3_600_000) / power;
  if (power < 0) ms = ((options.capacity - stored) / options.efficiency / -power) * 3_600_000;
  if (options.reaction > 0) {
    const wanted = allowed(battery, mode === 'charge' ? Number.NEGATIVE_INFINITY : demand);
    if (Math.abs(wanted - power) > ARRIVED) ms = Math.min(ms, FOLLOWING_STEP);
  }
  return ms;
}

/** Lets `ms` pass at the present power. */
export function run(battery: Battery, ms: number): void {
  const energy = (battery.power * ms) / 3_600_000;
  if (energy > 0) {
    battery.discharged += energy;
    battery.stored -= energy / battery.options.efficiency;
  } else if (energy < 0) {
    battery.charged -= energy;
    battery.stored -= energy * battery.options.efficiency;
  }
}

/** % */
export function soc(battery: Battery): number {
  return Math.min(100, Math.max(0, (battery.stored / battery.options.capacity) * 100));
}

function floor(options: BatteryOptions): number {
  return (options.capacity * options.minSoc) / 100;
}

/** What of a power content, mode and limits allow. */
function allowed({ options, stored, mode }: Battery, power: number): number {
  if (power > 0) {
    const empty = stored - floor(options) <= NOTHING;
    return empty || mode === 'hold' || mode === 'charge' ? 0 : Math.min(power, options.dischargePower);
  }
  const full = options.capacity - stored <= NOTHING;
  return full || mode === 'holdcharge' ? 0 : Math.max(power, -options.chargePower);
}

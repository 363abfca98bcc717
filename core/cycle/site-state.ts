import type { MeterReading } from '../devices.ts';
import type { Hooks } from '../hooks.ts';
import { greenPower } from '../runtime/energy.ts';
import type { SiteSettings } from '../settings.ts';
import type {
  BatteryState,
  CircuitState,
  DeviceState,
  LoadpointState,
  Plans,
  Rates,
  Readings,
  SitePower,
  SiteState,
} from '../site.ts';

/** Forms the picture of the whole house, and the power it has to regulate. Pure. */

export interface SiteInputs {
  readonly now: number;
  readonly interval: number;
  readonly voltage: number;
  readonly settings: Readonly<SiteSettings>;
  readonly readings: Readings;
  readonly rates: Rates;
  readonly plans: Plans;
  readonly circuits: readonly CircuitState[];
  readonly loadpoints: readonly LoadpointState[];
}

export function siteState(hooks: Pick<Hooks, 'sitePower'>, inputs: SiteInputs): SiteState {
  const { readings, loadpoints, settings } = inputs;
  const chargePower = loadpoints.reduce((sum, loadpoint) => sum + loadpoint.chargePower, 0);
  const batteryPower = readings.battery.reduce((sum, battery) => sum + cautiousPower(battery), 0);
  const measuredPv = readings.pv.reduce((sum, meter) => sum + Math.max(0, powerOf(meter) ?? 0), 0);
  const gridPower = readings.grid ? powerOf(readings.grid) : gridFromPv(readings, chargePower, measuredPv);
  const pvPower =
    readings.pv.length > 0 ? measuredPv : Math.max(0, chargePower - (gridPower ?? 0) + settings.residualPower);
  const auxPower = Math.max(0, total(readings.aux));
  const batterySoc = socOf(readings.battery);
  const capacity = readings.battery.reduce((sum, battery) => sum + (battery.capacity ?? 0), 0);
  const base = Object.freeze({
    ...inputs,
    // What plugins are shown is the same for all of them.
    circuits: Object.freeze(inputs.circuits),
    loadpoints: Object.freeze(loadpoints),
    gridPower,
    pvPower,
    batteryPower,
    batterySoc,
    batteryCapacity: capacity > 0 ? capacity : undefined,
    homePower: Math.max(0, (gridPower ?? 0) + pvPower + batteryPower - chargePower),
    chargePower,
    auxPower,
  });
  const start: SitePower = {
    ...(gridPower !== undefined && { power: gridPower + settings.residualPower - auxPower }),
    batteryBuffered: false,
    batteryStart: false,
  };
  return Object.freeze({ ...base, sitePower: Object.freeze(hooks.sitePower.call(start, base)) });
}

/** Share of green power that each consumer gets: the house first, then the charging battery, then the loadpoints. */
export function greenShares(site: SiteState): {
  readonly home: readonly [number, number];
  readonly loadpoints: readonly [number, number];
  readonly green: number;
} {
  const { homePower, batteryPower, chargePower, pvPower } = site;
  const before = homePower + Math.max(0, -batteryPower);
  return { green: greenPower(pvPower, batteryPower), home: [0, homePower], loadpoints: [before, before + chargePower] };
}

/** W of a meter; `undefined`: never read, or stale. */
export function powerOf(meter: DeviceState<MeterReading>): number | undefined {
  return meter.sample && !meter.sample.stale ? meter.sample.value.power : undefined;
}

/** Without a grid meter the house is taken to consume only what charges. Unknown while no PV meter answers. */
function gridFromPv(readings: Readings, chargePower: number, pvPower: number): number | undefined {
  return readings.pv.some((meter) => powerOf(meter) !== undefined) ? chargePower - pvPower : undefined;
}

/** W; a battery that has gone silent is taken to go on discharging, but not charging: surplus is not overrated then. */
function cautiousPower(battery: BatteryState): number {
  return powerOf(battery) ?? Math.max(0, battery.sample?.value.power ?? 0);
}

function total(meters: readonly DeviceState<MeterReading>[]): number {
  return meters.reduce((sum, meter) => sum + (powerOf(meter) ?? 0), 0);
}

/** Weighted by capacity, or equally when any capacity is unknown; the last known soc of each battery counts. */
function socOf(batteries: readonly BatteryState[]): number | undefined {
  const known = batteries.filter((battery) => battery.sample?.value.soc !== undefined);
  if (known.length === 0) return undefined;
  const weigh = known.every((battery) => battery.capacity !== undefined);
  let sum = 0;
  let weights = 0;
  for (const battery of known) {
    const weight = weigh ? (battery.capacity ?? 0) : 1;
    sum += (battery.sample?.value.soc ?? 0) * weight;
    weights += weight;
  }
  return weights > 0 ? Math.min(100, sum / weights) : undefined;
}

import type { MeterReading } from '../devices.ts';
import { effectiveCo2, effectivePrice, greenShare, rateAt } from '../runtime/energy.ts';
import type { Loadpoint } from '../runtime/loadpoint.ts';
import { figures } from '../runtime/session.ts';
import type { DeviceState, LoadpointState, Sampled, SiteState, Timer } from '../site.ts';
import type { State } from '../state.ts';
import { greenShares, powerOf } from './site-state.ts';

/**
 * Writes what a cycle found out into the state store, under public names and in internal units. Of a meter that is stale,
 * powers, currents and voltages are unknown; its counters and soc stay the last known ones.
 */

/** Shares and prices of a cycle, as published and as booked to sessions. */
export interface Mix {
  readonly greenShareHome: number;
  readonly greenShareLoadpoints: number;
  readonly price: number | undefined;
  readonly co2: number | undefined;
}

export function mixOf(site: SiteState): Mix & Readonly<Record<string, number | undefined>> {
  const { green, home, loadpoints } = greenShares(site);
  const grid = rateAt(site.rates.grid, site.now)?.price;
  const feedIn = rateAt(site.rates.feedin, site.now)?.price;
  const co2 = rateAt(site.rates.co2, site.now)?.price;
  const greenShareHome = greenShare(green, home[0], home[1]);
  const greenShareLoadpoints = greenShare(green, loadpoints[0], loadpoints[1]);
  return {
    greenShareHome,
    greenShareLoadpoints,
    price: effectivePrice(greenShareLoadpoints, grid, feedIn),
    co2: effectiveCo2(greenShareLoadpoints, co2),
    tariffGrid: grid,
    tariffFeedIn: feedIn,
    tariffCo2: co2,
    tariffSolar: rateAt(site.rates.solar, site.now)?.price,
    tariffPriceHome: effectivePrice(greenShareHome, grid, feedIn),
    tariffCo2Home: effectiveCo2(greenShareHome, co2),
  };
}

/** Every key of a cycle is in the record at any time, `undefined` where it does not apply: the store compares with the last. */
export function publishSite(
  state: State,
  site: SiteState,
  mix: ReturnType<typeof mixOf>,
  batteryMode: string | undefined,
): void {
  const { grid, pv, battery, aux, ext, consumers } = site.readings;
  const gridNow = current(grid?.sample);
  const hasBattery = battery.length > 0;
  state.update('site', 0, {
    gridPower: grid ? site.gridPower : undefined,
    gridPowers: gridNow?.powers,
    gridCurrents: signed(gridNow),
    gridEnergy: grid?.sample?.value.energy,
    pvPower: site.pvPower,
    pvEnergy: sum(pv, (reading) => reading.energy),
    pv: each(pv, (meter) => ({ power: powerOf(meter) ?? null, energy: meter.sample?.value.energy })),
    batteryPower: hasBattery ? site.batteryPower : undefined,
    batterySoc: hasBattery ? site.batterySoc : undefined,
    batteryCapacity: hasBattery ? (site.batteryCapacity ?? 0) : undefined,
    batteryEnergy: sum(battery, (reading) => reading.energy),
    battery: each(battery, (meter) => ({
      power: powerOf(meter) ?? null,
      energy: meter.sample?.value.energy,
      soc: meter.sample?.value.soc,
      capacity: meter.capacity,
    })),
    batteryMode,
    auxPower: aux.length > 0 ? site.auxPower : undefined,
    aux: each(aux, (meter) => ({ power: powerOf(meter) ?? null })),
    ext: each(ext, shown),
    consumers: each(consumers, shown),
    homePower: site.homePower,
    greenShareHome: mix.greenShareHome,
    greenShareLoadpoints: mix.greenShareLoadpoints,
    tariffGrid: mix.tariffGrid,
    tariffFeedIn: mix.tariffFeedIn,
    tariffCo2: mix.tariffCo2,
    tariffSolar: mix.tariffSolar,
    tariffPriceHome: mix.tariffPriceHome,
    tariffPriceLoadpoints: mix.price,
    tariffCo2Home: mix.tariffCo2Home,
    tariffCo2Loadpoints: mix.co2,
  });
}

/** As `publishSite`. */
export function publishLoadpoint(state: State, site: SiteState, before: LoadpointState, loadpoint: Loadpoint): void {
  const { memory, account } = loadpoint;
  const { now } = site;
  const { vehicle, traits } = before;
  const { phase, pv, guard } = memory.timers;
  const car = vehicle?.sample?.value;
  const session = figures(account);
  state.update('loadpoint', before.id, {
    title: before.title,
    phasesEnabled: memory.phasesEnabled,
    phasesActive: before.phasesActive,
    phaseAction: action(phase, now),
    phaseRemaining: remaining(phase, now),
    pvAction: action(pv, now),
    pvRemaining: remaining(pv, now),
    guardAction: action(guard, now),
    guardRemaining: remaining(guard, now),
    enabled: memory.enabled,
    connected: before.connected,
    charging: before.charging,
    connectedDuration: before.connectedAt === undefined ? 0 : now - before.connectedAt,
    chargePower: before.chargePower,
    chargeCurrent: memory.enabled ? memory.offeredCurrent : 0,
    chargeCurrents: before.chargeCurrents,
    chargeVoltages: current(before.charger)?.voltages,
    chargeDuration: account.duration,
    chargedEnergy: account.energy,
    sessionEnergy: account.energy,
    sessionSolarPercentage: session.solarPercentage ?? 0,
    sessionPrice: session.price ?? null,
    sessionPricePerKWh: session.pricePerKwh ?? null,
    sessionCo2PerKWh: session.co2PerKwh ?? null,
    chargeTotalImport: loadpoint.counter(now),
    chargerFeatureIntegratedDevice: traits.integrated ?? false,
    chargerFeatureHeating: traits.heating ?? false,
    chargerFeatureSwitchDevice: traits.switch ?? false,
    chargerStatusReason: statusReason(before),
    chargerIcon: traits.icon ?? null,
    vehiclePresent: vehicle !== undefined,
    vehicleName: vehicle?.name ?? '',
    vehicleTitle: vehicle?.title ?? '',
    vehicleIcon: vehicle?.icon ?? '',
    vehicleCapacity: vehicle?.capacity ?? 0,
    vehicleSoc: before.soc ?? 0,
    vehicleRange: Math.round(car?.range ?? 0),
    vehicleTargetSoc: car?.limitSoc ?? 0,
    vehicleOdometer: car?.odometer ?? 0,
    vehicleIdentity: before.charger?.value.identifier,
    vehicleFeatureOffline: vehicle?.features.includes('offline') ?? false,
    vehicleDetectionActive: memory.detection !== undefined,
    effectivePriority: before.priority,
    effectiveMinCurrent: before.minCurrent,
    effectiveMaxCurrent: before.maxCurrent,
    effectiveMinSoc: before.settings.minSoc,
    effectiveLimitSoc: before.settings.targetSoc || 100,
    vehicleWelcomeActive: before.welcome,
    climaterActive: car?.climater,
    reasons: memory.setpoint?.reasons ?? [],
    decision: loadpoint.decisions.shown,
  });
}

/** Why a connected car does not charge, as far as the charger knows. */
const statusReason = ({ charger, connected, charging }: LoadpointState): string | null =>
  connected && !charging ? (current(charger)?.statusReason ?? 'unknown') : null;

const action = (timer: Timer | undefined, now: number): string =>
  timer && remaining(timer, now) > 0 ? timer.action : 'inactive';

/** ms in whole seconds: what counts down is not worth a message every few milliseconds. */
function remaining(timer: Timer | undefined, now: number): number {
  if (!timer || timer.delay === 0) return 0;
  return Math.ceil(Math.max(0, timer.since + timer.delay - now) / 1_000) * 1_000;
}

/** A list of what each meter says; `undefined`: there are no such meters. */
function each<M, T>(meters: readonly M[], value: (meter: M) => T): T[] | undefined {
  return meters.length > 0 ? meters.map(value) : undefined;
}

/** A meter that is only shown. */
const shown = (meter: DeviceState<MeterReading>) => ({
  title: meter.title,
  power: powerOf(meter) ?? null,
  energy: meter.sample?.value.energy,
});

/** What a device says now; `undefined`: it was never read, or is stale. */
function current<T>(sample: Sampled<T> | undefined): T | undefined {
  return sample?.stale ? undefined : sample?.value;
}

/** Currents with the sign of the power of their phase. */
function signed(reading: MeterReading | undefined): readonly number[] | undefined {
  if (!reading?.currents) return undefined;
  const { currents, powers } = reading;
  return currents.map((current, phase) => (current > 0 && (powers?.[phase] ?? 0) < 0 ? -current : current));
}

/** Sum of what is known; `undefined`: nothing is. */
function sum(
  meters: readonly DeviceState<MeterReading>[],
  value: (reading: MeterReading) => number | undefined,
): number | undefined {
  let total: number | undefined;
  for (const meter of meters) {
    const part = meter.sample && value(meter.sample.value);
    if (part !== undefined) total = (total ?? 0) + part;
  }
  return total;
}

import type { MeterReading, VehicleReading } from '../devices.ts';
import { effectiveCo2, effectivePrice, greenShare, rateAt } from '../runtime/energy.ts';
import type { Loadpoint } from '../runtime/loadpoint.ts';
import { co2PerKwh, price, pricePerKwh, type SessionAccount, solarPercentage } from '../runtime/session.ts';
import type { DeviceState, LoadpointState, Sampled, SiteState, Timer } from '../site.ts';
import { type State, stateTable } from '../state.ts';
import type { DecisionRecord } from './decision.ts';
import { limitSocOf } from './limits.ts';
import type { LoadpointMemory } from './memory.ts';
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
    tariffTemperature: rateAt(site.rates.temperature, site.now)?.price,
    tariffPriceHome: effectivePrice(greenShareHome, grid, feedIn),
    tariffCo2Home: effectiveCo2(greenShareHome, co2),
  };
}

/** What the values of the site are made of. */
interface SiteView {
  readonly site: SiteState;
  readonly mix: ReturnType<typeof mixOf>;
  readonly batteryMode: string | undefined;
  /** What the grid meter says now */
  readonly gridNow: MeterReading | undefined;
}

/** Every value that a cycle publishes, `undefined` where it does not apply. */
const SITE = stateTable<SiteView>({
  gridPower: ({ site }) => (site.readings.grid ? site.gridPower : undefined),
  gridPowers: ({ gridNow }) => gridNow?.powers,
  gridCurrents: ({ gridNow }) => signed(gridNow),
  gridEnergy: ({ site }) => site.readings.grid?.sample?.value.energy,
  pvPower: ({ site }) => site.pvPower,
  pvEnergy: ({ site }) => sum(site.readings.pv, (reading) => reading.energy),
  pv: ({ site }) => each(site.readings.pv, shown),
  batteryPower: ({ site }) => (site.readings.battery.length > 0 ? site.batteryPower : undefined),
  batterySoc: ({ site }) => (site.readings.battery.length > 0 ? site.batterySoc : undefined),
  batteryCapacity: ({ site }) => (site.readings.battery.length > 0 ? (site.batteryCapacity ?? 0) : undefined),
  batteryEnergy: ({ site }) => sum(site.readings.battery, (reading) => reading.energy),
  battery: ({ site }) =>
    each(site.readings.battery, (meter) => ({
      ...shown(meter),
      soc: meter.sample?.value.soc,
      capacity: meter.capacity,
      suggestion: meter.suggestion,
    })),
  batteryMode: ({ batteryMode }) => batteryMode,
  auxPower: ({ site }) => (site.readings.aux.length > 0 ? site.auxPower : undefined),
  aux: ({ site }) => each(site.readings.aux, shown),
  ext: ({ site }) => each(site.readings.ext, shown),
  consumers: ({ site }) => each(site.readings.consumers, shown),
  homePower: ({ site }) => site.homePower,
  greenShareHome: ({ mix }) => mix.greenShareHome,
  greenShareLoadpoints: ({ mix }) => mix.greenShareLoadpoints,
  tariffGrid: ({ mix }) => mix.tariffGrid,
  tariffFeedIn: ({ mix }) => mix.tariffFeedIn,
  tariffCo2: ({ mix }) => mix.tariffCo2,
  tariffSolar: ({ mix }) => mix.tariffSolar,
  tariffTemperature: ({ mix }) => mix.tariffTemperature,
  tariffPriceHome: ({ mix }) => mix.tariffPriceHome,
  tariffPriceLoadpoints: ({ mix }) => mix.price,
  tariffCo2Home: ({ mix }) => mix.tariffCo2Home,
  tariffCo2Loadpoints: ({ mix }) => mix.co2,
});

export function publishSite(
  state: State,
  site: SiteState,
  mix: ReturnType<typeof mixOf>,
  batteryMode: string | undefined,
): void {
  state.update('site', 0, SITE, { site, mix, batteryMode, gridNow: current(site.readings.grid?.sample) });
}

/** What the values of a loadpoint are made of. */
interface LoadpointView {
  /** As it was when the cycle decided */
  readonly state: LoadpointState;
  // As they are after the cycle.
  readonly memory: LoadpointMemory;
  readonly account: SessionAccount;
  readonly decision: DecisionRecord | undefined;
  /** Wh */
  readonly counter: number | undefined;
  readonly now: number;
}

/** As `SITE`. */
const LOADPOINT = stateTable<LoadpointView>({
  name: ({ state }) => state.name,
  title: ({ state }) => state.title,
  phasesEnabled: ({ memory }) => memory.phasesEnabled,
  phasesActive: ({ state }) => state.phasesActive,
  enabled: ({ memory }) => memory.enabled,
  connected: ({ state }) => state.connected,
  charging: ({ state }) => state.charging,
  connectedDuration: ({ state, now }) => (state.connectedAt === undefined ? 0 : now - state.connectedAt),
  chargePower: ({ state }) => state.chargePower,
  chargeCurrent: ({ memory }) => (memory.enabled ? memory.offeredCurrent : 0),
  chargeCurrents: ({ state }) => state.chargeCurrents,
  chargeVoltages: ({ state }) => current(state.charger)?.voltages,
  chargeDuration: ({ account }) => account.duration,
  chargedEnergy: ({ account }) => account.energy,
  sessionEnergy: ({ account }) => account.energy,
  sessionSolarPercentage: ({ account }) => solarPercentage(account) ?? 0,
  sessionPrice: ({ account }) => price(account) ?? null,
  sessionPricePerKWh: ({ account }) => pricePerKwh(account) ?? null,
  sessionCo2PerKWh: ({ account }) => co2PerKwh(account) ?? null,
  chargeTotalImport: ({ counter }) => counter,
  chargerPhases1p3p: ({ state }) => state.canSwitchPhases,
  chargerStatusReason: ({ state }) => statusReason(state),
  vehicleSoc: ({ state }) => state.soc ?? 0,
  vehicleIdentity: ({ state }) => state.charger?.value.identifier,
  vehicleDetectionActive: ({ memory }) => memory.detection !== undefined,
  effectivePriority: ({ state }) => state.priority,
  effectiveMinCurrent: ({ state }) => state.minCurrent,
  effectiveMaxCurrent: ({ state }) => state.maxCurrent,
  effectiveMinSoc: ({ state }) => state.settings.minSoc,
  effectiveLimitSoc: ({ state }) => limitSocOf(state.settings),
  vehicleWelcomeActive: ({ state }) => state.welcome,
  reasons: ({ memory }) => memory.setpoint?.reasons ?? [],
  decision: ({ decision }) => decision,
});

/** What is waited for, as long as something is. */
const TIMERS = stateTable<LoadpointView>(
  {
    phaseAction: ({ memory, now }) => action(memory.timers.phase, now),
    phaseRemaining: ({ memory, now }) => remaining(memory.timers.phase, now),
    pvAction: ({ memory, now }) => action(memory.timers.pv, now),
    pvRemaining: ({ memory, now }) => remaining(memory.timers.pv, now),
    guardAction: ({ memory, now }) => action(memory.timers.guard, now),
    guardRemaining: ({ memory, now }) => remaining(memory.timers.guard, now),
  },
  // While they count down, nothing is as it was.
  ({ memory }) => (isWaiting(memory.timers) ? {} : memory.timers),
);

/** Values that are the same for the lifetime of a charger. */
const CHARGER = stateTable<LoadpointState>(
  {
    chargerFeatureIntegratedDevice: ({ traits }) => traits.integrated ?? false,
    chargerFeatureHeating: ({ traits }) => traits.heating ?? false,
    chargerFeatureSwitchDevice: ({ traits }) => traits.switch ?? false,
    chargerSinglePhase: ({ traits }) => traits.phases === 1,
    chargerIcon: ({ traits }) => traits.icon ?? null,
  },
  ({ traits }) => traits,
);

/** Values that change with what the vehicle is, or says. */
const VEHICLE = stateTable<LoadpointState>(
  {
    vehiclePresent: ({ vehicle }) => vehicle !== undefined,
    vehicleName: ({ vehicle }) => vehicle?.name ?? '',
    vehicleTitle: ({ vehicle }) => vehicle?.title ?? '',
    vehicleIcon: ({ vehicle }) => vehicle?.icon ?? '',
    vehicleCapacity: ({ vehicle }) => vehicle?.capacity ?? 0,
    vehicleRange: (state) => Math.round(carOf(state)?.range ?? 0),
    vehicleTargetSoc: (state) => carOf(state)?.limitSoc ?? 0,
    vehicleOdometer: (state) => carOf(state)?.odometer ?? 0,
    vehicleFeatureOffline: ({ vehicle }) => vehicle?.features.includes('offline') ?? false,
    climaterActive: (state) => carOf(state)?.climater,
  },
  ({ vehicle }) => vehicle,
);

export function publishLoadpoint(state: State, site: SiteState, before: LoadpointState, loadpoint: Loadpoint): void {
  const { memory, account, decisions } = loadpoint;
  const { now } = site;
  const view = { state: before, memory, account, decision: decisions.shown, counter: loadpoint.counter(now), now };
  state.update('loadpoint', before.id, LOADPOINT, view);
  state.update('loadpoint', before.id, TIMERS, view);
  state.update('loadpoint', before.id, CHARGER, before);
  state.update('loadpoint', before.id, VEHICLE, before);
}

/** What the car says of itself. */
const carOf = ({ vehicle }: LoadpointState): VehicleReading | undefined => vehicle?.sample?.value;

/** Why a connected car does not charge, as far as the charger knows. */
const statusReason = ({ charger, connected, charging }: LoadpointState): string | null =>
  connected && !charging ? (current(charger)?.statusReason ?? 'unknown') : null;

const isWaiting = ({ pv, phase, guard }: Readonly<Record<string, Timer>>): boolean =>
  pv !== undefined || phase !== undefined || guard !== undefined;

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

/** What is shown of every meter of a list. */
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

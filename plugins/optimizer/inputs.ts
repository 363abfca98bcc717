import type { SiteState, Time } from '../../core/index.ts';
import {
  type Assumed,
  type BatteryDetail,
  type BatteryInput,
  carRequest,
  EFFICIENCY,
  homeRequest,
} from './batteries.ts';
import type { ChargingStrategy, OptimizerRequest } from './request.ts';
import { FEWEST_SLOTS, type Slot, slotsAhead } from './slots.ts';

/** The request of a house at one moment. Pure. */

/** What stored energy is worth less at the end than what would have to be bought for it at the lowest price */
const MARGIN = 0.99;
/** Slots in which what was measured last fades into what is expected */
const FADING = 4;

export interface Expected {
  /** W that the house consumes at a time, without charging */
  readonly home: (time: number) => number;
  /** W of the last quarter hour; absent: unknown */
  readonly measured: { readonly home?: number; readonly sun?: number };
}

export interface Inputs {
  readonly request: OptimizerRequest;
  readonly slots: readonly Slot[];
  /** In the order of the request */
  readonly batteries: readonly BatteryDetail[];
}

/** A text says why there is nothing to optimize. */
export function inputsOf(
  site: SiteState,
  strategy: ChargingStrategy,
  expected: Expected,
  assumed: Assumed,
): Inputs | string {
  const slots = slotsAhead(site.rates, site.now);
  if (!site.rates.grid) return 'there are no prices of the grid';
  if (slots.length < FEWEST_SLOTS) {
    return `prices and solar forecast are not known for ${FEWEST_SLOTS} quarter hours ahead`;
  }
  const worth = (Math.max(0, Math.min(...slots.map(({ buy }) => buy))) / 1_000) * EFFICIENCY * MARGIN;
  const batteries = [
    ...site.readings.battery.flatMap((battery) => homeRequest(battery, site, worth, assumed) ?? []),
    ...site.loadpoints.flatMap((loadpoint) => carRequest(loadpoint, site, worth, slots) ?? []),
  ];
  if (batteries.length === 0) return 'there is no battery whose capacity and soc are known, and no car to charge';
  const others = unmodelled(site, batteries);
  return {
    slots,
    batteries: batteries.map(({ detail }) => detail),
    request: {
      strategy: { charging_strategy: strategy, discharging_strategy: 'discharge_before_import' },
      grid: gridOf(site),
      batteries: batteries.map(({ request }) => request),
      time_series: {
        dt: slots.map(({ start, end }) => Math.round((end - start) / 1_000)),
        gt: slots.map((slot, at) =>
          energy(slot, faded(expected.home(slot.start), expected.measured.home, at) + faded(0, others, at)),
        ),
        ft: slots.map((slot, at) => energy(slot, faded(slot.sun, expected.measured.sun, at))),
        p_N: slots.map(({ buy }) => perWh(buy)),
        p_E: slots.map(({ sell }) => perWh(sell)),
      },
      eta_c: EFFICIENCY,
      eta_d: EFFICIENCY,
    },
  };
}

/** What clients are shown besides: when each slot begins, and whose batteries they are. */
export function detailsOf({ slots, batteries }: Inputs, time: Pick<Time, 'format'>): Readonly<Record<string, unknown>> {
  return { timestamp: slots.map(({ start }) => time.format(start)), batteryDetails: batteries };
}

/** Limits of the connection: of a root circuit that measures the whole house, and of the grid operator. */
function gridOf({ circuits, readings, settings, voltage }: SiteState): OptimizerRequest['grid'] {
  const roots = circuits.filter(({ parent, meter }) => parent === undefined && meter);
  const limits = roots.flatMap(({ maxPower, maxCurrent }) => [
    ...(maxPower === undefined ? [] : [maxPower]),
    ...(maxCurrent === undefined ? [] : [maxCurrent * 3 * voltage]),
  ]);
  if (readings.operator?.consumption !== undefined) limits.push(readings.operator.consumption);
  return {
    ...(limits.length > 0 && { p_max_imp: Math.min(...limits) }),
    ...(settings.gridExportLimit > 0 && { p_max_exp: settings.gridExportLimit }),
  };
}

/** W of cars that are charged, but of which too little is known; absent: none */
function unmodelled({ loadpoints }: SiteState, batteries: readonly BatteryInput[]): number {
  const known = new Set(batteries.map(({ detail }) => (detail.type === 'vehicle' ? detail.name : '')));
  return loadpoints.reduce((sum, { name, chargePower }) => sum + (known.has(name) ? 0 : chargePower), 0);
}

/** What is expected, of the first slots what was measured just before with a share that becomes less. */
function faded(expected: number, measured: number | undefined, at: number): number {
  const share = measured === undefined ? 0 : Math.max(0, 1 - at / FADING);
  return share * (measured ?? 0) + (1 - share) * expected;
}

/** Wh of a power in W */
function energy({ start, end }: Slot, power: number): number {
  return Math.round(((Math.max(0, power) * (end - start)) / 3_600_000) * 1_000) / 1_000;
}

/** Without the noise that a change of unit adds. */
function perWh(price: number): number {
  return Math.round(price * 1e7) / 1e10;
}

import type { CommandContext } from '../../../core/index.ts';
import { kwh, money, rounded, sum } from '../../shared/simulation/amounts.ts';
import type { Slots } from '../../shared/simulation/ledger.ts';
import type { Request } from './arguments.ts';
import type { House } from './house.ts';
import type { Inputs } from './inputs.ts';
import type { Run } from './run.ts';

/** The totals of a simulation, as `--json` prints them. Units are in the names; money in the currency, null: unknown. */
export interface Result {
  readonly input: {
    readonly profile: string;
    readonly sessions: string | null;
    readonly cars: readonly string[];
    /** Sessions of these cars that are not wholly within the time */
    readonly sessionsLeftOut: number;
    /** RFC 3339 */
    readonly from: string;
    readonly to: string;
    readonly days: number;
    readonly slotSeconds: number;
    readonly variation: number | null;
    readonly seed: number | null;
  };
  readonly house: {
    readonly config: string;
    readonly mode: string | null;
    /** Cars leave with what they came for, whatever the mode */
    readonly ready: boolean;
    /** Energy and departure of each session were a goal to plan for */
    readonly plan: boolean;
    readonly intervalSeconds: number;
    readonly omitted: readonly string[];
  };
  readonly charging: {
    readonly energyKwh: number;
    readonly fromPvKwh: number;
    readonly fromBatteryKwh: number;
    readonly fromGridKwh: number;
    /** Grid energy at the import price, PV and battery energy at the feed-in price */
    readonly cost: number | null;
    readonly pricePerKwh: number | null;
    readonly starts: number;
    readonly phaseSwitches: number;
  };
  /** null: no sessions were given */
  readonly sessions: {
    readonly count: number;
    readonly wantedKwh: number;
    readonly unmetKwh: number;
    /** Sessions that got less than they wanted, by more than 0.01 kWh */
    readonly unmetCount: number;
  } | null;
  readonly site: {
    readonly householdKwh: number;
    readonly pvKwh: number;
    readonly importKwh: number;
    readonly exportKwh: number;
    /** Import at its price less export at the feed-in price */
    readonly cost: number | null;
    /** As `cost`, if the meter only saw the mean of each slot: import and export within a slot cancel out */
    readonly costOnMeans: number | null;
    readonly importCost: number | null;
    readonly exportRevenue: number | null;
    readonly currency: string;
  };
  /** null: the house has none */
  readonly battery: {
    readonly chargedKwh: number;
    readonly dischargedKwh: number;
    readonly socAtStart: number;
    readonly socAtEnd: number;
  } | null;
  readonly loadpoints: readonly { readonly title: string; readonly starts: number; readonly phaseSwitches: number }[];
  readonly run: {
    readonly cycles: number;
    readonly seconds: number;
    readonly cyclesPerSecond: number;
    readonly warnings: number;
  };
}

/** kWh below which a session counts as served: what a meter cannot tell from nothing */
const NOTHING = 0.01;
const DAY = 86_400_000;

export function toResult(request: Request, inputs: Inputs, house: House, run: Run, { time }: CommandContext): Result {
  const { slots, loadpoints, cycles, socAtStart } = run.recorder;
  const visits = run.visits ?? [];
  const unmet = visits.map(({ energy, delivered }) => kwh(energy - delivered)).filter((missing) => missing > NOTHING);
  const energy = kwh(sum(slots.charging));
  const chargingCost = money(sum(slots.chargingCost));
  const socAtEnd = slots.soc.at(-1) ?? Number.NaN;
  return {
    input: {
      profile: request.profile,
      sessions: request.sessions ?? null,
      cars: [...new Set(visits.map(({ car }) => car))],
      sessionsLeftOut: inputs.leftOut,
      from: time.format(inputs.from),
      to: time.format(inputs.to),
      days: rounded((inputs.to - inputs.from) / DAY, 3),
      slotSeconds: inputs.profile.slot / 1_000,
      variation: request.variation ?? null,
      seed: request.seed ?? null,
    },
    house: {
      config: house.name,
      mode: request.mode ?? null,
      ready: house.ready,
      plan: house.plan,
      intervalSeconds: house.interval / 1_000,
      omitted: house.omitted,
    },
    charging: {
      energyKwh: energy,
      fromPvKwh: kwh(sum(slots.chargingPv)),
      fromBatteryKwh: kwh(sum(slots.chargingBattery)),
      fromGridKwh: kwh(sum(slots.chargingGrid)),
      cost: chargingCost,
      pricePerKwh: chargingCost === null || energy === 0 ? null : rounded(chargingCost / energy, 4),
      starts: loadpoints.reduce((total, { starts }) => total + starts, 0),
      phaseSwitches: loadpoints.reduce((total, { phaseSwitches }) => total + phaseSwitches, 0),
    },
    sessions: run.visits
      ? {
          count: visits.length,
          wantedKwh: kwh(visits.reduce((total, visit) => total + visit.energy, 0)),
          unmetKwh: rounded(
            unmet.reduce((total, missing) => total + missing, 0),
            3,
          ),
          unmetCount: unmet.length,
        }
      : null,
    site: {
      householdKwh: kwh(sum(slots.load)),
      pvKwh: kwh(sum(slots.pv)),
      importKwh: kwh(sum(slots.imported)),
      exportKwh: kwh(sum(slots.exported)),
      cost: money(sum(slots.cost)),
      costOnMeans: money(costOnMeans(slots)),
      importCost: money(sum(slots.importCost)),
      exportRevenue: money(sum(slots.exportRevenue)),
      currency: run.currency,
    },
    battery:
      socAtStart === undefined
        ? null
        : {
            chargedKwh: kwh(sum(slots.charged)),
            dischargedKwh: kwh(sum(slots.discharged)),
            socAtStart: rounded(socAtStart, 1),
            socAtEnd: rounded(socAtEnd, 1),
          },
    loadpoints: loadpoints.map(({ title, starts, phaseSwitches }) => ({ title, starts, phaseSwitches })),
    run: {
      cycles,
      seconds: rounded(run.duration / 1_000, 1),
      cyclesPerSecond: Math.round((cycles * 1_000) / Math.max(1, run.duration)),
      warnings: run.warningCount,
    },
  };
}

function costOnMeans({ imported, exported, gridPrice, feedinPrice, count }: Slots): number {
  let cost = 0;
  for (let index = 0; index < count; index += 1) {
    const net = (imported[index] ?? 0) - (exported[index] ?? 0);
    const price = net > 0 ? gridPrice[index] : feedinPrice[index];
    if (net !== 0) cost += (net * (price ?? Number.NaN)) / 1_000;
  }
  return cost;
}

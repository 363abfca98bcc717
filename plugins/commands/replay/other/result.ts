import type { CommandContext } from '../../../../core/index.ts';
import { kwh, money, rounded, sum } from '../../../shared/simulation/amounts.ts';
import type { Slots } from '../../../shared/simulation/ledger.ts';
import type { History } from './history.ts';
import type { Run } from './run.ts';

/** The recorded house beside the other one, as `--json` prints it. Units are in the names; money in the currency, null: unknown. */
export interface Comparison {
  readonly input: {
    readonly files: readonly string[];
    /** RFC 3339 */
    readonly from: string;
    readonly to: string;
    readonly cycles: number;
    readonly config: string;
  };
  readonly currency: string;
  readonly recorded: Side;
  readonly other: Side;
  readonly loadpoints: readonly {
    readonly title: string;
    readonly recordedKwh: number;
    readonly otherKwh: number;
  }[];
  /** What should be known to judge it */
  readonly notes: readonly string[];
}

export interface Side {
  readonly energyKwh: number;
  readonly fromPvKwh: number;
  readonly fromBatteryKwh: number;
  readonly fromGridKwh: number;
  /** What cars took in the recording, but would not have got by its end */
  readonly unmetKwh: number;
  /** Grid energy at the import price, PV and battery energy at the feed-in price */
  readonly chargingCost: number | null;
  readonly pricePerKwh: number | null;
  /** Import at its price less export at the feed-in price */
  readonly houseCost: number | null;
  readonly importKwh: number;
  readonly exportKwh: number;
  /** Out of and into the home battery */
  readonly dischargedKwh: number;
  readonly chargedKwh: number;
  readonly starts: number;
  readonly phaseSwitches: number;
}

export function compareHouses(
  files: readonly string[],
  history: History,
  run: Run,
  { time }: CommandContext,
): Comparison {
  const { model, recorded } = run;
  return {
    input: {
      files,
      from: time.format(history.from),
      to: time.format(history.to),
      cycles: history.cycles,
      config: run.file,
    },
    currency: run.currency,
    recorded: sideOf(recorded, history.loadpoints, 0),
    other: sideOf(model.slots, model.loadpoints, model.unmet()),
    loadpoints: model.loadpoints.map((loadpoint, place) => ({
      title: loadpoint.title,
      recordedKwh: kwh(history.loadpoints[place]?.stays.reduce((total, { energy }) => total + energy, 0) ?? 0),
      otherKwh: kwh(loadpoint.energy),
    })),
    notes: [...history.notes, ...run.notes],
  };
}

function sideOf(
  slots: Slots,
  loadpoints: readonly { readonly starts: number; readonly phaseSwitches: number }[],
  missing: number,
): Side {
  const energy = kwh(sum(slots.charging));
  const cost = money(sum(slots.chargingCost));
  return {
    energyKwh: energy,
    fromPvKwh: kwh(sum(slots.chargingPv)),
    fromBatteryKwh: kwh(sum(slots.chargingBattery)),
    fromGridKwh: kwh(sum(slots.chargingGrid)),
    unmetKwh: kwh(missing),
    chargingCost: cost,
    pricePerKwh: cost === null || energy === 0 ? null : rounded(cost / energy, 4),
    houseCost: money(sum(slots.cost)),
    importKwh: kwh(sum(slots.imported)),
    exportKwh: kwh(sum(slots.exported)),
    dischargedKwh: kwh(sum(slots.discharged)),
    chargedKwh: kwh(sum(slots.charged)),
    starts: loadpoints.reduce((total, { starts }) => total + starts, 0),
    phaseSwitches: loadpoints.reduce((total, { phaseSwitches }) => total + phaseSwitches, 0),
  };
}

import type { LoadedPlugin, LoadpointState, Rate, SiteState, TariffState } from '../../../core/index.ts';
import { book, type Counters, createSlots, type Prices, type Slots } from '../../shared/simulation/ledger.ts';
import type { VisitTracker } from './visits.ts';

/** Looks at every cycle of the runtime and keeps what the result needs. It sees what any plugin sees, and changes nothing. */

export interface Recorder {
  /** To be listed in the configuration */
  readonly plugin: LoadedPlugin;
  readonly slots: Slots;
  readonly loadpoints: readonly LoadpointRecord[];
  /** %, of the battery; absent: there is none */
  readonly socAtStart: number | undefined;
  /** How many cycles were seen */
  readonly cycles: number;
}

export interface LoadpointRecord {
  readonly title: string;
  /** How often charging began */
  starts: number;
  phaseSwitches: number;
}

/**
 * For the time from `from` to `to`, ms since the epoch, in slots of `slot` ms. `visits`, by loadpoint from 1, are told what
 * the chargers have counted, before anything is decided.
 */
export function createRecorder(from: number, to: number, slot: number, visits: readonly VisitTracker[]): Recorder {
  const slots = createSlots(from, slot, Math.round((to - from) / slot));
  const loadpoints: LoadpointRecord[] = [];
  const switchedAt: (number | undefined)[] = [];
  const start: { soc?: number } = {};
  const gridPrice = createPriceReader();
  const feedinPrice = createPriceReader();
  let before: Counters = noCounters();
  let now: Counters = noCounters();
  let last = Number.NaN;
  let cycles = 0;
  let prices: Prices = {};

  const record = (site: SiteState): void => {
    [before, now] = [now, before];
    read(site, now);
    cycles += 1;
    for (const loadpoint of site.loadpoints) note(loadpoint, site.now);
    if (Number.isNaN(last)) {
      if (site.batterySoc !== undefined) start.soc = site.batterySoc;
    } else {
      const index = Math.floor((last - from) / slot);
      book(slots, index, before, now, prices);
      if (site.batterySoc !== undefined) slots.soc[index] = site.batterySoc;
    }
    last = site.now;
    const grid = gridPrice(site.rates.grid, site.now);
    const feedin = feedinPrice(site.rates.feedin, site.now);
    if (grid !== prices.grid || feedin !== prices.feedin) {
      prices = { ...(grid !== undefined && { grid }), ...(feedin !== undefined && { feedin }) };
    }
  };

  const note = ({ id, title, phasesSwitchedAt, charger }: LoadpointState, at: number): void => {
    visits[id - 1]?.note(at, charger?.value.energy ?? 0);
    loadpoints[id - 1] ??= { title, starts: 0, phaseSwitches: 0 };
    const known = loadpoints[id - 1];
    if (known && phasesSwitchedAt !== switchedAt[id]) known.phaseSwitches += 1;
    switchedAt[id] = phasesSwitchedAt;
  };

  return {
    plugin: {
      name: 'simulate',
      apply(evcc) {
        evcc.hooks.measured.tap('simulate', record);
        evcc.hooks.event.tap('simulate', (event) => {
          const known = event.kind === 'start' ? loadpoints[event.loadpoint - 1] : undefined;
          if (known) known.starts += 1;
        });
      },
    },
    slots,
    loadpoints,
    get socAtStart() {
      return start.soc;
    },
    get cycles() {
      return cycles;
    },
  };
}

function noCounters(): Counters {
  return { imported: 0, exported: 0, pv: 0, discharged: 0, charged: 0, charging: 0 };
}

function read({ readings, loadpoints }: SiteState, into: Counters): void {
  const grid = readings.grid?.sample?.value;
  into.imported = grid?.energy ?? 0;
  into.exported = grid?.returnEnergy ?? 0;
  into.pv = 0;
  into.discharged = 0;
  into.charged = 0;
  into.charging = 0;
  for (const { sample } of readings.pv) into.pv += sample?.value.energy ?? 0;
  for (const { sample } of readings.battery) {
    into.discharged += sample?.value.energy ?? 0;
    into.charged += sample?.value.returnEnergy ?? 0;
  }
  for (const { charger } of loadpoints) into.charging += charger?.value.energy ?? 0;
}

/** Reads the price of a moment from the rates, which are the same ones for many cycles. */
function createPriceReader(): (tariff: TariffState | undefined, now: number) => number | undefined {
  let known: Rate | undefined;
  let from: readonly Rate[] | undefined;
  return (tariff, now) => {
    if (tariff?.rates !== from || !known || now < known.start || now >= known.end) {
      from = tariff?.rates;
      known = from?.find((rate) => rate.start <= now && now < rate.end);
    }
    return known?.price;
  };
}

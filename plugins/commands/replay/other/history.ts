import type {
  CommandContext,
  DecidedCycle,
  LoadpointRecord,
  Rate,
  RecordedHouse,
  TariffRole,
  TariffState,
} from '../../../../core/index.ts';
import { type Reading, readRecordings } from '../read.ts';
import { type Beginning, beginningsIn } from './beginning.ts';
import { createStay, endStay, noteStay, type Stay } from './stay.ts';

/** What happened in the recorded house, free of the decisions that were made: the same for every configuration. */

export interface Moment {
  /** ms since the epoch */
  readonly now: number;
  /** ms until the next cycle; 0: unknown, because the house stood still until then */
  duration: number;
  /** W, everything but charging and home battery */
  readonly load: number;
  /** W */
  readonly pv: number;
  /** W, as recorded: + import */
  readonly grid: number;
  /** W, as recorded: + discharge */
  readonly battery: number;
  /** %, as recorded; NaN: unknown */
  readonly soc: number;
  /** W, as recorded, by loadpoint */
  readonly charging: readonly number[];
  /** Currency per kWh, as recorded; NaN: unknown */
  readonly gridPrice: number;
  readonly feedinPrice: number;
}

/** A value that somebody changed while it was recorded. */
export interface Wish {
  /** Place of the moment at which it was in force */
  readonly moment: number;
  /** Name of the loadpoint; absent: the site */
  readonly loadpoint?: string;
  readonly name: string;
  readonly value: unknown;
}

export interface RecordedLoadpoint {
  readonly name: string;
  readonly title: string;
  readonly traits: LoadpointRecord['inputs']['traits'];
  canSwitchPhases: boolean;
  readonly stays: Stay[];
  /** How often charging began, and how often phases were switched */
  starts: number;
  phaseSwitches: number;
}

export interface RecordedBattery {
  /** Wh; NaN: unknown */
  capacity: number;
  /** %, at the beginning */
  soc: number;
  /** %, the lowest one */
  least: number;
  /** W, largest powers that were seen */
  charge: number;
  discharge: number;
}

export interface History extends Reading {
  readonly title: string;
  readonly currency: string;
  /** ms between two cycles */
  readonly interval: number;
  readonly voltage: number;
  readonly moments: readonly Moment[];
  readonly loadpoints: readonly RecordedLoadpoint[];
  /** Absent: there is none */
  readonly battery?: RecordedBattery;
  readonly rates: ReadonlyMap<TariffRole, TariffState>;
  readonly wishes: readonly Wish[];
  /** Settings that were in force from the beginning on; absent: the recording does not say what was configured */
  readonly beginnings?: readonly Beginning[];
}

type RecordedPart = Pick<RecordedHouse, 'title' | 'currency' | 'settings'>;

/** Intervals without a cycle after which nobody knows what happened meanwhile */
const LONGEST_GAP = 6;

/** `undefined`: it was interrupted. */
export async function readHistory(files: readonly string[], context: CommandContext): Promise<History | undefined> {
  const moments: Moment[] = [];
  const loadpoints = new Map<string, RecordedLoadpoint>();
  const rates = new Map<TariffRole, { kind: TariffState['kind']; byStart: Map<number, Rate> }>();
  const wishes: Wish[] = [];
  const beginnings: Beginning[] = [];
  const seen = new Set<string>();
  let house: RecordedPart = { title: '', currency: 'EUR' };
  let battery: RecordedBattery | undefined;
  let known: DecidedCycle['rates'] | undefined;
  let before: DecidedCycle | undefined;
  let first: DecidedCycle | undefined;

  const cycle = (present: DecidedCycle): void => {
    first ??= present;
    const last = moments.at(-1);
    const elapsed = last ? present.now - last.now : 0;
    if (last && elapsed <= 0) return;
    if (last && elapsed <= LONGEST_GAP * present.interval) last.duration = elapsed;
    battery = batteryOf(present, battery);
    if (present.rates !== known) keepRates(present.rates, rates);
    known = present.rates;
    const charging = present.loadpoints.map((loadpoint) => chargePower(loadpoint, present.voltage));
    for (const [place, loadpoint] of present.loadpoints.entries()) {
      note(loadpoint, charging[place] ?? 0, before?.loadpoints[place], {
        present,
        elapsed: last?.duration ?? 0,
        loadpoints,
      });
    }
    if (house.settings) beginnings.push(...beginningsIn(present, house.settings, seen));
    if (before) wishes.push(...wishesBetween(before, present, moments.length));
    moments.push(momentOf(present, charging));
    before = present;
  };

  const part = (header: { readonly house: RecordedPart }): void => {
    house = header.house;
    before = undefined;
  };
  const reading = await readRecordings(files, { part, cycle }, context);
  if (!reading || !first) return undefined;
  for (const { stays } of loadpoints.values()) endStay(stays.at(-1), reading.to);
  return {
    ...reading,
    title: house.title,
    currency: house.currency,
    interval: first.interval,
    voltage: first.voltage,
    moments,
    loadpoints: [...loadpoints.values()],
    ...(battery && { battery }),
    rates: new Map([...rates].map(([role, { kind, byStart }]) => [role, { kind, rates: sorted(byStart) }])),
    wishes,
    ...(seen.size > 0 && { beginnings }),
  };
}

function note(
  record: LoadpointRecord,
  power: number,
  before: LoadpointRecord | undefined,
  {
    present,
    elapsed,
    loadpoints,
  }: { readonly present: DecidedCycle; readonly elapsed: number; readonly loadpoints: Map<string, RecordedLoadpoint> },
): void {
  const { name, title, traits, canSwitchPhases, memory } = record.inputs;
  const loadpoint = loadpoints.get(name) ?? {
    name,
    title,
    traits,
    canSwitchPhases,
    stays: [],
    starts: 0,
    phaseSwitches: 0,
  };
  loadpoints.set(name, loadpoint);
  if (canSwitchPhases) loadpoint.canSwitchPhases = true;
  if (before?.inputs.name === name) {
    if (memory.status === 'C' && before.inputs.memory.status !== 'C') loadpoint.starts += 1;
    const { phasesEnabled } = before.inputs.memory;
    if (canSwitchPhases && phasesEnabled !== 0 && memory.phasesEnabled !== phasesEnabled) loadpoint.phaseSwitches += 1;
  }
  const connected = memory.status === 'B' || memory.status === 'C';
  const last = loadpoint.stays.at(-1);
  const open = last?.to === undefined ? last : undefined;
  if (!connected) endStay(open, present.now);
  if (!connected) return;
  const stay = open ?? createStay(present.now);
  if (!open) loadpoint.stays.push(stay);
  noteStay(stay, record, power, { now: present.now, elapsed: open ? elapsed : 0, voltage: present.voltage });
}

function momentOf({ now, readings, rates }: DecidedCycle, charging: readonly number[]): Moment {
  const grid = readings.grid?.sample?.value.power ?? 0;
  const pv = readings.pv.reduce((sum, { sample }) => sum + Math.max(0, sample?.value.power ?? 0), 0);
  const battery = readings.battery.reduce((sum, { sample }) => sum + (sample?.value.power ?? 0), 0);
  const charge = charging.reduce((sum, power) => sum + power, 0);
  return {
    now,
    duration: 0,
    load: Math.max(0, grid + pv + battery - charge),
    pv,
    grid,
    battery,
    soc: readings.battery[0]?.sample?.value.soc ?? Number.NaN,
    charging,
    gridPrice: priceAt(rates.grid?.rates, now),
    feedinPrice: priceAt(rates.feedin?.rates, now),
  };
}

/** Currency per kWh; NaN: unknown */
export function priceAt(rates: readonly Rate[] | undefined, now: number): number {
  return rates?.find(({ start, end }) => start <= now && now < end)?.price ?? Number.NaN;
}

/** W, measured or derived from what was offered. */
function chargePower({ inputs: { meter, charger, memory } }: LoadpointRecord, voltage: number): number {
  const measured =
    meter?.stale === false ? meter.value.power : charger?.stale === false ? charger.value.power : undefined;
  const derived = memory.status === 'C' ? memory.offeredCurrent * (memory.phasesEnabled || 3) * voltage : 0;
  return Math.max(0, measured ?? derived);
}

function batteryOf({ readings }: DecidedCycle, before: RecordedBattery | undefined): RecordedBattery | undefined {
  if (readings.battery.length === 0) return before;
  const power = readings.battery.reduce((sum, { sample }) => sum + (sample?.value.power ?? 0), 0);
  const socs = readings.battery.flatMap(({ sample }) => sample?.value.soc ?? []);
  const soc = socs.length > 0 ? socs.reduce((sum, each) => sum + each, 0) / socs.length : undefined;
  const capacity = readings.battery.reduce((sum, each) => sum + (each.capacity ?? Number.NaN), 0);
  const known = before ?? { capacity, soc: soc ?? 50, least: soc ?? 0, charge: 0, discharge: 0 };
  if (Number.isNaN(known.capacity)) known.capacity = capacity;
  known.least = Math.min(known.least, soc ?? known.least);
  known.charge = Math.max(known.charge, -power);
  known.discharge = Math.max(known.discharge, power);
  return known;
}

function keepRates(
  present: DecidedCycle['rates'],
  rates: Map<TariffRole, { kind: TariffState['kind']; byStart: Map<number, Rate> }>,
): void {
  for (const [role, tariff] of Object.entries(present) as [TariffRole, TariffState][]) {
    const known = rates.get(role) ?? { kind: tariff.kind, byStart: new Map<number, Rate>() };
    rates.set(role, known);
    for (const rate of tariff.rates) known.byStart.set(rate.start, rate);
  }
}

/** In the order of time; what a later fetch cut differently gives way. */
function sorted(byStart: ReadonlyMap<number, Rate>): Rate[] {
  const rates = [...byStart.values()].toSorted((a, b) => a.start - b.start);
  return rates.map((rate, index) => ({ ...rate, end: Math.min(rate.end, rates[index + 1]?.start ?? rate.end) }));
}

/** What was changed by hand: not by a car that came or left, or another vehicle. */
function wishesBetween(before: DecidedCycle, present: DecidedCycle, moment: number): Wish[] {
  const wishes: Wish[] = [];
  const changes = (from: object, to: object): [string, unknown][] =>
    from === to ? [] : Object.entries(to).filter(([name, value]) => (from as Record<string, unknown>)[name] !== value);
  for (const [name, value] of changes(before.settings, present.settings)) wishes.push({ moment, name, value });
  for (const [place, { inputs }] of present.loadpoints.entries()) {
    const last = before.loadpoints[place]?.inputs;
    if (last?.name !== inputs.name || last.vehicle?.name !== inputs.vehicle?.name) continue;
    if (last.memory.connectedAt !== inputs.memory.connectedAt) continue;
    for (const [name, value] of changes(last.settings, inputs.settings)) {
      wishes.push({ moment, loadpoint: inputs.name, name, value });
    }
  }
  return wishes;
}

/** Settings as evcc stores them, and which of ours they are. */

/** The house that they are for. */
export interface House {
  /** Names of the loadpoints, in order */
  readonly loadpoints: readonly string[];
  /** Names of the vehicles, in the order of their public index */
  readonly vehicles: readonly string[];
}

/** What tells times that are still to come from those that are over. */
export interface Times {
  /** ms since the epoch */
  readonly now: number;
  /** ms since the epoch; `undefined`: the text is no time */
  parse(text: string): number | undefined;
}

/** What becomes of stored settings. */
export interface Taken {
  /** Texts by key, as our store has them */
  readonly settings: ReadonlyMap<string, string>;
  /** Those that were not taken, each with the reason */
  readonly left: readonly string[];
}

type Value = (text: string, times: Times) => unknown;

const number = (text: string): unknown =>
  text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
const flag: Value = (text) => ({ true: true, false: false, '1': true, '0': false })[text];
const word: Value = (text) => (text === '' ? undefined : text);
/** Without value the limit is off. */
const limit: Value = (text) => (text === '' ? null : number(text));
const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
const threshold =
  (which: 'enable' | 'disable'): Value =>
  (text) =>
    thresholdsOf(text)?.[which]?.threshold;
/** s; stored are ns */
const delay =
  (which: 'enable' | 'disable'): Value =>
  (text) => {
    const stored = thresholdsOf(text)?.[which]?.delay;
    return typeof stored === 'number' ? Math.round(stored / 1e9) : undefined;
  };
/** A plan whose time is over is none. */
const future: Value = (text, { now, parse }) => {
  const time = parse(text);
  return time !== undefined && time > now ? time : undefined;
};

type Thresholds = Readonly<Record<string, { readonly delay?: number; readonly threshold?: number }>>;
const thresholdsOf = (text: string): Thresholds | undefined => json(text) as Thresholds | undefined;

type Rows = Readonly<Record<string, readonly (readonly [row: string, value: Value])[]>>;

const SITE: Rows = {
  prioritySoc: [['prioritySoc', number]],
  bufferSoc: [['bufferSoc', number]],
  bufferStartSoc: [['bufferStartSoc', number]],
  residualPower: [['residualPower', number]],
  smartCostLimit: [['smartCostLimit', number]],
  batteryDischargeControl: [['batteryDischargeControl', flag]],
  batteryGridChargeLimit: [['batteryGridChargeLimit', limit]],
  batteryGridDischarge: [['batteryGridDischarge', flag]],
  gridExportLimit: [['gridExportLimit', number]],
  solarAdjusted: [['solarAdjusted', flag]],
  deviceColors: [['deviceColors', json]],
};

const LOADPOINT: Rows = {
  mode: [['mode', word]],
  priority: [['priority', number]],
  phasesConfigured: [['phases', number]],
  minCurrent: [['minCurrent', number]],
  maxCurrent: [['maxCurrent', number]],
  minSoc: [['minSoc', number]],
  limitSoc: [['targetSoc', number]],
  limitEnergy: [['targetEnergy', number]],
  smartCostLimit: [['smartCostLimit', limit]],
  smartFeedInPriorityLimit: [['smartFeedInPriorityLimit', limit]],
  batteryBoostLimit: [['batteryBoostLimit', number]],
  thresholds: [
    ['enableThreshold', threshold('enable')],
    ['disableThreshold', threshold('disable')],
    ['enableDelay', delay('enable')],
    ['disableDelay', delay('disable')],
  ],
  planStrategy: [['planStrategy', json]],
};

const VEHICLE: Rows = {
  mode: [['mode', word]],
  minSoc: [['minSoc', number]],
  limitSoc: [['targetSoc', number]],
  targetSoc: [['targetSoc', number]],
  targetEnergy: [['targetEnergy', number]],
  targetTime: [['targetTime', future]],
  planTime: [['targetTime', future]],
  planSoc: [['planSoc', number]],
  planStrategy: [['planStrategy', json]],
  repeatingPlans: [['repeatingPlans', json]],
};

/** Finds ours for stored settings, by key. Values that ours do not allow are ignored at the start of the house. */
export function takeSettings(stored: ReadonlyMap<string, string>, house: House, times: Times): Taken {
  const settings = new Map<string, string>();
  const left: string[] = [];
  for (const [key, text] of stored) {
    const place = placeOf(key, house);
    if (typeof place === 'string') {
      left.push(`${key}: ${place}`);
      continue;
    }
    let taken = false;
    for (const [row, read] of place.rows) {
      const value = read(text, times);
      if (value === undefined) continue;
      taken = true;
      // It holds whatever is configured, until somebody changes it.
      settings.set(`${place.prefix}.${row}`, JSON.stringify({ value, base: null, at: 'import' }));
    }
    if (!taken) left.push(`${key}: it has no value that makes sense here`);
  }
  return { settings, left };
}

interface Place {
  readonly prefix: string;
  readonly rows: Rows[string];
}

/** Where a setting belongs; a text says why nowhere. */
function placeOf(key: string, { loadpoints, vehicles }: House): Place | string {
  if (key === 'telemetry') return { prefix: 'site', rows: [['telemetry', flag]] };
  const [scope = '', ...names] = key.split('.');
  const name = names.pop() ?? '';
  const place = (prefix: string, rows: Rows): Place | string => {
    const found = Object.hasOwn(rows, name) ? rows[name] : undefined;
    return found ? { prefix, rows: found } : 'there is no such setting here';
  };
  if (scope === 'site') return place('site', SITE);
  const number = /^lp([1-9]\d*)$/.exec(scope)?.[1];
  if (number !== undefined) {
    const loadpoint = loadpoints[Number(number) - 1];
    return loadpoint === undefined
      ? `there is no loadpoint ${number} here`
      : place(`loadpoint.${loadpoint}`, LOADPOINT);
  }
  if (scope !== 'vehicle') return 'there is no such setting here';
  const named = names.join('.');
  // Earlier releases number the vehicles, from 0.
  const vehicle = vehicles.includes(named) ? named : vehicles[/^\d+$/.test(named) ? Number(named) : -1];
  return vehicle === undefined ? `there is no vehicle "${named}" here` : place(`vehicle.${vehicle}`, VEHICLE);
}

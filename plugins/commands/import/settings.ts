/** Settings as evcc stores them, and which of ours they are. */

/** The house that they are for. */
export interface House {
  /** Names of the loadpoints, in order */
  readonly loadpoints: readonly string[];
  /** Names of the vehicles, in order */
  readonly vehicles: readonly string[];
}

/** What becomes of stored settings. */
export interface Taken {
  /** Texts by key, as our store has them */
  readonly settings: ReadonlyMap<string, string>;
  /** Those that were not taken, each with the reason */
  readonly left: readonly string[];
}

type Value = (text: string) => unknown;

const number: Value = (text) => (text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined);
const flag: Value = (text) => ({ true: true, false: false, '1': true, '0': false })[text];
const word: Value = (text) => (text === '' ? undefined : text);
/** Without value the limit is off. */
const limit: Value = (text) => (text === '' ? null : number(text));
const json: Value = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
const threshold =
  (which: 'enable' | 'disable'): Value =>
  (text) =>
    (json(text) as Readonly<Record<string, { readonly threshold?: number }>> | undefined)?.[which]?.threshold;

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
  ],
  planStrategy: [['planStrategy', json]],
};

const VEHICLE: Rows = {
  minSoc: [['minSoc', number]],
  limitSoc: [['targetSoc', number]],
  targetSoc: [['targetSoc', number]],
  targetEnergy: [['targetEnergy', number]],
  planStrategy: [['planStrategy', json]],
  repeatingPlans: [['repeatingPlans', json]],
};

/** Finds ours for stored settings, by key. Values that ours do not allow are ignored at the start of the house. */
export function takeSettings(stored: ReadonlyMap<string, string>, house: House): Taken {
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
      const value = read(text);
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
  // Earlier releases number the vehicles.
  const vehicle = vehicles.includes(named) ? named : vehicles[/^\d+$/.test(named) ? Number(named) - 1 : -1];
  return vehicle === undefined ? `there is no vehicle "${named}" here` : place(`vehicle.${vehicle}`, VEHICLE);
}

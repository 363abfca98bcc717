import type { Draft, Fields, Kind, Value } from './draft.ts';
import type { Section } from './section.ts';
import { sourceAt, sourcesAt } from './sources.ts';
import { type Target, targetAt } from './targets.ts';

/** Devices that are made of plugins. */

/** Our name of each value, by evcc's */
interface Parts {
  readonly sources: Readonly<Record<string, string>>;
  /** Lists of L1, L2, L3 */
  readonly phases?: readonly string[];
  /** Our name of the command, and what evcc calls its value */
  readonly targets?: Readonly<Record<string, readonly [ours: string, variable: string]>>;
  /** Ours, without which there is no such device */
  readonly required: readonly string[];
}

const METER: Parts = {
  sources: { power: 'power', energy: 'energy', returnenergy: 'returnEnergy', soc: 'soc' },
  phases: ['currents', 'voltages', 'powers'],
  required: ['power'],
};

const CHARGER: Parts = {
  sources: {
    status: 'status',
    enabled: 'enabled',
    power: 'power',
    energy: 'energy',
    identify: 'identifier',
    soc: 'soc',
    getmaxcurrent: 'maxCurrent',
  },
  phases: ['currents', 'voltages'],
  targets: {
    enable: ['enable', 'enable'],
    maxcurrentmillis: ['setMaxCurrent', 'maxcurrentmillis'],
    maxcurrent: ['setMaxCurrent', 'maxcurrent'],
    phases1p3p: ['setPhases', 'phases'],
    wakeup: ['wakeUp', 'wakeup'],
  },
  required: ['status', 'enabled', 'enable', 'setMaxCurrent'],
};

const VEHICLE: Parts = {
  sources: {
    soc: 'soc',
    charge: 'soc',
    limitsoc: 'limitSoc',
    status: 'status',
    range: 'range',
    odometer: 'odometer',
    climater: 'climater',
  },
  targets: { wakeup: ['wakeUp', 'wakeup'] },
  required: ['soc'],
};

const HEAT_PUMP: Parts = {
  sources: { power: 'power', energy: 'energy', temp: 'temperature', soc: 'temperature' },
  targets: { setmaxpower: ['setPower', 'maxpower'] },
  required: ['setPower'],
};

const SG_READY: Parts = {
  sources: { getmode: 'mode', power: 'power', energy: 'energy', temp: 'temperature', soc: 'temperature' },
  targets: { setmode: ['setMode', 'mode'] },
  required: ['setMode'],
};

const SWITCH: Parts = {
  sources: { enabled: 'enabled', power: 'power', energy: 'energy', soc: 'soc' },
  targets: { enable: ['enable', 'enable'] },
  required: ['enabled', 'enable'],
};

/** A device of evcc's types custom, heatpump, sgready and switchsocket. */
export function customDevice(section: Section, kind: Kind, word: string, draft: Draft): Fields | undefined {
  if (kind === 'tariff') return customTariff(section, draft);
  if (kind === 'meter') return withBattery(section, built(section, METER, draft), draft);
  if (kind === 'vehicle') return aged(section, built(section, VEHICLE, draft));
  if (word === 'heatpump') return typed('heatpump', built(section, HEAT_PUMP, draft));
  if (word === 'sgready') return contacts(section, typed('sgready', built(section, SG_READY, draft)), draft);
  if (word === 'switchsocket') return switched(section, built(section, SWITCH, draft), draft);
  const charger = built(section, CHARGER, draft);
  const traits = traitsOf(section, draft);
  return charger && Object.keys(traits).length > 0 ? { ...charger, traits } : charger;
}

const typed = (type: string, fields: Fields | undefined): Fields | undefined => fields && { ...fields, type };

function built(section: Section, parts: Parts, draft: Draft): Fields | undefined {
  const fields: Fields = { type: 'custom' };
  for (const [key, ours] of Object.entries(parts.sources)) {
    const source = sourceAt(section, key, draft, [...section.path, ours]);
    if (source) fields[ours] = source;
  }
  for (const key of parts.phases ?? []) {
    if (!section.has(key)) continue;
    const sources = sourcesAt(section, key, draft);
    if (sources?.length === 3) fields[key] = sources;
    else if (section.get(key))
      draft.lost(section.path, section.line, `${key} are left out, as there are not three of them`);
  }
  for (const [key, [ours, variable]] of Object.entries(parts.targets ?? {})) {
    if (fields[ours] !== undefined && section.get(key)) continue;
    const target = targetAt(section, key, variable, draft, [...section.path, ours]);
    if (target) fields[ours] = target as Value;
  }
  const absent = parts.required.filter((ours) => fields[ours] === undefined);
  if (absent.length === 0) return fields;
  draft.lost(section.path, section.line, `without ${absent.join(', ')} there is no such device`);
  return undefined;
}

/** Commands of a battery: evcc sends 1 normal, 2 hold, 3 charge. */
function withBattery(section: Section, meter: Fields | undefined, draft: Draft): Fields | undefined {
  const capacity = section.number('capacity');
  const target = targetAt(section, 'batterymode', 'batterymode', draft, [...section.path, 'setBatteryMode']);
  if (!meter) return undefined;
  return {
    ...meter,
    ...(target && { setBatteryMode: numbered(target, { normal: 1, hold: 2, charge: 3 }) as Value }),
    ...(capacity !== undefined && { capacity }),
  };
}

/** Words of ours in place of the numbers that evcc sends. */
function numbered(target: Target, numbers: Readonly<Record<string, number>>): Target {
  if (Array.isArray(target)) return target.map((each) => numbered(each as Fields, numbers) as Fields);
  const { map, ...rest } = target as Fields;
  const given = map as Fields | undefined;
  const entries = Object.entries(numbers).flatMap(([word, number]): (readonly [string, Value])[] => {
    const value = given ? given[String(number)] : number;
    return value === undefined ? [] : [[word, value]];
  });
  return { ...rest, map: Object.fromEntries(entries) };
}

/** SG Ready: evcc sends 1 dimmed, 2 normal, 3 boosted. */
function contacts(section: Section, fields: Fields | undefined, draft: Draft): Fields | undefined {
  if (!fields) return undefined;
  const { mode, setMode, ...rest } = fields;
  section.get('features');
  section.get('icon');
  const made: Fields = { ...rest, setMode: numbered(setMode as Fields, { normal: 2, boost: 3, dim: 1 }) as Value };
  if (mode === undefined) return made;
  draft.choice(section.path, section.line, 'its mode is told as words here');
  return { ...made, mode: { source: 'calculation', map: { of: mode, values: { 1: 'dim', 2: 'normal', 3: 'boost' } } } };
}

/** A socket counts as charging while it takes more than in standby. */
function switched(section: Section, fields: Fields | undefined, draft: Draft): Fields | undefined {
  const standby = section.number('standbypower') ?? 0;
  const traits = { ...traitsOf(section, draft), switch: true, integrated: true };
  if (!fields) return undefined;
  const { power, enabled } = fields;
  draft.choice(
    section.path,
    section.line,
    'a socket became a charger that can only be switched: check `traits` and what counts as charging',
  );
  const charging: Value =
    power === undefined || standby < 0
      ? (enabled ?? false)
      : { source: 'javascript', values: { power }, code: `power > ${standby}` };
  const status = { source: 'calculation', status: { connected: { source: 'constant', value: true }, charging } };
  // What a switch takes cannot be set: nothing may be sent.
  return { ...fields, status, setMaxCurrent: { target: 'script', command: 'true' }, traits };
}

function traitsOf(section: Section, draft: Draft): Fields {
  const traits: Fields = {};
  for (const feature of section.texts('features')) {
    const lower = feature.toLowerCase();
    if (lower === 'integrateddevice') traits.integrated = true;
    else if (lower === 'heating') traits.heating = true;
    else if (lower === 'switchdevice') traits.switch = true;
    else if (lower === 'welcomecharge') traits.welcome = true;
    else draft.lost(section.path, section.line, `feature "${feature}" has no counterpart`);
  }
  const icon = section.text('icon');
  if (icon !== undefined) traits.icon = icon;
  const phases = section.number('phases');
  if (phases === 1) traits.phases = 1;
  return traits;
}

/** Values of cars are kept for a while: `cache` of the vehicle counts for each of them. */
function aged(section: Section, fields: Fields | undefined): Fields | undefined {
  const cache = section.seconds('cache');
  if (!fields || cache === undefined) return fields;
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]): [string, Value] => {
      const source = value as Fields;
      const asks = typeof value === 'object' && ['http', 'script'].includes(String(source.source));
      return [key, asks && source.cache === undefined ? { ...source, cache } : value];
    }),
  );
}

function customTariff(section: Section, draft: Draft): Fields | undefined {
  const fields: Fields = { type: 'custom' };
  for (const key of ['price', 'forecast']) {
    const source = sourceAt(section, key, draft);
    if (source) fields[key] = source;
  }
  for (const key of ['charges', 'tax']) {
    const number = section.number(key);
    if (number !== undefined) fields[key] = number;
  }
  section.get('features');
  const kind = section.text('tariff')?.toLowerCase();
  if (kind === 'co2' || kind === 'solar' || kind === 'temperature') fields.kind = kind;
  if (fields.price === undefined && fields.forecast === undefined) {
    draft.lost(section.path, section.line, 'without price or forecast there is no such tariff');
    return undefined;
  }
  if ((fields.forecast as Fields | undefined)?.source === 'javascript') {
    draft.lost(
      section.path,
      section.line,
      'a forecast has to arrive as a list of { start, end, price }: jq cannot make it here',
    );
    return undefined;
  }
  return fields;
}

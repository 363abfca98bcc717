import type { ListedOption } from '../../../core/index.ts';
import { splitHost } from './address.ts';
import { customDevice } from './custom.ts';
import type { Draft, Fields, Kind, Value } from './draft.ts';
import type { Entry, Item } from './read.ts';
import { flagOf, numberOf, type Section, secondsOf, sectionOf, textOf } from './section.ts';
import { CHARGERS, OCPP } from './types/chargers.ts';
import { METERS, MODBUS_MODELS } from './types/meters.ts';
import type { Row, Table } from './types/table.ts';
import { TARIFFS } from './types/tariffs.ts';
import { VEHICLES } from './types/vehicles.ts';
import { vehicleFields } from './vehicles.ts';

type Named = Exclude<Kind, 'tariff'>;

const TABLES: Readonly<Record<Kind, Table>> = { meter: METERS, charger: CHARGERS, vehicle: VEHICLES, tariff: TARIFFS };

/** Meters, chargers or vehicles, by name. */
export function migrateDevices(root: Section, kind: Named, draft: Draft): void {
  const plural = `${kind}s`;
  const entry = root.get(plural);
  if (!entry) return;
  const devices: Fields = {};
  draft.config[plural] = devices;
  for (const item of Array.isArray(entry.value) ? (entry.value as readonly Item[]) : [entry]) {
    const name = sectionOf(item, [plural], draft)?.text('name');
    if (name === undefined) {
      if (item.value !== null) draft.lost([plural], item.line, `a ${kind} without name is left out`);
      continue;
    }
    const ours = draft.rename(kind, name);
    const section = sectionOf(item, [plural, ours], draft);
    if (!section) continue;
    section.get('name');
    if (ours !== name)
      draft.choice(section.path, section.line, `is called "${ours}" here, as names are letters, digits, - and _`);
    const fields = deviceOf(section, kind, draft);
    if (fields) devices[ours] = fields;
    else {
      draft.drop(kind, name);
      draft.lost(section.path, section.line, `the ${kind} "${ours}" is left out`);
    }
  }
}

/** A device of any kind; `undefined`: there is none like it. */
export function deviceOf(section: Section, kind: Kind, draft: Draft): Fields | undefined {
  const written = (section.text('type') ?? (section.has('template') ? 'template' : '')).toLowerCase();
  const template = section.text('template')?.toLowerCase();
  const word = written === 'template' ? (template ?? '') : written;
  const common = kind === 'vehicle' ? vehicleFields(section, draft) : kind === 'meter' ? meterFields(section) : {};
  if (['custom', 'default', 'heatpump', 'sgready', 'switchsocket'].includes(word)) {
    const custom = customDevice(section, kind, word, draft);
    section.close();
    return custom && { ...custom, ...common };
  }
  const row = rowOf(section, kind, word, draft);
  if (!row) {
    const what = `${written === 'template' ? 'template' : 'type'} "${word}" has no counterpart`;
    if (kind !== 'vehicle') return void draft.lost(section.path, section.line, what);
    draft.lost(section.path, section.line, `${what}: the car itself is not asked, its soc and range are unknown`);
    return { type: 'offline', ...common };
  }
  if (row.choice !== undefined) draft.choice(section.path, section.line, row.choice);
  const fields: Fields = { type: row.type, ...row.options, ...connection(section, kind, row, draft) };
  Object.assign(fields, options(section, kind, row, draft), common);
  section.close();
  return fields;
}

function meterFields(section: Section): Fields {
  const fields: Fields = {};
  for (const key of ['maxACPower', 'maxSoc'] as const) {
    const value = section.number(key);
    if (value !== undefined && value > 0) fields[key] = value;
  }
  const title = section.text('title');
  if (title !== undefined) fields.title = title;
  return fields;
}

function rowOf(section: Section, kind: Kind, word: string, draft: Draft): Row | undefined {
  const table = TABLES[kind];
  const known = (row: Row | undefined): Row | undefined => (row && draft.type(kind, row.type) ? row : undefined);
  if (kind === 'meter' && word === 'modbus') {
    const model = (section.text('model') ?? '').toLowerCase();
    return known(Object.hasOwn(MODBUS_MODELS, model) ? MODBUS_MODELS[model] : undefined);
  }
  if (Object.hasOwn(table, word)) return known(table[word]);
  if (kind === 'charger' && (word.startsWith('ocpp') || section.has('stationid'))) return known(OCPP.ocpp);
  if (kind === 'tariff' && draft.type(kind, word) && !['custom', 'simulator'].includes(word)) return { type: word };
  return undefined;
}

/** Options of a type by their name in lower case */
function optionsOf(kind: Kind, type: string, draft: Draft): ReadonlyMap<string, ListedOption> {
  return new Map((draft.type(kind, type)?.options ?? []).map((option) => [option.key.toLowerCase(), option]));
}

/** Host and port, or the serial line. */
function connection(section: Section, kind: Kind, { type, names = {}, usualPort }: Row, draft: Draft): Fields {
  const known = optionsOf(kind, type, draft);
  if (!known.has('host')) return {};
  const fields: Fields = {};
  const line = section.text('modbus')?.toLowerCase();
  const written =
    section.text('host') ?? (names.uri === undefined || names.uri === 'host' ? section.text('uri') : undefined);
  const url =
    written ??
    (names.url === 'host' ? section.text('url') : undefined) ??
    (names.broker === 'host' ? section.text('broker') : undefined);
  const given = section.number('port');
  const port = names.port === '' ? undefined : given;
  if (known.has('device')) {
    const device = section.text('device');
    if (device !== undefined && (line === 'rs485serial' || url === undefined)) {
      return { device, ...serial(section, known) };
    }
    section.get('baudrate');
    section.get('comset');
    if (known.has('rtu') && (line === 'rs485tcpip' || section.flag('rtu'))) fields.rtu = true;
    if (line === 'udp') draft.lost(section.path, section.line, 'Modbus over UDP has no counterpart, TCP is taken');
  }
  if (url === undefined) return fields;
  const { host, port: inside } = splitHost(url);
  if (known.has('port')) {
    const number = port ?? inside;
    return { host, ...(number !== undefined && { port: number }), ...fields };
  }
  const scheme = /^https:\/\//i.test(url) ? 'https://' : '';
  const number = port ?? inside ?? usualPort;
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return { host: `${scheme}${bracketed}${number === undefined ? '' : `:${number}`}`, ...fields };
}

function serial(section: Section, known: ReadonlyMap<string, ListedOption>): Fields {
  const baudrate = section.number('baudrate');
  const comset = section.text('comset')?.toUpperCase();
  section.get('port');
  return {
    ...(baudrate !== undefined && known.has('baudrate') && { baudrate }),
    ...(comset !== undefined && known.has('comset') && { comset }),
  };
}

/** Options that evcc calls alike wherever they are */
const ALIKE: Readonly<Record<string, string>> = { phases1p3p: 'phaseSwitching' };

/** Options that are called the same, or as the table says. */
function options(section: Section, kind: Kind, { type, names = {} }: Row, draft: Draft): Fields {
  const known = optionsOf(kind, type, draft);
  const fields: Fields = {};
  const usage = section.text('usage')?.toLowerCase();
  const role = known.get('usage');
  if (usage !== undefined && role) {
    if (role.allowed.includes(`"${usage}"`)) fields.usage = usage;
    else draft.lost(section.path, section.line, `usage "${usage}" has no counterpart in the type ${type}`);
  } else if (known.has('invert') && (usage === 'pv' || usage === 'battery')) {
    draft.choice(section.path, section.line, 'set `invert: true` if its sign is the wrong way round');
  }
  for (const entry of section.rest()) {
    const lower = entry.key.toLowerCase();
    const renamed = Object.hasOwn(names, lower) ? names[lower] : undefined;
    if (renamed === '') section.get(lower);
    const option = known.get((renamed ?? ALIKE[lower] ?? lower).toLowerCase());
    if (!option || renamed === '') continue;
    const value = converted(section.get(lower), option, section, draft);
    if (value !== undefined) fields[option.key] = value;
  }
  if (!known.has('timeout')) {
    const timeout = section.seconds('timeout');
    if (timeout !== undefined) fields.timeout = timeout;
  }
  if (known.get('broker')?.required && fields.broker === undefined && draft.broker) Object.assign(fields, draft.broker);
  return fields;
}

/** A value as an option wants it. */
function converted(entry: Entry | undefined, option: ListedOption, section: Section, draft: Draft): Value | undefined {
  if (!entry) return undefined;
  const { value } = entry;
  const wrong = (): undefined => {
    draft.lost(section.path, entry.line, `${entry.key} must be ${option.secret ? 'a text' : option.allowed}`);
    return undefined;
  };
  if (option.secret) {
    const text = textOf(value);
    return text === undefined ? wrong() : draft.secret([...section.path, option.key], text);
  }
  if (option.allowed.startsWith('a list') && typeof value !== 'object') return wrong();
  if (typeof value === 'object') return plainOf(entry) ?? wrong();
  if (option.allowed.startsWith('true or false')) return flagOf(value) ?? wrong();
  if (/^a (whole )?number/.test(option.allowed)) {
    const unit = / (s|min)$/.exec(option.allowed)?.[1];
    const seconds =
      unit !== undefined && typeof value === 'string' && numberOf(value) === undefined ? secondsOf(value) : undefined;
    return (seconds === undefined ? numberOf(value) : unit === 'min' ? seconds / 60 : seconds) ?? wrong();
  }
  if (option.allowed.startsWith('a text')) return String(value);
  return value ?? wrong();
}

/** Lists and objects as they are. */
function plainOf({ value }: Item): Value | undefined {
  if (value === null) return undefined;
  if (Array.isArray(value)) return (value as readonly Item[]).flatMap((each) => plainOf(each) ?? []);
  if (!(value instanceof Map)) return value as string | number | boolean;
  const fields: Fields = {};
  for (const entry of (value as ReadonlyMap<string, Entry>).values()) {
    const inner = plainOf(entry);
    if (inner !== undefined) fields[entry.key] = inner;
  }
  return fields;
}

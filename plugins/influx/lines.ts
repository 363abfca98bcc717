import type { StateKey, StateReader, StateValue } from '../../core/index.ts';

/** Published values as lines of InfluxDB's line protocol. */

/** Values that change rarely: unchanged ones are repeated after this time only, in ms. */
const REPEATED = 30 * 60_000;
const RARE: ReadonlySet<string> = new Set([
  'vehicleCapacity',
  'vehicleSoc',
  'vehicleRange',
  'vehicleOdometer',
  'chargedEnergy',
  'chargeRemainingEnergy',
]);
/** Forecasts are no measurements of now. */
const SKIPPED: ReadonlySet<string> = new Set(['forecast', 'plan', 'repeatingPlans', 'reasons']);

type Tags = Readonly<Record<string, string>>;

/** Remembers what was written, for values that are not repeated each time. */
export interface LineWriter {
  /** The lines of all numbers that are published now; `now`: ms since the epoch. */
  lines(state: StateReader, now: number): readonly string[];
}

export function createLineWriter(): LineWriter {
  /** By series: the last number, and when it was written */
  const written = new Map<string, { readonly fields: string; readonly at: number }>();

  return {
    lines(state, now) {
      const out: string[] = [];
      const seconds = Math.floor(now / 1_000);
      const write = (measurement: string, tags: Tags, fields: string): void => {
        const series = `${escapeName(measurement)}${tagsOf(tags)}`;
        if (RARE.has(measurement)) {
          const last = written.get(series);
          if (last?.fields === fields && now >= last.at && now - last.at < REPEATED) return;
          written.set(series, { fields, at: now });
        }
        out.push(`${series} ${fields} ${seconds}`);
      };
      writeValues(state.keys('site'), state.site, {}, write);
      for (const values of state.loadpoints) {
        const tags = { loadpoint: textOf(values.get('title')), vehicle: textOf(values.get('vehicleTitle')) };
        writeValues(state.keys('loadpoint'), values, tags, write);
      }
      return out;
    },
  };
}

type Write = (measurement: string, tags: Tags, fields: string) => void;

function writeValues(
  keys: readonly StateKey[],
  values: ReadonlyMap<string, StateValue>,
  tags: Tags,
  write: Write,
): void {
  for (const key of keys) {
    const value = values.get(key.name);
    if (value === undefined || value === null || SKIPPED.has(key.name)) continue;
    if (typeof value !== 'object') {
      if (isFigure(key.kind) && isNumber(value)) write(key.name, tags, `value=${value}`);
    } else if (isList(value)) {
      writeList(key, value, tags, write);
    } else if (key.kind === 'record' && !key.byName) {
      writeFields(key, value, tags, write);
    }
  }
}

function writeList(key: StateKey, list: readonly StateValue[], tags: Tags, write: Write): void {
  if (list.length === 3 && list.every(isNumber)) {
    write(key.name, tags, list.map((item, index) => `l${index + 1}=${item}`).join(','));
    return;
  }
  for (const [index, item] of list.entries()) {
    if (typeof item !== 'object' || item === null || isList(item)) continue;
    writeFields(key, item, { ...tags, id: String(index + 1), title: textOf(item.title) }, write);
  }
}

/** Each number of a record, named by key and field: `pvPower` of `pv` and `power`. */
function writeFields(key: StateKey, record: Readonly<Record<string, StateValue>>, tags: Tags, write: Write): void {
  for (const [name, value] of Object.entries(record)) {
    const kind = key.fields?.[name]?.kind;
    if (kind === undefined || !isFigure(kind) || !isNumber(value)) continue;
    write(`${key.name}${name.charAt(0).toUpperCase()}${name.slice(1)}`, tags, `value=${value}`);
  }
}

const isFigure = (kind: StateKey['kind']): boolean => kind === 'number' || kind === 'integer';

const isNumber = (value: StateValue): value is number => typeof value === 'number' && Number.isFinite(value);

function isList(value: StateValue): value is readonly StateValue[] {
  return Array.isArray(value);
}

function textOf(value: StateValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Tags in the order of their names, which is the fastest for the server; empty ones do not exist. */
function tagsOf(tags: Tags): string {
  return Object.keys(tags)
    .sort()
    .map((name) => [name, escapeTag(tags[name] ?? '')])
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `,${name}=${value}`)
    .join('');
}

/** A tag value: no line may end in it, and no backslash may escape what follows. */
function escapeTag(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/\\+$/, '')
    .replace(/[,= ]/g, '\\$&');
}

function escapeName(text: string): string {
  return text.replace(/[, ]/g, '\\$&');
}

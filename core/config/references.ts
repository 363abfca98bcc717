import { isStoredName } from '../configuration.ts';
import { nearest } from '../loading/nearest.ts';
import { METER_LISTS } from '../site.ts';
import type { StoredEntry } from './checked.ts';
import { checkCircuits } from './circuits.ts';
import { isPlainObject } from './options.ts';
import { at, type Problem, problemWith } from './problem.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Checks what entries of a configuration say of each other: names that must exist, devices that serve one purpose only,
 * limits that must fit together. Looks at the configuration as written, with the stored devices that can be named; entries of
 * another shape are reported elsewhere.
 */
export function checkReferences(written: Fields, stored: readonly StoredEntry[] | 'unknown' = []): Problem[] {
  const problems: Problem[] = [];
  const config = stored === 'unknown' ? written : withStored(written, stored);
  const uses = new Uses(config, problems, stored === 'unknown');
  const site = fieldsOf(config.site);
  if (isPlainObject(site.meters)) checkSite(site.meters, uses, problems);
  checkSocs(site, problems);
  checkCircuits(config, (name, path) => uses.check('meters', name, path), problems);
  const names = new Map<string, string>();
  listOf(config.loadpoints).forEach((loadpoint, index) => {
    const path = at('loadpoints', index);
    const own = uses.once('chargers', loadpoint.charger, at(path, 'charger'));
    uses.once('meters', loadpoint.meter, at(path, 'meter'));
    uses.check('vehicles', loadpoint.vehicle, at(path, 'vehicle'));
    checkCurrents(loadpoint, path, problems);
    const named = typeof loadpoint.name === 'string';
    const name = named ? String(loadpoint.name) : String(loadpoint.charger);
    const other = names.get(name);
    // A charger in use twice is a problem of its own.
    if (other && (named || own)) problems.push(problemWith(at(path, 'name'), name, `is already the name of ${other}`));
    else names.set(name, path);
  });
  for (const [name, vehicle] of Object.entries(fieldsOf(config.vehicles))) {
    const fields = fieldsOf(vehicle);
    checkCurrents(fields, at('vehicles', name), problems, {});
    checkCurrents(fieldsOf(fields.onIdentify), at(at('vehicles', name), 'onIdentify'), problems, {});
  }
  return problems;
}

/** Whether a configuration, as written, may name devices of the database. */
export function namesStored(config: unknown): boolean {
  const { site, circuits, loadpoints, tariffs } = fieldsOf(config);
  const names = (value: unknown): boolean =>
    typeof value === 'string'
      ? isStoredName(value)
      : typeof value === 'object' && value !== null && Object.values(value).some(names);
  return names([site, circuits, loadpoints, tariffs]);
}

type Group = 'chargers' | 'meters' | 'vehicles';

function withStored(config: Fields, stored: readonly StoredEntry[]): Fields {
  const groups = (Object.keys(NOUNS) as Group[]).map((group) => {
    const own = stored.filter(({ kind, trial }) => kind === NOUNS[group] && !trial);
    return [group, { ...fieldsOf(config[group]), ...Object.fromEntries(own.map(({ name, entry }) => [name, entry])) }];
  });
  return { ...config, ...Object.fromEntries(groups) };
}

const NOUNS: Readonly<Record<Group, string>> = { chargers: 'charger', meters: 'meter', vehicles: 'vehicle' };

/** Remembers where devices are used. */
class Uses {
  readonly #config: Fields;
  readonly #problems: Problem[];
  readonly #open: boolean;
  readonly #used = new Map<string, string>();

  /** `open`: it is not known which devices are stored. */
  constructor(config: Fields, problems: Problem[], open: boolean) {
    this.#config = config;
    this.#problems = problems;
    this.#open = open;
  }

  /** The name must exist. */
  check(group: Group, name: unknown, path: string): boolean {
    if (typeof name !== 'string' || name === '') return false;
    const known = Object.keys(fieldsOf(this.#config[group]));
    if (known.includes(name) || (this.#open && isStoredName(name))) return true;
    const hint = known.length === 0 ? `; there are no ${group}` : nearest(name, known);
    this.#problems.push(problemWith(path, name, `there is no ${NOUNS[group]} "${name}"${hint}`));
    return false;
  }

  /** The name must exist and be used nowhere else: power would be counted twice, a charger told two things. Whether it is so. */
  once(group: Group, name: unknown, path: string): boolean {
    if (!this.check(group, name, path)) return false;
    const key = `${group}.${String(name)}`;
    const other = this.#used.get(key);
    if (other) this.#problems.push(problemWith(path, name, `${NOUNS[group]} "${name}" is already used by ${other}`));
    else this.#used.set(key, path);
    return other === undefined;
  }
}

function checkSite(meters: Fields, uses: Uses, problems: Problem[]): void {
  const path = 'site.meters';
  if (typeof meters.grid === 'string') uses.once('meters', meters.grid, at(path, 'grid'));
  for (const role of METER_LISTS) {
    const names = meters[role];
    if (typeof names === 'string') uses.once('meters', names, at(path, role));
    else if (Array.isArray(names)) {
      for (const [index, name] of names.entries()) uses.once('meters', name, at(at(path, role), index));
    }
  }
  if (meters.grid === undefined && [meters.pv ?? []].flat().length === 0) {
    problems.push({ path, message: 'must name a grid meter or at least one pv meter' });
  }
}

/** A unit's soc settings must be in order, each only where it is set. */
function checkSocs({ prioritySoc, bufferSoc, bufferStartSoc }: Fields, problems: Problem[]): void {
  const priority = numberOf(prioritySoc);
  const buffer = numberOf(bufferSoc);
  const start = numberOf(bufferStartSoc);
  if (buffer > 0 && priority > buffer) {
    problems.push(problemWith('site.prioritySoc', prioritySoc, `must not be above bufferSoc (${buffer} %)`));
  }
  if (start > 0 && buffer > start) {
    problems.push(problemWith('site.bufferSoc', bufferSoc, `must not be above bufferStartSoc (${start} %)`));
  }
}

function checkCurrents(fields: Fields, path: string, problems: Problem[], preset: Fields = PRESET): void {
  const least = fields.minCurrent ?? preset.minCurrent;
  const most = fields.maxCurrent ?? preset.maxCurrent;
  if (typeof least !== 'number' || typeof most !== 'number' || !(least > most)) return;
  if (fields.minCurrent === undefined) {
    problems.push(problemWith(at(path, 'maxCurrent'), most, `must not be below minCurrent (by default ${least} A)`));
  } else {
    const which = fields.maxCurrent === undefined ? `by default ${most} A` : `${most} A`;
    problems.push(problemWith(at(path, 'minCurrent'), least, `must not be above maxCurrent (${which})`));
  }
}

/** A, what a loadpoint has without configuration */
const PRESET: Fields = { minCurrent: 6, maxCurrent: 16 };

function fieldsOf(value: unknown): Fields {
  return isPlainObject(value) ? value : {};
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

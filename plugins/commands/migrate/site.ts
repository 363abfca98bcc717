import type { Draft, Fields } from './draft.ts';
import type { Section } from './section.ts';

/** Our name of each role, by evcc's; the words in plural are those of older files. */
const ROLES: Readonly<Record<string, 'grid' | 'pv' | 'battery' | 'aux' | 'ext' | 'consumers'>> = {
  grid: 'grid',
  pv: 'pv',
  pvs: 'pv',
  battery: 'battery',
  batteries: 'battery',
  aux: 'aux',
  ext: 'ext',
  consumer: 'consumers',
  consumers: 'consumers',
};

const NUMBERS = ['voltage', 'residualPower', 'prioritySoc', 'bufferSoc', 'bufferStartSoc', 'smartCostLimit'] as const;

/** A meter that never answers, so that a house without one is valid and careful. */
const ABSENT: Fields = { type: 'custom', power: { source: 'constant', value: 'unknown', unknown: ['unknown'] } };

export function migrateSite(root: Section, draft: Draft): void {
  const site: Fields = {};
  draft.config.site = site;
  const section = root.section('site');
  const title = section?.text('title');
  if (title !== undefined) site.title = title;
  const meters: Fields = {};
  const inner = section?.section('meters');
  for (const [role, ours] of Object.entries(ROLES)) {
    const names = (inner?.texts(role) ?? []).flatMap((name) => {
      const meter = draft.nameOf('meter', name);
      if (meter === undefined)
        draft.lost(['site', 'meters', ours], inner?.line, `there is no meter "${name}" any more`);
      return meter ?? [];
    });
    const [first] = names;
    if (first === undefined) continue;
    if (ours === 'grid') meters.grid = first;
    else meters[ours] = [...((meters[ours] as readonly string[] | undefined) ?? []), ...names];
  }
  inner?.close();
  site.meters = meters;
  for (const key of NUMBERS) {
    const number = section?.number(key);
    if (number !== undefined) site[key] = number;
  }
  section?.close();
}

/** Sees to it that there is a meter by which surplus is known, since without one there is no house. */
export function completeSite({ config, lost }: Draft): void {
  const site = (config.site ?? {}) as Fields;
  const meters = (site.meters ?? {}) as Fields;
  config.site = { ...site, meters };
  const { grid, pv } = meters;
  if (grid !== undefined || (Array.isArray(pv) && pv.length > 0)) return;
  const devices = (config.meters ?? {}) as Fields;
  const name = ['grid', 'grid_meter', 'the_grid_meter'].find((each) => devices[each] === undefined) ?? 'grid';
  config.meters = { ...devices, [name]: ABSENT };
  meters.grid = name;
  lost(
    ['meters', name],
    undefined,
    'there is no grid or PV meter: this one stands for it and never answers; put yours in its place',
  );
}

/** Circuits, by name. */
export function migrateCircuits(root: Section, draft: Draft): void {
  const sections = root.sections('circuits', ['circuits']);
  if (sections.length === 0) return;
  const circuits: Fields = {};
  const named = sections.map((section) => {
    const name = section.text('name');
    return { section, name, ours: name === undefined ? undefined : draft.rename('circuit', name) };
  });
  for (const { section, ours } of named) {
    if (ours === undefined) {
      draft.lost(['circuits'], section.line, 'a circuit without name is left out');
      continue;
    }
    const fields: Fields = {};
    const title = section.text('title');
    if (title !== undefined) fields.title = title;
    for (const [key, kind] of [
      ['parent', 'circuit'],
      ['meter', 'meter'],
    ] as const) {
      const name = section.text(key);
      const other = name === undefined ? undefined : draft.nameOf(kind, name);
      if (other !== undefined) fields[key] = other;
      else if (name !== undefined)
        draft.lost(['circuits', ours], section.line, `there is no ${kind} "${name}" any more`);
    }
    for (const key of ['maxPower', 'maxCurrent'] as const) {
      const number = section.number(key);
      // 0 is no limit for evcc.
      if (number !== undefined && number > 0) fields[key] = number;
    }
    for (const { key, line } of section.rest()) draft.lost(['circuits', ours], line, `${key} has no counterpart`);
    circuits[ours] = fields;
  }
  if (Object.keys(circuits).length > 0) draft.config.circuits = circuits;
}

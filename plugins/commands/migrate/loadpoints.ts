import type { Draft, Fields, Path } from './draft.ts';
import type { Section } from './section.ts';
import { modeOf } from './vehicles.ts';

/** s that evcc keeps a contactor before it switches again */
const GUARD = 300;

export function migrateLoadpoints(root: Section, draft: Draft): void {
  const loadpoints: Fields[] = [];
  for (const section of root.sections('loadpoints')) {
    const at: Path = ['loadpoints', loadpoints.length];
    const charger = section.text('charger');
    const ours = charger === undefined ? undefined : draft.nameOf('charger', charger);
    if (ours === undefined) {
      const why = charger === undefined ? 'it names no charger' : 'its charger is not there';
      const title = section.text('title');
      draft.lost(
        ['loadpoints'],
        section.line,
        `loadpoint ${title === undefined ? '' : `"${title}" `}is left out: ${why}`,
      );
      continue;
    }
    loadpoints.push(loadpointOf(section, ours, at, draft));
    for (const { key, line } of section.rest()) draft.lost(at, line, `${key} has no counterpart`);
  }
  draft.config.loadpoints = loadpoints;
  if (loadpoints.length === 0) draft.lost(['loadpoints'], undefined, 'there is no loadpoint: nothing is charged');
}

function loadpointOf(section: Section, charger: string, at: Path, draft: Draft): Fields {
  const fields: Fields = {};
  const title = section.text('title');
  if (title !== undefined) fields.title = title;
  fields.charger = charger;
  const meters = section.section('meters');
  const meter = section.text('meter') ?? meters?.text('charge');
  meters?.close();
  const refer = (key: 'meter' | 'vehicle' | 'circuit', name: string | undefined): void => {
    if (name === undefined) return;
    const ours = draft.nameOf(key, name);
    if (ours === undefined) draft.lost([...at, key], section.line, `there is no ${key} "${name}" any more`);
    else fields[key] = ours;
  };
  refer('meter', meter);
  refer('circuit', section.text('circuit'));
  const [vehicle = section.text('vehicle'), ...others] = section.texts('vehicles');
  section.get('vehicle');
  refer('vehicle', vehicle);
  if (others.length > 0)
    draft.lost(at, section.line, 'only the first of its vehicles is its own; the others can be chosen');

  const mode = section.text('mode');
  const ours = mode === undefined ? undefined : modeOf(mode);
  if (ours !== undefined) fields.mode = ours;
  else if (mode !== undefined) draft.lost([...at, 'mode'], section.line, 'mode is none of off, pv, minpv and now');
  for (const key of ['priority', 'phases', 'minCurrent', 'maxCurrent', 'minSoc', 'targetSoc'] as const) {
    const number = section.number(key);
    if (number !== undefined) fields[key] = number;
  }
  for (const key of ['enable', 'disable'] as const) {
    const inner = section.section(key, [...at, key]);
    if (!inner) continue;
    const delay = inner.seconds('delay');
    const threshold = inner.number('threshold');
    const thresholds: Fields = {
      ...(delay !== undefined && { delay }),
      ...(threshold !== undefined && { threshold }),
    };
    if (Object.keys(thresholds).length > 0) fields[key] = thresholds;
    inner.close();
  }
  const guard = section.seconds('guardDuration');
  if (guard === undefined)
    draft.choice([...at, 'guardDuration'], undefined, `what evcc has unless told otherwise; here it would be 60`);
  fields.guardDuration = guard ?? GUARD;
  const reset = section.flag('resetOnDisconnect');
  if (reset !== undefined) fields.resetOnDisconnect = reset;
  soc(section, fields, at);
  return fields;
}

function soc(section: Section, fields: Fields, at: Path): void {
  const inner = section.section('soc', [...at, 'soc']);
  if (!inner) return;
  const made: Fields = {};
  const poll = inner.section('poll');
  const mode = poll?.text('mode');
  const interval = poll?.seconds('interval');
  poll?.close();
  if (mode !== undefined || interval !== undefined) {
    made.poll = {
      ...(mode !== undefined && { mode }),
      // Minutes
      ...(interval !== undefined && { interval: interval / 60 }),
    };
  }
  const estimate = inner.flag('estimate');
  if (estimate !== undefined) made.estimate = estimate;
  for (const [key, ours] of [
    ['min', 'minSoc'],
    ['target', 'targetSoc'],
  ] as const) {
    const number = inner.number(key);
    if (number !== undefined) fields[ours] = number;
  }
  inner.close();
  if (Object.keys(made).length > 0) fields.soc = made;
}

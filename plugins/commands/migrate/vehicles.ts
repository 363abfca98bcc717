import type { Draft, Fields } from './draft.ts';
import type { Section } from './section.ts';

const FEATURES: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'coarseCurrent',
    'welcomeCharge',
    'climaterDisabled',
    'autodetectDisabled',
    'wakeUpDisabled',
    'streaming',
    'offline',
  ].map((feature) => [feature.toLowerCase(), feature]),
);

/** What every vehicle may have, whatever its type. */
export function vehicleFields(section: Section, draft: Draft): Fields {
  const fields: Fields = {};
  for (const key of ['title', 'icon']) {
    const text = section.text(key);
    if (text !== undefined) fields[key] = text;
  }
  for (const key of ['capacity', 'phases']) {
    const number = section.number(key);
    if (number !== undefined && number > 0) fields[key] = number;
  }
  const identifiers = section.texts('identifiers');
  if (identifiers.length > 0) fields.identifiers = identifiers;
  const features = section.texts('features').flatMap((feature) => {
    const ours = FEATURES[feature.toLowerCase()];
    if (ours === undefined) draft.lost(section.path, section.line, `feature "${feature}" has no counterpart`);
    return ours ?? [];
  });
  for (const feature of ['welcomecharge', 'coarsecurrent']) {
    const ours = FEATURES[feature];
    if (section.flag(feature) && ours !== undefined && !features.includes(ours)) features.push(ours);
  }
  if (features.length > 0) fields.features = features;
  const actions = onIdentify(section, draft);
  if (Object.keys(actions).length > 0) fields.onIdentify = actions;
  return fields;
}

/** Older files have it below `onIdentify`, newer ones beside the other options. */
function onIdentify(section: Section, draft: Draft): Fields {
  const inner = section.section('onIdentify');
  const fields: Fields = {};
  for (const part of [section, ...(inner ? [inner] : [])]) {
    const mode = part.text('mode');
    const ours = mode === undefined ? undefined : modeOf(mode);
    if (ours !== undefined) fields.mode = ours;
    else if (mode !== undefined) draft.lost(part.path, part.line, 'mode is none of off, pv, minpv and now');
    for (const key of ['priority', 'minCurrent', 'maxCurrent', 'minSoc', 'targetSoc']) {
      const number = part.number(key);
      if (number !== undefined) fields[key] = number;
    }
  }
  inner?.close();
  return fields;
}

/** evcc's newer word `smart` is our `pv`; YAML reads `off` as false. */
export function modeOf(mode: string): string | undefined {
  const lower = mode.toLowerCase();
  if (lower === 'smart') return 'pv';
  if (lower === 'false') return 'off';
  return ['off', 'pv', 'minpv', 'now'].includes(lower) ? lower : undefined;
}

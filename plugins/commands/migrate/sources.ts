import { addressOf, brokerOf } from './address.ts';
import type { Draft, Fields, Path } from './draft.ts';
import { extracted } from './extract.ts';
import type { Entry } from './read.ts';
import { pointOf, registerOf } from './registers.ts';
import { ageOf, commandOf, missing, requestOf } from './request.ts';
import type { Section } from './section.ts';

/** Plugins that read a value, as sources of ours. Source: docs.evcc.io, reference of plugins */

type Read = (section: Section, draft: Draft) => Fields | undefined;

/** The source that a plugin is; `undefined`: it has none, and the notes say why. */
export function sourceOf(section: Section, draft: Draft): Fields | undefined {
  const name = (section.text('source') ?? section.text('type') ?? '').toLowerCase();
  const read = Object.hasOwn(SOURCES, name) ? SOURCES[name] : undefined;
  if (!read) {
    draft.lost(section.path, section.line, name === '' ? 'it names no source' : `source "${name}" has no counterpart`);
    return undefined;
  }
  const source = read(section, draft);
  if (source) {
    const scale = section.number('scale');
    if (scale !== undefined && scale !== 1)
      source.scale = scale * (typeof source.scale === 'number' ? source.scale : 1);
    section.close();
  }
  return source;
}

/** The source below a key. */
export function sourceAt(
  section: Section,
  key: string,
  draft: Draft,
  path: Path = [...section.path, key],
): Fields | undefined {
  const inner = section.section(key, path);
  return inner && sourceOf(inner, draft);
}

/** The sources of a list. */
export function sourcesAt(section: Section, key: string, draft: Draft): readonly Fields[] | undefined {
  const sections = section.sections(key);
  const sources = sections.flatMap((each): Fields[] => {
    const source = sourceOf(each, draft);
    return source ? [source] : [];
  });
  return sections.length > 0 && sources.length === sections.length ? sources : undefined;
}

const cacheOf = (section: Section): Fields => {
  const cache = section.seconds('cache');
  return cache === undefined ? {} : { cache };
};

const http: Read = (section, draft) => {
  const request = requestOf(section, draft);
  return request && extracted(section, { source: 'http', ...request, ...cacheOf(section) }, draft);
};

const mqtt: Read = (section, draft) => {
  const topic = section.text('topic');
  if (topic === undefined) return missing(section, 'topic', draft);
  const broker = brokerOf(section, draft);
  if (!broker) return missing(section, 'broker', draft);
  return extracted(section, { source: 'mqtt', ...broker, topic, ...ageOf(section) }, draft);
};

const socket: Read = (section, draft) => {
  const request = requestOf(section, draft);
  if (!request) return undefined;
  const { url, headers, insecure } = request;
  const base: Fields = { source: 'websocket', url: url ?? '', ...ageOf(section) };
  if (headers !== undefined) base.headers = headers;
  if (insecure !== undefined) base.insecure = insecure;
  return extracted(section, base, draft);
};

const script: Read = (section, draft) => {
  const command = commandOf(section, draft);
  return command && extracted(section, { source: 'script', ...command, ...cacheOf(section) }, draft);
};

const modbus: Read = (section, draft) => {
  const register = registerOf(section, draft);
  return register && { source: 'modbus', ...register };
};

const sunspec: Read = (section, draft) => {
  const point = pointOf(section, draft);
  return point && { source: 'sunspec', ...point };
};

const constant: Read = (section, draft) => {
  const value = section.get('value')?.value;
  if (typeof value === 'object' || value === undefined) return missing(section, 'value', draft);
  return { source: 'constant', value };
};

const LISTS: Readonly<Record<string, string>> = { add: 'add', mul: 'multiply', div: 'divide', min: 'min', max: 'max' };

const calc: Read = (section, draft) => {
  for (const [key, ours] of Object.entries(LISTS)) {
    if (!section.has(key)) continue;
    const sources = sourcesAt(section, key, draft);
    return sources && { source: 'calculation', [ours]: sources };
  }
  if (section.has('sub')) {
    const sources = sourcesAt(section, 'sub', draft);
    const [first, ...others] = sources ?? [];
    if (!first) return undefined;
    return { source: 'calculation', add: [first, ...others.map((of) => ({ source: 'calculation', negate: of }))] };
  }
  const [key, ours] = section.has('abs') ? ['abs', 'absolute'] : ['sign', 'sign'];
  const inner = sourceAt(section, key, draft);
  return inner && { source: 'calculation', [ours]: inner };
};

const combined: Read = (section, draft) => {
  const connected = sourceAt(section, 'plugged', draft);
  const charging = sourceAt(section, 'charging', draft);
  return connected && charging && { source: 'calculation', status: { connected, charging } };
};

const map: Read = (section, draft) => {
  const of = sourceAt(section, 'get', draft);
  const values = valuesAt(section, 'values');
  return of && values && { source: 'calculation', map: { of, values } };
};

/** Single values by key. */
export function valuesAt(section: Section, key: string): Fields | undefined {
  const entry = section.get(key);
  if (!(entry?.value instanceof Map)) return undefined;
  const values: Fields = {};
  for (const each of (entry.value as ReadonlyMap<string, Entry>).values()) {
    const { value } = each;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') values[each.key] = value;
  }
  return values;
}

const javascript: Read = (section, draft) => {
  const code = section.text('script');
  if (code === undefined) return missing(section, 'script', draft);
  const values: Fields = {};
  for (const each of section.sections('in')) {
    const name = each.text('name');
    const source = sourceAt(each, 'config', draft);
    each.text('type');
    if (name === undefined || !source) return undefined;
    values[name] = source;
  }
  if (section.text('vm') !== undefined) {
    draft.choice(section.path, section.line, 'code runs anew each time: what it kept in its vm is gone');
  }
  return { source: 'javascript', code, ...(Object.keys(values).length > 0 && { values }) };
};

const prometheus: Read = (section, draft) => {
  const uri = section.text('uri');
  const query = section.text('query');
  if (uri === undefined || query === undefined) return missing(section, uri === undefined ? 'uri' : 'query', draft);
  section.seconds('timeout');
  const url = `${uri.replace(/\/+$/, '')}/api/v1/query?query=${encodeURIComponent(query)}`;
  return { source: 'http', url: addressOf(url, [...section.path, 'url'], draft), path: 'data.result[0].value[1]' };
};

const homeassistant: Read = (section, draft) => {
  const uri = section.text('uri');
  const entity = section.text('entity');
  const token = section.text('token');
  if (uri === undefined || entity === undefined) return missing(section, uri === undefined ? 'uri' : 'entity', draft);
  const auth: Fields =
    token === undefined ? {} : { auth: { type: 'bearer', token: draft.secret([...section.path, 'token'], token) } };
  const url = `${uri.replace(/\/+$/, '')}/api/states/${encodeURIComponent(entity)}`;
  return { source: 'http', url, ...auth, path: 'state', unknown: ['unavailable', 'unknown'] };
};

const SOURCES: Readonly<Record<string, Read>> = {
  http,
  mqtt,
  websocket: socket,
  ws: socket,
  script,
  modbus,
  sunspec,
  const: constant,
  calc,
  combined,
  openwb: combined,
  map,
  js: javascript,
  javascript,
  prometheus,
  homeassistant,
};

import { addressOf, brokerOf, credentials, isSecretName, lineOf } from './address.ts';
import type { Draft, Fields, Path, Value } from './draft.ts';
import { compileJq } from './jq.ts';
import type { Entry, Item } from './read.ts';
import { type Section, sectionOf, textOf } from './section.ts';

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

/** Address, method, headers, body and login of a request. */
export function requestOf(
  section: Section,
  draft: Draft,
  fill: (text: string) => string | undefined = (text) => text,
): Fields | undefined {
  const { path } = section;
  const uri = section.text('uri');
  if (uri === undefined) return missing(section, 'uri', draft);
  const filled = fill(/^[a-z]+:\/\//i.test(uri) ? uri : `http://${uri}`);
  if (filled === undefined) return undefined;
  const fields: Fields = { url: addressOf(filled, [...path, 'url'], draft) };
  const method = section.text('method')?.toUpperCase();
  if (method !== undefined) fields.method = method;
  const headers = headersOf(section, draft);
  if (headers) fields.headers = headers;
  const body = section.text('body');
  if (body !== undefined) {
    const text = fill(body);
    if (text === undefined) return undefined;
    fields.body = text;
  }
  const auth = authOf(section, draft);
  if (auth) fields.auth = auth;
  if (section.flag('insecure')) fields.insecure = true;
  return fields;
}

function headersOf(section: Section, draft: Draft): Fields | undefined {
  const entry = section.get('headers');
  if (!entry) return undefined;
  const items = Array.isArray(entry.value) ? (entry.value as readonly Item[]) : [entry];
  const headers: Fields = {};
  for (const item of items) {
    if (!(item.value instanceof Map)) continue;
    for (const { key, value } of (item.value as ReadonlyMap<string, Entry>).values()) {
      const text = textOf(value);
      if (text === undefined) continue;
      headers[key] = isSecretName(key) ? draft.secret([...section.path, 'headers', key], text) : text;
    }
  }
  return headers;
}

function authOf(section: Section, draft: Draft): Fields | undefined {
  const auth = section.section('auth');
  if (!auth) return undefined;
  const type = auth.text('type') ?? auth.text('source') ?? 'basic';
  if (type === 'bearer') {
    const token = auth.text('token');
    return token === undefined ? undefined : { type, token: draft.secret([...auth.path, 'token'], token) };
  }
  if (type === 'basic' || type === 'digest') return { type, ...credentials(auth, draft) };
  draft.lost(auth.path, auth.line, `login of the type "${type}" has no counterpart`);
  return undefined;
}

/** What is taken out of a text: first by a regular expression, then by jq. */
function extracted(section: Section, base: Fields, draft: Draft): Fields | undefined {
  const regex = section.text('regex');
  const jq = section.text('jq');
  for (const key of ['unpack', 'decode', 'quote', 'default']) {
    if (!section.has(key) || section.get(key)?.value === false) continue;
    draft.lost(section.path, section.line, `${key} has no counterpart, so that this value would be another one`);
    return undefined;
  }
  if (regex === undefined && jq === undefined) return base;
  const compiled = jq === undefined ? undefined : compileJq(jq);
  if (jq !== undefined && !compiled) {
    draft.lost(
      section.path,
      section.line,
      'jq is too complex to be turned into a path or JavaScript; write it as source "javascript"',
    );
    return undefined;
  }
  if (regex === undefined && compiled && 'path' in compiled)
    return compiled.path === '' ? base : { ...base, path: compiled.path };
  const lines: string[] = [];
  if (regex !== undefined) {
    const [, flags = '', pattern = regex] = /^\(\?([ims]+)\)([\s\S]*)$/.exec(regex) ?? [];
    if (!isRegex(pattern, flags)) {
      draft.lost(section.path, section.line, 'regex is no regular expression of JavaScript');
      return undefined;
    }
    lines.push(`const found = new RegExp(${JSON.stringify(pattern)}, '${flags}').exec(String(answer));`);
  }
  const text = regex === undefined ? 'answer' : 'found ? (found[1] ?? found[0]) : undefined';
  if (!compiled) lines.push(`${text};`);
  else {
    if (regex !== undefined) lines.push(`const text = ${text};`);
    const parsed = regex === undefined ? 'JSON.parse(answer)' : 'text === undefined ? undefined : JSON.parse(text)';
    lines.push(
      `const input = ${parsed};`,
      `${'code' in compiled ? compiled.code : `input${pathCode(compiled.path)}`};`,
    );
  }
  draft.choice(
    section.path,
    section.line,
    `${[regex && 'regex', jq && 'jq'].filter(Boolean).join(' and ')} became JavaScript`,
  );
  return { source: 'javascript', values: { answer: base }, code: lines.join('\n') };
}

const pathCode = (path: string): string =>
  [...path.matchAll(/([^.[\]"]+)|\[(\d+)\]|\["([^"]+)"\]/g)]
    .map(([, key, index, quoted]) => (index === undefined ? `?.[${JSON.stringify(key ?? quoted)}]` : `?.[${index}]`))
    .join('');

function isRegex(pattern: string, flags: string): boolean {
  try {
    new RegExp(pattern, flags);
    return true;
  } catch {
    return false;
  }
}

function missing(section: Section, key: string, draft: Draft): undefined {
  draft.lost(section.path, section.line, `${key} is missing`);
  return undefined;
}

const cacheOf = (section: Section): Fields => {
  const cache = section.seconds('cache');
  return cache === undefined ? {} : { cache };
};

const ageOf = (section: Section): Fields => {
  const timeout = section.seconds('timeout');
  return timeout === undefined ? {} : { timeout };
};

/** A command line as program and arguments, as evcc splits it. */
export function commandOf(
  section: Section,
  draft: Draft,
  fill: (text: string) => string | undefined = (text) => text,
): Fields | undefined {
  const line = section.text('cmd') ?? section.text('cmdline');
  if (line === undefined) return missing(section, 'cmd', draft);
  const words = [...line.matchAll(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g)].map(([word]) =>
    word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g, (_, double?: string, single?: string, escaped?: string) =>
      double === undefined ? (single ?? escaped ?? '') : double.replace(/\\(["\\$`])/g, '$1'),
    ),
  );
  const filled = words.map(fill);
  const [command, ...args] = filled;
  if (command === undefined || filled.includes(undefined)) return undefined;
  return { command, ...(args.length > 0 && { args: args as string[] }), ...ageOf(section) };
}

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

const DECODE: Readonly<Record<string, string>> = {
  int16: 'i16',
  uint16: 'u16',
  int32: 'i32',
  uint32: 'u32',
  int64: 'i64',
  uint64: 'u64',
  float32: 'f32',
  float64: 'f64',
};

/** Address, table, type and word order of a register. */
export function registerOf(section: Section, draft: Draft): Fields | undefined {
  const register = section.section('register');
  const address = register?.number('address');
  if (!register || address === undefined) return missing(section, 'register with an address', draft);
  const type = (register.text('type') ?? 'holding').toLowerCase();
  const written = (register.text('decode') ?? 'uint16').toLowerCase();
  const [, plain = written, swapped] = /^(.*?)(s)?(?:nan)?$/.exec(written) ?? [];
  const mask = register.text('bitmask');
  register.close();
  const fields: Fields = { ...lineOf(section), address };
  const answer = section.seconds('timeout');
  if (answer !== undefined) fields.answerTimeout = answer;
  if (type.includes('coil')) return { ...fields, table: 'coil' };
  if (type.includes('discrete')) return { ...fields, table: 'discrete' };
  if (type.includes('input')) fields.table = 'input';
  if (type.startsWith('writemultiple')) fields.multiple = true;
  if (plain === 'bool16' || mask !== undefined) {
    const bits = Number(mask ?? 1);
    const first = Math.log2(bits & -bits);
    const count = Math.log2(bits / (bits & -bits) + 1);
    if (Number.isInteger(first) && Number.isInteger(count) && first + count <= 16) {
      return { ...fields, type: 'bits', bit: first, bits: count };
    }
  }
  const decode = DECODE[plain];
  if (decode === undefined) {
    draft.lost(register.path, register.line, `decoding "${written}" has no counterpart`);
    return undefined;
  }
  return { ...fields, type: decode, ...(swapped && { order: 'little' }) };
}

const modbus: Read = (section, draft) => {
  const register = registerOf(section, draft);
  return register && { source: 'modbus', ...register };
};

/** `103:W`, or `160:1:DCW` with the number of a repeated group; a list of alternatives with the same point */
export function pointOf(section: Section, draft: Draft): Fields | undefined {
  const values = section.texts('value').map((value) => value.split(':'));
  const [first] = values;
  if (!first) return missing(section, 'value', draft);
  const models = values.map(([model]) => Number(model));
  const point = first.at(-1) ?? '';
  const same = values.every((each) => each.at(-1) === point && each.length === first.length);
  if (!same || models.some((model) => !Number.isInteger(model)) || first.length < 2) {
    draft.lost(section.path, section.line, 'value is no list of models with the same point');
    return undefined;
  }
  const [model = 0] = models;
  return {
    ...lineOf(section),
    model: models.length === 1 ? model : models,
    point,
    ...(first.length === 3 && { module: Number(first[1]) }),
  };
}

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

/** An item that is a plugin, or the value itself as constant. */
export function sourceOrValue(item: Item, path: Path, draft: Draft): Value | undefined {
  if (item.value instanceof Map) {
    const section = sectionOf(item, path, draft);
    return section && sourceOf(section, draft);
  }
  return typeof item.value === 'object' ? undefined : { source: 'constant', value: item.value };
}

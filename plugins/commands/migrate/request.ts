import { addressOf, credentials, isSecretName } from './address.ts';
import type { Draft, Fields } from './draft.ts';
import type { Entry, Item } from './read.ts';
import { type Section, textOf } from './section.ts';

/** Requests and command lines, which sources and targets share. */

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

/** `timeout` of evcc as ours */
export const ageOf = (section: Section): Fields => {
  const timeout = section.seconds('timeout');
  return timeout === undefined ? {} : { timeout };
};

/** Says that a key is missing. */
export function missing(section: Section, key: string, draft: Draft): undefined {
  draft.lost(section.path, section.line, `${key} is missing`);
  return undefined;
}

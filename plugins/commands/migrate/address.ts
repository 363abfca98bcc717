import type { Draft, Env, Fields, Path, Value } from './draft.ts';
import type { Section } from './section.ts';

/** Addresses, which may hold secrets. */

const SECRET_WORD = /auth|token|key|cookie|secret|pass|pwd|pin$|session|code/i;

/** Whether what has such a name is probably a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_WORD.test(name);
}

/** An address as text, or as variable if there are credentials in it. */
export function addressOf(url: string, path: Path, draft: Draft): string | Env {
  const credentials = /:\/\/[^/?#\s]*@/.test(url);
  const [, query = ''] = /\?([^#]*)/.exec(url) ?? [];
  const names = query.split('&').map((part) => part.split('=')[0] ?? '');
  return credentials || names.some(isSecretName) ? draft.secret(path, url) : url;
}

/** `host:1883` or `tcp://host` as the address of a broker in our words. */
export function brokerUrl(text: string): string {
  const [, scheme = '', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/i.exec(text) ?? [];
  const ours: Readonly<Record<string, string>> = { ssl: 'mqtts', tls: 'mqtts', mqtts: 'mqtts', ws: 'ws', wss: 'wss' };
  return `${ours[scheme.toLowerCase()] ?? 'mqtt'}://${rest}`;
}

/** `host`, `host:port`, `[::1]:502` or an address with a scheme. */
export function splitHost(text: string): { readonly host: string; readonly port?: number } {
  const bare = text
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/[/?#].*$/, '')
    .replace(/^.*@/, '');
  const [, bracketed, plain = bare, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(bare) ?? [];
  return { host: bracketed ?? plain, ...(port !== undefined && { port: Number(port) }) };
}

/** Broker, user and password of a plugin, or of evcc itself. */
export function brokerOf(section: Section, draft: Draft): Fields | undefined {
  const broker = section.text('broker');
  if (broker === undefined) return draft.broker;
  return {
    broker: addressOf(brokerUrl(broker), [...section.path, 'broker'], draft),
    ...credentials(section, draft),
    ...(section.flag('insecure') && { insecure: true }),
  };
}

export function credentials(section: Section, draft: Draft): Fields {
  const user = section.text('user');
  const password = section.text('password');
  return {
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password: draft.secret([...section.path, 'password'], password) }),
  };
}

/** Where a Modbus device is. */
export function lineOf(section: Section): Fields {
  const uri = section.text('uri') ?? section.text('host');
  const port = section.number('port');
  const fields: Fields = {};
  if (uri !== undefined) Object.assign(fields, splitHost(uri));
  if (port !== undefined) fields.port = port;
  const put = (key: string, value: Value | undefined): void => {
    if (value !== undefined) fields[key] = value;
  };
  put('device', section.text('device'));
  put('baudrate', section.number('baudrate'));
  put('comset', section.text('comset')?.toUpperCase());
  if (section.flag('rtu')) fields.rtu = true;
  put('id', section.number('id'));
  put('delay', section.seconds('delay'));
  put('connectDelay', section.seconds('connectdelay'));
  return fields;
}

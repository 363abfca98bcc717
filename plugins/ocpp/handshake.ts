import type { IncomingHttpHeaders } from 'node:http';
import { hostName, isKnownHost } from '../shared/hosts.ts';

/** What stations say before they speak OCPP: who they are, and which version they know. Pure. */

/** Longest id, OCPP 2.0.1 part 2: identifierString of 48 characters */
const LONGEST_ID = 48;

/**
 * Id of a station, from the last part of the path that is not empty; else the user name. `undefined`: it says none, or one
 * that cannot be.
 */
export function stationId(url: string, user: string | undefined): string | undefined {
  const last = url
    .replace(/[?#].*$/, '')
    .split('/')
    .findLast((part) => part !== '');
  let id = user?.trim();
  try {
    if (last !== undefined) id = decodeURIComponent(last).trim();
  } catch {
    return undefined;
  }
  return id !== undefined && id.length <= LONGEST_ID && /^[\p{L}\p{N}\p{P}\p{S} ]+$/u.test(id) ? id : undefined;
}

export interface Login {
  readonly user: string;
  readonly password: string;
}

/** Credentials of basic authentication; `undefined`: none, or none that can be read. */
export function loginOf({ authorization }: IncomingHttpHeaders): Login | undefined {
  const [, encoded] = /^basic\s+([\w+/=-]+)\s*$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Versions by subprotocol as stations write them, the preferred ones first: what is most used is most tried. */
const PROTOCOLS: readonly (readonly [pattern: RegExp, version: '1.6' | '2.0.1'])[] = [
  [/^ocpp1\.6(-?j)?$/i, '1.6'],
  [/^ocpp2\.0\.1$/i, '2.0.1'],
];

/**
 * Which of the offered subprotocols is spoken. Stations that offer none speak 1.6; `undefined`: only versions that nobody
 * here knows.
 */
export function negotiate(
  offered: readonly string[],
): { readonly version: '1.6' | '2.0.1'; readonly protocol?: string } | undefined {
  if (offered.length === 0) return { version: '1.6' };
  for (const [pattern, version] of PROTOCOLS) {
    const protocol = offered.find((each) => pattern.test(each));
    if (protocol !== undefined) return { version, protocol };
  }
  return undefined;
}

/** The names in `Sec-WebSocket-Protocol` */
export function offeredProtocols(headers: IncomingHttpHeaders): string[] {
  const text = headers['sec-websocket-protocol'] ?? '';
  return text.split(',').flatMap((each) => each.trim() || []);
}

/**
 * It is a page in a browser that wants to be a station. Stations say no origin, or the address that they connect to; a page
 * can only say that if it is from a name that nobody outside of the home can own.
 */
export function isForeignPage({ origin, host = '' }: IncomingHttpHeaders): boolean {
  if (origin === undefined || !/^https?:\/\//i.test(origin)) return false;
  const name = hostName(origin.replace(/^https?:\/\//i, ''));
  return name !== hostName(host) || !isKnownHost(name, []);
}

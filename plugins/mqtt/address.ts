import { isIPv6 } from 'node:net';

/** Where a broker is, from the ways in which people write it. */
export interface BrokerAddress {
  /** Without credentials; for logs and for the connection */
  readonly url: string;
  /** Without the brackets of IPv6 */
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Written into the address: `mqtt://user:password@host` */
  readonly user?: string;
  readonly password?: string;
}

/** Names of the protocols that people use, and what they stand for. */
const PROTOCOLS: Readonly<Record<string, { readonly name: string; readonly port: number; readonly tls: boolean }>> = {
  mqtt: { name: 'mqtt', port: 1883, tls: false },
  tcp: { name: 'mqtt', port: 1883, tls: false },
  mqtts: { name: 'mqtts', port: 8883, tls: true },
  tls: { name: 'mqtts', port: 8883, tls: true },
  ssl: { name: 'mqtts', port: 8883, tls: true },
  ws: { name: 'ws', port: 80, tls: false },
  wss: { name: 'wss', port: 443, tls: true },
};

/** Protocol, credentials, host, port, path */
const ADDRESS = /^(?:([a-z]+):\/\/)?(?:([^/]*)@)?(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?(\/\S*)?$/i;

export const ADDRESS_HELP = 'host, host:port, mqtt://host:port, or mqtts://host:port for TLS';

/** Reads `host`, `host:port`, `[IPv6]:port` or a URL; `undefined`: it is no address of a broker. */
export function parseAddress(text: string): BrokerAddress | undefined {
  const written = text.trim();
  const match = ADDRESS.exec(isIPv6(written) ? `[${written}]` : written);
  if (!match) return undefined;
  const [, scheme = 'mqtt', credentials, name = '', stated, path = ''] = match;
  const protocol = PROTOCOLS[scheme.toLowerCase()];
  const host = name.replace(/^\[(.*)\]$/, '$1');
  const port = stated === undefined ? protocol?.port : Number(stated);
  if (!protocol || !port || port > 65_535 || (name !== host && !isIPv6(host))) return undefined;
  const webSocket = protocol.name.startsWith('ws');
  if (!webSocket && path !== '' && path !== '/') return undefined;
  const [user = '', ...rest] = (credentials ?? '').split(':');
  return {
    url: `${protocol.name}://${name}:${port}${webSocket ? path : ''}`,
    host,
    port,
    tls: protocol.tls,
    ...(user && { user: decoded(user) }),
    ...(rest.length > 0 && { password: decoded(rest.join(':')) }),
  };
}

/** The text behind percent signs; as it stands where they mean nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

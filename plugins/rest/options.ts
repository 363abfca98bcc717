import type { TlsOptions } from '../shared/tls.ts';

/** What stands under `rest` in the configuration. */
export interface RestOptions {
  /** TCP port; default 7070, 0 takes any free one */
  port?: number;
  /** Address of this machine to listen on, e.g. `127.0.0.1`; default: all of them, IPv4 and IPv6 */
  host?: string;
  /** Web pages, by origin, whose scripts may read and change; `*` is any. Default: any may read what needs no login */
  allowedOrigins?: readonly string[];
  /** Addresses of proxies before the house, which are believed for whom they ask (`X-Forwarded-For`) */
  proxies?: readonly string[];
  /** Which clients it is for: `document` (default), as evcc 0.121 was, or `current`, as evcc is today */
  dialect?: 'document' | 'current';
  /** Serves the current dialect on another port, too */
  current?: { port: number };
  /** Serves by TLS with the certificate of these files */
  tls?: TlsOptions;
}

declare module 'evcc' {
  interface PluginSections {
    /** The REST API and the WebSocket */
    rest: RestOptions;
  }
}

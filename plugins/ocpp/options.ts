import type { TlsOptions } from '../shared/tls.ts';
import type { ForwardOptions } from './forward.ts';

/** What stands under `ocpp` in the configuration. */
export interface OcppOptions {
  /** TCP port; default 8887, 0 takes any free one */
  port?: number;
  /** Address of this machine to listen on; default: all of them, IPv4 and IPv6 */
  host?: string;
  /** Listens by TLS with the certificate of these files */
  tls?: TlsOptions;
  /** Stations that a second central system takes part in */
  forward?: readonly ForwardOptions[];
}

declare module 'evcc' {
  interface PluginSections {
    /** Listens for OCPP stations */
    ocpp: OcppOptions;
  }
}

export const DEFAULT_PORT = 8887;

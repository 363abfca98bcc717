/** What the plugin `rest` offers: where it can be reached, as soon as it listens. */
export interface RestService {
  /** TCP port */
  readonly port: number;
  /** It speaks HTTPS only */
  readonly secure: boolean;
  /** Only this machine can reach it */
  readonly local: boolean;
  /** Addresses without path, that of the network before others */
  readonly urls: readonly string[];
}

declare module 'evcc' {
  interface Services {
    rest: RestService;
  }
}

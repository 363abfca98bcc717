/** Options of the `mdns` section. */
export interface MdnsOptions {
  /** Name under which apps list this house; must begin with `evcc` for them to find it; default `evcc` */
  name?: string;
  /** Name of this machine in the network; default: its own, with `.local` */
  host?: string;
  /** Address under which this house is reached from elsewhere, for apps; default: none */
  externalUrl?: string;
  /** Address of this machine in the network where it is announced; default: all networks */
  interface?: string;
}

declare module 'evcc' {
  interface PluginSections {
    /** Announces the web server in the local network, so that apps find it */
    mdns: MdnsOptions;
  }
}

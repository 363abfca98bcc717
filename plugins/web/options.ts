/** What stands under `web` in the configuration: nothing so far, `false` switches the page off. */
export type WebOptions = Readonly<Record<string, never>>;

declare module 'evcc' {
  interface PluginSections {
    /** The web page; it is on unless this is false */
    web: WebOptions | boolean;
  }
}

/** Options of the `prometheus` section. */
export interface PrometheusOptions {
  /** Path below the address of the REST API; default `/metrics` */
  path?: string;
}

declare module 'evcc' {
  interface PluginSections {
    /** Shows figures to a Prometheus server */
    prometheus: PrometheusOptions;
  }
}

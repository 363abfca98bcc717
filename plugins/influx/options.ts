/** Options of the `influx` section. */
export interface InfluxOptions {
  /** Address of the server, e.g. `http://192.168.1.2:8086` */
  url: string;
  /** Database of InfluxDB 1.8, bucket of 2; default `evcc` */
  database?: string;
  /** Secret. Access token of InfluxDB 2 */
  token?: string;
  /** Organisation of InfluxDB 2 */
  org?: string;
  /** User of InfluxDB 1.8, instead of a token */
  user?: string;
  /** Secret. Password of that user */
  password?: string;
  /** Accepts any certificate of the server; default false */
  insecure?: boolean;
}

declare module 'evcc' {
  interface PluginSections {
    /** Writes all figures of every cycle to InfluxDB */
    influx: InfluxOptions;
  }
}

import Type from 'typebox';
import type { Plugin } from '../../core/index.ts';
import { createHttp } from '../shared/http/client.ts';
import type { OptionsOf } from '../shared/options.ts';
import { reportOf } from './report.ts';

/** Options of the `telemetry` section. */
export interface TelemetryOptions {
  /** Address that gets the data */
  url: string;
}

const schema = Type.Object({
  url: Type.String({ pattern: '^https?://', description: 'Address that gets the data as POST with JSON' }),
});

declare module 'evcc' {
  interface PluginSections {
    telemetry: TelemetryOptions;
  }
}

/** ms from the start to the first report, and between two */
const FIRST = 600_000;
const PAUSE = 86_400_000;
/** ms that the other side has to answer */
const TIMEOUT = 30_000;

/** Sends anonymous usage data to a configured address once a day, while the user allows it: see README.md. */
const telemetry: Plugin<TelemetryOptions> = {
  name: 'telemetry',
  section: { key: 'telemetry', schema },
  apply(evcc, { url }: OptionsOf<typeof schema, TelemetryOptions>) {
    const { clock, hooks, log } = evcc;
    const http = createHttp(evcc);
    let cancel = (): void => {};

    const send = async (): Promise<void> => {
      if (evcc.settings.get('site', 0, 'telemetry') !== true) return;
      const body = reportOf(evcc);
      const late = new AbortController();
      const cancelLate = clock.after(TIMEOUT, () => late.abort());
      try {
        await http.text({ url, method: 'POST', body }, late.signal);
        log.info(`sent usage data: ${JSON.stringify(body)}`);
      } catch (error) {
        log.debug(
          `usage data could not be sent; tried again in a day: ${error instanceof Error ? error.message : error}`,
        );
      } finally {
        cancelLate();
      }
    };
    const wait = (ms: number): void => {
      cancel = clock.after(ms, () => {
        wait(PAUSE);
        // It catches all there is.
        void send();
      });
    };
    const close = (): void => {
      cancel();
      http.close();
    };

    hooks.setup.tapPromise('telemetry', async () => wait(FIRST));
    hooks.stop.tapPromise('telemetry', async () => close());
    return close;
  },
};

export default telemetry;

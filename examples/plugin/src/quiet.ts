import type { Plugin } from 'evcc';

/** The section `quiet` of the configuration. */
export interface QuietOptions {
  /** Time of day at which it begins, as `22:00` */
  from: string;
  /** Time of day at which it ends, as `06:30` */
  to: string;
  /** A per phase that are allowed meanwhile; default 10 */
  current?: number;
}

declare module 'evcc' {
  interface PluginSections {
    quiet: QuietOptions;
  }
}

const TIME = { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' } as const;

/** A policy: wallboxes that hum get less current at night. Listed under `plugins`, it limits every loadpoint. */
const quiet: Plugin<QuietOptions> = {
  name: 'acme-quiet',
  section: {
    key: 'quiet',
    schema: {
      type: 'object',
      required: ['from', 'to'],
      properties: {
        from: { ...TIME, description: 'Time of day at which it begins' },
        to: { ...TIME, description: 'Time of day at which it ends' },
        current: {
          type: 'number',
          minimum: 6,
          unit: 'A',
          default: 10,
          description: 'What is allowed meanwhile, per phase',
        },
      },
    },
  },
  apply(evcc, { from, to, current = 10 }) {
    // Pure: the time is that of the cycle, and nothing is remembered.
    evcc.hooks.limit.tap('acme-quiet', (setpoint, _loadpoint, site) => {
      const [, clock = ''] = /(\d\d:\d\d):\d\d$/.exec(evcc.time.formatLocal(site.now)) ?? [];
      const isQuiet = from <= to ? clock >= from && clock < to : clock >= from || clock < to;
      if (!isQuiet || setpoint.current <= current) return setpoint;
      const text = `no more than ${current} A from ${from} to ${to}`;
      return {
        ...setpoint,
        current,
        reasons: [...setpoint.reasons, { code: 'quiet-hours', text, change: `ends at ${to}` }],
      };
    });
  },
};

export default quiet;

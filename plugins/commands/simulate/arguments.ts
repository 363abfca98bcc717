import { parseArgs } from 'node:util';
import type { ChargeMode } from '../../../core/index.ts';
import { PROGRAM_OPTIONS } from '../../shared/command-line.ts';

/** What a command line asks for. */
export interface Request {
  readonly profile: string;
  /** Absent: cars come and go as the configuration says */
  readonly sessions?: string;
  /** RFC 3339 time or date, as typed; absent: the first slot */
  readonly from?: string;
  /** RFC 3339 time or date, as typed; absent: the end of the last slot */
  readonly to?: string;
  /** s; absent: that of the configuration */
  readonly interval?: number;
  /** For all loadpoints; absent: that of the configuration */
  readonly mode?: ChargeMode;
  /** Name of a car; absent: all cars of the sessions */
  readonly car?: string;
  /** Cars leave with what they came for */
  readonly ready: boolean;
  /** Energy and departure of each session become a goal that is planned for */
  readonly plan: boolean;
  /** kWh; absent: the batteries of the configuration */
  readonly battery?: number;
  readonly seed?: number;
  /** 0 to 1; absent: that of the configuration, which is 0 unless it says so */
  readonly variation?: number;
  readonly json: boolean;
  /** Files to write */
  readonly csv?: string;
  readonly report?: string;
}

export const USAGE = `Runs the house on measured series, as fast as the machine allows, and shows what it cost.

Usage: evcc simulate --profile FILE [--sessions FILE] [options]

Input:
  --profile FILE      household load, PV and price: CSV with start,load_w,pv_w,price_eur_per_kwh
  --sessions FILE     when cars are plugged in and what they take: CSV with car,plug_in,plug_out,energy_kwh
  --car NAME          only the sessions of this car
  --from TIME         first slot, 2023-04-01 or 2023-04-01T06:00:00Z; a date begins at midnight in UTC
  --to TIME           end of the last slot
  --variation 0..1    changes inside the slots that keep each mean; 0 (none) unless the configuration says otherwise
  --seed NUMBER       chooses the variation

House:
  -c, --config FILE   the house around the series, of simulated devices; by default a charger of 11 kW that switches
                      phases, mode pv, import at the price + 0.20, feed-in at 0.08
  --mode MODE         off, pv, minpv or now, for all loadpoints
  --ready             cars leave with what they came for: what the mode has not given them is charged at full power,
                      as late as possible
  --plan              energy and departure of each session become a goal that is planned for, with the prices of the
                      day-ahead market and the sun of the last days as forecast; the cars do not tell their soc
  --battery KWH       adds a home battery: 5 kW, 95 % efficient in each direction, half full at the beginning
  --interval SECONDS  time between two cycles; a part of the slots of the profile, e.g. 10, 30, 60

Output:
  --json              the result as JSON instead of a table
  --csv FILE          the means of every slot
  --report FILE       one HTML page with charts of the days and the totals
  -l, --log LEVEL     log of the house; by default its first warnings

Examples:
  evcc simulate --car commuter --profile examples/simulate/synthetic-home.csv \\
    --sessions examples/simulate/synthetic-cars.csv
  evcc simulate --profile home.csv --sessions ev.csv --car ev1 --battery 10 --mode pv --report year.html

Formats and how things are counted: docs/simulation.md`;

const MODES: readonly ChargeMode[] = ['off', 'pv', 'minpv', 'now'];

/** Reads the arguments; a text says what is wrong with them. Throws the errors of parseArgs. */
export function readRequest(args: readonly string[]): Request | string {
  const { values } = parseArgs({
    args: [...args],
    options: {
      profile: { type: 'string' },
      sessions: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      interval: { type: 'string' },
      mode: { type: 'string' },
      car: { type: 'string' },
      ready: { type: 'boolean' },
      plan: { type: 'boolean' },
      battery: { type: 'string' },
      seed: { type: 'string' },
      variation: { type: 'string' },
      json: { type: 'boolean' },
      csv: { type: 'string' },
      report: { type: 'string' },
      ...PROGRAM_OPTIONS,
    },
  });
  const { profile, sessions, from, to, car, csv, report } = values;
  if (profile === undefined) return '--profile is missing: the CSV file with load, PV and price';
  for (const [name, value] of Object.entries(values)) if (value === '') return `--${name} needs a value`;
  if (values.mode !== undefined && !isMode(values.mode)) return wrong('mode', values.mode, MODES.join(', '));
  if (car !== undefined && sessions === undefined)
    return '--car chooses among the cars of --sessions, which is missing';
  for (const each of ['ready', 'plan'] as const) {
    if (values[each] && sessions === undefined) return `--${each} needs --sessions, which say when cars leave`;
  }
  const interval = number(values.interval, 1, 3_600);
  if (interval === null) return wrong('interval', values.interval, '1 to 3600 s');
  const battery = number(values.battery, 0.5, 1_000);
  if (battery === null) return wrong('battery', values.battery, '0.5 to 1000 kWh');
  const variation = number(values.variation, 0, 1);
  if (variation === null) return wrong('variation', values.variation, '0 to 1');
  const seed = number(values.seed, 0, 2 ** 31 - 1);
  if (seed === null || (seed !== undefined && !Number.isInteger(seed))) {
    return wrong('seed', values.seed, 'a whole number from 0 to 2147483647');
  }
  return {
    profile,
    json: values.json ?? false,
    ready: values.ready ?? false,
    plan: values.plan ?? false,
    ...(sessions !== undefined && { sessions }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(interval !== undefined && { interval }),
    ...(values.mode !== undefined && { mode: values.mode }),
    ...(car !== undefined && { car }),
    ...(battery !== undefined && { battery }),
    ...(seed !== undefined && { seed }),
    ...(variation !== undefined && { variation }),
    ...(csv !== undefined && { csv }),
    ...(report !== undefined && { report }),
  };
}

function isMode(text: string): text is ChargeMode {
  return (MODES as readonly string[]).includes(text);
}

function wrong(option: string, value: string | undefined, allowed: string): string {
  return `--${option} "${value}" is not allowed: ${allowed}`;
}

/** `undefined`: not given; `null`: no number within the limits. */
function number(text: string | undefined, from: number, to: number): number | undefined | null {
  if (text === undefined) return undefined;
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return value >= from && value <= to ? value : null;
}

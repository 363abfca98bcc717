import { parseArgs } from 'node:util';
import type { BatteryMode, Phases } from '../../../core/index.ts';
import { PROGRAM_OPTIONS } from '../../shared/command-line.ts';

/** What a command line asks for. */
export interface Request {
  readonly kind: Kind;
  readonly name: string;
  /** Readings to take; at least 1 */
  readonly repeat: number;
  /** ms to wait for the first reading */
  readonly wait: number;
  readonly json: boolean;
  readonly orders: Orders;
}

export type Kind = keyof typeof SECTIONS;

/** Where the devices of a kind stand in a configuration. */
export const SECTIONS = { charger: 'chargers', meter: 'meters', vehicle: 'vehicles', tariff: 'tariffs' } as const;

/** What to tell the device, each absent unless asked for. */
export interface Orders {
  /** A per phase */
  readonly current?: number;
  readonly enabled?: boolean;
  readonly phases?: Phases;
  readonly wake?: true;
  readonly batteryMode?: BatteryMode;
  readonly dimmed?: boolean;
  /** % of the installed power */
  readonly feedIn?: number;
}

const BATTERY_MODES: readonly BatteryMode[] = ['normal', 'hold', 'charge', 'holdcharge'];

export const USAGE = `Reads every value of a configured device and times it, and drives it.

Usage: evcc device <kind> <name> [options]

KIND is charger, meter, vehicle or tariff; NAME is the one in the configuration, of a tariff its role, such as grid.
Only this device is opened, no cycle runs. Each order is carried out, then the device is read again.

  --repeat N           takes N readings, 1 to 1000, and says how long they take
  --wait S             waits up to S seconds for the first reading, 1 to 600; by default 10
  --json               readings as JSON, in internal units: W, Wh, A, V, %, ms
  -c, --config FILE    configuration of the house

Orders to a charger; what its loadpoint and its circuits allow is not exceeded, but other consumption is not looked at:
  --set current=A      sets the current per phase
  --enable, --disable  lets it charge, or not
  --phases 1|3         switches the phases
  --wake               wakes up the car (vehicles too)

Orders to a meter:
  --battery-mode MODE  normal, hold, charge or holdcharge, for 10 seconds: then it is set back to normal
  --feed-in P          limits the feed-in to P % of the installed power, for 10 seconds
  --dim, --undim       limits its consumption, or lifts that (chargers too)

Orders are refused while the house runs with its database: it gives its own.

Examples:
  evcc device meter grid --repeat 20
  evcc device charger garage --set current=8 --enable
  evcc device tariff grid --json`;

/** Reads the arguments; a text says what is wrong with them. Throws the errors of parseArgs. */
export function readRequest(args: readonly string[]): Request | string {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      repeat: { type: 'string', default: '1' },
      wait: { type: 'string', default: '10' },
      json: { type: 'boolean', default: false },
      set: { type: 'string' },
      enable: { type: 'boolean' },
      disable: { type: 'boolean' },
      phases: { type: 'string' },
      wake: { type: 'boolean' },
      'battery-mode': { type: 'string' },
      'feed-in': { type: 'string' },
      dim: { type: 'boolean' },
      undim: { type: 'boolean' },
      ...PROGRAM_OPTIONS,
    },
  });
  const [kind = '', name, ...others] = positionals;
  if (!isKind(kind)) return `a device is a ${Object.keys(SECTIONS).join(', ')}, not "${kind}"`;
  if (name === undefined) return `which ${kind}? Its name in the configuration is missing`;
  if (others.length > 0) return `one device at a time: "${others[0]}" is too much`;
  const repeat = wholeNumber(values.repeat, 1, 1_000);
  const wait = wholeNumber(values.wait, 1, 600);
  if (repeat === undefined) return `--repeat must be a whole number from 1 to 1000, not "${values.repeat}"`;
  if (wait === undefined) return `--wait must be a whole number from 1 to 600, not "${values.wait}"`;
  const orders = readOrders(values);
  if (typeof orders === 'string') return orders;
  return { kind, name, repeat, wait: wait * 1_000, json: values.json, orders };
}

interface GivenOrders {
  readonly set?: string | undefined;
  readonly enable?: boolean | undefined;
  readonly disable?: boolean | undefined;
  readonly phases?: string | undefined;
  readonly wake?: boolean | undefined;
  readonly 'battery-mode'?: string | undefined;
  readonly 'feed-in'?: string | undefined;
  readonly dim?: boolean | undefined;
  readonly undim?: boolean | undefined;
}

function readOrders(given: GivenOrders): Orders | string {
  const { set, phases, 'battery-mode': mode, 'feed-in': feedIn } = given;
  const [, current] = /^current=(\d+(?:\.\d+)?)$/.exec(set ?? '') ?? [];
  if (set !== undefined && current === undefined) return `--set must be like current=8, not "${set}"`;
  if (given.enable && given.disable) return 'either --enable or --disable';
  if (given.dim && given.undim) return 'either --dim or --undim';
  if (phases !== undefined && phases !== '1' && phases !== '3') return `--phases must be 1 or 3, not "${phases}"`;
  const batteryMode = BATTERY_MODES.find((each) => each === mode);
  if (mode !== undefined && !batteryMode) return `--battery-mode must be ${BATTERY_MODES.join(', ')}, not "${mode}"`;
  const percent = feedIn === undefined ? undefined : wholeNumber(feedIn, 0, 100);
  if (feedIn !== undefined && percent === undefined) return `--feed-in must be from 0 to 100, not "${feedIn}"`;
  return {
    ...(current !== undefined && { current: Number(current) }),
    ...((given.enable || given.disable) && { enabled: given.enable === true }),
    ...(phases !== undefined && { phases: phases === '1' ? 1 : 3 }),
    ...(given.wake && { wake: true as const }),
    ...(batteryMode && { batteryMode }),
    ...((given.dim || given.undim) && { dimmed: given.dim === true }),
    ...(percent !== undefined && { feedIn: percent }),
  };
}

const isKind = (text: string): text is Kind => Object.hasOwn(SECTIONS, text);

function wholeNumber(text: string, least: number, most: number): number | undefined {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : undefined;
}

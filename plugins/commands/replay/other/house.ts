import type { CommandContext } from '../../../../core/index.ts';

/** Makes of another configuration one that runs in the recorded house: its policies, with the devices of the model. */

/** Type that stands for every device of the configuration */
export const RECORDED = 'recorded';

/** Top-level keys that decide something; all others belong to surfaces, storage and log. */
const KEPT = ['meters', 'chargers', 'vehicles', 'tariffs', 'circuits', 'site', 'loadpoints', 'plugins'];
/** Tariffs that need nothing but the time */
const TARIFFS = ['fixed'];

type Fields = Readonly<Record<string, unknown>>;

export interface OtherHouse {
  /** What to run */
  readonly config: object;
  readonly directory: string;
  readonly file: string;
  /** kWh of the first home battery, if it says so; absent: as recorded */
  readonly capacity?: number;
  /** Keys that play no part and were left out */
  readonly omitted: readonly string[];
}

export async function otherHouse(interval: number, context: CommandContext): Promise<OtherHouse> {
  const { config: written, directory, file } = await context.loadConfig();
  const config = fields(written);
  const meters = fields(fields(config.site).meters);
  const [battery] = [meters.battery ?? []].flat();
  const capacity = fields(fields(config.meters)[String(battery)]).capacity;
  const kept = Object.fromEntries(Object.entries(config).filter(([key]) => KEPT.includes(key)));
  return {
    config: {
      ...kept,
      interval: interval / 1_000,
      // On unless it is switched off.
      rest: false,
      meters: each(config.meters, recorded),
      chargers: each(config.chargers, recorded),
      vehicles: each(config.vehicles, recorded),
      ...(config.tariffs !== undefined && { tariffs: each(config.tariffs, tariff) }),
      ...(config.circuits !== undefined && { circuits: each(config.circuits, withoutMeter) }),
      site: {
        ...fields(config.site),
        meters: Object.fromEntries(Object.entries(meters).filter(([role]) => ['grid', 'pv', 'battery'].includes(role))),
      },
      loadpoints: [config.loadpoints ?? []].flat().map(withoutMeter),
    },
    directory,
    file,
    ...(typeof capacity === 'number' && { capacity }),
    omitted: Object.keys(config).filter((key) => !KEPT.includes(key) && key !== 'interval'),
  };
}

/** What core understands of an entry stays; what its own type needs, such as addresses and passwords, goes. */
function recorded(entry: unknown): unknown {
  const { title, icon, capacity, phases, minCurrent, maxCurrent, identifiers, features, onIdentify } = fields(entry);
  const core = { title, icon, phases, minCurrent, maxCurrent, identifiers, features, onIdentify };
  const known = Object.entries({ ...core, capacity }).filter(([, value]) => value !== undefined);
  return { type: RECORDED, ...Object.fromEntries(known) };
}

function tariff(entry: unknown, role: string): unknown {
  if (role === 'currency') return entry;
  return TARIFFS.includes(String(fields(entry).type)) ? entry : { type: RECORDED };
}

/** The house has other meters now. */
function withoutMeter(entry: unknown): unknown {
  const { meter: _, ...rest } = fields(entry);
  return rest;
}

function each(value: unknown, change: (entry: unknown, name: string) => unknown): Fields {
  return Object.fromEntries(Object.entries(fields(value)).map(([name, entry]) => [name, change(entry, name)]));
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

import { systemClock } from '../../core/clock.ts';
import type {
  ChargerDevice,
  ChargerReading,
  Clock,
  LoadedPlugin,
  MeterDevice,
  MeterReading,
} from '../../core/index.ts';
import { createLoader } from '../../core/loading/loader.ts';
import { silentLogger } from '../../core/log.ts';
import { createRuntime, type Runtime } from '../../core/runtime/runtime.ts';
import { createMemoryStore, type Store } from '../../core/store.ts';

/** A house whose devices answer at once, so that what is measured is the runtime. */
export interface BenchHouse {
  readonly runtime: Runtime;
  /**
   * From now on readings stay under way for good: a cycle goes by the last ones, which `pass` changes in place. So it is
   * a cycle without device I/O.
   */
  holdReadings(): void;
  /** From now on somebody wants to know every change. */
  listen(): void;
  /** The house goes on: what the devices say changes. */
  pass(): void;
  /** Called when the grid meter is read, which every cycle begins with. */
  onRead: () => void;
  /** Called with every current that arrives at a charger. */
  onCurrent: (current: number) => void;
}

/** ms for which a cycle waits for devices at most */
const LONGEST_WAIT = 5_000;

/** A clock that only moves when it is told to; cycles do not wait, and deadlines of devices never pass. */
export class StillClock implements Clock {
  time = 1_750_000_000_000;
  now(): number {
    return this.time;
  }
  async sleep(): Promise<void> {}
  after(ms: number, run: () => void): () => void {
    if (ms > LONGEST_WAIT) return () => {};
    const immediate = setImmediate(run);
    return () => clearImmediate(immediate);
  }
}

const SCHEMA = { type: 'object', properties: {} } as const;
/** s */
const DAY = 86_400;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface BenchCharger {
  /** A */
  current: number;
  readonly reading: Mutable<ChargerReading>;
}

function createCharger(): BenchCharger {
  const charger: BenchCharger = { current: 8, reading: { status: 'C', enabled: true } };
  takes(charger, 0);
  return charger;
}

/** The car takes what it is offered; `passed` Wh so far. */
function takes({ current, reading }: BenchCharger, passed: number): void {
  reading.power = current * 690;
  reading.currents = [current, current, current];
  reading.energy = 1_000_000 + passed;
}

export async function benchHouse(
  loadpoints: number,
  clock: Clock = systemClock,
  config: object = {},
  store: Store = createMemoryStore(),
): Promise<BenchHouse> {
  const chargers = Array.from({ length: loadpoints }, () => createCharger());
  const meters: Readonly<Record<string, Mutable<MeterReading>>> = {
    grid: { power: -500, energy: 1_000_000 },
    pv: { power: 3_000 },
    battery: { power: -300, soc: 50 },
  };
  let passed = 0;
  let held = false;
  let listening = false;
  const house = {
    onRead: (): void => {},
    onCurrent: (_: number): void => {},
    holdReadings: () => {
      held = true;
    },
    listen: () => {
      listening = true;
    },
    pass: () => {
      passed += 1;
      const { grid, pv, battery } = meters;
      if (grid) Object.assign(grid, { power: -500 + (passed % 100) * 10, energy: 1_000_000 + passed });
      if (pv) pv.power = 3_000 + (passed % 77);
      if (battery) Object.assign(battery, { power: -300 + (passed % 50), soc: 50 + (passed % 100) / 100 });
      for (const charger of chargers) takes(charger, passed);
    },
  };
  const answer = <Reading>(reading: Reading): Promise<Reading> =>
    held ? new Promise(() => {}) : Promise.resolve(reading);
  const devices: LoadedPlugin = {
    name: 'bench',
    apply(evcc) {
      evcc.hooks.publish.tap('bench', (changes) => {
        if (listening) changes();
      });
      evcc.chargers.define('bench', {
        schema: SCHEMA,
        create: (_, { name }): ChargerDevice => {
          const charger = chargers[Number(name.slice(1))] ?? createCharger();
          return {
            read: () => answer(charger.reading),
            enable: async (enabled) => {
              charger.reading.enabled = enabled;
            },
            setMaxCurrent: async (current) => {
              charger.current = current;
              house.onCurrent(current);
            },
          };
        },
      });
      evcc.meters.define('bench', {
        schema: SCHEMA,
        create: (_, { name }): MeterDevice => ({
          read: () => {
            if (name === 'grid') house.onRead();
            return answer(meters[name] ?? { power: 0 });
          },
        }),
      });
    },
  };
  const runtime = await createRuntime({
    config: {
      rest: false,
      plugins: [devices],
      chargers: Object.fromEntries(chargers.map((_, index) => [`c${index}`, { type: 'bench', staleAfter: DAY }])),
      meters: Object.fromEntries(Object.keys(meters).map((name) => [name, { type: 'bench', staleAfter: DAY }])),
      site: { meters: { grid: 'grid', pv: 'pv', battery: 'battery' } },
      loadpoints: chargers.map((_, index) => ({ charger: `c${index}`, mode: 'pv' })),
      ...config,
    },
    directory: import.meta.dirname,
    loader: createLoader({ directory: import.meta.dirname }),
    clock,
    log: silentLogger,
    version: 'bench',
    store,
  });
  return Object.assign(house, { runtime });
}

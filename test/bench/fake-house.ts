import { systemClock } from '../../core/clock.ts';
import type { ChargerDevice, Clock, LoadedPlugin, MeterDevice } from '../../core/index.ts';
import { createLoader } from '../../core/loading/loader.ts';
import { silentLogger } from '../../core/log.ts';
import { createRuntime, type Runtime } from '../../core/runtime/runtime.ts';
import { createMemoryStore, type Store } from '../../core/store.ts';

/** A house whose devices answer at once, so that what is measured is the runtime. */
export interface BenchHouse {
  readonly runtime: Runtime;
  /** Called with every current that arrives at a charger. */
  onCurrent: (current: number) => void;
}

/** A clock that only moves when it is told to, with timers that never fire. */
export class StillClock implements Clock {
  time = 1_750_000_000_000;
  now(): number {
    return this.time;
  }
  async sleep(): Promise<void> {}
  after(): () => void {
    return () => {};
  }
}

const SCHEMA = { type: 'object', properties: {} } as const;

export async function benchHouse(
  loadpoints: number,
  clock: Clock = systemClock,
  config: object = {},
  store: Store = createMemoryStore(),
): Promise<BenchHouse> {
  const states = Array.from({ length: loadpoints }, () => ({ enabled: true, current: 8 }));
  let reads = 0;
  const house = { onCurrent: (_: number): void => {} };
  const devices: LoadedPlugin = {
    name: 'bench',
    apply(evcc) {
      evcc.chargers.define('bench', {
        schema: SCHEMA,
        create: (_, { name }): ChargerDevice => {
          const state = states[Number(name.slice(1))] ?? { enabled: true, current: 8 };
          return {
            read: async () => ({
              status: 'C',
              enabled: state.enabled,
              power: state.current * 690,
              currents: [state.current, state.current, state.current],
              energy: 1_000_000 + reads,
            }),
            enable: async (enabled) => {
              state.enabled = enabled;
            },
            setMaxCurrent: async (current) => {
              state.current = current;
              house.onCurrent(current);
            },
          };
        },
      });
      evcc.meters.define('bench', {
        schema: SCHEMA,
        create: (_, { name }): MeterDevice => ({
          read: async () => {
            reads += 1;
            if (name === 'grid') return { power: -500 + (reads % 100) * 10, energy: 1_000_000 + reads };
            return name === 'battery'
              ? { power: -300 + (reads % 50), soc: 50 + (reads % 100) / 100 }
              : { power: 3_000 + (reads % 77) };
          },
        }),
      });
    },
  };
  const runtime = await createRuntime({
    config: {
      rest: false,
      plugins: [devices],
      chargers: Object.fromEntries(states.map((_, index) => [`c${index}`, { type: 'bench' }])),
      meters: { grid: { type: 'bench' }, pv: { type: 'bench' }, battery: { type: 'bench' } },
      site: { meters: { grid: 'grid', pv: 'pv', battery: 'battery' } },
      loadpoints: states.map((_, index) => ({ charger: `c${index}`, mode: 'pv' })),
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

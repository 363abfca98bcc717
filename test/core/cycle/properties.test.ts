import fc from 'fast-check';
import { expect, test } from 'vitest';
import { time } from '../../../core/clock.ts';
import { DECIDE_STAGES, type Hooks } from '../../../core/hooks.ts';
import type { Evcc } from '../../../core/index.ts';
import { ownHooks } from '../../../core/loading/containment.ts';
import { silentLogger } from '../../../core/log.ts';
import { createMemoryStore } from '../../../core/store.ts';
import defaults from '../../../plugins/index.ts';
import { FakeClock } from '../../helpers/fake-clock.ts';
import { createRandom, createRandomHouse } from './random-house.ts';

/** The control policies that every house has, on top of the wild ones. */
function withDefaults(hooks: Hooks): void {
  for (const plugin of defaults) {
    const own = ownHooks(hooks, plugin.name, new FakeClock(), silentLogger);
    own.activate('all');
    const port = { define() {}, execute: async () => undefined };
    const services = { provide() {}, use() {} };
    const defined = { settings: port, queries: port, pages: port, state: port, services };
    const ignored = { publish() {}, claim() {}, raise() {}, announce() {} };
    const ports = { ...defined, ...ignored, store: createMemoryStore() };
    const basics = { log: silentLogger, clock: new FakeClock(), time };
    const evcc = { ...ports, ...basics, hooks: own.hooks, stages: { decide: DECIDE_STAGES } };
    void plugin.apply(evcc as unknown as Evcc, {} as never);
  }
}

/** Nothing but computing, which takes as long as the machine is busy with something else. */
const LONG = { timeout: 60_000 };

const house = fc.record({
  seed: fc.integer(),
  loadpoints: fc.integer({ min: 1, max: 4 }),
  cycles: fc.integer({ min: 1, max: 120 }),
});

test.for([
  { title: 'alone', plugins: () => {} },
  { title: 'before the usual strategies', plugins: withDefaults },
])(
  'whatever plugins answer ($title): within the limits, never between 0 and the minimum, with pauses, safe without readings',
  LONG,
  ({ plugins }) => {
    const totals = { on: 0, off: 0, phases: 0, failed: 0, charged: 0, woken: 0 };
    fc.assert(
      fc.property(house, ({ seed, loadpoints, cycles }) => {
        const { cycle, counts } = createRandomHouse(createRandom(seed), loadpoints, plugins);
        for (let index = 0; index < cycles; index += 1) cycle();
        for (const key of Object.keys(totals) as (keyof typeof totals)[]) totals[key] += counts[key];
      }),
      { numRuns: 150 },
    );
    // The houses did something worth checking.
    for (const count of Object.values(totals)) expect(count).toBeGreaterThan(50);
  },
);

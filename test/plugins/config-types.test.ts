import assert from 'node:assert/strict';
import { defineConfig, type EvccConfig } from 'evcc';
import { test } from 'vitest';

/** What the compiler says about configurations: each line marked as an error stops `npm run types` when it is none. */
const configs: readonly EvccConfig[] = [
  defineConfig({ tariffs: { grid: { type: 'fixed', price: 0.3 } } }),
  defineConfig({
    tariffs: { grid: { type: 'fixed', price: 0.3, zones: [{ price: 0.2, days: 'Mo-Fr', hours: '2-5' }] } },
  }),
  defineConfig({ vehicles: { ev6: { type: 'offline', title: 'EV6', capacity: 77 } } }),
  defineConfig({ database: { type: 'sqlite', file: 'evcc.db' } }),
  defineConfig({ database: { type: 'sqlite' } }),
  defineConfig({ tariffs: { grid: { type: './my-tariff.ts', whatever: true } } }),
  // @ts-expect-error an option that does not exist
  defineConfig({ tariffs: { grid: { type: 'fixed', prize: 0.3 } } }),
  // @ts-expect-error an option that is missing
  defineConfig({ tariffs: { grid: { type: 'fixed' } } }),
  // @ts-expect-error an option of another type
  defineConfig({ tariffs: { grid: { type: 'fixed', price: '0.3' } } }),
  // @ts-expect-error an option of a zone that does not exist
  defineConfig({ tariffs: { grid: { type: 'fixed', price: 0.3, zones: [{ price: 0.2, day: 'Mo' }] } } }),
  // @ts-expect-error a type that does not exist
  defineConfig({ tariffs: { grid: { type: 'fixt', price: 0.3 } } }),
  // @ts-expect-error a type of another kind
  defineConfig({ vehicles: { ev6: { type: 'fixed', price: 0.3 } } }),
  // @ts-expect-error an option that offline cars do not have
  defineConfig({ vehicles: { ev6: { type: 'offline', soc: 50 } } }),
  // @ts-expect-error a store has a path, not a number
  defineConfig({ database: { type: 'sqlite', file: 7 } }),
];

test('defineConfig hands on what it gets', () => {
  const config: EvccConfig = { interval: 10 };
  assert.equal(defineConfig(config), config);
  assert.equal(configs.length, 14);
});

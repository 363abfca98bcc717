import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const config: ViteUserConfig = defineConfig({
  // The package by its own name, also below another package.json, as in examples/plugin.
  resolve: {
    alias: [
      { find: /^evcc$/, replacement: path('core/index.ts') },
      { find: /^evcc\/testing$/, replacement: path('test/contract/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    setupFiles: ['test/helpers/seed.ts'],
    // A worker for many files: the sources are loaded once.
    isolate: false,
    // Of which many wait for clocks and peers.
    maxWorkers: 2,
    // Of the tests that say so, how many run side by side: they only wait.
    maxConcurrency: 10,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Of processes that share few cores with others.
    expect: { poll: { timeout: 15_000 } },
  },
});

export default config;

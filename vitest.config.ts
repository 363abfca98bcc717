import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    // One worker for all files: the sources are loaded once.
    isolate: false,
    testTimeout: 20_000,
  },
});

export default config;

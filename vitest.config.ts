import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    // One worker for all files: the sources are loaded once.
    isolate: false,
    testTimeout: 20_000,
  },
});

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from '../setup/closing-line-reporter.ts';

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/comparison/**/*.spec.ts'],
    globalSetup: 'test/comparison/setup/provide.ts',
    reporters: ['default', new ClosingLineReporter()],
    // Both brokers have much to wait for: for what must not come, and for signs that are kept once a second.
    maxConcurrency: 8,
    // What differs is told whole.
    chaiConfig: { truncateThreshold: 0 },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});

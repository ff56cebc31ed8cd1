import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from '../setup/closing-line-reporter.ts';

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/interop/**/*.spec.ts'],
    globalSetup: ['test/interop/setup/provide-python.ts', 'test/comparison/setup/provide.ts'],
    reporters: ['default', new ClosingLineReporter()],
    // Each file has a stack of its own; several at once would only wait for each other.
    fileParallelism: false,
    // Python clients come back after up to 10 s, and the slowest cases wait for that twice.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './setup/closing-line-reporter.ts';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['packages/**/*.spec.ts', 'services/**/*.spec.ts', 'deploy/**/*.spec.ts', 'test/**/*.spec.ts'],
    exclude: ['**/node_modules/**', 'test/interop/**', 'test/comparison/comparison.spec.ts'],
    globalSetup: 'test/setup/backing-services.ts',
    // Most tests wait for servers: with a core to spare, as is preset, half of the machine has nothing to do.
    maxWorkers: '100%',
    reporters: ['default', new ClosingLineReporter()],
    // Real servers on a shared machine take their time now and then; a test that hangs still ends.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});

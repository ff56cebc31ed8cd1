import { ConfigError, EXIT_CONFIG } from '@dasf-broker/config';
import { readStoreConfig } from './config.ts';
import { createStore } from './store.ts';

try {
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
  await using store = createStore(readStoreConfig());
  const stopped = new Promise((resolve) => stopping.signal.addEventListener('abort', resolve));
  void store.ready.then(() => process.send?.({ ready: true }));
  await stopped;
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT_CONFIG;
}
// A connection that is still being tried must not hold up the end.
process.exit();

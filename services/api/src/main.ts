import { ConfigError, EXIT_CONFIG, EXIT_NOT_PERMITTED } from '@dasf-broker/config';
import { NatsRefused } from '@dasf-broker/nats';
import { createApi } from './api.ts';
import { readApiConfig } from './config.ts';

const stop = new Promise<'stop'>((resolve) => {
  process.once('SIGTERM', () => resolve('stop'));
  process.once('SIGINT', () => resolve('stop'));
});

try {
  const starting = createApi(readApiConfig());
  // NATS may be away for long; a signal ends the waiting.
  if ((await Promise.race([starting, stop])) === 'stop') process.exit();
  await using api = await starting;
  process.send?.({ ready: true, address: api.address });
  await stop;
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof NatsRefused)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof ConfigError ? EXIT_CONFIG : EXIT_NOT_PERMITTED;
}

import { ConfigError, EXIT_CONFIG, EXIT_NOT_PERMITTED } from '@dasf-broker/config';
import { NatsRefused } from '@dasf-broker/nats';
import { readEdgeConfig } from './config.ts';
import { createEdge } from './edge.ts';

const stop = new Promise<'stop'>((resolve) => {
  process.once('SIGTERM', () => resolve('stop'));
  process.once('SIGINT', () => resolve('stop'));
});

try {
  const starting = createEdge(readEdgeConfig(process.env));
  // NATS may be away for long; a signal ends the waiting.
  if ((await Promise.race([starting, stop])) === 'stop') process.exit();
  await using edge = await starting;
  process.send?.({ ready: true, address: edge.address });
  await stop;
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof NatsRefused)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof ConfigError ? EXIT_CONFIG : EXIT_NOT_PERMITTED;
}

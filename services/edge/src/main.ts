import { ConfigError, EXIT_CONFIG } from '@dasf-broker/config';
import { readEdgeConfig } from './config.ts';
import { createEdge } from './edge.ts';

try {
  const edge = await createEdge(readEdgeConfig(process.env));
  process.send?.({ ready: true, address: `${edge.host}:${edge.port}` });
  const stop = async () => {
    await edge[Symbol.asyncDispose]();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, stop);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(error instanceof ConfigError ? EXIT_CONFIG : 1);
}

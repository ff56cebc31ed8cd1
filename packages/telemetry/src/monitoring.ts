import { type InternalAddress, startInternalServer } from './internal-server.ts';
import { Metrics } from './metrics.ts';
import { Readiness } from './readiness.ts';

/** How a service is watched by those who run it. */
export interface Monitoring extends AsyncDisposable {
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  /** Where its health and metrics are, if anywhere: `http://127.0.0.1:9090`. */
  readonly address: string | undefined;
}

/**
 * Begins before anything else of a service does, so that it can be asked while it waits for others, and ends last.
 *
 * @throws what listening throws, such as `EADDRINUSE`
 */
export async function openMonitoring(at: InternalAddress | undefined): Promise<Monitoring> {
  const metrics = new Metrics();
  const readiness = new Readiness();
  const server = at && (await startInternalServer(at, readiness, metrics));
  return {
    metrics,
    readiness,
    address: server?.address,
    [Symbol.asyncDispose]: async () => server?.[Symbol.asyncDispose](),
  };
}

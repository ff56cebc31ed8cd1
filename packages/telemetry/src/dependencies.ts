import type { Metrics } from './metrics.ts';

/** What is used of a connection to NATS. */
interface WatchedNats {
  status(): AsyncIterable<{ readonly type: string }>;
}

/** Tells of connections to NATS, by what they are for. */
export function watchNats(metrics: Metrics, connections: Readonly<Record<string, WatchedNats>>): void {
  const up = metrics.gauge('dasf_nats_up', 'Whether a connection to NATS stands: 1 or 0.', ['connection']);
  const reconnects = metrics.counter(
    'dasf_nats_reconnects_total',
    'How often a connection to NATS was lost and made anew.',
    ['connection'],
  );
  for (const [connection, nc] of Object.entries(connections)) {
    up.set({ connection }, 1);
    reconnects.inc({ connection }, 0);
    void follow(nc, up.labels({ connection }), reconnects.labels({ connection }));
  }
}

/** Tells of the local copy of the topic registry. */
export function watchRegistry(
  metrics: Metrics,
  registry: { readonly age: number; readonly size: number },
): void {
  metrics.gaugeOf(
    'dasf_registry_age_seconds',
    'How old the copy of the topic registry is at most; from 2 s on its leader is asked, too.',
    [],
    () => [[{}, registry.age / 1000]],
  );
  metrics.gaugeOf('dasf_registry_topics', 'Topics in the registry, response topics among them.', [], () => [
    [{}, registry.size],
  ]);
}

async function follow(
  nc: WatchedNats,
  up: { set(value: number): void },
  reconnects: { inc(): void },
): Promise<void> {
  for await (const { type } of nc.status()) {
    if (type === 'disconnect') up.set(0);
    if (type !== 'reconnect') continue;
    up.set(1);
    reconnects.inc();
  }
}

import { type Metrics, watchNats, watchRegistry } from '@dasf-broker/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import type { EdgeContext } from '../context.ts';
import type { LargeFrames } from '../large-frames.ts';

interface ReadParts extends Pick<EdgeContext, 'limits' | 'registry'> {
  readonly frames: Pick<LargeFrames, 'heldBytes'>;
}

/** What is looked up when somebody asks for the metrics. */
export function readEdge(
  metrics: Metrics,
  { limits, registry, frames }: ReadParts,
  connections: Readonly<Record<string, NatsConnection>>,
): void {
  const gauge = (name: string, help: string, read: () => number) =>
    metrics.gaugeOf(name, help, [], () => [[{}, read()]]);
  watchNats(metrics, connections);
  watchRegistry(metrics, registry);
  gauge('dasf_edge_frames_in_flight', 'Frames that wait for their answer.', () => limits.inFlight.frames);
  gauge(
    'dasf_edge_in_flight_bytes',
    'Bytes of frames that wait for their answer.',
    () => limits.inFlight.bytes,
  );
  gauge(
    'dasf_edge_queued_frame_bytes',
    'Bytes of frames that have come and wait for their turn.',
    () => limits.queued.bytes,
  );
  gauge(
    'dasf_edge_unfinished_frame_bytes',
    'Bytes of frames whose end has not come.',
    () => limits.unfinished.bytes,
  );
  gauge(
    'dasf_edge_consumer_buffer_bytes',
    'Bytes that consumers have yet to read.',
    () => limits.consumerBuffers.bytes,
  );
  gauge(
    'dasf_edge_frame_read_bytes',
    'Bytes of large frames that are being read for consumers.',
    () => frames.heldBytes,
  );
  metrics.counterOf(
    'dasf_edge_limit_hits_total',
    'How often a limit was met, by its name; docs/limits.md says what happens then.',
    ['limit'],
    () => [...limits.watch.totals()].map(([limit, times]) => [{ limit }, times] as const),
  );
}

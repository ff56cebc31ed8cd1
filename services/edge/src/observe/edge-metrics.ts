import type { Metrics } from '@dasf-broker/telemetry';

/** From half a millisecond to beyond the deadline of a publish, in seconds. */
export const ANSWER_BUCKETS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

/** What an edge counts as it goes. No label stands for a topic, a user or a subscription: there may be any number. */
export function edgeMetrics(metrics: Metrics) {
  return {
    connections: metrics.gauge('dasf_edge_connections', 'Open websocket connections, by kind.', ['kind']),
    connectionsOpened: metrics.counter(
      'dasf_edge_connections_opened_total',
      'Websocket connections that were opened, by kind.',
      ['kind'],
    ),
    upgradesRefused: metrics.counter(
      'dasf_edge_upgrades_refused_total',
      'Upgrades that were refused, by the code in the answer.',
      ['code'],
    ),
    framesReceived: metrics.counter(
      'dasf_edge_frames_received_total',
      'Frames from clients, by kind of connection.',
      ['kind'],
    ),
    bytesReceived: metrics.counter(
      'dasf_edge_frame_bytes_received_total',
      'Bytes of frames from clients, by kind of connection.',
      ['kind'],
    ),
    publishes: metrics.counter(
      'dasf_edge_publishes_total',
      'Frames that were answered, by kind of connection and result: ok, invalid (send-error:3), refused (6), unknown (8).',
      ['kind', 'result'],
    ),
    publishDuration: metrics.histogram(
      'dasf_edge_publish_duration_seconds',
      'From the arrival of a frame to its answer, by kind of connection.',
      ANSWER_BUCKETS,
      ['kind'],
    ),
    deliveries: metrics.counter('dasf_edge_deliveries_total', 'Messages that were sent to a consumer.'),
    bytesDelivered: metrics.counter(
      'dasf_edge_delivered_bytes_total',
      'Bytes of messages that were sent to a consumer.',
    ),
    acknowledgements: metrics.counter(
      'dasf_edge_acknowledgements_total',
      'Acknowledgements by consumers, by whether their message was delivered on the same connection: true or false.',
      ['known'],
    ),
    unreadable: metrics.counter(
      'dasf_edge_unreadable_messages_total',
      'Messages that came over NATS and could not be read, by kind: announcement or live event.',
      ['kind'],
    ),
  };
}

export type EdgeMetrics = ReturnType<typeof edgeMetrics>;

import type { Address } from '@dasf-broker/protocol';
import type { WebSocket } from 'ws';
import type { EdgeMetrics } from './edge-metrics.ts';

/** Counts a connection that was opened, and what it sends. */
export function countConnection(metrics: EdgeMetrics, socket: WebSocket, kind: Address['kind']): void {
  const open = metrics.connections.labels({ kind });
  const frames = metrics.framesReceived.labels({ kind });
  const bytes = metrics.bytesReceived.labels({ kind });
  metrics.connectionsOpened.inc({ kind });
  open.inc();
  socket.once('close', () => open.dec());
  socket.on('message', (data) => {
    frames.inc();
    bytes.inc((data as Buffer).length);
  });
}

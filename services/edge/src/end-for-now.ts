import { SUBPROTOCOL } from '@dasf-broker/access';
import { CloseCode } from '@dasf-broker/protocol';
import type { WebSocket } from 'ws';

/**
 * Ends a connection so that its client comes back (CLS-1): without a Close frame, which the Python client takes
 * for the end; with one where the client offered `dasf` and so knows its code.
 */
export function endForNow(socket: WebSocket, reason: string): void {
  if (socket.protocol === SUBPROTOCOL) socket.close(CloseCode.TRY_AGAIN_LATER, reason);
  else socket.terminate();
}

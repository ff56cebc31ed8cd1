import { publishTimeOf } from './stamp-frame.ts';

/**
 * A frame by which the broker asks a topic's consumers for a sign of life (`ping`, AVL-3) or for the
 * description of their functions (`api_info`, AVL-6). The Python client acknowledges either and answers on
 * its pong connection.
 *
 * @param at milliseconds since the epoch
 */
export function probeFrame(messageType: 'ping' | 'api_info', messageId: string, at: number): string {
  return JSON.stringify({
    messageId,
    publishTime: publishTimeOf(at),
    payload: '',
    properties: { messageType, requestContext: 1, response_topic: 'status-ping' },
  });
}

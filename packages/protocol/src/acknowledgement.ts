import { isMessageId } from './names.ts';

/**
 * The message id that a consumer's frame acknowledges, or `undefined` where it acknowledges nothing:
 * no JSON object, no valid id, or one of Pulsar's commands, which carry a `type` (FRM-2, ACK-1).
 */
export function parseAcknowledgement(text: string): string | undefined {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof frame !== 'object' || frame === null) return undefined;
  const { messageId, type } = frame as { messageId?: unknown; type?: unknown };
  if (type !== undefined && type !== null) return undefined;
  return typeof messageId === 'string' && isMessageId(messageId) ? messageId : undefined;
}

import type { ContentExpired } from '@dasf-broker/log';
import type { Changes } from './changes.ts';

/** Removes what came before its moments, by the time of the log. */
export function foldExpired(changes: Changes, event: ContentExpired): void {
  const { messagesBefore, requestsBefore } = event;
  changes.expiry = {
    messagesBefore: Math.max(changes.expiry?.messagesBefore ?? 0, messagesBefore),
    requestsBefore: Math.max(changes.expiry?.requestsBefore ?? 0, requestsBefore),
  };
  for (const [sequence, message] of changes.messages) {
    if (message.event.retention !== 'store' && message.time < messagesBefore)
      changes.messages.delete(sequence);
  }
  for (const [key, request] of changes.requests) {
    if (request.opened && request.opened.time < requestsBefore)
      changes.requests.set(key, { ...request, opened: undefined, fragments: [], numFragments: undefined });
  }
}

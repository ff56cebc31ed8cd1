import { createHash } from 'node:crypto';
import type { LogRecord, MessagePublished, RequestAnswered, RequestMade } from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import type { ChangedRequest, Changes } from './changes.ts';
import { touch } from './touch.ts';

/** GC-3: what closes a request. Progress does not. */
const ANSWERS = new Set(['response', 'pong']);
/** A context may be of any length, a key may not. */
const LONGEST_CONTEXT = 200;

/** A message may name a response topic, and it may be an answer on one. */
export function foldMessageOfRequest(
  changes: Changes,
  { event, sequence, time }: LogRecord<MessagePublished>,
): void {
  const { uid, messageType, requestContext, responseTopic, responseUid } = event;
  if (responseTopic !== undefined && responseUid !== undefined && !changes.deletedTopics.has(responseUid)) {
    touch(changes, { uid: responseUid, topic: responseTopic as Slug }, time);
    if (requestContext !== undefined) open(changes, responseUid, requestContext, { sequence, time });
  }
  if (requestContext !== undefined && ANSWERS.has(messageType ?? ''))
    answer(changes, uid, requestContext, event);
}

export function foldAsked(changes: Changes, { event, sequence, time }: LogRecord<RequestMade>): void {
  touch(changes, event, time);
  open(changes, event.uid, event.requestContext, { sequence, time });
}

export function foldAnswered(changes: Changes, { event, time }: LogRecord<RequestAnswered>): void {
  touch(changes, event, time);
  answer(changes, event.uid, event.requestContext, event);
}

/** A context that is used again stands for the later request. */
function open(changes: Changes, uid: string, context: string, opened: ChangedRequest['opened']): void {
  const request = requestOf(changes, uid, context);
  put(changes, { ...request, forgotten: true, opened, fragments: [], numFragments: undefined });
}

function answer(
  changes: Changes,
  uid: string,
  context: string,
  { fragment, numFragments = 1 }: { readonly fragment?: number; readonly numFragments?: number },
): void {
  const request = requestOf(changes, uid, context);
  if (fragment === undefined || numFragments <= 1) {
    put(changes, { ...request, forgotten: true, opened: undefined, fragments: [], numFragments: undefined });
  } else if (request.opened || !request.forgotten) {
    const fragments = [...request.fragments, fragment];
    put(changes, { ...request, fragments, numFragments: request.numFragments ?? numFragments });
  }
}

function requestOf(changes: Changes, uid: string, context: string): ChangedRequest {
  const key = contextKey(context);
  const untouched = { forgotten: false, opened: undefined, fragments: [], numFragments: undefined };
  return changes.requests.get(JSON.stringify([uid, key])) ?? { uid, context: key, ...untouched };
}

function put(changes: Changes, request: ChangedRequest): void {
  changes.requests.set(JSON.stringify([request.uid, request.context]), request);
}

function contextKey(context: string): string {
  if (context.length <= LONGEST_CONTEXT) return context;
  return `sha256:${createHash('sha256').update(context).digest('hex')}`;
}

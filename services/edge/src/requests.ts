import type { MessagePublished, RequestAnswered, RequestMade } from '@dasf-broker/log';
import type { RegisteredTopic } from '@dasf-broker/registry';

const ANSWERS = new Set(['response', 'pong']);

/** GC-3: tells that a request waits for an answer, where the message itself does not. */
export function requestMade(
  { responseTopic, requestContext, messageType, user }: MessagePublished,
  answers: RegisteredTopic | undefined,
): RequestMade | undefined {
  // DLV-9: a ping is never counted as work.
  if (!answers || responseTopic === undefined || requestContext === undefined || messageType === 'ping')
    return undefined;
  return { type: 'asked', topic: answers.slug, uid: answers.uid, user, requestContext };
}

/** GC-3: tells that a request was answered, where the message itself is not stored. */
export function requestAnswered(
  message: MessagePublished,
  topic: RegisteredTopic,
): RequestAnswered | undefined {
  const { messageType = '', requestContext, fragment, numFragments, user } = message;
  if (!topic.responseFor || requestContext === undefined || !ANSWERS.has(messageType)) return undefined;
  return {
    type: 'answered',
    topic: topic.slug,
    uid: topic.uid,
    user,
    requestContext,
    ...(fragment === undefined ? {} : { fragment }),
    ...(numFragments === undefined ? {} : { numFragments }),
  };
}

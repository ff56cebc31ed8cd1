import type { Identity } from '@dasf-broker/access';
import { AppendError } from '@dasf-broker/log';
import { decodeString, type Frame, isJson, refusals } from '@dasf-broker/protocol';
import type { RegisteredTopic } from '@dasf-broker/registry';
import type { TakeFrame } from './answering-connection.ts';
import type { EdgeContext } from './context.ts';
import { Deadline } from './deadline.ts';
import type { SignsOfLife } from './signs-of-life.ts';
import type { TopicAccess } from './topic-access.ts';

/** For the headers of the event that a description becomes. */
const HEADROOM_BYTES = 16 * 1024;

/** What the pong connection does with a frame: record a sign of life or a module's description (AVL-4). */
export function takePong(
  context: EdgeContext,
  access: TopicAccess,
  signs: SignsOfLife,
  identity: Identity,
): TakeFrame {
  return async (frame, arrived) => {
    if (frame.sourceTopic === undefined) throw refusals.noSourceTopic();
    using deadline = new Deadline(arrived + context.config.publishDeadline);
    const topic = await deadline.race(access.forConsuming(identity, frame.sourceTopic));
    if (!topic) throw refusals.mayNotPublish();
    const messageId = frame.messageId ?? crypto.randomUUID();
    return { messageId, done: record(context, signs, identity, topic, frame) };
  };
}

async function record(
  context: EdgeContext,
  signs: SignsOfLife,
  { user }: Identity,
  topic: RegisteredTopic,
  frame: Frame,
): Promise<void> {
  if (frame.messageType === 'pong') signs.answered(topic, user);
  if (frame.messageType !== 'response' || frame.apiInfo === undefined) return;
  const limit = (context.nc.info?.max_payload ?? Number.POSITIVE_INFINITY) - HEADROOM_BYTES;
  const apiInfo = describedIn(frame.apiInfo, limit);
  const { slug, uid, partition } = topic;
  const event = { type: 'api-info', topic: slug, uid, user, apiInfo } as const;
  await context.appender.append(partition, event).catch((error: unknown) => {
    throw refusals.unknownOutcome(error instanceof AppendError ? error.message : 'The broker failed.');
  });
}

/** @param text of a JSON string that holds JSON */
function describedIn(text: Uint8Array, limit: number): string {
  const apiInfo = decodeString(text);
  const bytes = Buffer.from(apiInfo);
  if (bytes.length > limit) throw refusals.tooLarge(limit);
  if (!isJson(bytes)) throw refusals.badApiInfo('api_info must be a JSON string.');
  return apiInfo;
}

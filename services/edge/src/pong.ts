import type { Identity } from '@dasf-broker/access';
import { AppendError } from '@dasf-broker/log';
import { type Frame, parseFrame, refusals } from '@dasf-broker/protocol';
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
  return async (text, arrived) => {
    const frame = parseFrame(text);
    if (frame.sourceTopic === undefined) throw refusals.noSourceTopic();
    using deadline = new Deadline(arrived + context.config.publishDeadline);
    const topic = await deadline.race(access.forConsuming(identity, frame.sourceTopic));
    if (!topic) throw refusals.mayNotPublish();
    const messageId = frame.messageId ?? crypto.randomUUID();
    return {
      key: { messageId, context: frame.context },
      done: record(context, signs, identity, topic, frame),
    };
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
  if (!isJson(frame.apiInfo)) throw refusals.badApiInfo('api_info must be a JSON string.');
  const limit = (context.nc.info?.max_payload ?? Number.POSITIVE_INFINITY) - HEADROOM_BYTES;
  if (Buffer.byteLength(frame.apiInfo) > limit) throw refusals.tooLarge(limit);
  const { slug, uid, partition } = topic;
  const event = { type: 'api-info', topic: slug, uid, user, apiInfo: frame.apiInfo } as const;
  await context.appender.append(partition, event).catch((error: unknown) => {
    throw refusals.unknownOutcome(error instanceof AppendError ? error.message : 'The broker failed.');
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

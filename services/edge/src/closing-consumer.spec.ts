import type { BacklogPage } from '@dasf-broker/backlog';
import type { Slug } from '@dasf-broker/protocol';
import { newTopic } from '@dasf-broker/registry';
import { createLogger } from '@dasf-broker/telemetry';
import { expect, it } from 'vitest';
import { Delivery, type FrameSource } from './delivery.ts';
import { atHand } from './large-frames.ts';
import { ConsumerBuffers } from './limits/consumer-buffers.ts';
import { LimitWatch } from './limits/limit-watch.ts';
import { Outbox } from './outbox.ts';

const LIMIT = 1000;
const TOPIC = { ...newTopic({ slug: 'weather' as Slug, partition: 0, creator: 'alice' }), revision: 1 };
const FRAME = Buffer.from('frame');

/** One outstanding message, which a test may look at as it is read. */
function sourceOf(read: () => void): FrameSource {
  const page: BacklogPage = { more: false, messages: [{ sequence: 1, messageId: 'm', frame: FRAME }] };
  return {
    logEnd: async () => 1,
    backlog: () => ({
      waited: 0,
      next: async () => page,
      frameOf: async () => {
        read();
        return atHand(FRAME);
      },
    }),
    logPage: async () => undefined,
    mayBeSent: async (isUnwanted) => !isUnwanted(),
    frameInLog: async () => undefined,
  };
}

it('DLV-8 a connection that is closed while it has much to read is sent no more, and holds nobody else up', async () => {
  using watch = new LimitWatch(createLogger({ name: 'edge', level: 'silent' }));
  const socket = {
    OPEN: 1 as const,
    readyState: 1 as 1 | 2,
    bufferedAmount: 0,
    sendText: () => expect.unreachable('sent to who is leaving'),
  };
  const sink = new Outbox(socket, {
    limit: LIMIT,
    all: new ConsumerBuffers(LIMIT, watch),
    mayPass: () => true,
  });
  let reads = 0;
  const source = sourceOf(() => {
    reads += 1;
    // Closed by the broker, with what it has not read: that never drains, and its end is yet to come.
    socket.bufferedAmount = LIMIT;
    socket.readyState = 2;
    if (reads > 100) throw new Error('read for ever');
  });
  const counts: number[] = [];
  const delivery = new Delivery({
    user: 'ann',
    topic: TOPIC,
    source,
    sink,
    holdBytes: LIMIT,
    fresh: false,
    delivered: () => {},
    backlogSent: (count) => counts.push(count),
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(reads).toBe(1);
  expect(counts).toEqual([]);
  delivery.stop();
});

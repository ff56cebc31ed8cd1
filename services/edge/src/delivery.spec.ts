import { type BacklogPage, type BacklogQuestion, serveBacklog } from '@dasf-broker/backlog';
import {
  Appender,
  ConnectionWatch,
  type LiveEvent,
  LogStreams,
  type MessagePublished,
} from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import { newTopic } from '@dasf-broker/registry';
import { createLogger } from '@dasf-broker/telemetry';
import { natsClient, randomNamespace } from '@dasf-broker/testing';
import { describe, expect, it } from 'vitest';
import { Delivery } from './delivery.ts';
import { PatientFrameSource } from './frame-source.ts';
import { LargeFrames } from './large-frames.ts';
import { NatsPorts } from './nats-ports.ts';
import { DeliveryWorld } from './testing/delivery-world.ts';

const SLUG = 'weather' as Slug;
const TOPIC = { ...newTopic({ slug: SLUG, partition: 0, creator: 'alice' }), revision: 1 };

function message(messageId: string): MessagePublished {
  return {
    type: 'message',
    topic: SLUG,
    uid: TOPIC.uid,
    user: 'alice',
    messageId,
    clientId: true,
    retention: 'cache',
    revision: 1,
    frame: Buffer.from(messageId),
  };
}

/** A log that holds messages, a store that a test directs, and one consumer. */
async function openScene(ids: readonly string[], answer: (question: BacklogQuestion) => BacklogPage) {
  const stack = new AsyncDisposableStack();
  const nc = stack.adopt(await natsClient(), (client) => client.close());
  const options = { namespace: randomNamespace(), partitions: 1, replicas: 1, dedupWindow: 60_000 };
  await LogStreams.prepare(nc, options);
  const streams = await LogStreams.open(nc, options);
  const { subjects } = streams;
  const appender = stack.use(new Appender(nc, subjects, { deadline: 5000 }));
  for (const id of ids) await appender.append(0, message(id));
  const questions: BacklogQuestion[] = [];
  const page = async (question: BacklogQuestion) => {
    questions.push(question);
    return answer(question);
  };
  stack.adopt(serveBacklog(nc, subjects, 0, { page, piece: async () => undefined }), (store) =>
    store.close(),
  );
  const sent: string[] = [];
  const sink = {
    isFull: false,
    isOpen: true,
    drained: async () => {},
    send: (frame: Uint8Array) => void sent.push(Buffer.from(frame).toString()),
  };
  const ports = new NatsPorts(nc, streams, { note: (_, error) => expect.fail(String(error)) });
  const context = {
    log: ports,
    stores: ports,
    frames: new LargeFrames(64 * 1024 * 1024),
    connection: stack.use(new ConnectionWatch(nc)),
    logger: createLogger({ name: 'test', level: 'silent' }),
  };
  let complete = false;
  const delivery = new Delivery({
    user: 'ann',
    topic: TOPIC,
    source: new PatientFrameSource(context, TOPIC, 'alice', async () => true),
    sink,
    holdBytes: 1_000_000,
    fresh: false,
    delivered: () => {},
    backlogSent: () => {
      complete = true;
    },
  });
  stack.defer(() => delivery.stop());
  return {
    delivery,
    append: (id: string) => appender.append(0, message(id)),
    sent,
    questions,
    isComplete: () => complete,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const outstanding = (sequence: number, messageId: string) => ({
  sequence,
  messageId,
  frame: Buffer.from(messageId),
});
const live = (messageId: string, sequence: number): LiveEvent => ({
  event: message(messageId),
  place: { sequence, previous: sequence - 1 },
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** What a consumer gets that has to read the log before it goes live, and misses a message so many turns later. */
async function missedAt(moment: number): Promise<readonly number[]> {
  const due: (() => void)[] = [];
  const world = new DeliveryWorld((work) => new Promise((resolve) => due.push(() => resolve(work()))));
  world.connect(false);
  const [consumer] = world.consumers;
  consumer?.interrupt();
  for (const _ of ['end of the log', 'backlog', 'log']) {
    await settled();
    due.shift()?.();
  }
  for (let turn = 0; turn < moment; turn += 1) await undefined;
  world.publish(0);
  consumer?.announce();
  await settled();
  consumer?.pass(false);
  for (await settled(); due.length > 0; await settled()) due.shift()?.();
  return consumer?.received ?? [];
}

describe('DLV-2, DLV-7: a store that goes away in the middle of a backlog', () => {
  it('takes nothing with it that was published after the backlog began', async () => {
    let isAway = false;
    await using scene = await openScene(['1', '2'], ({ after }) => {
      if (isAway) throw new Error('away');
      if (after > 0) return { more: false, messages: [outstanding(2, '2')] };
      isAway = true;
      return { more: true, messages: [outstanding(1, '1')] };
    });
    await expect.poll(() => scene.questions.length, { timeout: 20_000, interval: 10 }).toBeGreaterThan(1);
    for (const id of ['3', '4']) await scene.append(id);
    // The edge had lost its connection when 3 passed by.
    scene.delivery.offer(live('4', 4));
    await expect.poll(() => scene.sent, { timeout: 20_000 }).toEqual(['1', '3', '4']);
    isAway = false;
    await expect.poll(() => scene.isComplete(), { timeout: 10_000 }).toBe(true);
    expect(scene.sent).toEqual(['1', '3', '4', '2']);
  });
});

describe('DLV-2, DLV-7: what is missed just as a consumer goes live', () => {
  it('is read, and comes once, at whatever moment that is', async () => {
    for (let moment = 0; moment < 30; moment += 1) expect(await missedAt(moment)).toEqual([1]);
  });
});

describe('a consumer that leaves in the middle of its backlog', () => {
  it('asks for no more of it', async () => {
    await using scene = await openScene([], ({ after }) => ({
      more: true,
      messages: [outstanding(after + 1, `${after + 1}`)],
    }));
    await expect.poll(() => scene.sent.length, { interval: 1 }).toBeGreaterThan(3);
    scene.delivery.stop();
    const asked = scene.questions.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(scene.questions.length).toBeLessThanOrEqual(asked + 1);
  });
});

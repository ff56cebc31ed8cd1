import { randomBytes } from 'node:crypto';
import { type BacklogPage, type PieceQuestion, serveBacklog } from '@dasf-broker/backlog';
import {
  Appender,
  ConnectionWatch,
  LogStreams,
  type MessagePublished,
  Pace,
  PIECE_BYTES,
} from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import { newTopic } from '@dasf-broker/registry';
import { createLogger } from '@dasf-broker/telemetry';
import { eventually, natsClient, randomNamespace } from '@dasf-broker/testing';
import { describe, expect, it, vi } from 'vitest';
import { Delivery } from './delivery.ts';
import { PatientFrameSource } from './frame-source.ts';
import { LargeFrames } from './large-frames.ts';
import { NatsPorts } from './nats-ports.ts';

const TOPIC = { ...newTopic({ slug: 'weather' as Slug, partition: 0, creator: 'alice' }), revision: 1 };
const PART_BYTES = 1000;
const PIECES = 4;
const FRAME = randomBytes(PIECES * PART_BYTES - 10);
const partOf = ({ ordinal }: PieceQuestion): Uint8Array =>
  FRAME.subarray((ordinal - 1) * PART_BYTES, ordinal * PART_BYTES);

/** A log, a store whose pieces a test directs, and consumers with whatever sink they have. */
async function openScene() {
  const stack = new AsyncDisposableStack();
  const nc = stack.adopt(await natsClient(), (client) => client.close());
  const options = { namespace: randomNamespace(), partitions: 1, replicas: 1, dedupWindow: 60_000 };
  await LogStreams.prepare(nc, options);
  const streams = await LogStreams.open(nc, options);
  const appender = stack.use(new Appender(nc, streams.subjects, { deadline: 5000 }));
  const ports = new NatsPorts(nc, streams, { note: (_, error) => expect.fail(String(error)) });
  const frames = new LargeFrames(64 * 1024 * 1024);
  const scene = {
    streams,
    frames,
    asked: [] as number[],
    page: { more: false, messages: [] } as BacklogPage,
    piece: async (question: PieceQuestion): Promise<Uint8Array | undefined> => partOf(question),
    append: (message: MessagePublished) => appender.append(0, message),
    consumer: (sink = openSink()) => {
      const logger = createLogger({ name: 'test', level: 'silent' });
      const connection = stack.use(new ConnectionWatch(nc));
      const context = { log: ports, stores: ports, frames, connection, logger };
      const delivery = new Delivery({
        user: 'ann',
        topic: TOPIC,
        source: new PatientFrameSource(context, TOPIC, 'alice', async () => true),
        sink,
        holdBytes: 1_000_000,
        fresh: false,
        logEnd: 0,
        delivered: () => {},
        backlogSent: () => {},
      });
      stack.defer(() => delivery.stop());
      return { delivery, sink };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
  const answerer = {
    page: async () => scene.page,
    piece: async (question: PieceQuestion) => {
      scene.asked.push(question.ordinal);
      return await scene.piece(question);
    },
  };
  stack.adopt(serveBacklog(nc, streams.subjects, 0, answerer), (store) => store.close());
  return scene;
}

function openSink() {
  const sink = {
    sent: [] as Uint8Array[],
    isFull: false,
    isOpen: true,
    drained: async () => {
      while (sink.isFull) await new Promise((resolve) => setTimeout(resolve, 2));
    },
    send: (frame: Uint8Array) => void sink.sent.push(frame),
  };
  return sink;
}

const outstanding = { sequence: 9, messageId: 'm', frame: Buffer.alloc(0), pieces: PIECES };

describe('FRM-3, DLV-7: a large frame', () => {
  it('that was cut in two by a truncation of the log comes from the store', async () => {
    await using scene = await openScene();
    const frame = randomBytes(PIECES * PIECE_BYTES);
    const { slug, uid } = TOPIC;
    await scene.append({
      type: 'message',
      topic: slug,
      uid,
      user: 'alice',
      messageId: 'm',
      clientId: false,
      retention: 'cache',
      revision: 1,
      frame,
    });
    const { last } = await scene.streams.end(0);
    await scene.streams.truncate(0, last - 2);
    const { delivery, sink } = scene.consumer();
    delivery.announced(last);
    await eventually(() => sink.sent.length > 0);
    expect(sink.sent.map((sent) => Buffer.compare(sent, FRAME))).toEqual([0]);
    expect(scene.asked.toSorted()).toEqual([1, 2, 3, 4]);
  });

  it('comes whole and once from a store that is away in the middle of it', async () => {
    await using scene = await openScene();
    scene.page = { more: false, messages: [outstanding] };
    let failures = 2;
    scene.piece = async (question) => {
      if (question.ordinal === 3 && failures-- > 0) throw new Error('away');
      return partOf(question);
    };
    const { sink } = scene.consumer();
    await eventually(() => sink.sent.length > 0);
    expect(sink.sent.map((sent) => Buffer.compare(sent, FRAME))).toEqual([0]);
    await eventually(() => scene.frames.heldBytes === 0);
  });

  it('is not sent where a piece of it is gone: it was acknowledged', async () => {
    await using scene = await openScene();
    scene.page = {
      more: false,
      messages: [outstanding, { sequence: 10, messageId: 'n', frame: Buffer.from('next') }],
    };
    scene.piece = async (question) => (question.ordinal === 3 ? undefined : partOf(question));
    const { sink } = scene.consumer();
    await eventually(() => sink.sent.length > 0);
    expect(sink.sent.map(String)).toEqual(['next']);
    expect(scene.frames.heldBytes).toBe(0);
  });

  it('is let go of by a consumer that leaves in the middle of it', async () => {
    await using scene = await openScene();
    scene.page = { more: false, messages: [outstanding] };
    const late = Promise.withResolvers<void>();
    scene.piece = async (question) => {
      if (question.ordinal === 2) await late.promise;
      return partOf(question);
    };
    const { delivery, sink } = scene.consumer();
    await eventually(() => scene.frames.heldBytes > 0 && scene.asked.length > 1);
    delivery.stop();
    late.resolve();
    await eventually(() => scene.frames.heldBytes === 0);
    expect(sink.sent).toEqual([]);
  });

  it('gives way to everything else with each piece that is asked for', async () => {
    using paced = vi.spyOn(Pace.prototype, 'run');
    await using scene = await openScene();
    scene.page = { more: false, messages: [outstanding] };
    scene.piece = async (question) => partOf(question);
    const { sink } = scene.consumer(openSink());
    await eventually(() => sink.sent.length === 1);
    expect(paced).toHaveBeenCalledTimes(PIECES);
  });

  it('is asked for once by twenty consumers that come together', async () => {
    await using scene = await openScene();
    scene.page = { more: false, messages: [outstanding] };
    const all = Promise.withResolvers<void>();
    scene.piece = async (question) => {
      if (question.ordinal === PIECES) await all.promise;
      return partOf(question);
    };
    let arrived = 0;
    const sinks = Array.from({ length: 20 }, () => {
      const sink = openSink();
      sink.drained = async () => {
        arrived += 1;
      };
      return scene.consumer(sink).sink;
    });
    await eventually(() => arrived === 20);
    all.resolve();
    await eventually(() => sinks.every(({ sent }) => sent.length === 1));
    expect(scene.asked.toSorted()).toEqual([1, 2, 3, 4]);
    expect(new Set(sinks.map(({ sent }) => sent[0])).size).toBe(1);
    await eventually(() => scene.frames.heldBytes === 0);
  });

  it('DLV-8: is not held for a consumer that does not read, and comes when it does', async () => {
    await using scene = await openScene();
    scene.page = { more: false, messages: [outstanding] };
    const sink = openSink();
    scene.piece = async (question) => {
      // It stopped reading while its frame was fetched.
      if (question.ordinal === PIECES && scene.asked.length === PIECES) sink.isFull = true;
      return partOf(question);
    };
    scene.consumer(sink);
    await eventually(() => sink.isFull && scene.frames.heldBytes === 0);
    expect(sink.sent).toEqual([]);
    sink.isFull = false;
    await eventually(() => sink.sent.length === 1);
    expect(Buffer.compare(sink.sent[0] as Uint8Array, FRAME)).toBe(0);
  });
});

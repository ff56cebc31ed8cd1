import { parsePermissions } from '@dasf-broker/access';
import { refusals } from '@dasf-broker/protocol';
import { createLogger } from '@dasf-broker/telemetry';
import { eventually } from '@dasf-broker/testing';
import { describe, expect, it } from 'vitest';
import { AnsweringConnection, type TakeFrame } from './answering-connection.ts';
import { Reading } from './limits/reading.ts';
import type { Limits } from './limits/settings.ts';
import type { PeerSocket } from './peer-socket.ts';
import { testLimits } from './testing/edge-limits.ts';

/** A socket whose peer reads an answer when the test says so. */
class FakeSocket {
  readonly OPEN = 1;
  readonly readyState = 1;
  readonly sent: string[] = [];
  readonly #unread: (() => void)[] = [];
  isPaused = false;
  isTerminated = false;
  readonly protocol = '';

  terminate(): void {
    this.isTerminated = true;
  }

  sendText(text: Uint8Array, written: () => void): void {
    this.sent.push(Buffer.from(text).toString());
    this.#unread.push(written);
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  read(): void {
    this.#unread.shift()?.();
  }
}

const ALICE = { user: 'alice', address: '192.0.2.1', permissions: parsePermissions([]).permissions };
const takeAll: TakeFrame = async ({ messageId = '' }) => ({ messageId, done: Promise.resolve() });

function scene(take = takeAll, settings: Partial<Limits> = {}) {
  const socket = new FakeSocket();
  const limits = testLimits({ maxInFlight: 3, maxInFlightBytes: 1000, ...settings });
  const logger = createLogger({ name: 'test', level: 'silent' });
  const connection = new AnsweringConnection({
    take,
    client: ALICE,
    limits,
    maxFrameBytes: 1000,
    logger,
    answered: () => {},
  });
  connection.attach(socket as unknown as PeerSocket, new Reading(socket));
  return {
    socket,
    limits,
    connection,
    publish: (id: string) => connection.receive(Buffer.from(`{"messageId":"${id}"}`)),
  };
}

describe('a peer that publishes and does not read its answers', () => {
  it('is not read from until it does', async () => {
    const { socket, publish, limits } = scene();
    for (const id of ['a', 'b', 'c']) publish(id);
    await eventually(() => socket.sent.length === 3);
    expect(socket.isPaused).toBe(true);
    expect(limits.watch.total('frames in flight per connection')).toBe(1);
    socket.read();
    expect(socket.isPaused).toBe(false);
    expect(limits.watch.total('bytes in flight per connection')).toBe(0);
  });

  it('nor where its frames are few and large', async () => {
    const { socket, limits, connection } = scene();
    connection.receive(Buffer.alloc(999));
    expect(socket.isPaused).toBe(false);
    connection.receive(Buffer.alloc(1));
    expect(socket.isPaused).toBe(true);
    expect(limits.watch.total('bytes in flight per connection')).toBe(1);
    expect(limits.watch.total('frames in flight per connection')).toBe(0);
    await eventually(() => socket.sent.length === 2);
    socket.read();
    expect(socket.isPaused).toBe(false);
  });

  it('T25: leaves what all may have in flight to the others while its own frames wait', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { limits, socket, publish } = scene(async ({ messageId = '' }) => ({ messageId, done: promise }));
    for (let index = 0; index < 1000; index += 1) publish(`m${index}`);
    await eventually(() => limits.inFlight.frames === 3);
    await new Promise(setImmediate);
    expect(limits.inFlight.frames).toBe(3);
    resolve();
    await eventually(() => socket.sent.length === 1000);
    expect([limits.inFlight.frames, limits.queued.bytes]).toEqual([0, 0]);
  });

  it('T25: is ended where the edge cannot keep what it sends', async () => {
    const never = new Promise<void>(() => {});
    const settings = { maxQueuedBytes: 100_000 };
    const { limits, socket, publish } = scene(
      async ({ messageId = '' }) => ({ messageId, done: never }),
      settings,
    );
    for (let index = 0; index < 1000 && !socket.isTerminated; index += 1) publish(`m${index}`);
    expect(socket.isTerminated).toBe(true);
    expect([limits.queued.bytes, limits.watch.total('queued frames')]).toEqual([0, 1]);
  });

  it('T25: is not read where frames of its own wait and the edge holds a great deal', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { limits, socket, publish } = scene(async ({ messageId = '' }) => ({ messageId, done: promise }), {
      maxInFlight: 100,
      maxTotalInFlight: 4,
      maxQueuedBytes: 100_000,
    });
    limits.queued.set({ user: 'another', giveUp: () => {} }, 50_000);
    for (const id of ['a', 'b', 'c', 'd']) publish(id);
    await eventually(() => limits.inFlight.frames === 2);
    expect(socket.isPaused).toBe(true);
    resolve();
    await eventually(() => socket.sent.length === 4);
    for (const _ of socket.sent) socket.read();
    expect(socket.isPaused).toBe(false);
  });

  it('T25: does not get taken what was given up while it waited', async () => {
    const taken: unknown[] = [];
    const take: TakeFrame = async ({ messageId = '' }) => {
      taken.push(messageId);
      return { messageId, done: Promise.resolve() };
    };
    const { limits, connection, publish } = scene(take, { maxTotalInFlight: 1 });
    await limits.inFlight.enter('another', 1);
    for (const id of ['a', 'b']) publish(id);
    connection.giveUp();
    limits.inFlight.leave('another', 1);
    publish('c');
    await eventually(() => taken.length === 1);
    expect(taken).toEqual(['c']);
    await eventually(() => limits.inFlight.frames === 0);
  });

  it('T25: takes nothing from what all connections may have in flight', async () => {
    const { limits, socket, publish } = scene();
    for (const id of ['a', 'b', 'c']) publish(id);
    await eventually(() => socket.sent.length === 3);
    expect([limits.inFlight.frames, limits.inFlight.bytes]).toEqual([0, 0]);
  });
});

describe('T25: a peer that sends what is not allowed', () => {
  const denyAll: TakeFrame = async () => {
    throw refusals.mayNotPublish();
  };

  it('is answered, and waits the longer for it the more it sends', async () => {
    const { socket, publish, limits } = scene(denyAll, { maxRefusalsPerSecond: 20, maxInFlight: 100 });
    const began = performance.now();
    for (let index = 0; index < 30; index += 1) publish(`m${index}`);
    await eventually(() => socket.sent.length === 30);
    // Twenty at once, then one every 50 ms, and nobody waits for the last.
    expect(performance.now() - began).toBeGreaterThan(350);
    expect(limits.watch.total('refusals per address')).toBeGreaterThan(5);
    expect(socket.sent.every((answer) => answer.includes('send-error:6'))).toBe(true);
  });

  it('counts for all, too: from many addresses it is answered no faster', async () => {
    const { socket, publish, limits } = scene(denyAll, { maxTotalRefusalsPerSecond: 20, maxInFlight: 100 });
    const began = performance.now();
    for (let index = 0; index < 30; index += 1) publish(`m${index}`);
    await eventually(() => socket.sent.length === 30);
    expect(performance.now() - began).toBeGreaterThan(350);
    expect(limits.watch.total('refusals of all')).toBeGreaterThan(5);
    expect(limits.watch.total('refusals per address')).toBe(0);
  });
});

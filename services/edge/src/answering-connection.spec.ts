import { parsePermissions } from '@dasf-broker/access';
import { refusals } from '@dasf-broker/protocol';
import { createLogger } from '@dasf-broker/telemetry';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { AnsweringConnection, type TakeFrame } from './answering-connection.ts';
import { Reading } from './limits/reading.ts';
import type { Limits } from './limits/settings.ts';
import { testLimits } from './testing/edge-limits.ts';

/** A socket whose peer reads an answer when the test says so. */
class FakeSocket {
  readonly OPEN = 1;
  readonly readyState = 1;
  readonly sent: string[] = [];
  readonly #unread: (() => void)[] = [];
  isPaused = false;

  send(text: string, written: () => void): void {
    this.sent.push(text);
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
  const connection = new AnsweringConnection({ take, client: ALICE, limits, maxFrameBytes: 1000, logger });
  connection.attach(socket as unknown as WebSocket, new Reading(socket));
  return {
    socket,
    limits,
    publish: (id: string) => connection.receive(Buffer.from(`{"messageId":"${id}"}`)),
  };
}

describe('a peer that publishes and does not read its answers', () => {
  it('is not read from until it does', async () => {
    const { socket, publish } = scene();
    for (const id of ['a', 'b', 'c']) publish(id);
    await expect.poll(() => socket.sent.length).toBe(3);
    expect(socket.isPaused).toBe(true);
    socket.read();
    expect(socket.isPaused).toBe(false);
  });

  it('T25: takes nothing from what all connections may have in flight', async () => {
    const { limits, socket, publish } = scene();
    for (const id of ['a', 'b', 'c']) publish(id);
    expect(limits.inFlight.frames).toBe(3);
    await expect.poll(() => socket.sent.length).toBe(3);
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
    await expect.poll(() => socket.sent.length).toBe(30);
    // Twenty at once, then one every 50 ms, and nobody waits for the last.
    expect(performance.now() - began).toBeGreaterThan(350);
    expect(limits.watch.total('refusals per address')).toBeGreaterThan(5);
    expect(socket.sent.every((answer) => answer.includes('send-error:6'))).toBe(true);
  });
});

import { createLogger } from '@dasf-broker/telemetry';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { AnsweringConnection, type TakeFrame } from './answering-connection.ts';

const LIMITS = { maxFrameBytes: 1000, maxInFlight: 3, maxInFlightBytes: 1000 };

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

const takeAll: TakeFrame = async ({ messageId = '' }) => ({ messageId, done: Promise.resolve() });

function scene() {
  const socket = new FakeSocket();
  const connection = new AnsweringConnection(
    takeAll,
    LIMITS,
    createLogger({ name: 'test', level: 'silent' }),
  );
  connection.attach(socket as unknown as WebSocket);
  return { socket, publish: (id: string) => connection.receive(Buffer.from(`{"messageId":"${id}"}`)) };
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
});

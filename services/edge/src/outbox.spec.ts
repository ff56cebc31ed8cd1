import { describe, expect, it } from 'vitest';
import { Outbox, type OutboxSocket } from './outbox.ts';
import { testLimits } from './testing/edge-limits.ts';

/** A socket whose peer reads when the test says so. */
class FakeSocket {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly #unread: { readonly bytes: number; readonly written: () => void }[] = [];

  sendText(frame: Uint8Array, written: () => void): void {
    this.bufferedAmount += frame.length;
    this.#unread.push({ bytes: frame.length, written });
  }

  read(): void {
    const next = this.#unread.shift();
    if (!next) return;
    this.bufferedAmount -= next.bytes;
    next.written();
  }
}

function scene(maxTotalConsumerBufferBytes: number) {
  const { consumerBuffers: all, watch } = testLimits({ maxTotalConsumerBufferBytes });
  const connect = () => {
    const socket = new FakeSocket();
    const options = { limit: 1_000_000, all, mayPass: () => true };
    return { socket, outbox: new Outbox(socket as unknown as OutboxSocket, options) };
  };
  return { all, watch, connect };
}

const FRAME = new Uint8Array(100_000);

describe('T26: consumers that do not read', () => {
  it('have so much each', () => {
    const { outbox, socket } = scene(1e9).connect();
    for (let frame = 0; frame < 10; frame += 1) {
      expect(outbox.isFull).toBe(false);
      outbox.send(FRAME);
    }
    expect(outbox.isFull).toBe(true);
    socket.read();
    expect(outbox.isFull).toBe(false);
  });

  it('have less where all together have too much, and one that reads goes on', () => {
    const { all, watch, connect } = scene(500_000);
    const [slow, quick] = [connect(), connect()];
    for (let frame = 0; frame < 5; frame += 1) slow.outbox.send(FRAME);
    expect([slow.outbox.isFull, quick.outbox.isFull]).toEqual([true, false]);
    quick.outbox.send(FRAME);
    expect(quick.outbox.isFull).toBe(true);
    quick.socket.read();
    expect(quick.outbox.isFull).toBe(false);
    expect([all.bytes, watch.total('consumer buffers of all')]).toEqual([500_000, 1]);
    for (let frame = 0; frame < 5; frame += 1) slow.socket.read();
    expect([all.bytes, slow.outbox.isFull]).toEqual([0, false]);
  });

  it('are filled again when they have read', async () => {
    const { connect, watch } = scene(500_000);
    const { outbox, socket } = connect();
    for (let frame = 0; frame < 6; frame += 1) outbox.send(FRAME);
    let isDrained = false;
    const drained = outbox.drained().then(() => {
      isDrained = true;
    });
    socket.read();
    await new Promise((resolve) => setTimeout(resolve, 30));
    // All together have still too much.
    expect(isDrained).toBe(false);
    expect(watch.total('consumer buffer')).toBe(0);
    for (let frame = 0; frame < 5; frame += 1) socket.read();
    await drained;
  });
});

it('one that waits as it may have no more unread is counted, once for each time', async () => {
  const { connect, watch } = scene(1e9);
  const { outbox, socket } = connect();
  for (let frame = 0; frame < 9; frame += 1) outbox.send(FRAME);
  void outbox.drained();
  expect(watch.total('consumer buffer')).toBe(0);
  outbox.send(FRAME);
  const drained = outbox.drained();
  expect(watch.total('consumer buffer')).toBe(1);
  for (let frame = 0; frame < 10; frame += 1) socket.read();
  await drained;
  expect(watch.total('consumer buffer')).toBe(1);
});

it('AUT-6 takes nothing while its user may not be sent anything, and waits until he may', async () => {
  let mayPass = false;
  const socket = { OPEN: 1, readyState: 1, bufferedAmount: 0 } as OutboxSocket;
  const { consumerBuffers: all } = testLimits();
  const outbox = new Outbox(socket, { limit: 1000, all, mayPass: () => mayPass });
  expect(outbox.isFull).toBe(true);
  let isDrained = false;
  const drained = outbox.drained().then(() => {
    isDrained = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isDrained).toBe(false);
  mayPass = true;
  await drained;
  expect(outbox.isFull).toBe(false);
});

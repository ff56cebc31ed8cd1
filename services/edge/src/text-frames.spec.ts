import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { TextFrames } from './text-frames.ts';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });

beforeAll(async () => void (server.address() ?? (await once(server, 'listening'))));
afterAll(() => void server.close());

/** What a peer reads of it. */
async function readBack(pieces: readonly Uint8Array[]): Promise<{ text: Buffer; isBinary: boolean }> {
  const { port } = server.address() as AddressInfo;
  const peer = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  const connected = once(server, 'connection') as Promise<[WebSocket, IncomingMessage]>;
  const read = once(peer, 'message') as Promise<[Buffer, boolean]>;
  const [, { socket }] = await connected;
  for (const piece of pieces) socket.write(piece);
  const [text, isBinary] = await read;
  peer.terminate();
  return { text, isBinary };
}

describe('text as websocket frames', () => {
  const lengths = [0, 1, 125, 126, 65_535, 65_536, 65_537, 3_000_000];
  it.each(lengths)('is read as it was written: %d bytes', async (length) => {
    const text = Buffer.alloc(length, 'x');
    expect(await readBack(new TextFrames().of(text))).toEqual({ text, isBinary: false });
  });

  it('is written once for all that get it one after the other', () => {
    const frames = new TextFrames();
    const [first, second] = [Buffer.from('first'), Buffer.from('first')];
    const written = frames.of(first)[0];
    expect(frames.of(first)[0]).toBe(written);
    expect(frames.of(second)[0]).not.toBe(written);
  });

  it('shares the memory of what is large', () => {
    const text = Buffer.alloc(1_000_000, 'x');
    expect(new TextFrames().of(text)[1]).toBe(text);
  });
});

import type { Slug } from '@dasf-broker/protocol';
import { expect, it } from 'vitest';
import { encodeEvent } from './event-codec.ts';
import type { MessagePublished } from './events.ts';
import { cut, frameOf, isLarge, PIECE_BYTES, withoutFrame } from './pieces.ts';

const message = {
  type: 'message',
  topic: 'tides' as Slug,
  uid: 'uid-1',
  user: 'ann',
  messageId: 'a',
  clientId: true,
  retention: 'cache',
  revision: 1,
} as const;

/** Bytes that tell where they stand. */
function bytes(length: number, from = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (from + index) % 251);
}

function split(whole: Uint8Array, ...lengths: readonly number[]): Uint8Array[] {
  let rest = whole;
  const parts = lengths.map((length) => {
    const part = rest.subarray(0, length);
    rest = rest.subarray(length);
    return part;
  });
  return [...parts, rest];
}

it.each([
  ['in one part', []],
  ['with a little before and after', [1, PIECE_BYTES * 3]],
  ['cut where a piece ends', [PIECE_BYTES, PIECE_BYTES]],
  ['with empty parts', [0, 0, PIECE_BYTES - 1, 0, 2, 0]],
  ['in many small ones', Array.from({ length: 300 }, () => 1000)],
])('a large frame %s comes out of its pieces as it was', (_, lengths) => {
  const whole = bytes(PIECE_BYTES * 3 + 17);
  const event: MessagePublished = { ...message, ...frameOf(split(whole, ...lengths)) };
  expect(isLarge(event)).toBe(true);
  const pieces = cut(event);
  expect(pieces.map(({ ordinal, pieces: of, part }) => [ordinal, of, part.length])).toEqual([
    [1, 4, PIECE_BYTES],
    [2, 4, PIECE_BYTES],
    [3, 4, PIECE_BYTES],
    [4, 4, 17],
  ]);
  expect(Buffer.concat(pieces.map(({ part }) => part)).equals(whole)).toBe(true);
  expect(withoutFrame(event, [1, 2, 3, 4])).toEqual({
    ...message,
    pieces: [1, 2, 3, 4],
    frame: new Uint8Array(0),
  });
});

it('pieces share the memory of the frame, but for those at the end of a part', () => {
  const whole = bytes(PIECE_BYTES * 3);
  const pieces = cut({ ...message, ...frameOf(split(whole, 10, PIECE_BYTES * 2)) });
  const shared = pieces.filter(({ part }) => part.buffer === whole.buffer);
  expect(shared.map(({ ordinal }) => ordinal)).toEqual([2]);
});

it('a frame that is one event is whole', () => {
  const whole = bytes(PIECE_BYTES);
  const event: MessagePublished = { ...message, ...frameOf(split(whole, 3, 5)) };
  expect([isLarge(event), 'parts' in event]).toEqual([false, false]);
  expect(Buffer.from(encodeEvent(event).body).equals(whole)).toBe(true);
});

it('a frame in parts is never taken for an empty one', () => {
  const event: MessagePublished = { ...message, ...frameOf([bytes(PIECE_BYTES), bytes(1)]) };
  expect(() => encodeEvent(event)).toThrow('has to be stored in pieces');
});

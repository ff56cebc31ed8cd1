import { PIECE_BYTES } from '@dasf-broker/log';
import { eventually } from '@dasf-broker/testing';
import { expect, it } from 'vitest';
import { LargeFrames, type ReadPiece } from './large-frames.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Pieces of four bytes, the last one of two; what it was asked for, and what a test has it answer. */
function source(pieces: number) {
  const asked: number[] = [];
  let answer: ReadPiece = async (ordinal) =>
    Buffer.from(ordinal === pieces ? `${ordinal}.` : `${ordinal}...`);
  const read: ReadPiece = async (ordinal) => {
    asked.push(ordinal);
    return await answer(ordinal);
  };
  return {
    asked,
    read,
    answerWith: (other: ReadPiece) => {
      answer = other;
    },
  };
}

it('a frame is put together in the order of its pieces, in whichever they come', async () => {
  const frames = new LargeFrames(100 * PIECE_BYTES);
  const { read, answerWith } = source(5);
  const late = Promise.withResolvers<Buffer>();
  answerWith(async (ordinal) =>
    ordinal === 2 ? late.promise : Buffer.from(ordinal === 5 ? '5' : `${ordinal}...`),
  );
  const reading = frames.read('a', 5, read);
  await turn();
  late.resolve(Buffer.from('2...'));
  using frame = await reading;
  expect(Buffer.from(frame?.bytes ?? []).toString()).toBe('1...2...3...4...5');
});

it('a frame is read once for all who want it at the same time, and again for who comes later', async () => {
  const frames = new LargeFrames(100 * PIECE_BYTES);
  const { asked, read } = source(3);
  const held = await Promise.all([1, 2, 3].map(() => frames.read('a', 3, read)));
  expect(asked.toSorted()).toEqual([1, 2, 3]);
  expect(new Set(held.map((frame) => frame?.bytes)).size).toBe(1);
  held[0]?.[Symbol.dispose]();
  held[0]?.[Symbol.dispose]();
  held[1]?.[Symbol.dispose]();
  expect(frames.heldBytes).toBe(3 * PIECE_BYTES);
  using joined = await frames.read('a', 3, read);
  expect(joined?.bytes).toBe(held[2]?.bytes);
  held[2]?.[Symbol.dispose]();
  joined?.[Symbol.dispose]();
  await eventually(() => frames.heldBytes === 0);
  using _again = await frames.read('a', 3, read);
  expect(asked).toHaveLength(6);
});

it('no more bytes are held than may be, and everybody has a turn', async () => {
  let waited = 0;
  const frames = new LargeFrames(7 * PIECE_BYTES, () => {
    waited += 1;
  });
  let underWay = 0;
  let most = 0;
  let done = 0;
  const consume = async (name: string) => {
    const { read, answerWith } = source(3);
    answerWith(async (ordinal) => {
      if (ordinal === 1) most = Math.max(most, ++underWay);
      await turn();
      return Buffer.from('....');
    });
    using frame = await frames.read(name, 3, read);
    expect(frame?.bytes.length).toBe(12);
    expect(frames.heldBytes).toBeLessThanOrEqual(7 * PIECE_BYTES);
    await turn();
    underWay -= 1;
    done += 1;
  };
  await Promise.all(Array.from({ length: 12 }, (_, index) => consume(`${index}`)));
  expect({ most, done, waited }).toEqual({ most: 2, done: 12, waited: 10 });
  await eventually(() => frames.heldBytes === 0);
});

it('a frame that is larger than all that may be held is read alone', async () => {
  const frames = new LargeFrames(2 * PIECE_BYTES);
  const { read } = source(5);
  using frame = await frames.read('a', 5, read);
  expect(frame?.bytes.length).toBe(18);
  expect(frames.heldBytes).toBe(2 * PIECE_BYTES);
});

it.each([
  ['is gone', async () => undefined],
  [
    'cannot be read',
    async () => {
      throw new Error('away');
    },
  ],
])('nothing is held for a frame of which a piece %s', async (_, fail) => {
  const frames = new LargeFrames(100 * PIECE_BYTES);
  const { read, answerWith } = source(6);
  answerWith(async (ordinal) => (ordinal === 4 ? await fail() : Buffer.from('....')));
  const outcomes = await Promise.allSettled([frames.read('a', 6, read), frames.read('a', 6, read)]);
  for (const outcome of outcomes) expect(outcome).not.toHaveProperty('value.bytes');
  await eventually(() => frames.heldBytes === 0);
  answerWith(async () => Buffer.from('....'));
  using frame = await frames.read('a', 6, read);
  expect(frame?.bytes.length).toBe(24);
});

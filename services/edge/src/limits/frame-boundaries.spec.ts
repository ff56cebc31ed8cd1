import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as ws from 'ws';
import { FrameBoundaries } from './frame-boundaries.ts';

const OPCODE = { continuation: 0, text: 1, ping: 9 } as const;

interface Sent {
  readonly bytes: Buffer;
  readonly isControl: boolean;
  readonly isFinal: boolean;
}

function frame(opcode: number, fin: boolean, length: number): Sent {
  const options = { fin, opcode, mask: true, readOnly: false, rsv1: false };
  const bytes = Buffer.concat(frameOf(Buffer.alloc(length, 1), options));
  return { bytes, isControl: opcode >= 8, isFinal: fin };
}

/** The library's own writer of frames. */
function frameOf(data: Buffer, options: object): Buffer[] {
  const { Sender } = ws as unknown as { Sender: { frame(data: Buffer, options: object): Buffer[] } };
  return Sender.frame(data, options);
}

const length = fc.oneof(fc.nat({ max: 200 }), fc.constantFrom(125, 126, 127, 65_535, 65_536, 70_000));
const ping = fc.nat({ max: 125 }).map((size) => [frame(OPCODE.ping, true, size)]);
const message = fc
  .array(length, { minLength: 1, maxLength: 4 })
  .map((lengths) =>
    lengths.map((size, index) =>
      frame(index === 0 ? OPCODE.text : OPCODE.continuation, index === lengths.length - 1, size),
    ),
  );
const frames = fc.array(fc.oneof(message, ping), { maxLength: 8 }).map((parts) => parts.flat());

it('T25: frames are counted as they were sent, however they are cut', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1 }), (sent, cuts) => {
      const stream = Buffer.concat(sent.map(({ bytes }) => bytes));
      const boundaries = new FrameBoundaries();
      for (let at = 0, turn = 0; at < stream.length; turn += 1) {
        const end = at + (cuts[turn % cuts.length] ?? 1);
        boundaries.push(stream.subarray(at, end));
        at = end;
      }
      expect(boundaries.frames).toBe(sent.length);
      expect(boundaries.unfinished).toBe(0);
    }),
  );
});

it('T19: what has come of an unfinished message counts, pings between its fragments do not', () => {
  const boundaries = new FrameBoundaries();
  const first = frame(OPCODE.text, false, 1000).bytes;
  boundaries.push(first);
  boundaries.push(frame(OPCODE.ping, true, 100).bytes);
  expect(boundaries.unfinished).toBe(first.length);
  const second = frame(OPCODE.continuation, true, 70_000).bytes;
  boundaries.push(second.subarray(0, 69_000));
  expect(boundaries.unfinished).toBe(first.length + 69_000);
  boundaries.push(second.subarray(69_000));
  expect(boundaries.unfinished).toBe(0);
});

it('T25: what is looked at ends with the last frame that may', () => {
  fc.assert(
    fc.property(
      frames,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 40_000 }),
      (sent, most, cut) => {
        const stream = Buffer.concat(sent.map(({ bytes }) => bytes));
        const ends = new Set([...sent.keys()].map((last) => lengthOf(sent.slice(0, last + 1))));
        const boundaries = new FrameBoundaries();
        for (let at = 0; at < stream.length; ) {
          const [before, piece] = [boundaries.frames, stream.subarray(at, at + cut)];
          const taken = boundaries.push(piece, most);
          at += taken;
          // One may have begun before, and another one have begun and not ended.
          expect(boundaries.frames - before).toBeLessThanOrEqual(most + 1);
          expect(taken === piece.length || ends.has(at)).toBe(true);
        }
        expect(boundaries.frames).toBe(sent.length);
      },
    ),
  );
});

const lengthOf = (sent: readonly Sent[]) => sent.reduce((sum, { bytes }) => sum + bytes.length, 0);

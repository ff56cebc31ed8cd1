import { expect, test } from 'vitest';
import { eventsOf } from '../testing/events.ts';
import { type AnyRecord, RecordQueue } from './record-queue.ts';

const PIECE_BYTES = 960 * 1024;
const { piece, message } = eventsOf('uid-1');

/** A frame of so many pieces, as the log gives it; counts what was asked for. */
function log(pieces: number) {
  const part = Buffer.alloc(PIECE_BYTES);
  const source = {
    given: 0,
    async *[Symbol.asyncIterator](): AsyncGenerator<AnyRecord> {
      for (let sequence = 1; sequence <= pieces + 1; sequence += 1) {
        source.given = sequence;
        const event = sequence > pieces ? message('large', 'cache') : piece(sequence, pieces, 'cache', part);
        yield { partition: 0, sequence, time: 0, event };
      }
    },
  };
  return source;
}

test('no more pieces wait than make two runs of a megabyte, and one', async () => {
  const queue = new RecordQueue();
  const source = log(70);
  const filling = queue.fill(source);
  const sequences: number[] = [];
  for (let records = await queue.take(); records.length > 0; records = await queue.take()) {
    sequences.push(...records.map(({ sequence }) => sequence));
    expect(records.filter(({ event }) => event?.type === 'piece').length).toBeLessThanOrEqual(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(source.given - sequences.length).toBeLessThanOrEqual(3);
  }
  await filling;
  expect(sequences).toEqual(Array.from({ length: 71 }, (_, index) => index + 1));
});

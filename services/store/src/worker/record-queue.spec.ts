import { describe, expect, test } from 'vitest';
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

describe('gathering', () => {
  const LONG_MS = 60_000;

  /** A queue that has one record and gets no other until it is told to. */
  async function queueWithOne() {
    const more = Promise.withResolvers<number>();
    async function* source(): AsyncGenerator<AnyRecord> {
      yield { partition: 0, sequence: 1, time: 0, event: message('m1', 'cache') };
      const last = await more.promise;
      for (let sequence = 2; sequence <= last; sequence += 1)
        yield { partition: 0, sequence, time: 0, event: message(`m${sequence}`, 'cache') };
    }
    const queue = new RecordQueue();
    const filling = queue.fill(source());
    return { queue, filling, more: more.resolve };
  }

  test('lets what comes soon after go with it', async () => {
    const { queue, filling, more } = await queueWithOne();
    const gathered = queue.gather(300);
    more(2);
    await gathered;
    expect(await queue.take()).toHaveLength(2);
    await filling;
  });

  test('ends after its time, however little has come', async () => {
    const { queue, more } = await queueWithOne();
    await queue.gather(20);
    expect(await queue.take()).toHaveLength(1);
    more(1);
  });

  test('ends at once where somebody is in a hurry, before or after something has come', async () => {
    const { queue, more } = await queueWithOne();
    const gathered = queue.gather(LONG_MS);
    queue.hurry();
    await gathered;
    expect(await queue.take()).toHaveLength(1);
    more(2);
    const again = queue.gather(LONG_MS);
    queue.hurry();
    await again;
    expect(await queue.take()).toHaveLength(1);
  });

  test('ends where there is enough for a run', async () => {
    const { queue, filling, more } = await queueWithOne();
    const gathered = queue.gather(LONG_MS);
    more(2000);
    await gathered;
    expect((await queue.take()).length).toBeGreaterThanOrEqual(1000);
    queue.end();
    await filling;
  });
});

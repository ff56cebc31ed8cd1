import { parsePermissions } from '@dasf-broker/access';
import { encodeEvent, type LogEvent } from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import { newTopic } from '@dasf-broker/registry';
import { eventually } from '@dasf-broker/testing';
import { describe, expect, it } from 'vitest';
import { AcknowledgementRounds } from './acknowledgement-rounds.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { Reading } from './limits/reading.ts';
import { testLimits } from './testing/edge-limits.ts';

/** A NATS server takes 64 KiB of headers with a message. */
const MOST_HEADER_BYTES = 64 * 1024;

const TOPIC = { ...newTopic({ slug: 'weather' as Slug, partition: 0, creator: 'alice' }), revision: 1 };

const ALICE = { user: 'alice', address: '192.0.2.1', permissions: parsePermissions([]).permissions };

function scene(maxUnknownAcknowledgementsPerSecond = 200) {
  const appended: LogEvent[] = [];
  const appender = { append: async (_partition: number, event: LogEvent) => void appended.push(event) };
  const reading = new Reading({ pause: () => {}, resume: () => {} });
  const limits = testLimits({ maxUnknownAcknowledgementsPerSecond });
  const logger = { warn: () => {} };
  const rounds = new AcknowledgementRounds();
  const acknowledgements = new Acknowledgements({ appender, logger, limits, rounds }, reading, ALICE);
  return { appended, reading, limits, rounds, acknowledgements };
}

it('a connection is not read while too many are on their way to the log', async () => {
  const stored = Promise.withResolvers<void>();
  const reading = new Reading({ pause: () => {}, resume: () => {} });
  const limits = testLimits({ maxInFlight: 3 });
  const context = {
    appender: { append: () => stored.promise },
    logger: { warn: () => {} },
    limits,
    rounds: new AcknowledgementRounds(),
  };
  const acknowledgements = new Acknowledgements(context, reading, ALICE);
  for (const id of ['a', 'b']) acknowledgements.add(TOPIC, id, []);
  expect(reading.isHeld).toBe(false);
  for (const id of ['c', 'd']) acknowledgements.add(TOPIC, id, []);
  expect(reading.isHeld).toBe(true);
  expect(limits.watch.total('acknowledgements in flight per connection')).toBe(1);
  stored.resolve();
  await eventually(() => !reading.isHeld);
});

describe('what is acknowledged in one round', () => {
  it('is one event', () => {
    const { appended, acknowledgements } = scene();
    acknowledgements.add(TOPIC, 'a', [1]);
    acknowledgements.add(TOPIC, 'b', [2, 3]);
    acknowledgements.flush();
    expect(appended).toMatchObject([{ type: 'ack', sequences: [1, 2, 3] }]);
  });

  it('goes to the log when the round ends, by itself or because somebody comes to its topic', async () => {
    const { appended, rounds, acknowledgements } = scene();
    acknowledgements.add(TOPIC, 'a', [1]);
    expect(appended).toEqual([]);
    await eventually(() => appended.length === 1);
    acknowledgements.add(TOPIC, 'b', [2]);
    await rounds.settle('another topic');
    expect(appended).toMatchObject([{ sequences: [1] }]);
    await rounds.settle(TOPIC.uid);
    expect(appended).toMatchObject([{ sequences: [1] }, { sequences: [2] }]);
  });

  it('is not in the log before the log says so', async () => {
    const stored = Promise.withResolvers<void>();
    const rounds = new AcknowledgementRounds();
    const context = {
      appender: { append: () => stored.promise },
      logger: { warn: () => {} },
      limits: testLimits(),
      rounds,
    };
    const reading = new Reading({ pause: () => {}, resume: () => {} });
    const acknowledgements = new Acknowledgements(context, reading, ALICE);
    acknowledgements.add(TOPIC, 'a', [1]);
    acknowledgements.flush();
    let isSettled = false;
    const settled = rounds.settle(TOPIC.uid).then(() => {
      isSettled = true;
    });
    await rounds.settle('another topic');
    expect(isSettled).toBe(false);
    stored.resolve();
    await settled;
  });

  it('is of one topic: of the one that it was delivered of', () => {
    const { appended, acknowledgements } = scene();
    acknowledgements.add(TOPIC, 'a', [1]);
    acknowledgements.add({ ...TOPIC, uid: 'of another of this name' }, 'b', [2]);
    acknowledgements.flush();
    acknowledgements.flush();
    expect(appended).toMatchObject([
      { uid: TOPIC.uid, sequences: [1] },
      { uid: 'of another of this name', sequences: [2] },
    ]);
  });

  it('is several where one would be larger than the log takes', () => {
    const { appended, acknowledgements } = scene();
    const sequences = Array.from({ length: 50_000 }, (_, index) => 2 ** 40 + index);
    for (const sequence of sequences) acknowledgements.add(TOPIC, `id-${sequence}`, [sequence]);
    acknowledgements.flush();
    expect(appended.flatMap((event) => (event.type === 'ack' ? event.sequences : []))).toEqual(sequences);
    for (const event of appended)
      expect(encodeEvent(event).headers.toString().length).toBeLessThan(MOST_HEADER_BYTES);
  });
});

describe('T25: ids that were not delivered here', () => {
  it('are each looked up, but read no faster than they may come', async () => {
    const { appended, reading, limits, acknowledgements } = scene(50);
    for (let index = 0; index < 70; index += 1) acknowledgements.add(TOPIC, `unknown ${index}`, []);
    expect(appended.length).toBe(70);
    expect(reading.isHeld).toBe(true);
    expect(limits.watch.total('unknown acknowledgements per user')).toBeGreaterThan(5);
    await expect.poll(() => reading.isHeld).toBe(false);
  });
});

import type { Slug } from '@dasf-broker/protocol';
import { jetstream } from '@nats-io/jetstream';
import { describe, expect, it } from 'vitest';
import { PIECE_BYTES } from './pieces.ts';
import { aMessage, aPing } from './testing/events.ts';
import { comparable, idsOf, TestLog } from './testing/test-log.ts';
import { readTopicPage } from './topic-pages.ts';

const weather = 'weather' as Slug;
const page = (log: TestLog, after: number) => readTopicPage(log.nc, log.streams.subjects, 0, weather, after);
const other = (id: string) => aMessage(id, { topic: 'other' as Slug, uid: 'other' });

describe("a page of a topic's frames", () => {
  it("holds that topic's messages alone, in the order of the log", async () => {
    await using log = await TestLog.open();
    await log.appender.append(
      0,
      aMessage('a'),
      other('x'),
      aPing('p'),
      other('y'),
      aMessage('b'),
      other('z'),
    );
    const { records, last, end } = await page(log, 0);
    expect(records.map(({ event }) => comparable(event))).toEqual([aMessage('a'), aMessage('b')]);
    expect(records.map(({ sequence }) => sequence)).toEqual([1, 5]);
    expect({ last, end }).toEqual({ last: 5, end: true });
  });

  it('begins after the sequence that is named', async () => {
    await using log = await TestLog.open();
    await log.appender.append(0, aMessage('a'), aMessage('b'), aMessage('c'));
    expect(idsOf((await page(log, 1)).records.map(({ event }) => event))).toEqual(['b', 'c']);
  });

  it.each([0, 7])('is empty where nothing comes after %i', async (after) => {
    await using log = await TestLog.open();
    await log.appender.append(0, other('x'));
    expect(await page(log, after)).toEqual({ records: [], last: after, end: true });
  });

  it('is empty in an empty log', async () => {
    await using log = await TestLog.open();
    expect(await page(log, 0)).toEqual({ records: [], last: 0, end: true });
  });

  it('is followed by others until all has been read', async () => {
    await using log = await TestLog.open();
    const ids = Array.from({ length: 250 }, (_, index) => `m${index}`);
    await Promise.all(
      ids.flatMap((id) => [log.appender.append(0, aMessage(id)), log.appender.append(0, other(id))]),
    );
    const found: (string | undefined)[] = [];
    let after = 0;
    for (let end = false; !end; ) {
      const read = await page(log, after);
      found.push(...idsOf(read.records.map(({ event }) => event)));
      ({ last: after, end } = read);
    }
    expect(found).toEqual(ids);
  });

  it('leaves out what cannot be read and goes on after it', async () => {
    await using log = await TestLog.open();
    await log.appender.append(0, aMessage('a'));
    await jetstream(log.nc).publish(log.streams.subjects.storedMessages(0, weather), 'junk');
    const { records, last } = await page(log, 0);
    expect(idsOf(records.map(({ event }) => event))).toEqual(['a']);
    expect(last).toBe(2);
  });

  it('holds no more than a megabyte and a frame', async () => {
    await using log = await TestLog.open();
    const frame = Buffer.alloc(PIECE_BYTES, 'x');
    const ids = Array.from({ length: 12 }, (_, index) => `m${index}`);
    for (const id of ids) await log.appender.append(0, aMessage(id, { frame }));
    const found: (string | undefined)[] = [];
    let after = 0;
    for (let end = false; !end; ) {
      const read = await page(log, after);
      expect(read.records.length).toBeLessThanOrEqual(5);
      found.push(...idsOf(read.records.map(({ event }) => event)));
      ({ last: after, end } = read);
    }
    expect(found).toEqual(ids);
  });
});

import type { Slug } from '@dasf-broker/protocol';
import { eventually } from '@dasf-broker/testing';
import { describe, expect, it } from 'vitest';
import { encodeEvent } from './event-codec.ts';
import { type LiveEvent, publishLive, subscribeLive } from './live.ts';
import { aMessage, aPing } from './testing/events.ts';
import { comparable, TestLog } from './testing/test-log.ts';

async function listen(log: TestLog, topic = 'weather') {
  const heard: LiveEvent[] = [];
  const unreadable: unknown[] = [];
  const { subjects } = log.streams;
  const live = subscribeLive(
    log.nc,
    subjects,
    topic as Slug,
    ({ event, place }) => heard.push({ event: comparable(event), place }),
    (reason) => unreadable.push(reason),
  );
  await live.ready;
  return { heard, unreadable, close: () => live.close() };
}

describe('a live event', () => {
  it('that is stored has its place and that of the one before it of its type and topic', async () => {
    await using log = await TestLog.open();
    const { heard } = await listen(log);
    await log.appender.append(0, aMessage('a'));
    await log.appender.append(0, aMessage('other', { topic: 'other' as Slug, uid: 'other' }));
    await log.appender.append(0, aMessage('b'), aPing('p'));
    await eventually(() => heard.length === 3);
    expect(heard).toEqual([
      { event: aMessage('a'), place: { sequence: 1, previous: 0 } },
      { event: aMessage('b'), place: { sequence: 3, previous: 1 } },
      { event: aPing('p'), place: { sequence: 4, previous: 0 } },
    ]);
  });

  it('is stored when it comes, and its append is answered after it was sent', async () => {
    await using log = await TestLog.open();
    const { heard } = await listen(log);
    await log.appender.append(0, aMessage('a'));
    await log.nc.flush();
    expect(heard).toHaveLength(1);
  });

  it('is not repeated for a repetition (PUB-8)', async () => {
    await using log = await TestLog.open();
    const { heard } = await listen(log);
    for (const id of ['a', 'a', 'b']) await log.appender.append(0, aMessage(id));
    await eventually(() => heard.some(({ event }) => event.messageId === 'b'));
    expect(heard.map(({ event }) => event.messageId)).toEqual(['a', 'b']);
  });

  it('DLV-4: of retention disabled has no place and is not stored', async () => {
    await using log = await TestLog.open();
    const { heard } = await listen(log);
    const event = aMessage('a', { retention: 'disabled' });
    await publishLive(log.nc, log.streams.subjects, 0, event);
    await eventually(() => heard.length === 1);
    expect(heard).toEqual([{ event, place: undefined }]);
    expect((await log.streams.end(0)).last).toBe(0);
  });

  it.each(['Köln', 'ü'.repeat(255)])('is heard under the name %s', async (name) => {
    await using log = await TestLog.open({ partitions: 2 });
    const { heard } = await listen(log, name);
    const event = aMessage('a', { topic: name as Slug });
    await log.appender.append(1, event);
    await eventually(() => heard.length === 1);
    expect(heard[0]?.event).toEqual(event);
  });
});

it('what is no event is told of, and the next one comes all the same', async () => {
  await using log = await TestLog.open();
  const { heard, unreadable } = await listen(log);
  log.nc.publish(log.streams.subjects.passing(0, aMessage('a')), 'junk');
  await log.appender.append(0, aMessage('a'));
  await eventually(() => heard.length === 1);
  expect(unreadable).toEqual([expect.objectContaining({ code: 'EVENT_UNREADABLE' })]);
});

it('has a place that is a number, or is told of', async () => {
  await using log = await TestLog.open();
  const { heard, unreadable } = await listen(log);
  for (const place of ['soon', '1.5', '1e999']) {
    const { headers, body } = encodeEvent(aMessage('forged'));
    headers.set('Nats-Sequence', place);
    log.nc.publish(log.streams.subjects.passing(0, aMessage('forged')), body, { headers: headers.forNats });
  }
  await log.appender.append(0, aMessage('a'));
  await eventually(() => heard.length === 1);
  expect(heard.map(({ event }) => event.messageId)).toEqual(['a']);
  expect(unreadable).toHaveLength(3);
});

it('T16: a message does not pass where pings do: others may write there', async () => {
  await using log = await TestLog.open();
  const { heard, unreadable } = await listen(log);
  const { headers, body } = encodeEvent(aMessage('forged'));
  log.nc.publish(log.streams.subjects.passing(0, aPing('p')), body, { headers: headers.forNats });
  await log.appender.append(0, aMessage('a'));
  await eventually(() => heard.length === 1);
  expect(heard.map(({ event }) => event.messageId)).toEqual(['a']);
  expect(String(unreadable[0])).toContain('A message event cannot stand on');
});

it('nothing comes after it is closed', async () => {
  await using log = await TestLog.open();
  const one = await listen(log);
  const other = await listen(log);
  one.close();
  await log.appender.append(0, aMessage('a'));
  await eventually(() => other.heard.length === 1);
  expect(one.heard).toEqual([]);
});

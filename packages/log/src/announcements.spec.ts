import type { Slug } from '@dasf-broker/protocol';
import { eventually } from '@dasf-broker/testing';
import { expect, it } from 'vitest';
import { type Announcement, announce, subscribeAnnouncements } from './announcements.ts';
import { TestLog } from './testing/test-log.ts';

const good: Announcement = {
  partition: 0,
  ownerEpoch: 2,
  number: 7,
  tails: [{ topic: 'weather' as Slug, uid: 'u', sequence: 3 }],
  goneEdges: ['an-edge'],
};

async function listen(log: TestLog) {
  const heard: Announcement[] = [];
  const unreadable: unknown[] = [];
  const subscription = subscribeAnnouncements(
    log.nc,
    log.streams.subjects,
    (announcement) => void heard.push(announcement),
    (error) => void unreadable.push(error),
  );
  await log.nc.flush();
  return { heard, unreadable, close: () => subscription.close() };
}

const bad = [
  '',
  'junk',
  '{"partition":0',
  'null',
  '[]',
  '7',
  '{}',
  JSON.stringify({ ...good, partition: '0' }),
  JSON.stringify({ ...good, ownerEpoch: null }),
  JSON.stringify({ ...good, number: 1.5 }),
  JSON.stringify({ ...good, tails: null }),
  JSON.stringify({ ...good, tails: {} }),
  JSON.stringify({ ...good, tails: [null] }),
  JSON.stringify({ ...good, tails: [{ topic: 'no slug', uid: 'u', sequence: 3 }] }),
  JSON.stringify({ ...good, tails: [{ topic: 'weather', sequence: 3 }] }),
  JSON.stringify({ ...good, tails: [{ topic: 'weather', uid: 'u', sequence: '3' }] }),
  JSON.stringify({ ...good, goneEdges: 'an-edge' }),
  JSON.stringify({ ...good, goneEdges: [1] }),
  JSON.stringify({ ...good, aboveQuota: 'ann' }),
  JSON.stringify({ ...good, aboveQuota: [1] }),
];

it('what is no announcement is told of, and the next one comes all the same', async () => {
  await using log = await TestLog.open();
  const { heard, unreadable } = await listen(log);
  const said = bad.map((_, number) => ({
    ...good,
    number,
    ...(number % 2 === 0 ? { aboveQuota: ['ann'] } : {}),
  }));
  for (const [index, text] of bad.entries()) {
    log.nc.publish(log.streams.subjects.announcements(0), text);
    announce(log.nc, log.streams.subjects, said[index] as Announcement);
  }
  await eventually(() => heard.length === said.length);
  expect(heard).toEqual(said);
  expect(unreadable).toEqual(bad.map(() => expect.objectContaining({ code: 'EVENT_UNREADABLE' })));
});

it('is heard on all partitions until it is closed', async () => {
  await using log = await TestLog.open();
  const one = await listen(log);
  const other = await listen(log);
  const said = [good, { ...good, partition: 3, number: 1, tails: [], goneEdges: [] }];
  announce(log.nc, log.streams.subjects, good);
  await eventually(() => one.heard.length === 1);
  one.close();
  announce(log.nc, log.streams.subjects, said[1] as Announcement);
  await eventually(() => other.heard.length === 2);
  expect(other.heard).toEqual(said);
  expect(one.heard).toEqual([good]);
});

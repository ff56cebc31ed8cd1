import { newTopic } from '@dasf-broker/registry';
import { describe, expect, it } from 'vitest';
import type { LogEvent } from './events.ts';
import { PIECE_BYTES } from './pieces.ts';
import { aMessage, aPing, UID } from './testing/events.ts';
import { idsOf, TestLog } from './testing/test-log.ts';

const ids = (count: number, prefix = 'm') => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describe('DLV-3: the order of the log', () => {
  it('is the order of the calls, partition by partition', async () => {
    await using log = await TestLog.open({ partitions: 2 });
    const wanted = ids(1200);
    await Promise.all(wanted.map((id, index) => log.appender.append(index % 2, aMessage(id))));
    expect(idsOf(await log.events(0))).toEqual(wanted.filter((_, index) => index % 2 === 0));
    expect(idsOf(await log.events(1))).toEqual(wanted.filter((_, index) => index % 2 === 1));
  });

  it('is kept with repetitions among the messages', async () => {
    await using log = await TestLog.open();
    const wanted = ids(60);
    const sent = wanted.flatMap((id, index) =>
      index % 7 === 0 ? [id, wanted[Math.floor(index / 2)] ?? id] : [id],
    );
    await Promise.all(sent.map((id) => log.appender.append(0, aMessage(id))));
    expect(idsOf(await log.events())).toEqual([...new Set(sent)]);
  });

  it('is kept with bulky messages, which fill a batch of their own', async () => {
    await using log = await TestLog.open();
    const frame = new Uint8Array(PIECE_BYTES).fill(0x61);
    await Promise.all(ids(40).map((id) => log.appender.append(0, aMessage(id, { frame }))));
    expect(idsOf(await log.events())).toEqual(ids(40));
  });
});

describe('an event that is too large', () => {
  it('is refused at once, and those that come with it are stored', async () => {
    await using log = await TestLog.open();
    const large = { requestContext: 'x'.repeat(70_000) };
    const outcomes = await Promise.allSettled(
      ids(9).map((id, index) => log.appender.append(0, aMessage(id, index % 3 === 1 ? large : {}))),
    );
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason.code] : [],
    );
    expect(refused).toEqual(['EVENT_TOO_LARGE', 'EVENT_TOO_LARGE', 'EVENT_TOO_LARGE']);
    expect(idsOf(await log.events())).toEqual(['m0', 'm2', 'm3', 'm5', 'm6', 'm8']);
  });
});

describe('a group of events', () => {
  it('is stored without others in between', async () => {
    await using log = await TestLog.open();
    const topic: LogEvent = {
      type: 'topic',
      topic: aMessage('').topic,
      uid: UID,
      revision: 1,
      entry: newTopic({ slug: aMessage('').topic, partition: 0, creator: 'ada' }, UID),
    };
    const groups = ids(100, 'g').map((id) => [topic, aMessage(`${id}a`), aMessage(`${id}b`)]);
    await Promise.all(groups.map((group) => log.appender.append(0, ...group)));
    expect(await log.events()).toEqual(groups.flat());
  });

  it('is stored whole or not at all', async () => {
    await using log = await TestLog.open();
    const tooLarge = 'x'.repeat(9_000_000);
    const { topic, uid, user } = aMessage('b');
    await expect(
      log.appender.append(0, aMessage('a'), { type: 'api-info', topic, uid, user, apiInfo: tooLarge }),
    ).rejects.toMatchObject({
      name: 'AppendError',
    });
    await log.appender.append(0, aMessage('c'));
    expect(idsOf(await log.events())).toEqual(['c']);
  });
});

describe('PUB-8: the same user, topic and message id', () => {
  it('is stored once and answered each time, also within one batch', async () => {
    await using log = await TestLog.open();
    await Promise.all(['a', 'b', 'a', 'c', 'b', 'a'].map((id) => log.appender.append(0, aMessage(id))));
    await Promise.all(['c', 'd', 'a'].map((id) => log.appender.append(0, aMessage(id))));
    await log.appender.append(0, aMessage('d'));
    expect(idsOf(await log.events())).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is stored once where two edges take it', async () => {
    await using log = await TestLog.open();
    const { Appender } = await import('./appender.ts');
    const other = new Appender(log.nc, log.streams.subjects, { deadline: 5000 });
    await Promise.all(
      ids(40).flatMap((id) => [log.appender, other].map((edge) => edge.append(0, aMessage(id)))),
    );
    expect(idsOf(await log.events()).toSorted()).toEqual(ids(40).toSorted());
  });

  it('within a group keeps the others of the group', async () => {
    await using log = await TestLog.open();
    await log.appender.append(0, aMessage('b'));
    await log.appender.append(0, aMessage('a'), aMessage('b'), aMessage('c'));
    expect(idsOf(await log.events())).toEqual(['b', 'a', 'c']);
  });

  it('of another user or another topic is another message', async () => {
    await using log = await TestLog.open();
    const sent = [aMessage('a'), aMessage('a', { user: 'bob' }), aMessage('a', { uid: 'another' })];
    await Promise.all(sent.map((message) => log.appender.append(0, message)));
    expect(await log.events()).toEqual(sent);
  });

  it('cannot be mixed up by names that run together', async () => {
    await using log = await TestLog.open();
    const sent = [
      aMessage('b.c', { user: 'a' }),
      aMessage('c', { user: 'a.b' }),
      aMessage('ü"', { user: 'ß,' }),
    ];
    await Promise.all(sent.map((message) => log.appender.append(0, message)));
    expect(await log.events()).toEqual(sent);
  });

  it('counts only where the client chose the id', async () => {
    await using log = await TestLog.open();
    const own = aMessage('a', { clientId: false });
    await Promise.all([log.appender.append(0, own), log.appender.append(0, own)]);
    expect(await log.events()).toEqual([own, own]);
  });

  it('holds for the pings that two stores send', async () => {
    await using log = await TestLog.open();
    await Promise.all([log.appender.append(0, aPing('a')), log.appender.append(0, aPing('a'))]);
    expect(await log.events()).toEqual([aPing('a')]);
  });
});

it('disposing waits for what was appended', async () => {
  await using log = await TestLog.open();
  for (const id of ids(50)) void log.appender.append(0, aMessage(id));
  await log.appender[Symbol.asyncDispose]();
  expect(idsOf(await log.events())).toEqual(ids(50));
});

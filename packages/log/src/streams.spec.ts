import { closeNats, connectNats } from '@dasf-broker/nats';
import type { Slug } from '@dasf-broker/protocol';
import { eventually, HeldLine, natsClient, randomNamespace } from '@dasf-broker/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { expect, inject, it } from 'vitest';
import { LogStreams } from './streams.ts';
import { aMessage } from './testing/events.ts';
import { TestLog } from './testing/test-log.ts';
import { readTopicPage } from './topic-pages.ts';

function options(namespace = randomNamespace()) {
  return { namespace, partitions: 3, replicas: 1, dedupWindow: 60_000 };
}

it('the epoch stays while the streams do', async () => {
  await using nc = await natsClient();
  const chosen = options();
  await LogStreams.prepare(nc, chosen);
  const first = await LogStreams.open(nc, chosen);
  await LogStreams.prepare(nc, chosen);
  const again = await LogStreams.open(nc, chosen);
  const { epoch } = await first.end(0);
  expect(epoch).not.toBe('');
  expect((await again.end(0)).epoch).toBe(epoch);
  expect((await first.end(1)).epoch).not.toBe(epoch);
});

it('the epoch is another one where the stream was made anew', async () => {
  await using nc = await natsClient();
  const chosen = options();
  await LogStreams.prepare(nc, chosen);
  const streams = await LogStreams.open(nc, chosen);
  const { epoch } = await streams.end(0);
  const jsm = await jetstreamManager(nc);
  await jsm.streams.delete(streams.subjects.stream(0));
  await LogStreams.prepare(nc, chosen);
  expect((await streams.end(0)).epoch).not.toBe(epoch);
});

it('several who prepare it at once agree', async () => {
  const chosen = options();
  await using stack = new AsyncDisposableStack();
  const opened = await Promise.all(
    [1, 2, 3, 4].map(async () => {
      const nc = stack.use(await natsClient());
      await LogStreams.prepare(nc, chosen);
      return LogStreams.open(nc, chosen);
    }),
  );
  for (const partition of [0, 1, 2]) {
    const epochs = await Promise.all(opened.map(async (streams) => (await streams.end(partition)).epoch));
    expect(new Set(epochs).size).toBe(1);
  }
});

it('the end moves with what is stored', async () => {
  await using log = await TestLog.open();
  expect(await log.streams.end(0)).toMatchObject({ last: 0 });
  await log.appender.append(0, aMessage('a'), aMessage('b'));
  expect(await log.streams.end(0)).toMatchObject({ first: 1, last: 2 });
});

it('nothing that is stored can be deleted', async () => {
  await using log = await TestLog.open();
  await log.appender.append(0, aMessage('a'));
  const jsm = await jetstreamManager(log.nc);
  await expect(jsm.streams.deleteMessage(log.streams.subjects.stream(0), 1)).rejects.toThrow();
  expect(await log.events()).toEqual([aMessage('a')]);
});

it('the first record of a time is found, and all before it can be dropped', async () => {
  await using log = await TestLog.open();
  const pages = () => readTopicPage(log.nc, log.streams.subjects, 0, 'weather' as Slug, 0);
  for (const id of ['a', 'b', 'c']) {
    await log.appender.append(0, aMessage(id));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const [, second] = (await pages()).records;
  if (!second) throw new Error('no record');
  expect(await log.streams.firstSince(0, second.time - 5)).toBe(2);
  expect(await log.streams.firstSince(0, 0)).toBe(1);
  expect(await log.streams.firstSince(0, Date.now() + 60_000)).toBeUndefined();

  await log.streams.truncate(0, 1);
  expect(await log.streams.firstSince(0, 0)).toBe(2);
  expect(await log.streams.extent(0)).toMatchObject({ first: 2, last: 3, firstTime: second.time });
  expect((await pages()).records.map(({ sequence }) => sequence)).toEqual([2, 3]);
  await log.streams.truncate(0, 3);
  expect(await log.streams.extent(0)).toMatchObject({ first: 4, last: 3 });
  expect((await pages()).records).toEqual([]);
});

it('the extent tells sizes and times', async () => {
  await using log = await TestLog.open();
  await log.appender.append(0, aMessage('a'));
  const { firstTime, lastTime, now, bytes, maxBytes } = await log.streams.extent(0);
  expect(firstTime).toBe(lastTime);
  expect(now).toBeGreaterThanOrEqual(lastTime);
  expect(Math.abs(now - Date.now())).toBeLessThan(5000);
  expect(bytes).toBeGreaterThan(50);
  expect(maxBytes).toBeUndefined();
});

it('who only looks makes no stream', async () => {
  await using nc = await natsClient();
  const chosen = options();
  const streams = await LogStreams.attach(nc, chosen);
  expect(await streams.find(0)).toBeUndefined();
  await LogStreams.prepare(nc, { ...chosen, partitions: 1 });
  expect(await streams.find(0)).toMatchObject({ last: 0 });
  expect(await streams.find(1)).toBeUndefined();
});

it('the end of a partition is not waited for where the question was lost with its connection', async () => {
  await using line = await HeldLine.to(inject('natsUrl'));
  await using stack = new AsyncDisposableStack();
  const nc = stack.adopt(await connectNats({ url: line.url, client: 'test' }), closeNats);
  const chosen = options();
  await LogStreams.prepare(nc, chosen);
  const streams = await LogStreams.open(nc, chosen);
  const reconnected = (async () => {
    for await (const { type } of nc.status()) if (type === 'reconnect') return;
  })();
  line.hold();
  const lost = streams.end(0).catch(() => {});
  await eventually(() => line.held > 0);
  line.cut();
  line.release();
  await reconnected;
  const answered = streams.end(0);
  const first = await Promise.race([lost.then(() => 'lost'), answered.then(() => 'answered')]);
  expect(first).toBe('answered');
});

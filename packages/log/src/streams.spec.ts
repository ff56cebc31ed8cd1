import { natsClient, randomNamespace } from '@dasf-broker/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { expect, it } from 'vitest';
import { LogStreams } from './streams.ts';
import { aMessage } from './testing/events.ts';
import { TestLog } from './testing/test-log.ts';

function options(namespace = randomNamespace()) {
  return { namespace, partitions: 3, replicas: 1, dedupWindow: 60_000 };
}

it('the epoch stays while the streams do', async () => {
  await using nc = await natsClient();
  const chosen = options();
  const first = await LogStreams.open(nc, chosen);
  const again = await LogStreams.open(nc, chosen);
  const { epoch } = await first.end(0);
  expect(epoch).not.toBe('');
  expect((await again.end(0)).epoch).toBe(epoch);
  expect((await first.end(1)).epoch).not.toBe(epoch);
});

it('the epoch is another one where the stream was made anew', async () => {
  await using nc = await natsClient();
  const chosen = options();
  const streams = await LogStreams.open(nc, chosen);
  const { epoch } = await streams.end(0);
  const jsm = await jetstreamManager(nc);
  await jsm.streams.delete(streams.subjects.stream(0));
  await LogStreams.open(nc, chosen);
  expect((await streams.end(0)).epoch).not.toBe(epoch);
});

it('several who open at once agree', async () => {
  const chosen = options();
  await using stack = new AsyncDisposableStack();
  const opened = await Promise.all(
    [1, 2, 3, 4].map(async () => LogStreams.open(stack.use(await natsClient()), chosen)),
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

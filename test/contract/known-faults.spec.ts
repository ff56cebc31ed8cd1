import { Appender, LogStreams } from '@dasf-broker/log';
import { eventually, natsClient, OwnNatsServer } from '@dasf-broker/testing';
import { describe, expect, inject, it } from 'vitest';
import { DasfSocket, startBroker } from '../harness/index.ts';
import { withoutOwnBroker } from './given.ts';

const elsewhere = withoutOwnBroker('known faults', 'a broker whose parts it may stop');
const hasServer = inject('natsServerBinary') !== undefined;

/** Rules that do not hold yet. A test here that passes says so: it moves to where its rule is tried. */
describe.skipIf(elsewhere)('known faults', () => {
  it.skipIf(!hasServer).fails(
    'PUB-9: frames that wait for the registry are answered within the deadline, too, however many',
    async () => {
      await using nats = await OwnNatsServer.start();
      await using broker = await startBroker({
        edges: 1,
        settings: { DASF_NATS_URL: nats.url, DASF_PUBLISH_DEADLINE: '1s' },
      });
      await using producer = await DasfSocket.connect(broker.edges[0], 'unknown', {
        token: await broker.token('bob'),
      });
      await nats.kill();
      for (const messageId of ['a', 'b']) producer.send({ messageId });
      for (const messageId of ['a', 'b']) {
        expect(await producer.next(3000)).toMatchObject({ messageId, result: 'send-error:8' });
      }
    },
  );

  it.fails('GC-2: the consumers of an edge that was thought gone are known again', async () => {
    await using broker = await startBroker({ edges: 1 });
    const token = await broker.token('alice', ['add_brokertopic']);
    await using producer = await DasfSocket.connect(broker.edges[0], 'gone', { token });
    await producer.publish({ payload: '1' });
    await using consumer = await DasfSocket.connect(broker.edges[0], 'gone/c', { token });
    await consumer.nextMessage();
    const consumers = async () => {
      const headers = { accept: 'application/json', authorization: `Bearer ${token}` };
      const response = await fetch(new URL('gone/status/', broker.api), { headers });
      return ((await response.json()) as { consumers: number }).consumers;
    };
    await eventually(async () => (await consumers()) === 1);
    await sayGone(broker.namespace);
    await expect.poll(consumers).toBe(0);
    await expect.poll(consumers, { timeout: 8000 }).toBe(1);
  });
});

/** What a store says of the edge that it next hears of, as if it had been silent. */
async function sayGone(namespace: string): Promise<void> {
  const nc = await natsClient();
  const streams = await LogStreams.open(nc, { namespace, partitions: 4, replicas: 1, dedupWindow: 60_000 });
  let edge = '';
  for await (const { subject } of nc.subscribe(streams.subjects.edgeHeartbeat('*'), { max: 1 })) {
    edge = subject.split('.').at(-1) ?? '';
  }
  await using appender = new Appender(nc, streams.subjects, { deadline: 5000 });
  for (let partition = 0; partition < streams.partitions; partition += 1) {
    await appender.append(partition, { type: 'edge-gone', edge });
  }
  await nc.close();
}

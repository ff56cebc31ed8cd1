import { Appender, LogStreams } from '@dasf-broker/log';
import { eventually, natsClient } from '@dasf-broker/testing';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { DasfSocket, startBroker } from '../harness/index.ts';
import { withoutOwnBroker } from './given.ts';

describe.skipIf(withoutOwnBroker('GC-2 presence', 'a look into the log'))('GC-2 presence is a lease', () => {
  it('the consumers of an edge that was thought gone are known again', async () => {
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
    const gone = await sayGone(broker.namespace);
    // The moment in which it has none may be too short to be seen; the edge's other name stays.
    await eventually(async () => {
      const edges = await presentEdges(broker.databaseUrl);
      return edges.length === 1 && edges[0] !== gone;
    });
    expect(await consumers()).toBe(1);
  });
});

async function presentEdges(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query('select edge from presence')).rows.map((row) => row.edge);
  } finally {
    await client.end();
  }
}

/**
 * What a store says of the edge that it next hears of, as if it had been silent.
 *
 * @returns the edge
 */
async function sayGone(namespace: string): Promise<string> {
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
  return edge;
}

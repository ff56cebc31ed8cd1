import { randomBytes } from 'node:crypto';
import { LogStreams } from '@dasf-broker/log';
import { eventually } from '@dasf-broker/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { expect, inject, it } from 'vitest';
import { DasfSocket, startBroker } from '../harness/index.ts';

const log = { partitions: 4, replicas: 1, dedupWindow: 600_000 };

it.skipIf(!inject('natsServerBinary'))(
  'T16: the whole broker works with least rights, and nothing that it does is refused',
  async () => {
    await using broker = await startBroker({
      restricted: true,
      storeTimes: { cleanUp: 500, registryStaleness: 500 },
    });
    const token = await broker.token('alice', ['add_brokertopic', 'administer', 'can_view_status:*']);
    const authorization = `Bearer ${token}`;
    const ask = (path: string, method = 'GET', body?: object) => {
      const json = {
        body: JSON.stringify(body),
        headers: { authorization, 'content-type': 'application/json' },
      };
      const sent = body ? json : { headers: { authorization } };
      return fetch(new URL(path, broker.api), { method, redirect: 'manual', ...sent });
    };

    await using module = await DasfSocket.connect(broker.edges[0], 'tides/module', { token });
    await using caller = await DasfSocket.connect(broker.edges[1] ?? '', 'tides', { token });
    await using answers = await DasfSocket.connect(broker.edges[0], 'tides_abcdefgh/caller', { token });
    const request = { payload: 'when?', properties: { response_topic: 'tides_abcdefgh', requestContext: 1 } };
    expect((await caller.publish(request)).result).toBe('ok');
    const received = await module.nextMessage();
    module.acknowledge(received);
    await using answering = await DasfSocket.connect(broker.edges[1] ?? '', 'tides_abcdefgh', { token });
    const source = { source_topic: 'tides', messageType: 'response', requestContext: 1 };
    expect((await answering.publish({ payload: 'noon', properties: source })).result).toBe('ok');
    expect((await answers.nextMessage()).payload).toBe('noon');

    // In pieces, over a connection of their own.
    const large = randomBytes(1_500_000).toString('base64');
    expect((await caller.publish({ payload: large })).result).toBe('ok');
    expect((await module.nextMessage(15_000)).payload).toBe(large);

    // What is not acknowledged comes from the store.
    await using late = await DasfSocket.connect(broker.edges[1] ?? '', 'tides/late', { token });
    expect((await late.nextMessage(15_000)).payload).toBe(large);

    expect((await ask('tides/ping/', 'POST')).status).toBe(302);
    expect((await ask('/api/v1/topics', 'POST', { name: 'waves' })).status).toBe(201);
    expect((await ask('/api/v1/topics/waves', 'DELETE')).status).toBe(204);
    expect((await ask('tickets/', 'POST')).status).toBe(201);

    expect((await ask('/api/v1/topics/tides/collect', 'POST')).status).toBe(202);

    // Edges answer by way of the account that has the log.
    const { connections } = (await (await ask('/api/v1/connections')).json()) as {
      connections: { id: string }[];
    };
    expect(connections).toHaveLength(5);
    const producer = connections.find((one) => 'kind' in one && one.kind === 'producer');
    expect((await ask(`/api/v1/connections/${producer?.id}`, 'DELETE')).status).toBe(204);
    const stored = (await (await ask('/api/v1/messages?topic=tides')).json()) as {
      messages: { id: string }[];
    };
    const [newest] = stored.messages;
    expect((await ask(`/api/v1/messages/${newest?.id}/send-again`, 'POST')).status).toBe(201);
    expect((await module.nextMessage(15_000)).payload).toBe(large);
    expect((await ask(`/api/v1/messages/${newest?.id}`, 'DELETE')).status).toBe(204);

    // What the store truncates in minutes.
    await using store = await broker.nats?.connect('store');
    if (!store) throw new Error('there is no restricted server');
    const streams = await LogStreams.open(store, { ...log, namespace: broker.namespace });
    for (let partition = 0; partition < log.partitions; partition += 1) {
      const { last } = await streams.end(partition);
      if (last > 1) await streams.truncate(partition, 1);
    }
    await eventually(async () => (await ask('tides/status/')).status !== 500);
    expect(broker.nats?.errors).toEqual([]);

    // That nothing was refused would say nothing if refusals did not show.
    await expect((await jetstreamManager(store, { checkAPI: false })).streams.delete('x')).rejects.toThrow();
    await eventually(() => broker.nats?.errors.length === 1);
  },
  60_000,
);

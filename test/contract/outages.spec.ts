import { eventually, natsClient, OwnNatsServer } from '@dasf-broker/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { describe, expect, inject, it } from 'vitest';
import { DasfSocket, databaseOutage, startBroker } from '../harness/index.ts';
import { withoutOwnBroker } from './given.ts';

const elsewhere = withoutOwnBroker(
  'URL-6, DLV-2, DLV-7, DLV-8, PUB-9 in outages',
  'a broker whose parts it may stop',
);
const hasServer = !elsewhere && inject('natsServerBinary') !== undefined;
if (!elsewhere && !hasServer) {
  console.log('Skipped: outages of NATS need a nats-server binary on this machine.');
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe.skipIf(elsewhere)('the store is away', () => {
  it('DLV-2: a new consumer goes live within 5 s, and its backlog follows', async () => {
    await using broker = await startBroker();
    const token = await broker.token('alice', ['add_brokertopic']);
    await using producer = await DasfSocket.connect(broker.edges[0], 'away', { token });
    for (const payload of ['old 1', 'old 2']) await producer.publish({ payload });
    await broker.stopStores();

    await using consumer = await DasfSocket.connect(broker.edges[1] ?? '', 'away/c', { token });
    expect((await producer.publish({ payload: 'new' })).result).toBe('ok');
    expect((await consumer.nextMessage(15_000)).payload).toBe('new');

    await broker.startStores();
    expect((await consumer.messages(2)).map((frame) => frame.payload)).toEqual(['old 1', 'old 2']);
    await producer.publish({ payload: 'newer' });
    expect((await consumer.nextMessage()).payload).toBe('newer');
    await consumer.silence();
  });
});

describe.skipIf(elsewhere)('URL-6 an upgrade is answered within 2 s', () => {
  it('also when stores and database are away, and DLV-2: the backlog follows', async () => {
    await using broker = await startBroker();
    const token = await broker.token('alice', ['add_brokertopic']);
    await using producer = await DasfSocket.connect(broker.edges[0], 'calm', { token });
    await producer.publish({ payload: 'old' });
    {
      await using _outage = await databaseOutage(inject('databaseUrl'), broker.databaseUrl);
      const began = performance.now();
      await using consumer = await DasfSocket.connect(broker.edges[1] ?? '', 'calm/c', { token });
      await using other = await DasfSocket.connect(broker.edges[0], 'not-yet-made/c', { token });
      expect(performance.now() - began).toBeLessThan(2000);
      expect((await producer.publish({ payload: 'new' })).result).toBe('ok');
      expect((await consumer.nextMessage(6500)).payload).toBe('new');
      expect(other.isOpen).toBe(true);
      const status = await fetch(new URL('calm/status/', broker.api), {
        headers: { authorization: `Bearer ${token}` },
      });
      expect([status.status, await status.text()]).toEqual([503, 'Status unknown']);

      await broker.stopStores();
      const later = performance.now();
      await using third = await DasfSocket.connect(broker.edges[0], 'calm/d', { token });
      expect(performance.now() - later).toBeLessThan(2000);
      expect(third.isOpen).toBe(true);
    }
    await broker.startStores();
    await using last = await DasfSocket.connect(broker.edges[0], 'calm/e', { token });
    expect((await last.messages(2, 20_000)).map((frame) => frame.payload)).toEqual(['old', 'new']);
  }, 60_000);
});

describe.skipIf(!hasServer)('NATS is away', () => {
  it('PUB-9: frames are answered with an error within the deadline, then taken again', async () => {
    await using nats = await OwnNatsServer.start();
    await using broker = await startBroker({
      settings: { DASF_NATS_URL: nats.url, DASF_PUBLISH_DEADLINE: '1s' },
    });
    const token = await broker.token('alice', ['add_brokertopic']);
    await using producer = await DasfSocket.connect(broker.edges[0], 'away', { token });
    expect((await producer.publish({ payload: '0' })).result).toBe('ok');

    await nats.kill();
    const began = performance.now();
    const answer = await producer.publish({ messageId: 'again', context: 9, payload: '1' });
    expect(answer).toMatchObject({ messageId: 'again', context: 9, result: 'send-error:8' });
    expect(performance.now() - began).toBeLessThan(3000);
    await using early = await DasfSocket.connect(broker.edges[1] ?? '', 'away/c', { token });

    await nats.startAgain();
    await eventually(async () => {
      return (await producer.publish({ messageId: 'again', payload: '1' })).result === 'ok';
    });
    expect((await early.messages(2, 20_000)).map((frame) => frame.payload)).toEqual(['0', '1']);
    await early.silence();
  });

  it('PUB-9: so are frames that wait for the registry, however many', async () => {
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
  });

  it('DLV-7: who stayed connected gets what was published meanwhile, once and in order', async () => {
    await using nats = await OwnNatsServer.start();
    await using broker = await startBroker({ settings: { DASF_NATS_URL: nats.url } });
    const token = await broker.token('alice', ['add_brokertopic']);
    await using producer = await DasfSocket.connect(broker.edges[0], 'gap', { token });
    await using consumer = await DasfSocket.connect(broker.edges[1] ?? '', 'gap/c', { token });
    const count = 400;
    const publishing = (async () => {
      for (const number of numbers(count)) {
        const frame = { messageId: `m${number}`, payload: String(number) };
        await eventually(async () => (await producer.publish(frame)).result === 'ok', 30_000);
      }
    })();
    const receiving = consumer.messages(count, 30_000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (let round = 0; round < 3; round += 1) {
      await nats.kill();
      await nats.startAgain();
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await publishing;
    expect((await receiving).map((frame) => Number(frame.payload))).toEqual(numbers(count));
    await consumer.silence();
  }, 60_000);
});

describe.skipIf(elsewhere)('DLV-7 a last message that did not pass live', () => {
  it('is announced by the store, and read from the log', async () => {
    await using broker = await startBroker({ settings: { DASF_LOG_PARTITIONS: '1' } });
    const token = await broker.token('alice', ['add_brokertopic']);
    await using producer = await DasfSocket.connect(broker.edges[0], 'tail', { token });
    await using consumer = await DasfSocket.connect(broker.edges[1] ?? '', 'tail/c', { token });
    await producer.publish({ payload: 'passes' });
    expect((await consumer.nextMessage()).payload).toBe('passes');

    // What is stored from now on is republished elsewhere.
    await using nats = await natsClient();
    const { streams } = await jetstreamManager(nats);
    const stream = `${broker.namespace}-log-0`;
    const lost = { src: `${broker.namespace}.log.0.>`, dest: `${broker.namespace}.lost.>` };
    await streams.update(stream, { republish: lost });
    await producer.publish({ payload: 'does not pass' });
    expect((await consumer.nextMessage()).payload).toBe('does not pass');
    await consumer.silence();
  });
});

describe.skipIf(elsewhere)('DLV-8 a consumer that reads slowly', () => {
  it('loses nothing and holds nobody up', async () => {
    await using broker = await startBroker({ settings: { DASF_CONSUMER_BUFFER_BYTES: '64KiB' } });
    const token = await broker.token('alice', ['add_brokertopic']);
    await using producer = await DasfSocket.connect(broker.edges[0], 'slow', { token });
    await using slow = await DasfSocket.connect(broker.edges[1] ?? '', 'slow/s', { token });
    await using fast = await DasfSocket.connect(broker.edges[1] ?? '', 'slow/f', { token });
    await producer.publish({ payload: 'first' });
    await Promise.all([slow.nextMessage(), fast.nextMessage()]);

    slow.stopReading();
    const count = 1500;
    const padding = 'x'.repeat(10_000);
    for (const number of numbers(count)) producer.send({ payload: `${number} ${padding}` });
    const seen = (await fast.messages(count, 30_000)).map((frame) => Number.parseInt(frame.payload, 10));
    expect(seen).toEqual(numbers(count));

    slow.readAgain();
    const caughtUp = (await slow.messages(count, 30_000)).map((frame) => Number.parseInt(frame.payload, 10));
    expect(caughtUp).toEqual(numbers(count));
    await slow.silence();
  }, 60_000);
});

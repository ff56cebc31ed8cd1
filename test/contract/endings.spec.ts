import { eventually, HeldLine } from '@dasf-broker/testing';
import { describe, expect, inject, it } from 'vitest';
import { startBroker } from '../harness/broker.ts';
import { DasfSocket } from '../harness/index.ts';
import { withoutOwnBroker } from './given.ts';
import { useBroker } from './scene.ts';

const elsewhere = withoutOwnBroker('CLS-1', 'a broker that it may stop');
const scene = useBroker();

describe.skipIf(elsewhere)('CLS-1 what will pass ends without a Close frame', () => {
  it('but with one for clients that offered `dasf`', async () => {
    const broker = await startBroker({ edges: 1 });
    const token = await broker.token('alice', ['add_brokertopic']);
    const plain = await DasfSocket.connect(broker.edges[0], 'cls/plain', { token });
    const modern = await DasfSocket.connect(broker.edges[0], 'cls/modern', { token, protocols: ['dasf'] });
    const producer = await DasfSocket.connect(broker.edges[0], 'cls', { token });
    for (let index = 0; index < 50; index += 1) producer.send({ payload: String(index) });
    await producer.next();
    await broker[Symbol.asyncDispose]();
    expect((await plain.closed).code).toBe(1006);
    expect((await modern.closed).code).toBe(1013);
    // What was received before the end has its answer.
    for (let index = 1; index < 50; index += 1) expect((await producer.next()).result).toBe('ok');
  });
});

describe.skipIf(elsewhere)('CLS-1 an upgrade that is under way when the broker stops', () => {
  it('is refused', async () => {
    await using line = await HeldLine.to(inject('natsUrl'));
    const broker = await startBroker({
      edges: 1,
      settings: { DASF_NATS_URL: line.url, DASF_DRAIN_TIMEOUT: '0s' },
    });
    line.hold();
    const token = await broker.token('alice');
    const connecting = DasfSocket.connect(broker.edges[0], 'cls/c', { token });
    await eventually(() => line.held > 0);
    const stopping = broker[Symbol.asyncDispose]();
    await expect(connecting).rejects.toThrow();
    line.cut();
    line.release();
    await stopping;
  });
});

describe('CLS-2 who must stop gets a Close frame', () => {
  it('4404 where an operator deleted the topic', async () => {
    const { topic, token } = await scene.madeTopic();
    await using consumer = await scene.connect(`${topic}/c`, { token });
    await using producer = await scene.connect(topic, { token });
    await producer.publish({ payload: 'm' });
    await consumer.nextMessage();
    await scene.administer('DELETE', `/${topic}`);
    expect((await consumer.closed).code).toBe(4404);
  });

  it('who never had the right waits', async () => {
    const { topic } = await scene.madeTopic('alice');
    await using stranger = await scene.connect(`${topic}/s`, { token: await scene.token('mallory') });
    await scene.administer('DELETE', `/${topic}`);
    await stranger.silence();
    expect(stranger.isOpen).toBe(true);
  });
});

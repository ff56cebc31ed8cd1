import { describe, expect, it } from 'vitest';
import { Producer } from './producer.ts';
import { answer, FakeBroker } from './testing/fake-broker.ts';

describe('Producer', () => {
  it('resolves where the broker says ok; connects with token and subprotocol', async () => {
    await using broker = await FakeBroker.start();
    await using producer = new Producer('Köln', { url: broker.url, token: 'secret' });
    broker.onFrame = answer;
    await producer.publish({ payload: 'p', properties: { messageType: 'request' } });
    const { path, request, frames } = await broker.connection('');
    expect(path).toBe('K%C3%B6ln');
    expect(request.headers.authorization).toBe('Bearer secret');
    expect(request.headers['sec-websocket-protocol']).toBe('dasf');
    expect(frames).toEqual([
      { messageId: expect.any(String), payload: 'p', properties: { messageType: 'request' } },
    ]);
  });

  it.each(['send-error:3', 'send-error:6'])('rejects where the broker says %s', async (result) => {
    await using broker = await FakeBroker.start();
    await using producer = new Producer('t', { url: broker.url });
    broker.onFrame = (frame, connection) => answer(frame, connection, result);
    await expect(producer.publish({})).rejects.toMatchObject({
      name: 'PublishError',
      code: result,
      message: `It is ${result}.`,
    });
  });

  it('PUB-8: sends what has no answer again after a loss, with the same id, and nothing else', async () => {
    await using broker = await FakeBroker.start();
    await using producer = new Producer('t', { url: broker.url });
    broker.onFrame = (frame, connection) => {
      if (frame.payload === 'answered') answer(frame, connection);
    };
    await producer.publish({ payload: 'answered' });
    const lost = ['a', 'b'].map((payload) => producer.publish({ payload }));
    const first = await broker.connection('t', 3);

    broker.onFrame = answer;
    first.socket.terminate();

    await Promise.all(lost);
    const second = await broker.connection('t', 0, first);
    expect(second.frames).toEqual(first.frames.slice(1));
  });

  it('PUB-9: sends what has an unknown outcome again, with the same id', async () => {
    await using broker = await FakeBroker.start();
    await using producer = new Producer('t', { url: broker.url });
    const results = ['send-error:8', 'send-error:8', 'ok'];
    broker.onFrame = (frame, connection) => answer(frame, connection, results.shift());
    await producer.publish({ payload: 'p' });
    const { frames } = await broker.connection('t');
    expect(frames).toHaveLength(3);
    expect(new Set(frames.map(({ messageId }) => messageId)).size).toBe(1);
  });

  it('waits for a broker that refuses for a moment', async () => {
    await using broker = await FakeBroker.start();
    broker.refuseWith = 503;
    await using producer = new Producer('t', { url: broker.url });
    broker.onFrame = answer;
    const published = producer.publish({});
    const { upgrades } = broker;
    await expect.poll(() => broker.upgrades, { timeout: 10_000 }).toBeGreaterThan(upgrades + 1);
    broker.refuseWith = undefined;
    await published;
  });

  it.each([401, 403, 404])('rejects for good where an upgrade is refused with %i', async (status) => {
    await using broker = await FakeBroker.start();
    broker.refuseWith = status;
    await using producer = new Producer('t', { url: broker.url });
    await expect(producer.publish({})).rejects.toThrow(`HTTP ${status}`);
    await expect(producer.publish({})).rejects.toThrow(`HTTP ${status}`);
    expect(broker.upgrades).toBe(1);
  });

  it.each([1003, 1009, 4401, 4403, 4404])('CLS-2: does not come back after %i', async (code) => {
    await using broker = await FakeBroker.start();
    await using producer = new Producer('t', { url: broker.url });
    const published = producer.publish({});
    const { socket } = await broker.connection('t', 1);
    socket.close(code, 'because');
    await expect(published).rejects.toThrow(`${code} because`);
    expect(broker.upgrades).toBe(1);
  });

  it.each([1000, 1001, 1012, 1013])('CLS-1: comes back after %i', async (code) => {
    await using broker = await FakeBroker.start();
    await using producer = new Producer('t', { url: broker.url });
    const published = producer.publish({});
    const first = await broker.connection('t', 1);
    broker.onFrame = answer;
    first.socket.close(code);
    await published;
  });

  it('rejects what is unanswered when it is closed, and what comes later', async () => {
    await using broker = await FakeBroker.start();
    const producer = new Producer('t', { url: broker.url });
    const published = expect(producer.publish({})).rejects.toThrow('closed');
    await broker.connection('t', 1);
    await producer[Symbol.asyncDispose]();
    await published;
    await expect(producer.publish({})).rejects.toThrow('closed');
  });
});

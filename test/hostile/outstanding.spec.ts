import { eventually } from '@dasf-broker/testing';
import { expect, it } from 'vitest';
import { DasfSocket } from '../harness/dasf-socket.ts';
import { startBroker } from '../harness/index.ts';

const PAYLOAD = 'x'.repeat(2000);
const rights = ['add_brokertopic', 'can_produce:*', 'can_consume:*'];

it('T25: what a user has stored that nobody acknowledges is bounded, at all edges, until some of it is', async () => {
  await using broker = await startBroker({
    edges: 2,
    storeTimes: { quotaCheck: 50, announcement: 50 },
    settings: { DASF_MAX_OUTSTANDING_BYTES_PER_USER: '20KiB' },
  });
  const [ann, bob] = [await broker.token('ann', rights), await broker.token('bob', rights)];
  const [here, there] = broker.edges;
  await using one = await DasfSocket.connect(here, 'weather', { token: ann });
  await using other = await DasfSocket.connect(there ?? here, 'climate', { token: ann });
  await using others = await DasfSocket.connect(here, 'weather', { token: bob });
  const answerOf = async (socket: DasfSocket, messageType?: string) => {
    const answer = await socket.publish({
      payload: PAYLOAD,
      ...(messageType ? { properties: { messageType } } : {}),
    });
    return answer.result;
  };

  let published = 0;
  await eventually(async () => {
    const answer = await answerOf(one);
    if (answer === 'ok') published += 1;
    return answer === 'send-error:6';
  });
  expect(published).toBeGreaterThan(9);
  await eventually(async () => (await answerOf(other)) === 'send-error:6');
  expect(await answerOf(one, 'ping')).toBe('ok');
  expect(await answerOf(others)).toBe('ok');

  await using consumer = await DasfSocket.connect(here, 'weather/reader', { token: ann });
  for (const message of await consumer.messages(published))
    consumer.acknowledge(message as { messageId: string });
  await eventually(async () => (await answerOf(one)) === 'ok');
  await eventually(async () => (await answerOf(other)) === 'ok');
});

it('T25: who asks and acknowledges no answer gets none any more, and the module goes on answering others', async () => {
  await using broker = await startBroker({
    storeTimes: { quotaCheck: 50, announcement: 50 },
    settings: { DASF_MAX_OUTSTANDING_BYTES_PER_USER: '20KiB' },
  });
  const [ann, bob] = [await broker.token('ann', rights), await broker.token('bob', rights)];
  const module = await broker.token('module', rights);
  const [here] = broker.edges;
  const asking = async (token: string, response_topic: string) => {
    await using asker = await DasfSocket.connect(here, 'weather', { token });
    const properties = { messageType: 'request', requestContext: 1, response_topic };
    expect((await asker.publish({ payload: '', properties })).result).toBe('ok');
    return await DasfSocket.connect(here, response_topic, { token: module });
  };
  await using toAnn = await asking(ann, 'weather_abcdefgh');
  await using toBob = await asking(bob, 'weather_ijklmnop');
  const answer = { payload: PAYLOAD, properties: { messageType: 'progress', source_topic: 'weather' } };
  await eventually(async () => (await toAnn.publish(answer)).result === 'send-error:6');
  expect((await toBob.publish(answer)).result).toBe('ok');
});

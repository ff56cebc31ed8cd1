import { eventually, expandSchema } from '@dasf-broker/testing';
import { expect, it } from 'vitest';
import { operatorOf } from '../api/setup/operator.ts';
import { DasfSocket, startBroker } from '../harness/index.ts';

it('a broker whose database is one step further answers all that it did before', async () => {
  await using broker = await startBroker({ settings: { DASF_STORE_MESSAGES: 'store' } });
  const olga = operatorOf(broker);
  const consumer = async () =>
    DasfSocket.connect(broker.edges[1] ?? '', 'tides/s', { token: await broker.token('ada') });
  const statuses = async () => {
    const [message] = (await olga.ask('messages?topic=tides&limit=1')).body.messages;
    const paths = ['topics?details=true', 'topics/tides', 'messages', `messages/${message.id}`];
    const answers = await Promise.all(
      [...paths, `messages/${message.id}/frame`, 'audit'].map((p) => olga.fetch(p)),
    );
    return answers.map(({ status }) => status);
  };
  await olga.publish('tides', 'ada', { messageId: 'm1' });
  await olga.listed('topic=tides', 1);
  const before = await statuses();
  expect(before).toEqual(before.map(() => 200));

  await expandSchema(broker.databaseUrl);
  // Connections that have asked before, and new ones.
  expect(await statuses()).toEqual(before);
  await olga.publish('tides', 'ada', { messageId: 'm2' });
  await using module = await consumer();
  const [first, second] = await module.messages(2);
  expect([first, second]).toMatchObject([{ messageId: 'm1' }, { messageId: 'm2' }]);
  module.send({ messageId: second.messageId });
  await olga.listed('topic=tides&delivered=true', 1);
  expect(await statuses()).toEqual(before);

  // So do those that start on it.
  await broker.stopStores();
  await broker.startStores();
  await olga.publish('tides', 'ada', { messageId: 'm3' });
  await olga.listed('topic=tides', 3);
  await using again = await consumer();
  expect(await again.messages(2)).toMatchObject([{ messageId: 'm1' }, { messageId: 'm3' }]);
  await eventually(async () => (await olga.ask('topics/tides')).body.status.consumers === 2);
});

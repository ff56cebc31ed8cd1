import { eventually } from '@dasf-broker/testing';
import { expect, it } from 'vitest';
import { DasfSocket, type Json, startBroker } from '../harness/index.ts';
import { operatorOf } from './setup/operator.ts';

it('removes response topics that nobody uses at once, and no others', async () => {
  await using broker = await startBroker({
    edges: 1,
    stores: 1,
    apis: 1,
    storeTimes: { registryStaleness: 500, answer: 4000 },
    settings: { DASF_STORE_MESSAGES: 'cache' },
  });
  const olga = operatorOf(broker);
  const names = async () => {
    const { body } = await olga.ask('topics?kind=response');
    return body.topics.map(({ name }: Json) => name);
  };
  // Nobody answers to the first one, somebody waits at the second, the third has a request that is open.
  await olga.publish('calls', 'ada', { properties: { response_topic: 'calls_aaaaaaaa' } });
  await olga.publish('other', 'ada', { properties: { response_topic: 'other_aaaaaaaa' } });
  const token = await broker.token('ada');
  await using _waiting = await DasfSocket.connect(broker.edges[0], 'calls_bbbbbbbb/s', { token });
  await olga.publish('calls', 'ada', { properties: { response_topic: 'calls_bbbbbbbb' } });
  await olga.publish('calls', 'ada', {
    properties: { response_topic: 'calls_cccccccc', messageType: 'request', requestContext: 1 },
  });
  await eventually(async () => (await names()).length === 4);
  await eventually(async () => (await olga.ask('topics/calls_bbbbbbbb')).body.status?.consumers === 1);

  expect(await olga.ask('topics/calls/collect', 'POST')).toEqual({ status: 202, body: { found: 1 } });
  await eventually(async () => !(await names()).includes('calls_aaaaaaaa'));
  expect(await names()).toEqual(['calls_bbbbbbbb', 'calls_cccccccc', 'other_aaaaaaaa']);
  // One by its own name.
  expect((await olga.ask('topics/other_aaaaaaaa/collect', 'POST')).body).toEqual({ found: 1 });
  await eventually(async () => !(await names()).includes('other_aaaaaaaa'));
  expect((await olga.ask('topics/nowhere/collect', 'POST')).status).toBe(404);

  await broker.stopStores();
  expect(await olga.ask('topics/calls/collect', 'POST')).toMatchObject({
    status: 503,
    body: { code: 'STORE_UNREACHABLE' },
  });
});

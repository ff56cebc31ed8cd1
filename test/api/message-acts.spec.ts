import { eventually } from '@dasf-broker/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Broker, DasfSocket, startBroker } from '../harness/index.ts';
import { operatorOf } from './setup/operator.ts';

let broker: Broker;
let olga: ReturnType<typeof operatorOf>;
beforeAll(async () => {
  broker = await startBroker({ edges: 2, stores: 1, apis: 1 });
  olga = operatorOf(broker);
});
afterAll(() => broker?.[Symbol.asyncDispose]());

const consume = async (topic: string, user: string, edge = 0) =>
  DasfSocket.connect(broker.edges[edge] ?? '', `${topic}/s`, { token: await broker.token(user) });
const idsOf = ({ messages }: { messages: { id: string }[] }) => messages.map(({ id }) => id);

describe('removing a message', () => {
  it('keeps it from who comes later, and leaves all others', async () => {
    await olga.publish('tides', 'ada', { messageId: 'm1' }, { messageId: 'm2' }, { messageId: 'm3' });
    const [, second] = idsOf(await olga.listed('topic=tides', 3));
    expect(await olga.ask(`messages/${second}`, 'DELETE')).toEqual({ status: 204, body: null });
    // The database has it before the answer comes.
    expect((await olga.ask('messages?topic=tides')).body.messages).toMatchObject([
      { messageId: 'm3' },
      { messageId: 'm1' },
    ]);
    expect(await olga.ask(`messages/${second}`, 'DELETE')).toMatchObject({
      status: 404,
      body: { code: 'MESSAGE_UNKNOWN' },
    });
    await using consumer = await consume('tides', 'ada');
    expect(await consumer.messages(2)).toMatchObject([{ messageId: 'm1' }, { messageId: 'm3' }]);
  });

  it('takes the record of who acknowledged it along, and pieces of large frames', async () => {
    await olga.ask('topics', 'POST', {
      name: 'large',
      storeMessages: 'store',
      grant: { can_consume: ['ada'] },
    });
    await olga.ask('topics/large', 'PATCH', { grant: { can_produce: ['ada'] } });
    await olga.publish('large', 'ada', { messageId: 'm1', payload: 'AAAA'.repeat(500_000) });
    const [id] = idsOf(await olga.listed('topic=large', 1));
    await using consumer = await consume('large', 'ada');
    const frame = await consumer.nextMessage();
    consumer.send({ messageId: frame.messageId });
    await olga.listed('topic=large&delivered=true', 1);
    expect((await olga.ask(`messages/${id}`, 'DELETE')).status).toBe(204);
    expect((await olga.ask(`messages/${id}/frame`)).status).toBe(404);
    expect((await olga.ask('topics/large')).body.status).toMatchObject({ stored: 0 });
  });
});

describe('sending a message again', () => {
  it('makes a new one, which all consumers get, those that acknowledged the first among them', async () => {
    const properties = { messageType: 'request', requestContext: 7, odd: [1, 2 ** 60] };
    await olga.publish('waves', 'ada', { payload: 'b25jZQ==', messageId: 'm1', context: 'c', properties });
    await using consumer = await consume('waves', 'ada', 1);
    const first = await consumer.nextMessage();
    const [id] = idsOf(await olga.listed('topic=waves', 1));
    const sent = await olga.ask(`messages/${id}/send-again`, 'POST');
    expect(sent).toEqual({
      status: 201,
      body: { topic: 'waves', messageId: expect.not.stringMatching(/^m1$/) },
    });
    const second = await consumer.nextMessage();
    expect(second).toEqual({ ...first, messageId: sent.body.messageId, publishTime: expect.any(String) });
    expect(Date.parse(second.publishTime)).toBeGreaterThanOrEqual(Date.parse(first.publishTime));
    const { messages } = await olga.listed('topic=waves', 2);
    expect(messages[0]).toMatchObject({
      messageId: sent.body.messageId,
      user: 'ada',
      retention: 'cache',
      messageType: 'request',
      requestContext: '7',
    });
    // Each is acknowledged by itself.
    consumer.send({ messageId: second.messageId });
    expect(idsOf(await olga.listed('topic=waves', 1))).toEqual([id]);
  });

  it('happens once, however often it is asked for with the same id', async () => {
    await olga.publish('once', 'ada', { messageId: 'm1' });
    const [id] = idsOf(await olga.listed('topic=once', 1));
    const again = () => olga.ask(`messages/${id}/send-again?messageId=mine`, 'POST');
    const answers = await Promise.all([again(), again(), again()]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    await using consumer = await consume('once', 'ada');
    expect(await consumer.messages(2)).toMatchObject([{ messageId: 'm1' }, { messageId: 'mine' }]);
    await olga.publish('once', 'ada', { messageId: 'last' });
    expect(await consumer.nextMessage()).toMatchObject({ messageId: 'last' });
    expect((await olga.ask(`messages/${id}/send-again?messageId=${'x'.repeat(129)}`, 'POST')).status).toBe(
      400,
    );
  });

  it('does large frames in pieces, too', async () => {
    const payload = 'AAAB'.repeat(500_000);
    await olga.publish('bulk', 'ada', { messageId: 'm1', payload });
    const [id] = idsOf(await olga.listed('topic=bulk', 1));
    const { body } = await olga.ask(`messages/${id}/send-again`, 'POST');
    await using consumer = await consume('bulk', 'ada');
    expect((await consumer.messages(2, 20_000))[1]).toMatchObject({ messageId: body.messageId, payload });
  });

  it('asks once more on the response topic, as long as that is there', async () => {
    const properties = { messageType: 'request', response_topic: 'calls_aaaaaaaa', requestContext: 1 };
    await olga.publish('calls', 'ada', { messageId: 'm1', properties });
    const [id] = idsOf(await olga.listed('topic=calls', 1));
    expect((await olga.ask(`messages/${id}/send-again`, 'POST')).status).toBe(201);
    await olga.ask('topics/calls_aaaaaaaa', 'DELETE');
    const gone = { status: 409, body: { code: 'RESPONSE_TOPIC_GONE' } };
    expect(await olga.ask(`messages/${id}/send-again`, 'POST')).toMatchObject(gone);
    // Nor is another one of that name taken for it.
    await olga.ask('topics', 'POST', { name: 'calls_aaaaaaaa' });
    expect(await olga.ask(`messages/${id}/send-again`, 'POST')).toMatchObject(gone);
    await olga.ask('topics/calls', 'DELETE');
    expect((await olga.ask(`messages/${id}/send-again`, 'POST')).status).toBe(404);
  });
});

describe('who may', () => {
  it('neither remove nor send again, nor see what others did: everybody but operators', async () => {
    await olga.publish('mine', 'ada', { messageId: 'm1' });
    const [id] = idsOf(await olga.listed('topic=mine', 1));
    const all = ['can_produce:*', 'can_consume:*', 'can_view_status:*', 'add_brokertopic'];
    for (const [path, method] of [
      [`messages/${id}`, 'DELETE'],
      [`messages/${id}/send-again`, 'POST'],
      ['messages/0-999999', 'DELETE'],
      ['messages/0-999999/send-again', 'POST'],
      ['audit', 'GET'],
    ] as const) {
      expect(await olga.askAs('ada', all, path, method), path).toMatchObject({
        status: 403,
        body: { code: 'FORBIDDEN' },
      });
      const nobody = await fetch(new URL(`/api/v1/${path}`, broker.api), { method });
      expect(nobody.status, path).toBe(401);
    }
    await olga.listed('topic=mine', 1);
  });
});

describe('what operators did', () => {
  const acts = async (query: string, count: number) =>
    eventually(async () => {
      const { body } = await olga.ask(`audit?${query}`);
      const isSettled = body.acts?.every(({ outcome }: { outcome: string | null }) => outcome !== null);
      return isSettled && body.acts.length === count ? body : undefined;
    });

  it('is listed: who, what, when, on what, and what came of it', async () => {
    await olga.ask('topics', 'POST', { name: 'audited', public: true, grant: { can_produce: ['ada'] } });
    await olga.ask('topics/audited', 'PATCH', { revoke: { can_produce: ['ada'] } });
    await olga.ask('topics', 'POST', { name: 'audited' });
    await olga.publish('audited', 'ada', { messageId: 'm1', payload: 'c2VjcmV0' });
    const [id] = idsOf(await olga.listed('topic=audited', 1));
    await olga.ask(`messages/${id}`);
    await olga.ask(`messages/${id}/send-again?messageId=m2`, 'POST');
    await olga.ask(`messages/${id}`, 'DELETE');
    await olga.ask('topics/audited', 'DELETE');
    const { acts: found, next } = await acts('topic=audited', 7);
    expect(found.map(({ act }: { act: string }) => act)).toEqual([
      'topic-delete',
      'message-remove',
      'message-send-again',
      'message-read',
      'topic-create',
      'topic-change',
      'topic-create',
    ]);
    expect(found[1]).toEqual({
      at: expect.stringMatching(/Z$/),
      user: 'olga',
      act: 'message-remove',
      topic: 'audited',
      target: id,
      change: null,
      outcome: 'done',
    });
    expect(JSON.parse(found[2].change)).toEqual({ messageId: 'm2' });
    expect(found[4]).toMatchObject({ outcome: 'TOPIC_EXISTS' });
    expect(JSON.parse(found[6].change)).toEqual({ public: true, grant: { can_produce: ['ada'] } });
    expect(next).toBeNull();
    expect(JSON.stringify(found)).not.toMatch(/secret|c2VjcmV0/);
  });

  it('is found by user, act, target and time, a page at a time', async () => {
    await olga.askAs('otto', ['administer'], 'topics', 'POST', { name: 'ottos' });
    const token = await olga.askAs('otto', ['administer'], 'service-tokens', 'POST', {
      name: 'n',
      subject: 's',
      permissions: [],
    });
    await olga.askAs('otto', ['administer'], `service-tokens/${token.body.id}`, 'DELETE');
    const { acts: all } = await acts('user=otto', 3);
    expect(JSON.stringify(all)).not.toContain(token.body.token);
    const first = await acts('user=otto&limit=2', 2);
    const second = await acts(`user=otto&limit=2&after=${first.next}`, 1);
    expect([...first.acts, ...second.acts]).toEqual(all);
    expect((await acts(`target=${token.body.id}`, 1)).acts).toEqual([all[0]]);
    expect((await acts('user=otto&act=topic-create', 1)).acts).toEqual([all[2]]);
    await acts('user=otto&until=2000-01-01T00:00:00Z', 0);
    for (const query of ['act=other', 'after=x', 'limit=0', 'since=then', 'page=1'])
      expect((await olga.ask(`audit?${query}`)).status, query).toBe(400);
  });
});

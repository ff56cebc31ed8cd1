import { expect, it } from 'vitest';
import type { LocalStack } from '../harness/index.ts';
import { byPulsarAddresses, byWebsocketUrl, type Connection, withToken } from './setup/connection.ts';
import { startModule } from './setup/module.ts';
import { describedFunctions } from './setup/read-model.ts';
import { answerOf, ask, beginRequest } from './setup/request.ts';
import { openTopic, topicName, useBroker } from './setup/scene.ts';
import { pinged, statusOf } from './setup/status.ts';
import { describeWithPython } from './setup/with-python.ts';

const greeting = { func_name: 'hello_world', name: 'Ada' };

describeWithPython('a Python module and its caller', (python) => {
  const broker = useBroker();

  it.each<[string, (broker: LocalStack) => Connection]>([
    ['--websocket-url', byWebsocketUrl],
    ["the client's own preset, addresses of Apache Pulsar", byPulsarAddresses],
  ])('reach each other by %s', async (_, connectionTo) => {
    const topic = await openTopic(broker());
    const connection = connectionTo(broker());
    await using _module = await startModule(python, topic, connection);
    expect(await ask(python, topic, connection, greeting)).toBe('Hello, Ada!');
    expect(await pinged(broker(), topic)).toEqual({ code: 200, availability: 'online' });
    await expect.poll(() => describedFunctions(broker(), topic)).toContain('hello_world');
  });

  it('reach each other by tokens, each with its own', async () => {
    const topic = topicName();
    await broker().dasf('topic', 'create', topic, '--consumer', 'module', '--producer', 'ada');
    const [forModule, forAda, forBob] = await Promise.all(
      ['module', 'ada', 'bob'].map((sub) => broker().dasf('token', '--sub', sub)),
    );
    const connection = byWebsocketUrl(broker());
    await using _module = await startModule(python, topic, withToken(connection, forModule ?? ''));
    expect(await ask(python, topic, withToken(connection, forAda ?? ''), greeting)).toBe('Hello, Ada!');
    expect(await pinged(broker(), topic, forAda)).toEqual({ code: 200, availability: 'online' });
    await expect.poll(() => describedFunctions(broker(), topic)).toContain('hello_world');
    expect((await statusOf(broker(), topic, forBob)).code).toBe(403);
  });

  it('meet on a topic that the first request makes, where the token allows that (PUB-3, RSP-2)', async () => {
    const topic = topicName();
    const token = await broker().dasf('token', '--sub', 'ada', '--permission', 'add_brokertopic');
    const connection = withToken(byPulsarAddresses(broker()), token);
    await using _module = await startModule(python, topic, connection);
    expect(await ask(python, topic, connection, greeting)).toBe('Hello, Ada!');
  });

  it('are told soon where they may not, instead of waiting for ever (PUB-7, AUT-3)', async () => {
    const topic = topicName();
    await broker().dasf('topic', 'create', topic);
    await using anonymous = beginRequest(python, topic, byWebsocketUrl(broker()), greeting);
    expect(await anonymous.ended).toBe(1);
    expect(anonymous.stderr).toContain('error sending the request');

    const connection = withToken(byWebsocketUrl(broker()), 'no-token-at-all');
    await using stranger = beginRequest(python, topic, connection, greeting);
    expect(await stranger.ended).toBe(1); // after the client's own 10 s
    expect(stranger.stderr).toContain('No websocket connection has been established!');
  });

  it('is offline once it has ended, and serves what was sent meanwhile (AVL-2, DLV-2)', async () => {
    const topic = await openTopic(broker());
    const connection = byWebsocketUrl(broker());
    const first = await startModule(python, topic, connection);
    expect((await pinged(broker(), topic)).availability).toBe('online');
    await first.kill();
    await expect
      .poll(() => pinged(broker(), topic), { timeout: 60_000, interval: 1000 })
      .toEqual({ code: 503, availability: 'offline' });
    await using waiting = beginRequest(python, topic, connection, greeting);
    await waiting.tells('start waiting for message');
    await using _module = await startModule(python, topic, connection);
    expect(await answerOf(waiting)).toBe('Hello, Ada!');
  });
});

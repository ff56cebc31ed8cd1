import { expect, it } from 'vitest';
import { beginCollecting, collected } from './setup/collect.ts';
import { byWebsocketUrl } from './setup/connection.ts';
import { startModule } from './setup/module.ts';
import { computing } from './setup/read-model.ts';
import { answerOf, ask, beginRequest } from './setup/request.ts';
import { openTopic, useBroker } from './setup/scene.ts';
import { describeWithPython } from './setup/with-python.ts';

/** Longer than a Python client takes to come back after a loss, which is when a second answer would come. */
const LINGER_SECONDS = 12;

const greeting = { func_name: 'hello_world', name: 'Eve' };

describeWithPython('nothing is lost and nothing comes twice', (python) => {
  const broker = useBroker();

  it('when the whole broker is killed while a module computes', async () => {
    const topic = await openTopic(broker());
    await using module = await startModule(python, topic, byWebsocketUrl(broker()));
    const request = { func_name: 'slow', seconds: 5, name: 'Ada' };
    await using caller = beginCollecting(python, broker(), topic, request, LINGER_SECONDS);
    await module.tells('working for Ada');
    // What the module's acknowledgement has not reached yet would come to it again (DLV-6).
    await expect.poll(() => computing(broker(), topic), { timeout: 4000 }).toBe(1);

    await broker().kill();
    await broker().start();

    const { answer, fragments } = await collected(caller);
    expect(answer).toBe('Slowly: hello, Ada!');
    expect(fragments).toHaveLength(1);
    expect(module.stderr.match(/working for/g)).toHaveLength(1);
    // The same module, never restarted by anyone, serves the next request.
    expect(await ask(python, topic, byWebsocketUrl(broker()), greeting)).toBe('Hello, Eve!');
  });

  it('when the whole broker is killed while requests wait for their module', async () => {
    const topic = await openTopic(broker());
    const request = { func_name: 'slow', seconds: 0, name: 'Ada' };
    await using caller = beginCollecting(python, broker(), topic, request, LINGER_SECONDS);
    await caller.tells('sent: ok');

    await broker().kill();
    await broker().start();

    await using module = await startModule(python, topic, byWebsocketUrl(broker()));
    const { answer, fragments } = await collected(caller);
    expect(answer).toBe('Slowly: hello, Ada!');
    expect(fragments).toHaveLength(1);
    expect(module.stderr.match(/working for/g)).toHaveLength(1);
  });

  it('when the broker is stopped and started again while a module computes (CLS-1)', async () => {
    const topic = await openTopic(broker());
    await using module = await startModule(python, topic, byWebsocketUrl(broker()));
    const request = { func_name: 'slow', seconds: 5, name: 'Ada' };
    await using caller = beginCollecting(python, broker(), topic, request, LINGER_SECONDS);
    await module.tells('working for Ada');

    await broker().stop();
    await broker().start();

    const { answer, fragments } = await collected(caller);
    expect(answer).toBe('Slowly: hello, Ada!');
    expect(fragments).toHaveLength(1);
  });

  it('when the server that keeps the log is killed just as answers come', async () => {
    const topic = await openTopic(broker());
    await using module = await startModule(python, topic, byWebsocketUrl(broker()));
    for (const name of ['Ada', 'Bob', 'Cleo', 'Dora']) {
      const request = { func_name: 'slow', seconds: 0.5, name };
      await using caller = beginCollecting(python, broker(), topic, request);
      await module.tells(`done for ${name}`);
      broker().killPart('nats');
      const { answer, fragments } = await collected(caller);
      expect(answer).toBe(`Slowly: hello, ${name}!`);
      expect(fragments).toHaveLength(1);
      await expect
        .poll(() => ask(python, topic, byWebsocketUrl(broker()), greeting), { timeout: 60_000 })
        .toBe('Hello, Eve!');
    }
  });

  it('when the module is killed and requests come while it is away', async () => {
    const topic = await openTopic(broker());
    const connection = byWebsocketUrl(broker());
    const before = await startModule(python, topic, connection);
    expect(await ask(python, topic, connection, greeting)).toBe('Hello, Eve!');
    await before.kill();

    const names = ['Bob', 'Cleo', 'Dora'];
    await using callers = new AsyncDisposableStack();
    const requests = names.map((name) =>
      callers.use(beginRequest(python, topic, connection, { func_name: 'slow', seconds: 0, name })),
    );
    await Promise.all(requests.map((caller) => caller.tells('start waiting for message')));

    await using after = await startModule(python, topic, connection);
    expect(await Promise.all(requests.map(answerOf))).toEqual(names.map((name) => `Slowly: hello, ${name}!`));
    expect(after.stderr.match(/working for/g)).toHaveLength(3);
  });
});

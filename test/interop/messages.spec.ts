import { expect, it } from 'vitest';
import { collect } from './setup/collect.ts';
import { byWebsocketUrl } from './setup/connection.ts';
import { startModule } from './setup/module.ts';
import { PythonProcess } from './setup/python-process.ts';
import { answerOf, ask, beginRequest } from './setup/request.ts';
import { openTopic, requestFile, useBroker } from './setup/scene.ts';
import { describeWithPython } from './setup/with-python.ts';

const HALF_MEGABYTE = 500 * 1024;

describeWithPython('what Python clients send each other', (python) => {
  const broker = useBroker();

  it('may be the failure of a function', async () => {
    const topic = await openTopic(broker());
    const connection = byWebsocketUrl(broker());
    await using _module = await startModule(python, topic, connection);
    const request = { func_name: 'fail', reason: 'out of ink' };
    await using caller = beginRequest(python, topic, connection, request);
    expect(await caller.ended).toBe(1);
    expect(caller.stderr).toContain('error executing request: out of ink');
  });

  it('may be reports of progress before the answer', async () => {
    const topic = await openTopic(broker());
    const connection = byWebsocketUrl(broker());
    await using _module = await startModule(python, topic, connection);
    await using caller = beginRequest(python, topic, connection, { func_name: 'in_steps', steps: 3 });
    expect(await answerOf(caller)).toBe(3);
    const steps = caller.stdout.matchAll(/"step_message": "(step \d)"/g);
    expect([...steps].map(([, step]) => step)).toEqual(['step 1', 'step 2', 'step 3']);
  });

  it('may be a request of 3 MB, which the client never splits (FRM-3)', async () => {
    const topic = await openTopic(broker());
    const connection = byWebsocketUrl(broker());
    await using _module = await startModule(python, topic, connection);
    using file = requestFile({ func_name: 'length', text: 'x'.repeat(3_000_000) });
    expect(await ask(python, topic, connection, file.path)).toBe(3_000_000);
  });

  it('may be an answer in fragments, in their order (FRM-4)', async () => {
    const topic = await openTopic(broker());
    await using _module = await startModule(python, topic, byWebsocketUrl(broker()));
    const request = { func_name: 'repeat', text: 'ab', times: HALF_MEGABYTE };
    const { answer, fragments } = await collect(python, broker(), topic, request);
    expect(answer).toBe('ab'.repeat(HALF_MEGABYTE));
    expect(fragments).toEqual([0, 1, 2]);
  });

  it('may be a large answer in one frame, where the module is told to', async () => {
    const topic = await openTopic(broker());
    const connection = byWebsocketUrl(broker());
    const args = ['-t', topic, ...connection, '--max_payload_size', '4000000', 'listen'];
    await using module = new PythonProcess(python, 'hello_world.py', args);
    await module.tells('waiting for incoming request');
    const request = { func_name: 'repeat', text: 'ab', times: HALF_MEGABYTE };
    expect(await ask(python, topic, connection, request)).toBe('ab'.repeat(HALF_MEGABYTE));
  });

  it('may be too large: the caller is told (FRM-3)', async () => {
    const topic = await openTopic(broker());
    using file = requestFile({ func_name: 'length', text: 'x'.repeat(20_000_000) });
    await using caller = beginRequest(python, topic, byWebsocketUrl(broker()), file.path);
    expect(await caller.ended).toBe(1);
    expect(caller.stderr).toContain('error sending the request');
  });
});

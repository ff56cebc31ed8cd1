import { describe, expect, it } from 'vitest';
import { useBroker } from './scene.ts';

const scene = useBroker();
const letters = () => Math.random().toString(36).slice(2, 10).padEnd(8, 'x');

describe('RSP-1, RSP-2 a request makes its response topic', () => {
  it('which the caller listens to before, and the module answers', async () => {
    const { topic, token } = await scene.madeTopic('module');
    await scene.administer('PATCH', `/${topic}`, { grant: { can_produce: ['carol'] } });
    const carol = await scene.token('carol');
    const answers = `${topic}_${letters()}`;
    await using listening = await scene.connect(`${answers}/carol`, { token: carol });
    await using caller = await scene.connect(topic, { token: carol });
    await using module = await scene.connect(`${topic}/module`, { token });

    const properties = { messageType: 'request', response_topic: answers, requestContext: 7 };
    expect((await caller.publish({ properties })).result).toBe('ok');
    const request = await module.nextMessage();
    module.acknowledge(request);
    await using answering = await scene.connect(answers, { token: await scene.token('module') });
    const response = { messageType: 'response', requestContext: '7', source_topic: topic };
    expect((await answering.publish({ payload: 'NDI=', properties: response })).result).toBe('ok');
    expect((await listening.nextMessage()).payload).toBe('NDI=');
  });

  it('also for somebody who may not create topics, and only he may read it', async () => {
    const { topic, token } = await scene.madeTopic('module');
    await scene.administer('PATCH', `/${topic}`, { public: true });
    const answers = `${topic}_${letters()}`;
    await using caller = await scene.connect(topic, { token: await scene.token('carol') });
    await caller.publish({ properties: { response_topic: answers } });
    await using module = await scene.connect(answers, { token });
    expect((await module.publish({ payload: 'x' })).result).toBe('ok');
    await using other = await scene.connect(`${answers}/o`, { token: await scene.token('dave') });
    await other.silence();
    await using carol = await scene.connect(`${answers}/c`, { token: await scene.token('carol') });
    expect((await carol.nextMessage()).payload).toBe('x');
  });

  it('to which nobody else may publish', async () => {
    const { topic } = await scene.madeTopic('module');
    await scene.administer('PATCH', `/${topic}`, { public: true });
    const answers = `${topic}_${letters()}`;
    await using caller = await scene.connect(topic, { token: await scene.token('carol') });
    await caller.publish({ properties: { response_topic: answers } });
    await using stranger = await scene.connect(answers, { token: await scene.token('dave') });
    expect((await stranger.publish({ payload: 'forged' })).result).toBe('send-error:6');
  });
});

describe('RSP-3 a name that belongs to somebody else is not taken over', () => {
  it('another user’s response topic, an ordinary topic, another topic’s response topic', async () => {
    const { topic } = await scene.madeTopic('module');
    const { topic: other } = await scene.madeTopic('module');
    for (const name of [topic, other]) await scene.administer('PATCH', `/${name}`, { public: true });
    const answers = `${topic}_${letters()}`;
    const carol = await scene.token('carol');
    await using caller = await scene.connect(topic, { token: carol });
    expect((await caller.publish({ properties: { response_topic: answers } })).result).toBe('ok');
    expect((await caller.publish({ properties: { response_topic: answers } })).result).toBe('ok');

    await using thief = await scene.connect(topic, { token: await scene.token('dave') });
    expect((await thief.publish({ properties: { response_topic: answers } })).result).toBe('send-error:6');
    expect((await thief.publish({ properties: { response_topic: other } })).result).toBe('send-error:6');
    await using elsewhere = await scene.connect(other, { token: carol });
    expect((await elsewhere.publish({ properties: { response_topic: answers } })).result).toBe(
      'send-error:6',
    );
  });
});

describe('RSP-4 status-ping as response topic', () => {
  it('creates nothing', async () => {
    const { topic, token } = await scene.madeTopic();
    await using producer = await scene.connect(topic, { token });
    expect((await producer.publish({ properties: { response_topic: 'status-ping' } })).result).toBe('ok');
  });
});

describe('RSP-5 deleting a topic', () => {
  it('deletes its response topics', async () => {
    const { topic, token } = await scene.madeTopic('module');
    const answers = `${topic}_${letters()}`;
    await using producer = await scene.connect(topic, { token });
    await producer.publish({ properties: { response_topic: answers } });
    await using module = await scene.connect(answers, { token });
    expect((await module.publish({})).result).toBe('ok');
    await scene.administer('DELETE', `/${topic}`);
    const late = { properties: { messageType: 'response' } };
    expect((await module.publish(late)).errorMsg).toBe(`Topic ${answers} does not exist.`);
  });
});

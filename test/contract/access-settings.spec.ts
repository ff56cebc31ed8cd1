import { describe, expect, it } from 'vitest';
import { withoutOwnBroker } from './given.ts';
import { refusedStatus } from './refused-status.ts';
import { useOwnBroker } from './scene.ts';

const elsewhere = withoutOwnBroker('AUT-1, AUT-2, AUT-7, PUB-4 by setting', 'settings of its own');

describe.skipIf(elsewhere)('what a stricter setting changes', () => {
  const scene = useOwnBroker({
    DASF_ALLOW_ANONYMOUS: 'false',
    DASF_ALLOW_QUERY_TOKEN: 'true',
    DASF_ALLOWED_ORIGINS: 'https://portal.example.org',
    DASF_CREATE_TOPIC_ON_MESSAGE: 'false',
  });

  it('AUT-2: without a token the upgrade is refused with 401', async () => {
    expect(await refusedStatus(scene.connect(scene.slug()))).toBe(401);
  });

  it('AUT-1: the token may stand in the query', async () => {
    const topic = scene.slug();
    await scene.administer('POST', '', { name: topic, grant: { can_produce: ['bob'] } });
    await using producer = await scene.connect(`${topic}?token=${await scene.token('bob')}`);
    expect((await producer.publish({})).result).toBe('ok');
  });

  it('AUT-7: origins on the list pass, and no others', async () => {
    const token = await scene.token('bob');
    const headers = { origin: 'https://portal.example.org' };
    await using page = await scene.connect(scene.slug(), { token, headers });
    expect(page.isOpen).toBe(true);
    const other = { origin: 'https://portal.example.org.evil.example' };
    expect(await refusedStatus(scene.connect(scene.slug(), { token, headers: other }))).toBe(403);
  });

  it('PUB-4: messages make no topics', async () => {
    const topic = scene.slug();
    const token = await scene.token('alice', ['add_brokertopic']);
    await using producer = await scene.connect(topic, { token });
    expect(await producer.publish({ messageId: 'm' })).toEqual({
      messageId: 'm',
      result: 'send-error:6',
      errorMsg: `Topic ${topic} does not exist.`,
    });
  });

  it('RSP-1: but a request still makes its response topic', async () => {
    const topic = scene.slug();
    await scene.administer('POST', '', { name: topic, public: true });
    const token = await scene.token('carol');
    const answers = `${topic}_abcdefgh`;
    await using caller = await scene.connect(topic, { token });
    expect((await caller.publish({ properties: { response_topic: answers } })).result).toBe('ok');
  });
});

describe.skipIf(elsewhere)('AUT-2 what anonymous may do by setting', () => {
  const scene = useOwnBroker({ DASF_ANONYMOUS_PERMISSIONS: 'can_produce:t-*' });

  it('does not extend to signed-in users', async () => {
    const { topic } = await scene.madeTopic('alice');
    await using anonymous = await scene.connect(topic);
    expect((await anonymous.publish({})).result).toBe('ok');
    await using bob = await scene.connect(topic, { token: await scene.token('bob') });
    expect((await bob.publish({})).result).toBe('send-error:6');
  });
});

import { describe, expect, it } from 'vitest';
import { withoutOwnBroker } from './given.ts';
import { useOwnBroker } from './scene.ts';

const scene = useOwnBroker({ DASF_MAX_FRAME_BYTES: '1MiB' });

describe.skipIf(withoutOwnBroker('FRM-3 sizes', 'a small limit'))('FRM-3 sizes', () => {
  it('a frame above the limit is read and answered, and the next one taken', async () => {
    const { topic, token } = await scene.madeTopic();
    await using producer = await scene.connect(topic, { token });
    const answer = await producer.publish({ messageId: 'big', payload: 'x'.repeat(1024 * 1024) });
    expect(answer).toMatchObject({ messageId: 'big', result: 'send-error:3' });
    expect((await producer.publish({ payload: 'small' })).result).toBe('ok');
  });

  it('a frame just below the limit is delivered whole', async () => {
    const { topic, token } = await scene.madeTopic();
    await using consumer = await scene.connect(`${topic}/c`, { token });
    await using producer = await scene.connect(topic, { token });
    const payload = 'x'.repeat(1024 * 1024 - 500);
    expect((await producer.publish({ payload })).result).toBe('ok');
    expect((await consumer.nextMessage()).payload).toBe(payload);
  });
});

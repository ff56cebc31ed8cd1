import { eventually } from '@dasf-broker/testing';
import { describe, expect, it } from 'vitest';
import { withoutOwnBroker } from './given.ts';
import { useOwnBroker } from './scene.ts';

const elsewhere = withoutOwnBroker('GC-4', 'a store that is in a hurry');
const scene = useOwnBroker(
  { DASF_RESPONSE_TOPIC_IDLE: '1s', DASF_REQUEST_RETENTION: '2s' },
  { cleanUp: 200, registryStaleness: 500 },
);

/** A response topic that nobody listens to, with a message that nobody acknowledged, under this rule. */
async function abandoned(storeMessages: string): Promise<string> {
  const { topic, token } = await scene.madeTopic('alice');
  const answers = `${topic}_abcdefgh`;
  await using caller = await scene.connect(topic, { token });
  const properties = { messageType: 'ping', response_topic: answers };
  expect((await caller.publish({ properties })).result).toBe('ok');
  await scene.administer('PATCH', `/${answers}`, { storeMessages });
  await using module = await scene.connect(answers, { token });
  expect((await module.publish({ payload: 'answer' })).result).toBe('ok');
  return answers;
}

function exists(topic: string): Promise<boolean> {
  return scene.administer('GET', `/${topic}`).then(
    () => true,
    () => false,
  );
}

describe.skipIf(elsewhere)('GC-4 a response topic to which nothing happens any more', () => {
  it('is removed with its messages, except where they are kept', async () => {
    const kept = await Promise.all(['cacheall', 'store'].map(abandoned));
    const cached = await abandoned('cache');
    expect(await exists(cached)).toBe(true);
    await eventually(async () => !(await exists(cached)));
    expect(await Promise.all(kept.map(exists))).toEqual([true, true]);
  });
});

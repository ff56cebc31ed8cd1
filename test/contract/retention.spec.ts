import type { Retention } from '@dasf-broker/protocol';
import { eventually } from '@dasf-broker/testing';
import { describe, expect, it } from 'vitest';
import { withoutOwnBroker } from './given.ts';
import { outstanding } from './outstanding.ts';
import { type Scene, useBroker, useOwnBroker } from './scene.ts';

/** What is outstanding for bob when alice acknowledged it. */
const LEFT_FOR_BOB: Readonly<Record<Retention, string[]>> = {
  disabled: [],
  cache: [],
  cacheall: ['m'],
  store: ['m'],
};
const RULES = Object.keys(LEFT_FOR_BOB) as Retention[];

/** An ordinary topic and a response topic of it, both consumed by alice and bob. */
async function topics(scene: Scene) {
  const { topic, token } = await scene.madeTopic('alice');
  const answers = `${topic}_abcdefgh`;
  await using producer = await scene.connect(topic, { token });
  const request = { properties: { messageType: 'ping', response_topic: answers } };
  expect((await producer.publish(request)).result).toBe('ok');
  for (const name of [topic, answers]) {
    await scene.administer('PATCH', `/${name}`, { grant: { can_consume: ['bob'] } });
  }
  return { source: topic, response: answers, alice: token, bob: await scene.token('bob') };
}

async function publish(scene: Scene, topic: string, token: string) {
  await using producer = await scene.connect(topic, { token });
  expect((await producer.publish({ messageId: 'm', payload: 'm' })).result).toBe('ok');
}

/** What is left for both after alice acknowledged the message; without an acknowledgement where nothing came. */
async function expectRule(
  scene: Scene,
  topic: string,
  tokens: { alice: string; bob: string },
  rule: Retention,
) {
  expect(await outstanding(scene, topic, tokens.bob)).toEqual(rule === 'disabled' ? [] : ['m']);
  await using consumer = await scene.connect(`${topic}/a`, { token: tokens.alice });
  if (rule !== 'disabled') consumer.acknowledge(await consumer.nextMessage());
  await eventually(async () => (await outstanding(scene, topic, tokens.alice)).length === 0);
  expect(await outstanding(scene, topic, tokens.bob)).toEqual(LEFT_FOR_BOB[rule]);
}

describe('DLV-4, ACK-2 the rule of a topic', () => {
  const scene = useBroker();

  it.each(['source', 'response'] as const)('by default: cache, of a %s topic', async (kind) => {
    const found = await topics(scene);
    await publish(scene, found[kind], found.alice);
    await expectRule(scene, found[kind], found, 'cache');
  });

  it.each(RULES.flatMap((rule) => [['source', rule] as const, ['response', rule] as const]))(
    'of a %s topic by its own setting: %s',
    async (kind, rule) => {
      const found = await topics(scene);
      const topic = found[kind];
      await scene.administer('PATCH', `/${topic}`, { storeMessages: rule });
      await publish(scene, topic, found.alice);
      await expectRule(scene, topic, found, rule);
    },
  );

  it.each([
    ['store', 'cache'],
    ['cache', 'store'],
    ['cacheall', 'disabled'],
    ['cache', 'disabled'],
  ] as const)('is the one in force at publishing: %s, then %s', async (before, after) => {
    const found = await topics(scene);
    await scene.administer('PATCH', `/${found.source}`, { storeMessages: before });
    await publish(scene, found.source, found.alice);
    await scene.administer('PATCH', `/${found.source}`, { storeMessages: after });
    await expectRule(scene, found.source, found, before);
  });
});

describe.skipIf(withoutOwnBroker('DLV-4 the rule by setting', 'settings of its own'))(
  'DLV-4 the rule by setting',
  () => {
    describe.each([
      [{ DASF_STORE_MESSAGES: 'store' }, 'store', 'store'],
      [{ DASF_STORE_MESSAGES: 'store', DASF_STORE_RESPONSE_MESSAGES: 'disabled' }, 'store', 'disabled'],
      [{ DASF_STORE_SOURCE_MESSAGES: 'cacheall' }, 'cacheall', 'cache'],
      [
        { DASF_STORE_SOURCE_MESSAGES: 'disabled', DASF_STORE_RESPONSE_MESSAGES: 'cacheall' },
        'disabled',
        'cacheall',
      ],
    ] as const)('%j', (settings, source, response) => {
      const scene = useOwnBroker(settings);

      it('is that of topics without one of their own', async () => {
        const found = await topics(scene);
        for (const [topic, rule] of [
          [found.source, source],
          [found.response, response],
        ] as const) {
          await publish(scene, topic, found.alice);
          await expectRule(scene, topic, found, rule);
        }
      });

      it('comes after a topic’s own', async () => {
        const found = await topics(scene);
        await scene.administer('PATCH', `/${found.source}`, { storeMessages: 'cache' });
        await publish(scene, found.source, found.alice);
        await expectRule(scene, found.source, found, 'cache');
      });
    });
  },
);

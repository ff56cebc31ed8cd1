import type { Slug } from '@dasf-broker/protocol';
import { eventually } from '@dasf-broker/testing';
import { describe, expect, it } from 'vitest';
import { TopicRegistry } from './registry.ts';
import { aTopic } from './testing/registries.ts';
import { ScriptedBucket } from './testing/scripted-bucket.ts';
import { withGrant } from './topic.ts';

const weather = 'weather' as Slug;

/** A registry that hears of a topic's removal before it hears that its own writing took place. */
async function openScene() {
  const bucket = new ScriptedBucket();
  const answer = Promise.withResolvers<number>();
  bucket.create = () => answer.promise;
  bucket.update = () => answer.promise;
  const topic = aTopic();
  const registry = await TopicRegistry.load(bucket);
  return {
    registry,
    topic,
    exists: () => {
      bucket.get = async () => ({ key: 'weather', revision: 1, operation: 'PUT', json: <T>() => topic as T });
    },
    removedThenAnswered: async () => {
      bucket.watches[0]?.remove('weather', 3);
      bucket.watches[0]?.show('another', 4);
      await eventually(() => registry.get('another' as Slug));
      answer.resolve(2);
    },
    [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
  };
}

describe('a topic whose removal is known before its writing is answered', () => {
  it('stays removed where it was made here', async () => {
    await using scene = await openScene();
    const creating = scene.registry.create(scene.topic);
    await scene.removedThenAnswered();
    expect(await creating).toMatchObject({ uid: scene.topic.uid, revision: 2 });
    expect(scene.registry.get(weather)).toBeUndefined();
  });

  it('stays removed where it was changed here', async () => {
    await using scene = await openScene();
    scene.exists();
    const changing = scene.registry.update(weather, (topic) => withGrant(topic, 'can_consume', 'ada'));
    await eventually(() => scene.registry.get(weather));
    await scene.removedThenAnswered();
    expect(await changing).toMatchObject({ uid: scene.topic.uid, revision: 2 });
    expect(scene.registry.get(weather)).toBeUndefined();
  });
});

it('a topic that the leader says is removed stays so when the watch comes by its making', async () => {
  const bucket = new ScriptedBucket();
  await using registry = await TopicRegistry.load(bucket);
  bucket.get = async () => ({
    key: 'weather',
    revision: 3,
    operation: 'PURGE',
    json: () => undefined as never,
  });
  expect(await registry.lead(weather)).toBeUndefined();
  bucket.watches[0]?.show('weather', 2);
  bucket.watches[0]?.show('another', 4);
  await eventually(() => registry.get('another' as Slug));
  expect(registry.get(weather)).toBeUndefined();
  bucket.watches[0]?.show('weather', 5);
  await eventually(() => registry.get(weather));
});

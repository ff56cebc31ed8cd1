import type { Slug } from '@dasf-broker/protocol';
import { eventually } from '@dasf-broker/testing';
import { jetstream } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { describe, expect, it } from 'vitest';

import { aTopic, testRegistries } from './testing/registries.ts';
import { withGrant } from './topic.ts';
import type { TopicChange } from './topic-copy.ts';

const weather = 'weather' as Slug;

describe('create', () => {
  it('makes a topic known here at once and to another instance soon', async () => {
    await using registries = testRegistries();
    const [here, there] = [await registries.another(), await registries.another()];
    const topic = aTopic();

    const created = await here.create(topic);

    expect(here.get(weather)).toEqual({ ...topic, revision: created.revision });
    expect(await eventually(() => there.get(weather))).toEqual(created);
    expect([...there.topics()]).toEqual([created]);
  });

  it('succeeds for one of many who create the same topic', async () => {
    await using registries = testRegistries();
    const [here, there] = [await registries.another(), await registries.another()];

    const all = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? here : there).create(aTopic())),
    );

    const created = all.filter((one) => one.status === 'fulfilled').map((one) => one.value);
    const refused = all.filter((one) => one.status === 'rejected').map((one) => one.reason);
    expect(created).toHaveLength(1);
    expect(refused.every(({ code }) => code === 'TOPIC_EXISTS')).toBe(true);
    expect(await here.lead(weather)).toEqual(created[0]);
  });

  it('is done where an earlier try with the same uid took place unheard', async () => {
    await using registries = testRegistries();
    const registry = await registries.another();
    const topic = aTopic();
    const first = await registry.create(topic);
    expect(await registry.create(topic)).toEqual(first);
  });
});

describe('update', () => {
  it('loses none of many grants that two instances give at once', async () => {
    await using registries = testRegistries();
    const [here, there] = [await registries.another(), await registries.another()];
    await here.create(aTopic());
    const users = Array.from({ length: 50 }, (_, index) => `user ${index}`);

    await Promise.all(
      users.map((user, index) =>
        (index % 2 ? here : there).update(weather, (topic) => withGrant(topic, 'can_consume', user)),
      ),
    );

    expect((await here.lead(weather))?.grants.can_consume.toSorted()).toEqual(users.toSorted());
    await eventually(() => there.get(weather)?.grants.can_consume.length === users.length);
  });

  it('writes nothing where nothing changes', async () => {
    await using registries = testRegistries();
    const registry = await registries.another();
    const created = await registry.create(aTopic());
    expect(await registry.update(weather, (topic) => topic)).toEqual(created);
  });

  it('rejects where there is no such topic', async () => {
    await using registries = testRegistries();
    const registry = await registries.another();
    await expect(registry.update(weather, (topic) => topic)).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
  });
});

describe('remove', () => {
  it('is seen by another instance; a topic of that name made again is another one', async () => {
    await using registries = testRegistries();
    const [here, there] = [await registries.another(), await registries.another()];
    const first = await here.create(aTopic());
    await eventually(() => there.get(weather));

    expect(await here.remove(weather, first.uid)).toEqual(first);
    expect(here.get(weather)).toBeUndefined();
    await eventually(() => there.get(weather) === undefined);

    const second = await there.create(aTopic());
    expect(second.uid).not.toBe(first.uid);
    expect(await here.lead(weather)).toEqual(second);
    await expect(here.remove(weather, first.uid)).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
    expect(await here.lead(weather)).toEqual(second);
  });

  it('removes what is changed meanwhile, too', async () => {
    await using registries = testRegistries();
    const [here, there] = [await registries.another(), await registries.another()];
    await here.create(aTopic());
    const changes = Array.from({ length: 10 }, (_, index) =>
      there.update(weather, (topic) => withGrant(topic, 'can_consume', `user ${index}`)),
    );
    await Promise.allSettled([here.remove(weather), ...changes]);
    expect(await there.lead(weather)).toBeUndefined();
  });

  it('rejects where there is no such topic', async () => {
    await using registries = testRegistries();
    const registry = await registries.another();
    await expect(registry.remove(weather)).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
  });
});

describe('onChange', () => {
  it('tells of what was made, changed and removed elsewhere, in this order, until it is ended', async () => {
    await using registries = testRegistries();
    const [here, there] = [await registries.another(), await registries.another()];
    const changes: TopicChange[] = [];
    const end = there.onChange((change) => changes.push(change));

    const created = await here.create(aTopic());
    await eventually(() => changes.length === 1);
    const changed = await here.update(weather, (topic) => withGrant(topic, 'can_consume', 'ada'));
    await eventually(() => changes.length === 2);
    await here.remove(weather);
    await eventually(() => changes.length === 3);
    expect(changes.map(({ topic }) => topic)).toEqual([created, changed, undefined]);

    end();
    await here.create(aTopic());
    await eventually(() => there.get(weather));
    expect(changes).toHaveLength(3);
  });

  it('tells once of what this instance makes itself', async () => {
    await using registries = testRegistries();
    const registry = await registries.another();
    const changes: TopicChange[] = [];
    registry.onChange((change) => changes.push(change));
    await registry.create(aTopic());
    await registry.create(aTopic('another'));
    await eventually(() => changes.length > 1);
    expect(changes.map(({ slug }) => slug)).toEqual(['weather', 'another']);
  });
});

describe('open', () => {
  it.each([1, 2, 300])('loads a registry that holds %i topics', async (count) => {
    await using registries = testRegistries();
    const before = await registries.another();
    await Promise.all(Array.from({ length: count }, (_, index) => before.create(aTopic(`topic-${index}`))));
    const after = await registries.another();
    expect([...after.topics()]).toHaveLength(count);
  });

  it('loads a registry all of whose topics were removed', async () => {
    await using registries = testRegistries();
    const before = await registries.another();
    await before.create(aTopic());
    await before.remove(weather);
    const after = await registries.another();
    expect([...after.topics()]).toEqual([]);
    await after.create(aTopic());
    await eventually(() => before.get(weather));
  });

  it('makes one registry where several open it at once', async () => {
    await using registries = testRegistries();
    const all = await Promise.all([1, 2, 3].map(() => registries.another()));
    await all[0]?.create(aTopic());
    for (const registry of all) await eventually(() => registry.get(weather));
  });
});

it.each(['Köln', '天気', '𝒜'.repeat(255), 'a'.repeat(255), 'ü'.repeat(255)])(
  'takes the name %s',
  async (name) => {
    await using registries = testRegistries();
    const [here, there] = [await registries.another(), await registries.another()];
    const slug = name as Slug;
    const created = await here.create(aTopic(name));
    expect(await eventually(() => there.get(slug))).toEqual(created);
    await there.remove(slug);
    await eventually(() => here.get(slug) === undefined);
  },
);

it.each(['junk', '{}'])('an entry that is no topic hides nothing but itself: %s', async (text) => {
  await using registries = testRegistries();
  const here = await registries.another();
  const bucket = await new Kvm(jetstream(await registries.client())).open(registries.bucket);
  await bucket.put('forged', text);
  const created = await here.create(aTopic());
  const there = await registries.another();
  expect([...there.topics()]).toEqual([created]);
  expect(await there.lead('forged' as Slug)).toBeUndefined();
  await eventually(() => !here.isStale && [...here.topics()].length === 1);
});

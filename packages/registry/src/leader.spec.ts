import type { Slug } from '@dasf-broker/protocol';
import { eventually, HeldLine, natsClient, randomNamespace } from '@dasf-broker/testing';
import { describe, expect, inject, it } from 'vitest';
import { TopicRegistry } from './registry.ts';
import { aTopic, testRegistries } from './testing/registries.ts';
import { withGrant } from './topic.ts';

const weather = 'weather' as Slug;

describe('PUB-10: lead', () => {
  it('sees each change that was answered before the question', async () => {
    await using registries = testRegistries();
    const [here, there] = [await registries.another(), await registries.another()];
    for (let round = 0; round < 20; round += 1) {
      const created = await here.create(aTopic());
      expect(await there.lead(weather)).toEqual(created);
      const changed = await here.update(weather, (topic) => withGrant(topic, 'can_consume', 'ada'));
      expect(await there.lead(weather)).toEqual(changed);
      expect(there.get(weather)).toEqual(changed);
      await here.remove(weather);
      expect(await there.lead(weather)).toBeUndefined();
      expect(there.get(weather)).toBeUndefined();
    }
  });

  it('sees what was answered before the question, also while an earlier question is under way', async () => {
    await using registries = testRegistries();
    const here = await registries.another();
    await using line = await HeldLine.to(inject('natsUrl'));
    const there = await registries.another(line.url);
    line.hold();
    const earlier = there.lead(weather);
    await eventually(() => line.held > 0);

    const created = await here.create(aTopic());
    const asked = there.lead(weather);
    line.release();

    expect(await asked).toEqual(created);
    await earlier;
    expect(there.get(weather)).toEqual(created);
  });

  it('under way does not undo a creation', async () => {
    await using registries = testRegistries();
    const registry = await registries.another();
    for (let round = 0; round < 20; round += 1) {
      const slug = `topic-${round}` as Slug;
      const [, created] = await Promise.all([
        registry.lead(slug),
        registry.create(aTopic(slug)),
        registry.lead(slug),
      ]);
      expect(registry.get(slug)).toEqual(created);
    }
  });

  it('gives questions that come together one answer', async () => {
    await using registries = testRegistries();
    const registry = await registries.another();
    const created = await registry.create(aTopic());
    const answers = await Promise.all(Array.from({ length: 100 }, () => registry.lead(weather)));
    expect(answers.every((answer) => answer?.revision === created.revision)).toBe(true);
  });

  it('rejects where NATS is away', async () => {
    const nc = await natsClient();
    const options = { namespace: randomNamespace(), replicas: 1 };
    await TopicRegistry.prepare(nc, options);
    await using registry = await TopicRegistry.open(nc, options);
    await nc.close();
    const unreachable = { code: 'REGISTRY_UNREACHABLE' };
    await expect(registry.lead(weather)).rejects.toMatchObject(unreachable);
    await expect(registry.create(aTopic())).rejects.toMatchObject(unreachable);
    await expect(registry.remove(weather)).rejects.toMatchObject(unreachable);
    const updates = [1, 2, 3].map(() => registry.update(weather, (topic) => topic));
    await Promise.all(updates.map((update) => expect(update).rejects.toMatchObject(unreachable)));
  });
});

it('remove spares the topic that was made again while it asked', async () => {
  await using registries = testRegistries();
  const there = await registries.another();
  await using line = await HeldLine.to(inject('natsUrl'));
  const here = await registries.another(line.url);
  const first = await there.create(aTopic());
  await eventually(() => here.get(weather));
  line.hold();
  const removed = expect(here.remove(weather, first.uid)).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
  await eventually(() => line.held > 0);

  await there.remove(weather);
  const second = await there.create(aTopic());
  line.release();

  await removed;
  expect(await there.lead(weather)).toEqual(second);
});

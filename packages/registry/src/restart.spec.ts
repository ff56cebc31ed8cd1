import type { Slug } from '@dasf-broker/protocol';
import { eventually, OwnNatsServer } from '@dasf-broker/testing';
import { describe, expect, inject, it } from 'vitest';
import { aTopic, testRegistries } from './testing/registries.ts';
import { withGrant } from './topic.ts';

const weather = 'weather' as Slug;

describe.skipIf(!inject('natsServerBinary'))('DLV-7: after a crash of NATS', () => {
  it('still watches, and has what it had', async () => {
    await using server = await OwnNatsServer.start();
    await using registries = testRegistries(server.url);
    const [here, there] = [await registries.another(), await registries.another()];
    const created = await here.create(aTopic());
    await eventually(() => there.get(weather));

    await server.kill();
    await server.startAgain();

    expect(await eventually(() => there.lead(weather).catch(() => undefined))).toEqual(created);
    const changed = await here.update(weather, (topic) => withGrant(topic, 'can_consume', 'ada'));
    expect(await eventually(() => there.get(weather)?.revision === changed.revision)).toBe(true);
    await here.create(aTopic('another'));
    await eventually(() => there.get('another' as Slug));
    await here.remove(weather);
    await eventually(() => there.get(weather) === undefined);
  });

  it('hears of what was changed before it was connected again', async () => {
    await using server = await OwnNatsServer.start();
    await using registries = testRegistries(server.url);
    const before = await registries.another();
    const created = await before.create(aTopic());

    for (let round = 0; round < 3; round += 1) {
      await server.kill();
      await server.startAgain();
      const quick = await registries.another();
      const name = `topic-${round}`;
      await quick.create(aTopic(name));
      await eventually(() => before.get(name as Slug));
    }
    expect(before.get(weather)).toEqual(created);
  });
});

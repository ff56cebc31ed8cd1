import type { LogEvent } from '@dasf-broker/log';
import type { Retention, Slug } from '@dasf-broker/protocol';
import { closing, newTopic, reopened, TopicRegistry } from '@dasf-broker/registry';
import { eventually } from '@dasf-broker/testing';
import { expect, test } from 'vitest';
import type { KeepingRules } from '../config.ts';
import { createBench, select } from '../testing/bench.ts';
import { eventsOf } from '../testing/events.ts';
import { FAST_TIMES } from '../testing/fast-times.ts';

const IDLE = 1000;
const KEPT = 6000;
const times = { ...FAST_TIMES, cleanUp: 100, registryStaleness: 300, registryGrace: 60_000, edgeCheck: 100 };

/** A source topic, response topics by name, and a store that cleans up. */
async function scene(keeping: Partial<KeepingRules> = {}) {
  await using opening = new AsyncDisposableStack();
  const rules = { responseTopicIdle: IDLE, requestRetention: KEPT, ...keeping };
  const bench = opening.use(await createBench({}, rules));
  const registry = opening.use(await TopicRegistry.open(bench.nc, bench.config.log));
  const source = await registry.create(newTopic({ slug: 'weather' as Slug, partition: 0, creator: 'ann' }));
  const named = (slug: string, event: LogEvent) => ({ ...event, topic: slug as Slug }) as LogEvent;
  const closed = opening.move();
  return {
    bench,
    registry,
    named,
    exists: (slug: string) => registry.get(slug as Slug) !== undefined,
    request: (slug: string, requestContext?: string) =>
      eventsOf(source.uid).message(`q-${slug}`, 'disabled', {
        responseTopic: slug,
        responseUid: slug,
        ...(requestContext === undefined ? {} : { requestContext }),
      }),
    /** Its uid is its name. */
    make: async (slug: string, retention: Retention | null = null) => {
      const entry = newTopic(
        { slug: slug as Slug, partition: 0, creator: 'ann', responseFor: source, retention },
        slug,
      );
      const { revision } = await registry.create(entry);
      await bench.append({ type: 'topic', topic: entry.slug, uid: entry.uid, revision, entry });
    },
    tables: async (slug: string) => {
      const found = [];
      for (const table of ['topic', 'message', 'open_request']) {
        const column = table === 'topic' ? 'uid' : 'topic_uid';
        const rows = await select(bench.readModel, `select 1 from ${table} where ${column} = '${slug}'`);
        if (rows.length > 0) found.push(table);
      }
      return found;
    },
    [Symbol.asyncDispose]: () => closed.disposeAsync(),
  };
}

const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test('GC-1: what nobody uses is removed with all it had, what is owed or used stays', async () => {
  await using at = await scene();
  for (const slug of ['unused', 'owed', 'busy', 'silent']) await at.make(slug);
  const owed = eventsOf('owed');
  await at.bench.append(
    at.named('owed', owed.message('a', 'cache')),
    at.named('silent', eventsOf('silent').message('a', 'disabled')),
  );
  at.bench.startStore({ times });
  const pongs = setInterval(() => void at.bench.append(at.named('busy', eventsOf('busy').pong('bob'))), 200);
  try {
    await eventually(() => !at.exists('unused') && !at.exists('silent'));
    // The registry has it no more before the log tells.
    await eventually(async () => (await at.tables('unused')).length === 0);
    await later(IDLE);
    expect([at.exists('owed'), at.exists('busy'), at.exists('weather')]).toEqual([true, true, true]);
    await at.bench.append(at.named('owed', owed.ackOfId('bob', 'a')));
    await eventually(() => !at.exists('owed'));
    expect(at.exists('busy')).toBe(true);
  } finally {
    clearInterval(pongs);
  }
});

test('GC-2: a topic with a consumer stays, one whose consumers have gone with their edge does not', async () => {
  await using at = await scene();
  await at.make('heard');
  await at.make('left');
  await at.make('orphaned');
  const joins = ['heard', 'left', 'orphaned'].map((slug) =>
    at.named(slug, eventsOf(slug).joined('ann', slug, `edge-of-${slug}`)),
  );
  await at.bench.append(...joins, at.named('left', eventsOf('left').left('ann', 'left', 'edge-of-left')));
  const { subjects } = at.bench.streams;
  const beat = setInterval(() => at.bench.nc.publish(subjects.edgeHeartbeat('edge-of-heard')), 100);
  try {
    at.bench.startStore({ times: { ...times, edgeSilence: 2500 } });
    await eventually(() => !at.exists('left'));
    expect(at.exists('orphaned')).toBe(true);
    await eventually(() => !at.exists('orphaned'));
    expect(at.exists('heard')).toBe(true);
  } finally {
    clearInterval(beat);
  }
});

test('GC-3: an open request keeps its topic until it is answered, or for so long', async () => {
  await using at = await scene();
  for (const slug of ['answered', 'forgotten', 'nameless']) await at.make(slug);
  await at.bench.append(at.request('answered', '7'), at.request('forgotten', '7'), at.request('nameless'));
  const asked = Date.now();
  at.bench.startStore({ times });
  await eventually(() => !at.exists('nameless'));
  expect([at.exists('answered'), at.exists('forgotten')]).toEqual([true, true]);
  const progress = { messageType: 'progress', requestContext: '7' };
  const { message } = eventsOf('answered');
  await at.bench.append(at.named('answered', message('p', 'disabled', progress)));
  await at.bench.append(
    at.named('answered', message('a', 'disabled', { ...progress, messageType: 'response' })),
  );
  await at.bench.folded();
  expect(await at.tables('answered')).toEqual(['topic']);
  await eventually(() => !at.exists('answered'));
  expect(Date.now() - asked).toBeLessThan(KEPT);
  expect(at.exists('forgotten')).toBe(true);
  await eventually(() => !at.exists('forgotten'), 10_000);
  expect(Date.now() - asked).toBeGreaterThan(KEPT);
});

test('GC-4: messages nobody came for go with their topic, except under cacheall and store', async () => {
  await using at = await scene();
  for (const retention of ['cache', 'cacheall', 'store'] as const) {
    await at.make(retention, retention);
    await at.bench.append(at.named(retention, eventsOf(retention).message('a', retention)));
  }
  // The rule was another one when its message was published.
  await at.make('was-store');
  await at.bench.append(at.named('was-store', eventsOf('was-store').message('a', 'store')));
  at.bench.startStore({ times });
  await later(IDLE * 2);
  expect(at.exists('cache')).toBe(true);
  await eventually(() => !at.exists('cache'), 10_000);
  // The registry has it no more before the log tells.
  await eventually(async () => (await at.tables('cache')).length === 0);
  await later(500);
  expect(['cacheall', 'store', 'was-store'].map(at.exists)).toEqual([true, true, true]);
});

test('the default rule of response topics decides', async () => {
  await using at = await scene({ responseRetention: 'cacheall' });
  await at.make('default');
  await at.make('own', 'cache');
  at.bench.startStore({ times });
  await eventually(() => !at.exists('own'));
  expect(at.exists('default')).toBe(true);
});

test('who uses a topic that is closing takes the mark away, and it stays', async () => {
  await using at = await scene();
  await at.make('wanted');
  at.registry.onChange(({ slug, topic }) => {
    if (topic?.closing) void at.registry.update(slug, reopened);
  });
  const store = at.bench.startStore({ times: { ...times, registryStaleness: 1000 } });
  await later(IDLE * 3);
  await store[Symbol.asyncDispose]();
  expect(at.exists('wanted')).toBe(true);
});

test('a mark that a dead worker left on a topic in use is taken away', async () => {
  await using at = await scene();
  await at.make('marked');
  await at.registry.update('marked' as Slug, closing);
  await at.bench.append(at.named('marked', eventsOf('marked').joined('ann', 'c', 'edge-1')));
  at.bench.startStore({ times });
  await eventually(() => at.registry.get('marked' as Slug)?.closing === undefined);
  expect(at.exists('marked')).toBe(true);
});

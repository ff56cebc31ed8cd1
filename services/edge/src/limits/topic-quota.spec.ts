import { parsePermissions } from '@dasf-broker/access';
import type { Slug } from '@dasf-broker/protocol';
import { newTopic, type RegisteredTopic, type TopicChange } from '@dasf-broker/registry';
import { describe, expect, it } from 'vitest';
import type { Client } from '../client.ts';
import { testLimits } from '../testing/edge-limits.ts';
import { TopicQuota } from './topic-quota.ts';

const { permissions } = parsePermissions([]);
const client = (user: string, address = '192.0.2.1'): Client => ({ user, address, permissions });

class FakeRegistry {
  readonly #topics: RegisteredTopic[] = [];
  #listener: (change: TopicChange) => void = () => {};
  #made = 0;

  topics() {
    return this.#topics;
  }

  onChange(listener: (change: TopicChange) => void) {
    this.#listener = listener;
    return () => {};
  }

  /** A topic that is not there yet. */
  wish(creator: string, isResponse = false): RegisteredTopic {
    this.#made += 1;
    const responseFor = isResponse ? { slug: 'source' as Slug, uid: 'uid' } : null;
    const topic = newTopic({ slug: `t${this.#made}` as Slug, partition: 0, creator, responseFor });
    return { ...topic, revision: this.#made };
  }

  keep(topic: RegisteredTopic): RegisteredTopic {
    this.#listener({ slug: topic.slug, topic });
    return topic;
  }

  make(creator: string, isResponse = false): RegisteredTopic {
    return this.keep(this.wish(creator, isResponse));
  }

  load(...topics: RegisteredTopic[]) {
    this.#topics.push(...topics);
  }

  remove({ slug }: RegisteredTopic) {
    this.#listener({ slug, topic: undefined });
  }
}

function scene(settings: Parameters<typeof testLimits>[0]) {
  const registry = new FakeRegistry();
  registry.load(registry.make('alice'));
  const limits = testLimits(settings);
  const quota = new TopicQuota(limits.settings, registry, limits.watch);
  /** What a user is told who asks for a topic; he gets it where nothing is wrong. */
  const ask = (who: Client, isResponse = false): number | 'made' => {
    const wanted = registry.wish(who.user, isResponse);
    try {
      quota.take(who, wanted);
      registry.keep(wanted);
      return 'made';
    } catch (error) {
      return (error as { number: number }).number;
    }
  };
  return { registry, limits, ask };
}

describe('T24: topics that a user’s messages make', () => {
  it('are no more than so many, those from before the edge was there among them', () => {
    const { registry, ask, limits } = scene({ maxTopicsPerUser: 3 });
    const second = registry.make('alice');
    expect([ask(client('alice')), ask(client('alice')), ask(client('bob'))]).toEqual(['made', 6, 'made']);
    registry.remove(second);
    expect([ask(client('alice')), ask(client('alice'))]).toEqual(['made', 6]);
    expect(limits.watch.total('topics of a user')).toBe(2);
  });

  it('and response topics are counted apart', () => {
    const { ask, limits } = scene({ maxTopicsPerUser: 1, maxResponseTopicsPerUser: 2 });
    expect([ask(client('alice')), ask(client('alice'), true), ask(client('alice'), true)]).toEqual([
      6,
      'made',
      'made',
    ]);
    expect(ask(client('alice'), true)).toBe(6);
    expect(limits.watch.total('response topics of a user')).toBe(1);
  });

  it('are no more than so many of all users', () => {
    const { ask } = scene({ maxTopics: 2 });
    expect([ask(client('bob')), ask(client('carol'))]).toEqual(['made', 6]);
  });

  it('have to wait where they are too many in a minute', () => {
    const { ask, limits } = scene({ maxTopicsPerMinute: 2, maxResponseTopicsPerMinute: 1 });
    expect([1, 2, 3].map(() => ask(client('alice')))).toEqual(['made', 'made', 8]);
    expect([1, 2].map(() => ask(client('alice'), true))).toEqual(['made', 8]);
    expect(ask(client('bob'))).toBe('made');
    expect(limits.watch.total('topics a minute')).toBe(1);
  });

  it('are counted by address for users without a token', () => {
    const { ask } = scene({ maxResponseTopicsPerMinute: 1 });
    const [first, second] = [client('anonymous', '192.0.2.1'), client('anonymous', '192.0.2.2')];
    expect([ask(first, true), ask(first, true), ask(second, true)]).toEqual(['made', 8, 'made']);
  });

  it('of one without a token leave room for others without one, and all of theirs for users with one', () => {
    const { ask } = scene({ maxResponseTopicsPerUser: 2, maxTopics: 8 });
    const [first, second, third] = [1, 2, 3].map((host) => client('anonymous', `192.0.2.${host}`));
    expect([1, 2, 3].map(() => ask(first as Client, true))).toEqual(['made', 'made', 6]);
    expect([1, 2].map(() => ask(second as Client, true))).toEqual(['made', 'made']);
    expect(ask(third as Client, true)).toBe(6);
    expect(ask(client('alice'), true)).toBe('made');
  });
});

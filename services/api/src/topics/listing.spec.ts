import type { Slug } from '@dasf-broker/protocol';
import type { TopicDetails } from '@dasf-broker/readmodel';
import { newTopic, type RegisteredTopic, type Topic } from '@dasf-broker/registry';
import { describe, expect, it } from 'vitest';
import { listTopics } from './listing.ts';
import type { PageQueryString } from './schemas.ts';

const topic = (slug: string, more: Partial<Topic> = {}): RegisteredTopic => ({
  ...newTopic({ slug: slug as Slug, partition: 0, creator: 'ada', supportsDasf: true, ...more }, slug),
  revision: 1,
});

const details = (lastPing: Date | null, lastPong: Date | null): TopicDetails => ({
  lastPing,
  lastPong,
  consumers: 0,
  pending: 0,
  stored: 0,
  storedResponses: 0,
});

/** Every third one is online, every third one offline; of the others nothing is known. */
async function read(uids: readonly string[]): Promise<ReadonlyMap<string, TopicDetails>> {
  const now = new Date();
  const found = new Map<string, TopicDetails>();
  for (const uid of uids) {
    const number = Number(uid.slice(1));
    if (number % 3 !== 2) found.set(uid, details(now, number % 3 === 0 ? now : null));
  }
  return found;
}

const refuse = () => Promise.reject(new Error('asked'));
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => topic(`t${String(index).padStart(5, '0')}`));

async function pages(topics: readonly RegisteredTopic[], query: PageQueryString): Promise<string[][]> {
  const found: string[][] = [];
  let after: string | null = '';
  while (after !== null) {
    const page = await listTopics(topics, { ...query, after }, read);
    found.push(page.topics.map(({ topic: { slug } }) => slug));
    after = page.next;
  }
  return found;
}

describe('listing topics', () => {
  it('finds by name, kind, right and time, without asking the database', async () => {
    const topics = [
      topic('Weather', { public: true, created: '2030-01-01T00:00:00.000Z' }),
      topic('weather-2', { created: '2030-01-02T00:00:00.000Z' }),
      topic('tides', { created: '2030-01-03T00:00:00.000Z' }),
      topic('weather_abcdefgh', { responseFor: { slug: 'weather' as Slug, uid: 'u' } }),
    ];
    const found = async (query: PageQueryString) =>
      (await listTopics(topics, query, refuse)).topics.map(({ topic: { slug } }) => slug);
    expect(await found({})).toEqual(['Weather', 'tides', 'weather-2']);
    expect(await found({ search: 'WEATHER' })).toEqual(['Weather', 'weather-2']);
    expect(await found({ search: 'weather', kind: 'all' })).toEqual([
      'Weather',
      'weather-2',
      'weather_abcdefgh',
    ]);
    expect(await found({ kind: 'response' })).toEqual(['weather_abcdefgh']);
    expect(await found({ public: 'true' })).toEqual(['Weather']);
    expect(await found({ public: 'false' })).toEqual(['tides', 'weather-2']);
    const createdAfter = '2030-01-02T01:00:00+01:00';
    expect(await found({ createdAfter })).toEqual(['tides', 'weather-2']);
    expect(await found({ createdBefore: createdAfter })).toEqual(['Weather']);
  });

  it('gives every topic once, page by page', async () => {
    const topics = many(25).toReversed();
    expect((await pages(topics, { limit: '10' })).map((page) => page.length)).toEqual([10, 10, 5]);
    expect((await pages(topics, { limit: '25' })).map((page) => page.length)).toEqual([25]);
    expect((await pages(topics, { limit: '10', details: 'true' })).flat()).toEqual(
      topics.map(({ slug }) => slug).toReversed(),
    );
  });

  it('finds by availability, a bounded part at a time', async () => {
    const topics = many(4500);
    for (const [availability, rest] of [
      ['online', 0],
      ['offline', 1],
      ['unknown', 2],
    ] as const) {
      const found = await pages(topics, { availability, limit: '400' });
      const wanted = topics.filter((_, index) => index % 3 === rest).map(({ slug }) => slug);
      expect(found.flat()).toEqual(wanted);
    }
    let asked = 0;
    const none = await listTopics(topics, { availability: 'online' }, async (uids) => {
      asked += uids.length;
      return new Map();
    });
    expect([none.topics, none.next, asked]).toEqual([[], 't01999', 2000]);
  });
});

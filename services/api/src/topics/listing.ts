import type { TopicDetails } from '@dasf-broker/readmodel';
import type { RegisteredTopic } from '@dasf-broker/registry';
import { availabilityOf } from '../status/availability.ts';
import type { PageQueryString } from './schemas.ts';

const DEFAULT_LIMIT = 1000;
/** With details each topic costs the database something. */
const DEFAULT_LIMIT_WITH_DETAILS = 100;
const DETAILS_AT_A_TIME = 100;
/** So many topics are looked at for one page where their availability decides: the rest follows on the next one. */
const MOST_LOOKED_AT = 2000;

export type DetailsReader = (uids: readonly string[]) => Promise<ReadonlyMap<string, TopicDetails>>;

export interface ListedTopic {
  readonly topic: RegisteredTopic;
  /** `undefined`: not asked for, or not known yet. */
  readonly details: TopicDetails | undefined;
}

export interface TopicListing {
  readonly topics: readonly ListedTopic[];
  /** The name after which the next page begins; `null` at the end. */
  readonly next: string | null;
}

/** Topics by name, a page at a time. Response topics come only when asked for: there may be 100,000 of them. */
export async function listTopics(
  topics: Iterable<RegisteredTopic>,
  query: PageQueryString,
  read: DetailsReader,
): Promise<TopicListing> {
  const wanted = [...topics].filter(matching(query)).sort((a, b) => (a.slug < b.slug ? -1 : 1));
  const withDetails = query.details === 'true' || query.availability !== undefined;
  const limit = Number(query.limit ?? (withDetails ? DEFAULT_LIMIT_WITH_DETAILS : DEFAULT_LIMIT));
  if (withDetails) return await listWithDetails(wanted, query, limit, read);
  const page = wanted.slice(0, limit);
  return {
    topics: page.map((topic) => ({ topic, details: undefined })),
    next: wanted.length > limit ? (page.at(-1)?.slug ?? null) : null,
  };
}

async function listWithDetails(
  wanted: readonly RegisteredTopic[],
  { availability }: PageQueryString,
  limit: number,
  read: DetailsReader,
): Promise<TopicListing> {
  const found: ListedTopic[] = [];
  const now = new Date();
  let at = 0;
  for (; at < Math.min(wanted.length, MOST_LOOKED_AT); at += DETAILS_AT_A_TIME) {
    const some = wanted.slice(at, at + DETAILS_AT_A_TIME);
    const details = await read(some.map(({ uid }) => uid));
    for (const topic of some) {
      const of = details.get(topic.uid);
      if (availability && availabilityOf(of ?? null, topic.supportsDasf, now) !== availability) continue;
      // One more than fits: the page ends before it.
      if (found.length === limit) return { topics: found, next: found.at(-1)?.topic.slug ?? null };
      found.push({ topic, details: of });
    }
  }
  return { topics: found, next: at < wanted.length ? (wanted[at - 1]?.slug ?? null) : null };
}

function matching(query: PageQueryString): (topic: RegisteredTopic) => boolean {
  const { kind = 'ordinary', after = '', search = '', createdAfter, createdBefore } = query;
  const words = search.toLowerCase();
  const since = createdAfter === undefined ? Number.NEGATIVE_INFINITY : Date.parse(createdAfter);
  const until = createdBefore === undefined ? Number.POSITIVE_INFINITY : Date.parse(createdBefore);
  return ({ slug, responseFor, created, ...topic }) =>
    slug > after &&
    (kind === 'all' || (kind === 'response') === (responseFor !== null)) &&
    slug.toLowerCase().includes(words) &&
    (query.public === undefined || topic.public === (query.public === 'true')) &&
    Date.parse(created) >= since &&
    Date.parse(created) < until;
}

import type { RegisteredTopic } from '@dasf-broker/registry';
import type { Static } from 'typebox';
import { availabilityOf } from '../status/availability.ts';
import { isWritable } from '../writable-json.ts';
import type { ListedTopic, TopicListing } from './listing.ts';
import type { TopicPage, TopicView } from './schemas.ts';

/** What is shown of one topic; a list has no descriptions of functions, which may be long. */
export interface ShownTopic extends ListedTopic {
  readonly apiInfo?: string | null;
}

/** @param websocketUrl where clients reach the edges, if that is known */
export function viewOf(
  { topic, details, apiInfo }: ShownTopic,
  websocketUrl: string | undefined,
): Static<typeof TopicView> {
  return {
    ...entryOf(topic, websocketUrl),
    status: statusOf(topic, details),
    ...(apiInfo === undefined ? {} : { apiInfo: apiInfo === null ? null : describedIn(apiInfo) }),
  };
}

export function pageOf(
  { topics, next }: TopicListing,
  websocketUrl: string | undefined,
): Static<typeof TopicPage> {
  return { topics: topics.map((topic) => viewOf(topic, websocketUrl)), next };
}

function entryOf(
  { slug, retention, responseFor, grants, ...rest }: RegisteredTopic,
  websocketUrl: string | undefined,
) {
  const { uid, public: open, supportsDasf, creator, created, revision } = rest;
  return {
    name: slug,
    uid,
    public: open,
    supportsDasf,
    storeMessages: retention ?? 'default',
    responseFor: responseFor?.slug ?? null,
    creator,
    created,
    revision,
    websocketUrl: websocketUrl === undefined ? null : new URL(encodeURIComponent(slug), websocketUrl).href,
    grants: {
      can_produce: [...grants.can_produce],
      can_consume: [...grants.can_consume],
      can_view_status: [...grants.can_view_status],
    },
  };
}

function statusOf({ supportsDasf }: RegisteredTopic, details: ListedTopic['details']) {
  if (!details) return null;
  const { lastPing, lastPong, ...counts } = details;
  return {
    availability: availabilityOf(details, supportsDasf, new Date()),
    lastPing: lastPing?.toISOString() ?? null,
    lastPong: lastPong?.toISOString() ?? null,
    ...counts,
  };
}

/**
 * Python writes numbers that JSON has no words for; a description that holds some, or nests too deeply to be written
 * again, is shown as text.
 */
function describedIn(apiInfo: string): unknown {
  try {
    const described: unknown = JSON.parse(apiInfo);
    return isWritable(described) ? described : apiInfo;
  } catch {
    return apiInfo;
  }
}

import type { RegisteredTopic } from '@dasf-broker/registry';
import type { Static } from 'typebox';
import type { PageQueryString, TopicPage, TopicView } from './schemas.ts';

const DEFAULT_LIMIT = 1000;

/** A topic as operators see it. */
export function viewOf({
  slug,
  retention,
  responseFor,
  grants,
  ...rest
}: RegisteredTopic): Static<typeof TopicView> {
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
    grants: {
      can_produce: [...grants.can_produce],
      can_consume: [...grants.can_consume],
      can_view_status: [...grants.can_view_status],
    },
  };
}

/** Topics by name, a page at a time. Response topics come only when asked for: there may be 100,000 of them. */
export function pageOf(topics: Iterable<RegisteredTopic>, query: PageQueryString): Static<typeof TopicPage> {
  const { kind = 'ordinary', after = '' } = query;
  const limit = Number(query.limit ?? DEFAULT_LIMIT);
  const wanted = [...topics]
    .filter(
      ({ slug, responseFor }) =>
        slug > after && (kind === 'all' || (kind === 'response') === (responseFor !== null)),
    )
    .sort((a, b) => (a.slug < b.slug ? -1 : 1));
  const page = wanted.slice(0, limit);
  return { topics: page.map(viewOf), next: wanted.length > limit ? (page.at(-1)?.slug ?? null) : null };
}

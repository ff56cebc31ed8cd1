import { RETENTIONS } from '@dasf-broker/protocol';
import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false } as const;
const users = Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { maxItems: 1000 });

/** What a name is made of is the protocol's to say; this only keeps out what is far too long. */
export const Name = Type.String({ minLength: 1, maxLength: 255 });

/** Users by right; rights that are left out stay as they are. */
export const Grants = Type.Object(
  {
    can_produce: Type.Optional(users),
    can_consume: Type.Optional(users),
    can_view_status: Type.Optional(users),
  },
  closed,
);

const options = {
  public: Type.Optional(Type.Boolean()),
  supportsDasf: Type.Optional(Type.Boolean()),
  storeMessages: Type.Optional(Type.Enum(['default', ...RETENTIONS])),
  grant: Type.Optional(Grants),
};

export const NewTopic = Type.Object({ name: Name, ...options }, closed);
export const TopicPatch = Type.Object({ ...options, revoke: Type.Optional(Grants) }, closed);

export type GrantsBody = Static<typeof Grants>;
export type NewTopicBody = Static<typeof NewTopic>;
export type TopicPatchBody = Static<typeof TopicPatch>;

const Time = Type.Union([Type.String(), Type.Null()]);

/** What is known of a topic beside its entry; null where the database is away, or was not asked. */
const TopicStatus = Type.Object({
  availability: Type.Enum(['online', 'offline', 'unknown']),
  lastPing: Time,
  lastPong: Time,
  consumers: Type.Number({ description: 'connections that consume now' }),
  pending: Type.Number({ description: 'messages that somebody has still to acknowledge' }),
  stored: Type.Number({ description: 'messages that are kept for ever' }),
  storedResponses: Type.Number({ description: 'messages on its response topics that are kept for ever' }),
});

export const TopicView = Type.Object({
  name: Type.String(),
  uid: Type.String(),
  public: Type.Boolean(),
  supportsDasf: Type.Boolean(),
  storeMessages: Type.String(),
  /** The topic whose answers come here; null for an ordinary topic. */
  responseFor: Type.Union([Type.String(), Type.Null()]),
  creator: Type.String(),
  created: Type.String(),
  revision: Type.Number(),
  /** Null where `DASF_WEBSOCKET_URL` is not set. */
  websocketUrl: Type.Union([Type.String(), Type.Null()]),
  status: Type.Union([TopicStatus, Type.Null()]),
  apiInfo: Type.Optional(
    Type.Unknown({
      description: 'how its module describes its functions, null where it did not; not in lists',
    }),
  ),
  grants: Type.Object({
    can_produce: Type.Array(Type.String()),
    can_consume: Type.Array(Type.String()),
    can_view_status: Type.Array(Type.String()),
  }),
});

export const TopicPage = Type.Object({
  topics: Type.Array(TopicView),
  /** Goes into `after` for the next page; null at the end. */
  next: Type.Union([Type.String(), Type.Null()]),
});

export const PageQuery = Type.Object(
  {
    kind: Type.Optional(Type.Enum(['ordinary', 'response', 'all'], { description: 'ordinary unless given' })),
    search: Type.Optional(
      Type.String({ maxLength: 255, description: 'a part of the name; capitals do not count' }),
    ),
    public: Type.Optional(Type.Enum(['true', 'false'])),
    availability: Type.Optional(Type.Enum(['online', 'offline', 'unknown'])),
    createdAfter: Type.Optional(Type.String({ format: 'date-time' })),
    createdBefore: Type.Optional(Type.String({ format: 'date-time' })),
    details: Type.Optional(Type.Enum(['true', 'false'], { description: 'with the status of each topic' })),
    after: Type.Optional(Type.String({ description: '`next` of the page before' })),
    limit: Type.Optional(
      Type.String({
        pattern: '^[1-9][0-9]{0,3}$',
        description: 'topics on a page: 1000, or 100 with details',
      }),
    ),
  },
  closed,
);

export type PageQueryString = Static<typeof PageQuery>;

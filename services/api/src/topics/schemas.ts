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
    kind: Type.Optional(Type.Enum(['ordinary', 'response', 'all'])),
    after: Type.Optional(Type.String()),
    limit: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,3}$' })),
  },
  closed,
);

export type PageQueryString = Static<typeof PageQuery>;

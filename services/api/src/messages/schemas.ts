import { type Static, Type } from 'typebox';
import { Name } from '../topics/schemas.ts';

const closed = { additionalProperties: false } as const;
const Text = Type.Union([Type.String(), Type.Null()]);
const Count = Type.Union([Type.Number(), Type.Null()]);
const Choice = (description: string) => Type.Optional(Type.Enum(['true', 'false'], { description }));
const Time = (description: string) => Type.Optional(Type.String({ format: 'date-time', description }));

export const MessageQuery = Type.Object(
  {
    topic: Type.Optional({ ...Name, description: 'needed by who has no right to all topics' }),
    sourceTopic: Type.Optional({ ...Name, description: 'that answer messages of this topic' }),
    user: Type.Optional(Type.String({ minLength: 1, maxLength: 255, description: 'who published' })),
    response: Choice('whether it answers a message of another topic'),
    delivered: Choice('whether anybody acknowledged it; of retention cache it is gone then'),
    since: Time('published then or later'),
    until: Time('published before'),
    after: Type.Optional(Type.String({ maxLength: 64, description: '`next` of the page before' })),
    limit: Type.Optional(
      Type.String({ pattern: '^([1-9][0-9]{0,2}|1000)$', description: 'messages on a page: 100' }),
    ),
  },
  closed,
);

export type MessageQueryString = Static<typeof MessageQuery>;

const summary = {
  id: Type.String({ description: 'what this API calls it: where it stands in the log' }),
  topic: Type.String(),
  messageId: Type.String({ description: 'as its publisher and its consumers know it' }),
  user: Type.Union([Type.String(), Type.Null()], { description: 'null where it is not to be told' }),
  retention: Type.String(),
  messageType: Text,
  sourceTopic: Text,
  responseTopic: Text,
  requestContext: Text,
  fragment: Count,
  numFragments: Count,
  publishedAt: Type.String(),
  delivered: Type.Boolean(),
};

export const MessageSummary = Type.Object(summary);

export const MessagePage = Type.Object({
  messages: Type.Array(MessageSummary),
  next: Type.Union([Type.String(), Type.Null()], {
    description:
      'Goes into `after` for the next page; null at the end. A page may hold none and yet have a next one',
  }),
});

const Payload = Type.Object({
  kind: Type.Enum(['json', 'text', 'binary']),
  text: Type.String({ description: 'decoded; base64 where it is no text' }),
  bytes: Type.Number({ description: 'of the whole payload, decoded' }),
  truncated: Type.Boolean(),
});

export const MessageView = Type.Object({
  ...summary,
  bytes: Type.Number({ description: 'of its frame' }),
  deliveries: Type.Array(Type.Object({ user: Type.String(), at: Type.String() }), {
    description: 'who acknowledged it, at most 1000',
  }),
  content: Type.Union(
    [
      Type.Object({
        context: Type.Union([Type.String(), Type.Number(), Type.Null()]),
        properties: Type.Record(Type.String(), Type.Unknown()),
        payload: Type.Union([Payload, Type.Null()]),
      }),
      Type.Null(),
    ],
    { description: 'null for a frame of more than 4 MiB; `/frame` has it' },
  ),
});

export const ContentQuery = Type.Object(
  {
    payload: Type.Optional(
      Type.String({ pattern: '^[0-9]{1,7}$', description: 'characters of the payload at most: 65536' }),
    ),
  },
  closed,
);

export const Params = Type.Object({ id: Type.String({ maxLength: 64 }) });

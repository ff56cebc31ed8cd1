import { type Identity, mayAdminister } from '@dasf-broker/access';
import type { MessageDetails, MessageSummary } from '@dasf-broker/readmodel';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import type { AuditTrail } from '../audit/trail.ts';
import { ApiFault } from '../faults.ts';
import { identityOf } from '../identity.ts';
import type { TopicLookup } from '../topics/permitted.ts';
import { type FrameContent, readContent } from './frame-content.ts';
import { streamFrame, wholeFrame } from './frames.ts';
import { cursorOf, idOf, placeAtCursor } from './places.ts';
import { ReadableMessages } from './readable.ts';
import type { MessageReader } from './reader.ts';
import {
  ContentQuery,
  MessagePage,
  MessageQuery,
  type MessageQueryString,
  MessageView,
  Params,
} from './schemas.ts';

export interface MessageRoutes {
  readonly registry: TopicLookup;
  readonly messages: MessageReader;
  readonly trail: AuditTrail;
}

const tags = ['messages'];
const DEFAULT_LIMIT = 100;
const DEFAULT_SHOWN = 64 * 1024;
const MOST_SHOWN = 1024 * 1024;
/** A larger frame is not decoded here: it would have to be in memory several times over. */
const LARGEST_DECODED_BYTES = 4 * 1024 * 1024;

/** Lists and shows stored messages: to operators all, to others those that they may consume. */
export function messageRoutes(app: FastifyInstance, parts: MessageRoutes): void {
  const { registry, messages: reader, trail } = parts;
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const readable = new ReadableMessages(registry, reader);
  /** What is said between others is nobody's to read unseen. */
  const recorded = <T>(identity: Identity, message: MessageDetails, read: () => Promise<T>): Promise<T> => {
    if (!mayAdminister(identity)) return read();
    const { user } = identity;
    return trail.record({ act: 'message-read', user, topic: message.topic, target: idOf(message) }, read);
  };

  typed.get(
    '/messages',
    {
      schema: {
        tags,
        summary: 'List messages, newest first',
        querystring: MessageQuery,
        response: { 200: MessagePage },
      },
    },
    async (request) => {
      const identity = identityOf(request);
      const { messages, next } = await reader.messages({
        ...filtersOf(request.query),
        ...(await readable.scope(identity, request.query)),
      });
      return {
        messages: messages.map((message) => summaryOf(readable.shownTo(identity, message))),
        next: next && cursorOf(next),
      };
    },
  );

  typed.get(
    '/messages/:id',
    {
      schema: {
        tags,
        summary: 'Show a message with its payload',
        params: Params,
        querystring: ContentQuery,
        response: { 200: MessageView },
      },
    },
    async (request) => {
      const identity = identityOf(request);
      const message = await readable.message(identity, request.params.id);
      const shown = Math.min(Number(request.query.payload ?? DEFAULT_SHOWN), MOST_SHOWN);
      const content = await recorded(identity, message, () => contentOf(reader, message, shown));
      return viewOf(identity, readable.shownTo(identity, message), content);
    },
  );

  typed.get(
    '/messages/:id/frame',
    { schema: { tags, summary: "Get a message's frame, byte for byte", params: Params } },
    async (request, reply) => {
      const identity = identityOf(request);
      const message = await readable.message(identity, request.params.id);
      const frame = await recorded(identity, message, async () => streamFrame(reader, message));
      return reply
        .type('application/octet-stream')
        .header('content-length', message.bytes)
        .header('content-disposition', 'attachment; filename="frame.json"')
        .header('cache-control', 'no-store')
        .send(frame);
    },
  );
}

function filtersOf(query: MessageQueryString) {
  const { sourceTopic, response, delivered, since, until, after, limit } = query;
  const place = after === undefined ? undefined : placeAtCursor(after);
  if (after !== undefined && !place) throw new ApiFault('REQUEST_INVALID', '`after` is no `next` of a page.');
  return {
    sourceTopic,
    response: response && response === 'true',
    delivered: delivered && delivered === 'true',
    since: since === undefined ? undefined : new Date(since),
    until: until === undefined ? undefined : new Date(until),
    after: place,
    limit: Number(limit ?? DEFAULT_LIMIT),
  } as const;
}

async function contentOf(
  reader: MessageReader,
  message: MessageDetails,
  shown: number,
): Promise<FrameContent | null> {
  if (message.bytes > LARGEST_DECODED_BYTES) return null;
  return readContent(await wholeFrame(reader, message), shown);
}

type Shown<T extends MessageSummary> = Omit<T, 'user'> & { readonly user: string | null };

function summaryOf(message: Shown<MessageSummary>) {
  const { topicUid: _uid, partition: _partition, sequence: _sequence, pieces: _pieces, ...rest } = message;
  return { ...rest, id: idOf(message), publishedAt: new Date(message.publishedAt).toISOString() };
}

function viewOf(identity: Identity, message: Shown<MessageDetails>, content: FrameContent | null) {
  const deliveries = message.deliveries
    .filter(({ user }) => mayAdminister(identity) || user === identity.user)
    .map(({ user, at }) => ({ user, at: at.toISOString() }));
  return { ...summaryOf(message), bytes: message.bytes, deliveries, content };
}

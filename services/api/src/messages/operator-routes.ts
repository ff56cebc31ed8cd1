import { randomUUID } from 'node:crypto';
import type { Appender } from '@dasf-broker/log';
import { isMessageId, type Slug } from '@dasf-broker/protocol';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { AuditTrail } from '../audit/trail.ts';
import { ApiFault } from '../faults.ts';
import { identityOf } from '../identity.ts';
import type { TopicLookup } from '../topics/permitted.ts';
import { ReadableMessages } from './readable.ts';
import type { MessageReader } from './reader.ts';
import type { Resender } from './resender.ts';
import { Params } from './schemas.ts';
import { type FoldingPorts, untilFolded } from './until-folded.ts';

export interface MessageActRoutes {
  readonly registry: TopicLookup;
  readonly messages: MessageReader;
  readonly resender: Resender;
  readonly appender: Pick<Appender, 'append'>;
  readonly folding: FoldingPorts;
  readonly trail: AuditTrail;
}

const tags = ['messages'];
const SendAgainQuery = Type.Object(
  {
    messageId: Type.Optional(
      Type.String({ description: 'that it gets: asked for again with the same one, it is sent once' }),
    ),
  },
  { additionalProperties: false },
);
const Sent = Type.Object({ topic: Type.String(), messageId: Type.String() });

/** Removes stored messages and sends them again: for operators. */
export function messageActRoutes(app: FastifyInstance, parts: MessageActRoutes): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  const readable = new ReadableMessages(parts.registry, parts.messages);
  const { trail, appender, resender, folding } = parts;

  typed.delete(
    '/messages/:id',
    {
      schema: {
        tags,
        summary: 'Remove a message for those who have not received it yet',
        params: Params,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const identity = identityOf(request);
      const { id } = request.params;
      const { topic, topicUid: uid, partition, sequence } = await readable.message(identity, id);
      await trail.record({ act: 'message-remove', user: identity.user, topic, target: id }, () =>
        appender.append(partition, { type: 'message-removed', topic: topic as Slug, uid, sequence }),
      );
      await untilFolded(folding, partition);
      return reply.code(204).send(null);
    },
  );

  typed.post(
    '/messages/:id/send-again',
    {
      schema: {
        tags,
        summary: "Send a message to its topic's consumers again, as a new one",
        params: Params,
        querystring: SendAgainQuery,
        response: { 201: Sent },
      },
    },
    async (request, reply) => {
      const identity = identityOf(request);
      const { messageId = randomUUID() } = request.query;
      if (!isMessageId(messageId))
        throw new ApiFault('REQUEST_INVALID', 'A messageId has 1 to 128 printable characters.');
      const { id } = request.params;
      const message = await readable.message(identity, id);
      const { topic } = message;
      const act = {
        act: 'message-send-again',
        user: identity.user,
        topic,
        target: id,
        change: { messageId },
      } as const;
      await trail.record(act, () => resender.send(message, messageId));
      return reply.code(201).send({ topic, messageId });
    },
  );
}

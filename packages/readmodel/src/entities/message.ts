import type { Retention } from '@dasf-broker/protocol';
import { defineEntity, p } from '@mikro-orm/core';

/** A message that is outstanding for somebody, or kept for ever (retention `store`). */
const MessageSchema = defineEntity({
  name: 'Message',
  tableName: 'message',
  indexes: [
    { name: 'message_topic_index', properties: ['topicUid', 'retention', 'seq'] },
    { name: 'message_id_index', properties: ['topicUid', 'messageId'] },
    { name: 'message_time_index', properties: ['publishedAt', 'partition', 'seq'] },
    { name: 'message_age_index', properties: ['partition', 'publishedAt'], where: "retention <> 'store'" },
  ],
  properties: {
    partition: p.integer().primary(),
    seq: p.bigint('number').primary(),
    topicUid: p.text(),
    topic: p.text(),
    messageId: p.text(),
    user: p.text(),
    retention: p.text().$type<Retention>(),
    /** The topic's message before this one that is not of retention `cache`; null on one that is. */
    previousSeq: p.bigint('number').nullable(),
    messageType: p.text().nullable(),
    responseTopic: p.text().nullable(),
    sourceTopic: p.text().nullable(),
    requestContext: p.text().nullable(),
    fragment: p.bigint('number').nullable(),
    numFragments: p.bigint('number').nullable(),
    /** So many rows of `message_piece` hold the frame; 0: it is here. */
    pieces: p.integer().default(0),
    publishedAt: p.datetime(3),
    /** The exact bytes to deliver; empty where they are in pieces. */
    frame: p.blob(),
  },
});

export class Message extends MessageSchema.class {}
MessageSchema.setClass(Message);

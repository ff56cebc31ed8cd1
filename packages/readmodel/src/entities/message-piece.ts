import { defineEntity, p } from '@mikro-orm/core';

/** A part of a frame that is too large for one event of the log. */
const MessagePieceSchema = defineEntity({
  name: 'MessagePiece',
  tableName: 'message_piece',
  indexes: [
    { name: 'message_piece_topic_index', properties: ['topicUid'] },
    { name: 'message_piece_message_index', properties: ['partition', 'messageSeq', 'ordinal'] },
    {
      name: 'message_piece_alone_index',
      properties: ['partition', 'storedAt'],
      where: 'message_seq is null',
    },
  ],
  properties: {
    partition: p.integer().primary(),
    /** Its own. */
    seq: p.bigint('number').primary(),
    /** Of the message that has it; null until that is folded, or for ever. */
    messageSeq: p.bigint('number').nullable(),
    /** From 1. */
    ordinal: p.integer(),
    topicUid: p.text(),
    storedAt: p.datetime(3),
    part: p.blob(),
  },
});

export class MessagePiece extends MessagePieceSchema.class {}
MessagePieceSchema.setClass(MessagePiece);

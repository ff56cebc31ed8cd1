import { defineEntity, p } from '@mikro-orm/core';

/** A part of a frame that is too large for one event of the log. */
const MessagePieceSchema = defineEntity({
  name: 'MessagePiece',
  tableName: 'message_piece',
  indexes: [{ name: 'message_piece_topic_index', properties: ['topicUid'] }],
  properties: {
    partition: p.integer().primary(),
    /** Of the message. */
    seq: p.bigint('number').primary(),
    /** From 1. */
    ordinal: p.integer().primary(),
    topicUid: p.text(),
    part: p.blob(),
  },
});

export class MessagePiece extends MessagePieceSchema.class {}
MessagePieceSchema.setClass(MessagePiece);

import { defineEntity, p } from '@mikro-orm/core';

/** A topic that was deleted: what the log still brings for its uid has no effect. */
const TopicTombstoneSchema = defineEntity({
  name: 'TopicTombstone',
  tableName: 'topic_tombstone',
  properties: {
    uid: p.text().primary(),
    partition: p.integer(),
    deletedAt: p.datetime(3),
  },
});

export class TopicTombstone extends TopicTombstoneSchema.class {}
TopicTombstoneSchema.setClass(TopicTombstone);

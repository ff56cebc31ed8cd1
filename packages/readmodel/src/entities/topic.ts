import type { Retention } from '@dasf-broker/protocol';
import { defineEntity, p } from '@mikro-orm/core';

/** A topic as the log tells of it. A stub (revision 0) where its `topic` event is still to come. */
const TopicSchema = defineEntity({
  name: 'TopicRow',
  tableName: 'topic',
  indexes: [
    { name: 'topic_slug_index', properties: ['slug'] },
    { name: 'topic_partition_index', properties: ['partition'] },
    {
      name: 'topic_response_index',
      properties: ['responseForUid'],
      where: 'response_for_uid is not null',
    },
    {
      name: 'topic_idle_index',
      properties: ['partition', 'lastEvent'],
      where: 'response_for_uid is not null',
    },
  ],
  properties: {
    uid: p.text().primary(),
    slug: p.text(),
    partition: p.integer(),
    public: p.boolean().default(false),
    supportsDasf: p.boolean().default(false),
    retention: p.text().$type<Retention>().nullable(),
    responseForUid: p.text().nullable(),
    responseForSlug: p.text().nullable(),
    creator: p.text().nullable(),
    createdAt: p.datetime(3).nullable(),
    revision: p.bigint('number').defaultRaw('0'),
    /** The last message that was not of retention `cache`; 0 for none. */
    lastKeptSeq: p.bigint('number').defaultRaw('0'),
    lastPing: p.datetime(3).nullable(),
    lastPong: p.datetime(3).nullable(),
    /** When something last happened to it that is no change of its registry entry; at first, its first event. */
    lastEvent: p.datetime(3).nullable(),
    /** JSON as the module sent it */
    apiInfo: p.text().nullable(),
  },
});

export class TopicRow extends TopicSchema.class {}
TopicSchema.setClass(TopicRow);

import { defineEntity, p } from '@mikro-orm/core';

/** A consumer that is connected, as far as its edge lives. */
const PresenceSchema = defineEntity({
  name: 'Presence',
  tableName: 'presence',
  indexes: [
    { name: 'presence_topic_index', properties: ['topicUid'] },
    { name: 'presence_edge_index', properties: ['partition', 'edge'] },
  ],
  properties: {
    connection: p.text().primary(),
    topicUid: p.text(),
    partition: p.integer(),
    user: p.text(),
    subscription: p.text(),
    edge: p.text(),
    joinedAt: p.datetime(3),
  },
});

export class Presence extends PresenceSchema.class {}
PresenceSchema.setClass(Presence);

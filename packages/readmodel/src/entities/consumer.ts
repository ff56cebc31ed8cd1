import { defineEntity, p } from '@mikro-orm/core';

/** A user who ever consumed from a topic with permission (ACK-3). */
const ConsumerSchema = defineEntity({
  name: 'Consumer',
  tableName: 'consumer',
  properties: {
    topicUid: p.text().primary(),
    user: p.text().primary(),
    firstSeen: p.datetime(3),
  },
});

export class Consumer extends ConsumerSchema.class {}
ConsumerSchema.setClass(Consumer);

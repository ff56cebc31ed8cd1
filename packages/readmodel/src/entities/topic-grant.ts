import { defineEntity, p } from '@mikro-orm/core';

/** A right that is stored on a topic. */
const TopicGrantSchema = defineEntity({
  name: 'TopicGrant',
  tableName: 'topic_grant',
  properties: {
    topicUid: p.text().primary(),
    /** `can_produce`, `can_consume` or `can_view_status` */
    permission: p.text().primary(),
    user: p.text().primary(),
  },
});

export class TopicGrant extends TopicGrantSchema.class {}
TopicGrantSchema.setClass(TopicGrant);

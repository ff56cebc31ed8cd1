import { defineEntity, p } from '@mikro-orm/core';

/**
 * A stretch of a topic's messages of retention `cacheall` and `store` that a user acknowledged without a gap:
 * a user who acknowledges everything has one row, the low-water mark, however many messages that were. What
 * lies between two rows is the exception, outstanding as yet.
 *
 * Each message stands for all sequences after the one before it (`message.previous_seq`), so that neighbours
 * join up whatever else the partition holds, and whatever is removed. Rows neither overlap nor touch.
 *
 * What is said of messages that are gone (acknowledged by all, expired) has no meaning, and may depend on how the
 * log was cut into runs.
 */
const AcknowledgedSchema = defineEntity({
  name: 'Acknowledged',
  tableName: 'acknowledged',
  properties: {
    topicUid: p.text().primary(),
    user: p.text().primary(),
    /** Inclusive, as is the first. */
    lastSeq: p.bigint('number').primary(),
    firstSeq: p.bigint('number'),
  },
});

export class Acknowledged extends AcknowledgedSchema.class {}
AcknowledgedSchema.setClass(Acknowledged);

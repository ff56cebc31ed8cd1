import { defineEntity, p } from '@mikro-orm/core';

/** What stood in the log and could not be folded. */
const DeadEventSchema = defineEntity({
  name: 'DeadEvent',
  tableName: 'dead_event',
  properties: {
    partition: p.integer().primary(),
    epoch: p.text().primary(),
    seq: p.bigint('number').primary(),
    subject: p.text(),
    headers: p.text(),
    body: p.blob(),
    reason: p.text(),
    at: p.datetime(3),
  },
});

export class DeadEvent extends DeadEventSchema.class {}
DeadEventSchema.setClass(DeadEvent);

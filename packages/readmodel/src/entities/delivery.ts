import { defineEntity, p } from '@mikro-orm/core';

/** A user acknowledged a message of retention `cacheall` or `store`. */
const DeliverySchema = defineEntity({
  name: 'Delivery',
  tableName: 'delivery',
  properties: {
    partition: p.integer().primary(),
    seq: p.bigint('number').primary(),
    user: p.text().primary(),
    at: p.datetime(3),
  },
});

export class Delivery extends DeliverySchema.class {}
DeliverySchema.setClass(Delivery);

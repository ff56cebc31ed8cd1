import { defineEntity, p } from '@mikro-orm/core';

/** A request that named a response topic and has no complete answer there yet (GC-3). */
const OpenRequestSchema = defineEntity({
  name: 'OpenRequest',
  tableName: 'open_request',
  indexes: [{ name: 'open_request_age_index', properties: ['partition', 'openedAt'] }],
  properties: {
    /** The response topic's. */
    topicUid: p.text().primary(),
    /** As text, or its hash where it is long. */
    requestContext: p.text().primary(),
    partition: p.integer(),
    seq: p.bigint('number'),
    openedAt: p.datetime(3),
    /** Of how many fragments the answer consists; null until the first one has come. */
    numFragments: p.bigint('number').nullable(),
    /** Which of them have come. */
    received: p.string().columnType('int8multirange'),
  },
});

export class OpenRequest extends OpenRequestSchema.class {}
OpenRequestSchema.setClass(OpenRequest);

import { defineEntity, p } from '@mikro-orm/core';

/** Something that an operator did, or began. */
const OperatorActSchema = defineEntity({
  name: 'OperatorActRow',
  tableName: 'operator_act',
  indexes: [{ name: 'operator_act_age_index', properties: ['partition', 'at'] }],
  uniques: [{ name: 'operator_act_id_index', properties: ['partition', 'id'] }],
  properties: {
    partition: p.integer().primary(),
    seq: p.bigint('number').primary(),
    id: p.text(),
    at: p.datetime(3),
    user: p.text(),
    act: p.text(),
    topic: p.text().nullable(),
    target: p.text().nullable(),
    /** JSON, or empty. */
    change: p.text(),
    /** `done`, or the code of a fault; null where nobody lived to say so. */
    outcome: p.text().nullable(),
  },
});

export class OperatorActRow extends OperatorActSchema.class {}
OperatorActSchema.setClass(OperatorActRow);

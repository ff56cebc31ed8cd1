import { defineEntity, p } from '@mikro-orm/core';

/** How far what another broker held has come over to a partition: a second import goes on from there. */
const ImportProgressSchema = defineEntity({
  name: 'ImportProgress',
  tableName: 'import_progress',
  properties: {
    partition: p.integer().primary(),
    /** Which broker. */
    source: p.text().primary(),
    /** The greatest numbers there of the topics and of the messages that came over; 0: none has. */
    topics: p.bigint('number'),
    messages: p.bigint('number'),
  },
});

export class ImportProgress extends ImportProgressSchema.class {}
ImportProgressSchema.setClass(ImportProgress);

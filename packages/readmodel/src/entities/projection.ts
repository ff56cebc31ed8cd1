import { defineEntity, p } from '@mikro-orm/core';

/** How far a partition of the log is folded, and by whom. */
const ProjectionSchema = defineEntity({
  name: 'Projection',
  tableName: 'projection',
  properties: {
    partition: p.integer().primary().autoincrement(false),
    /** Which log the sequence belongs to; null until a first worker has looked. */
    epoch: p.text().nullable(),
    /** The cursor: everything up to this sequence is in these tables. */
    seq: p.bigint('number').defaultRaw('0'),
    owner: p.text().nullable(),
    /** Grows with every change of hands; a write under an older one has no effect. */
    ownerEpoch: p.bigint('number').defaultRaw('0'),
    leaseUntil: p.datetime(3).nullable(),
    updatedAt: p.datetime(3).nullable(),
    /** The cursor in the newest backup, and when that was made; null where none is known. */
    backupSeq: p.bigint('number').nullable(),
    backupAt: p.datetime(3).nullable(),
  },
});

export class Projection extends ProjectionSchema.class {}
ProjectionSchema.setClass(Projection);

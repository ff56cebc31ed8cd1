import type { AnyRecord } from './record-queue.ts';

/** An event that only a newer version can fold: without its effect, nothing that comes after it may be folded. */
export class NewerEvent extends Error {
  readonly code = 'EVENT_NEWER';

  constructor(partition: number, sequence: number, type: string) {
    super(
      `Partition ${partition} is halted: event ${sequence} is of type ${JSON.stringify(type)}, which this version does ` +
        'not know; a newer one wrote it. Update the stores first, then what writes; docs/upgrade.md says how.',
    );
    this.name = 'NewerEvent';
  }
}

/**
 * Records as they come, up to the first that a newer version wrote.
 *
 * @throws {NewerEvent}
 */
export async function* untilNewer(records: AsyncIterable<AnyRecord>): AsyncGenerator<AnyRecord> {
  for await (const record of records) {
    if (record.event === undefined && 'newerType' in record && record.newerType !== undefined)
      throw new NewerEvent(record.partition, record.sequence, record.newerType);
    yield record;
  }
}

import type { MessagePlace } from '@dasf-broker/readmodel';

/** The name of a message in addresses: where it stands in the log. */
export const MESSAGE_ID = /^(\d{1,4})-([1-9]\d{0,15})$/;
const CURSOR = /^(\d{1,4})-([1-9]\d{0,15})-(\d{1,15})$/;

type Place = Pick<MessagePlace, 'partition' | 'sequence'>;

export function idOf({ partition, sequence }: Place): string {
  return `${partition}-${sequence}`;
}

/** `undefined` where it is none that this service gave out. */
export function placeOf(id: string): Place | undefined {
  const [, partition, sequence] = MESSAGE_ID.exec(id) ?? [];
  return sequence === undefined ? undefined : { partition: Number(partition), sequence: Number(sequence) };
}

/** What the next page begins with. */
export function cursorOf(place: MessagePlace): string {
  return `${idOf(place)}-${place.publishedAt}`;
}

export function placeAtCursor(cursor: string): MessagePlace | undefined {
  const [, partition, sequence, publishedAt] = CURSOR.exec(cursor) ?? [];
  if (publishedAt === undefined) return undefined;
  return { partition: Number(partition), sequence: Number(sequence), publishedAt: Number(publishedAt) };
}

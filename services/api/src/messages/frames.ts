import { Readable } from 'node:stream';
import type { MessageDetails } from '@dasf-broker/readmodel';
import { ApiFault } from '../faults.ts';
import type { MessageReader } from './reader.ts';

type Place = Pick<MessageDetails, 'partition' | 'sequence' | 'pieces'>;

/** A message's frame, one piece after the other, so that no more than one is held. */
export function streamFrame(reader: MessageReader, place: Place): Readable {
  return Readable.from(partsOf(reader, place), { objectMode: false, highWaterMark: 1 });
}

export async function wholeFrame(reader: MessageReader, place: Place): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of partsOf(reader, place)) parts.push(part);
  return Buffer.concat(parts);
}

/** @throws {ApiFault} `MESSAGE_UNKNOWN` where it goes while it is read */
async function* partsOf(
  reader: MessageReader,
  { partition, sequence, pieces }: Place,
): AsyncGenerator<Uint8Array> {
  if (pieces === 0) yield existing(await reader.frame(partition, sequence));
  for (let ordinal = 1; ordinal <= pieces; ordinal += 1)
    yield existing(await reader.piece(partition, sequence, ordinal));
}

function existing(part: Uint8Array | undefined): Uint8Array {
  if (part) return part;
  throw new ApiFault('MESSAGE_UNKNOWN', 'This message is gone.');
}

import { jetstreamManager, type StoredMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { EventError } from './event-codec.ts';
import type { FramePiece, LogEvent, MessagePublished } from './events.ts';
import { storedEvent } from './stored-event.ts';
import type { Subjects } from './subjects.ts';

/**
 * What is small waits for the piece before it. With 960 KiB it waits five times as long, while no more gets through;
 * with 64 KiB a server that fsyncs each piece gets less through.
 */
export const PIECE_BYTES = 256 * 1024;
const RETRY_PAUSE_MS = 50;
const READ_ATTEMPTS = 40;
const NOTHING = new Uint8Array(0);

/** A piece of a frame that is not in the log, or not yet in the copy of it that was asked. */
export class PieceMissing extends Error {
  readonly code = 'PIECE_MISSING';

  constructor(partition: number, sequence: number) {
    super(`There is no piece of a frame at ${sequence} of partition ${partition}.`);
    this.name = 'PieceMissing';
  }
}

/** Whether the message's frame has to be cut into pieces for the log to take it. */
export function isLarge(event: LogEvent): event is MessagePublished {
  return event.type === 'message' && (event.parts !== undefined || event.frame.length > PIECE_BYTES);
}

/** A frame as an event has it: a large one stays in parts, since copying it would hold up everybody else. */
export function frameOf(parts: readonly Uint8Array[]): Pick<MessagePublished, 'frame' | 'parts'> {
  const isWhole = lengthOf(parts) <= PIECE_BYTES;
  return isWhole ? { frame: Buffer.concat(parts) } : { frame: NOTHING, parts };
}

/** A large message's frame; the pieces share its memory, but for those that would hold the end of a part. */
export function cut({
  frame,
  parts = [frame],
  topic,
  uid,
  retention,
}: MessagePublished): readonly FramePiece[] {
  const pieces = Math.ceil(lengthOf(parts) / PIECE_BYTES);
  return Array.from({ length: pieces }, (_, index) => {
    const part = stretch(parts, index * PIECE_BYTES, (index + 1) * PIECE_BYTES);
    return { type: 'piece', topic, uid, retention, ordinal: index + 1, pieces, part };
  });
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** What stands between two places of all parts. */
function stretch(parts: readonly Uint8Array[], from: number, to: number): Uint8Array {
  const found: Uint8Array[] = [];
  let begins = 0;
  for (const part of parts) {
    const some = part.subarray(Math.max(from - begins, 0), Math.max(to - begins, 0));
    if (some.length > 0) found.push(some);
    begins += part.length;
  }
  const [only = NOTHING] = found;
  return found.length > 1 ? Buffer.concat(found) : only;
}

/** A large message as the log holds it: where its pieces stand takes the place of its frame. */
export function withoutFrame(message: MessagePublished, pieces: readonly number[]): MessagePublished {
  const { parts: _, ...rest } = message;
  return { ...rest, pieces, frame: NOTHING };
}

/**
 * One piece of a frame.
 *
 * @throws {PieceMissing} where it is not there, also after a while
 */
export async function readPiece(
  nc: NatsConnection,
  subjects: Subjects,
  partition: number,
  sequence: number,
): Promise<Uint8Array> {
  const jsm = await jetstreamManager(nc, { checkAPI: false });
  for (let attempt = 0; attempt < READ_ATTEMPTS; attempt += 1) {
    const found = await jsm.direct.getMessage(subjects.stream(partition), { seq: sequence });
    const part = found && partIn(subjects, partition, found);
    if (part) return part;
    if (found) break;
    // A copy of the log that lags behind is asked again.
    await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
  }
  throw new PieceMissing(partition, sequence);
}

/** What a record holds of a frame; `undefined` where it is no piece of one. */
function partIn(subjects: Subjects, partition: number, message: StoredMsg): Uint8Array | undefined {
  const { subject, header: headers, data: body } = message;
  try {
    const event = storedEvent(subjects, partition, { subject, headers, body });
    return event.type === 'piece' ? event.part : undefined;
  } catch (error) {
    if (error instanceof EventError) return undefined;
    throw error;
  }
}

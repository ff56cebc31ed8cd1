import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { decodeEvent } from './event-codec.ts';
import type { FramePiece, MessagePublished } from './events.ts';
import type { Subjects } from './subjects.ts';

/** NATS servers take a megabyte a message unless told otherwise; headers need some of it. */
const PIECE_BYTES = 960 * 1024;
const RETRY_PAUSE_MS = 50;
const READ_ATTEMPTS = 40;

/** Pieces of a frame that are not in the log, or not yet in the copy of it that was asked. */
export class PiecesMissing extends Error {
  readonly code = 'PIECES_MISSING';

  constructor(partition: number, sequence: number) {
    super(`The frame at ${sequence} of partition ${partition} is not whole in the log.`);
    this.name = 'PiecesMissing';
  }
}

/** The events that store a message: the message, or its frame in pieces and then the message. */
export function inPieces(message: MessagePublished): readonly (FramePiece | MessagePublished)[] {
  const { frame, topic, uid, retention } = message;
  if (frame.length <= PIECE_BYTES) return [message];
  const pieces = Math.ceil(frame.length / PIECE_BYTES);
  const parts = Array.from({ length: pieces }, (_, index): FramePiece => {
    const part = frame.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES);
    return { type: 'piece', topic, uid, retention, ordinal: index + 1, pieces, part };
  });
  return [...parts, { ...message, pieces, frame: frame.subarray(0, 0) }];
}

/**
 * The frame whose message stands at a sequence, from the pieces before it.
 *
 * @throws {PiecesMissing} where they are not there, also after a while
 */
export async function readPieces(
  nc: NatsConnection,
  subjects: Subjects,
  partition: number,
  sequence: number,
  pieces: number,
): Promise<Uint8Array> {
  for (let attempt = 0; attempt < READ_ATTEMPTS; attempt += 1) {
    const parts = await readParts(nc, subjects, partition, sequence, pieces);
    if (parts) return Buffer.concat(parts);
    // A copy of the log that lags behind is asked again.
    await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
  }
  throw new PiecesMissing(partition, sequence);
}

async function readParts(
  nc: NatsConnection,
  subjects: Subjects,
  partition: number,
  sequence: number,
  pieces: number,
): Promise<Uint8Array[] | undefined> {
  const jsm = await jetstreamManager(nc, { checkAPI: false });
  const first = sequence - pieces;
  const found = await jsm.direct.getBatch(subjects.stream(partition), { seq: first, batch: pieces });
  const parts: Uint8Array[] = [];
  for await (const message of found) {
    if (message.seq !== first + parts.length) return undefined;
    const event = decodeEvent(message.header, message.data);
    if (event.type !== 'piece') return undefined;
    parts.push(event.part);
  }
  return parts.length === pieces ? parts : undefined;
}

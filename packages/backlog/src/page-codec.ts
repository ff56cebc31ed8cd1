import { BacklogUnavailable } from './question.ts';

/** A message that a user has still to get. */
export interface OutstandingMessage {
  /** Its place in the partition. */
  readonly sequence: number;
  readonly messageId: string;
  /** The exact bytes to deliver; empty where they come in pieces. */
  readonly frame: Uint8Array;
  /** A large frame is in so many pieces, which must be asked for one by one. */
  readonly pieces?: number;
}

/** A part of the answer, oldest message first. */
export interface BacklogPage {
  /** Another page follows after the last message of this one. */
  readonly more: boolean;
  readonly messages: readonly OutstandingMessage[];
}

interface Index {
  readonly more: boolean;
  /** Sequence, message id, length in bytes and pieces (0: none) of each frame, in the order of the frames. */
  readonly messages: readonly (readonly [number, string, number, number])[];
}

const NEWLINE = 0x0a;

/** One line of JSON that says what follows, then the frames' bytes without anything between them. */
export function encodePage(page: BacklogPage): Uint8Array {
  const index: Index = {
    more: page.more,
    messages: page.messages.map(({ sequence, messageId, frame, pieces }) => [
      sequence,
      messageId,
      frame.length,
      pieces ?? 0,
    ]),
  };
  return Buffer.concat([
    Buffer.from(`${JSON.stringify(index)}\n`),
    ...page.messages.map((message) => message.frame),
  ]);
}

/**
 * The frames share the page's memory.
 *
 * @throws {BacklogUnavailable} where it is anything else than `encodePage` makes
 */
export function decodePage(bytes: Uint8Array): BacklogPage {
  const lineEnd = bytes.indexOf(NEWLINE);
  const index = indexIn(Buffer.from(bytes.subarray(0, Math.max(lineEnd, 0))).toString());
  let at = lineEnd + 1;
  const messages = index.messages.map(([sequence, messageId, length, pieces]) => {
    const frame = bytes.subarray(at, at + length);
    at += length;
    return { sequence, messageId, frame, ...(pieces > 0 ? { pieces } : {}) };
  });
  if (at !== bytes.length) throw unreadable();
  return { more: index.more, messages };
}

function indexIn(line: string): Index {
  let index: unknown;
  try {
    index = JSON.parse(line);
  } catch (cause) {
    throw unreadable(cause);
  }
  if (!isIndex(index)) throw unreadable();
  return index;
}

function isIndex(value: unknown): value is Index {
  const { more, messages } = (value ?? {}) as Partial<Index>;
  return typeof more === 'boolean' && Array.isArray(messages) && messages.every(isEntry);
}

function isEntry(value: unknown): value is Index['messages'][number] {
  if (!Array.isArray(value)) return false;
  const [sequence, messageId, length, pieces] = value;
  return typeof messageId === 'string' && [sequence, length, pieces].every(isCount);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function unreadable(cause?: unknown): BacklogUnavailable {
  return new BacklogUnavailable('The answer of the store cannot be read.', { cause });
}

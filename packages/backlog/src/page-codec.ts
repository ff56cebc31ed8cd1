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

/** The frames share the page's memory. */
export function decodePage(bytes: Uint8Array): BacklogPage {
  const lineEnd = bytes.indexOf(NEWLINE);
  const index = JSON.parse(Buffer.from(bytes.subarray(0, lineEnd)).toString()) as Index;
  let at = lineEnd + 1;
  const messages = index.messages.map(([sequence, messageId, length, pieces]) => {
    const frame = bytes.subarray(at, at + length);
    at += length;
    return { sequence, messageId, frame, ...(pieces > 0 ? { pieces } : {}) };
  });
  return { more: index.more, messages };
}

/** A websocket's final text frame that is not masked (RFC 6455, section 5.2). */
const FINAL_TEXT = 0x81;
const LENGTH_IN_TWO_BYTES = 126;
const LENGTH_IN_EIGHT_BYTES = 127;
const LONGEST_HEADER_BYTES = 10;
/** What is larger is not copied to stand behind its header. */
const MOST_COPIED_BYTES = 64 * 1024;

/** Writes text as websocket frames; what goes to many consumers one after the other is written once. */
export class TextFrames {
  #payload: Uint8Array | undefined;
  #frame: Buffer | undefined;

  /** The frame, in pieces that follow on each other. */
  of(payload: Uint8Array): readonly Uint8Array[] {
    if (payload.length > MOST_COPIED_BYTES) return [headerOf(payload.length), payload];
    if (this.#payload !== payload || !this.#frame) {
      this.#frame = Buffer.concat([headerOf(payload.length), payload]);
      this.#payload = payload;
    }
    return [this.#frame];
  }
}

function headerOf(length: number): Buffer {
  const header = Buffer.allocUnsafe(LONGEST_HEADER_BYTES);
  header[0] = FINAL_TEXT;
  if (length < LENGTH_IN_TWO_BYTES) {
    header[1] = length;
    return header.subarray(0, 2);
  }
  if (length < 0x10000) {
    header[1] = LENGTH_IN_TWO_BYTES;
    header.writeUInt16BE(length, 2);
    return header.subarray(0, 4);
  }
  header[1] = LENGTH_IN_EIGHT_BYTES;
  header.writeUIntBE(0, 2, 2);
  header.writeUIntBE(length, 4, 6);
  return header;
}

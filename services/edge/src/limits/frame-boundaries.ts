const FINAL = 0x80;
const CONTROL = 0x08;
const LENGTH = 0x7f;
const MASK_BYTES = 4;

/**
 * Follows where websocket frames begin and end in what a peer sends (RFC 6455, section 5.2), without looking at
 * what is in them: how many there are, and how much has come of a message that is not whole yet. The library
 * tells only of whole messages. What breaks the protocol is the library's to find; counts are of no use then.
 */
export class FrameBoundaries {
  /** Frames that have begun, control frames and fragments among them. */
  frames = 0;
  /** Bytes that came of a message whose end has not come. */
  unfinished = 0;
  #ended = 0;
  /** The bytes of a header that has not come whole, and how long it is as far as is known. */
  readonly #header: number[] = [];
  #headerLength = 2;
  /** Bytes of the frame under way that are still to come. */
  #left = 0;

  /**
   * @param most frames that may end in the chunk
   * @returns how many of its bytes were looked at
   */
  push(chunk: Uint8Array, most = Number.POSITIVE_INFINITY): number {
    const last = this.#ended + most;
    for (let at = 0; at < chunk.length; ) {
      if (this.#ended >= last) return at;
      if (this.#left === 0) {
        this.#pushHeader(chunk[at] as number);
        at += 1;
        continue;
      }
      const passed = Math.min(this.#left, chunk.length - at);
      this.#left -= passed;
      at += passed;
      if (!this.#isControl) this.unfinished += passed;
      if (this.#left === 0) this.#endFrame();
    }
    return chunk.length;
  }

  get #isControl(): boolean {
    return ((this.#header[0] ?? 0) & CONTROL) !== 0;
  }

  #pushHeader(byte: number): void {
    const header = this.#header;
    header.push(byte);
    if (header.length === 2) this.#headerLength = headerLengthOf(byte);
    if (header.length < this.#headerLength) return;
    this.frames += 1;
    this.#left = lengthOf(header);
    if (!this.#isControl) this.unfinished += header.length;
    if (this.#left === 0) this.#endFrame();
  }

  #endFrame(): void {
    this.#ended += 1;
    if (!this.#isControl && (this.#header[0] ?? 0) & FINAL) this.unfinished = 0;
    this.#header.length = 0;
    this.#headerLength = 2;
  }
}

function headerLengthOf(second: number): number {
  const length = second & LENGTH;
  return 2 + MASK_BYTES + (length === 127 ? 8 : length === 126 ? 2 : 0);
}

function lengthOf(header: readonly number[]): number {
  const length = (header[1] ?? 0) & LENGTH;
  if (length < 126) return length;
  return header.slice(2, length === 126 ? 4 : 10).reduce((sum, byte) => sum * 256 + byte, 0);
}

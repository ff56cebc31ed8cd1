import { Budget, PIECE_BYTES } from '@dasf-broker/log';

/** A frame that counts as held in memory until it is disposed of. */
export interface HeldFrame extends Disposable {
  readonly bytes: Uint8Array;
}

/** Reads a piece of a frame, from 1 on; `undefined` where it is gone. */
export type ReadPiece = (ordinal: number) => Promise<Uint8Array | undefined>;

interface Reading {
  readonly frame: Promise<Uint8Array | undefined>;
  readonly share: Promise<Disposable>;
  users: number;
}

/** Pieces of a frame that are fetched at a time. */
const UNDER_WAY = 3;

/** A frame that was at hand. */
export function atHand(bytes: Uint8Array): HeldFrame {
  return { bytes, [Symbol.dispose]: () => {} };
}

/**
 * The large frames that an edge reads for its consumers: each once for all who want it at the same time, and no
 * more than so many bytes together. Who has one hands it to a socket or lets it go: it must not wait for a
 * consumer that does not read.
 */
export class LargeFrames {
  readonly #budget: Budget;
  readonly #waits: () => void;
  readonly #readings = new Map<string, Reading>();

  /**
   * @param bytes that may be held; a larger frame is read alone
   * @param waits is told of each frame that has to wait for others
   */
  constructor(bytes: number, waits: () => void = () => {}) {
    this.#budget = new Budget(bytes);
    this.#waits = waits;
  }

  get heldBytes(): number {
    return this.#budget.used;
  }

  /**
   * @param name of the frame and of where it is read from
   * @returns nothing where one of its pieces is gone
   */
  async read(name: string, pieces: number, readPiece: ReadPiece): Promise<HeldFrame | undefined> {
    const reading = this.#readings.get(name) ?? this.#begin(name, pieces, readPiece);
    reading.users += 1;
    try {
      const bytes = await reading.frame;
      if (bytes) return this.#held(name, reading, bytes);
    } catch (error) {
      this.#leave(name, reading);
      throw error;
    }
    this.#leave(name, reading);
    return undefined;
  }

  #begin(name: string, pieces: number, readPiece: ReadPiece): Reading {
    if (!this.#budget.hasRoom(pieces * PIECE_BYTES)) this.#waits();
    const share = this.#budget.take(pieces * PIECE_BYTES);
    const reading = { frame: share.then(() => putTogether(pieces, readPiece)), share, users: 0 };
    this.#readings.set(name, reading);
    return reading;
  }

  #held(name: string, reading: Reading, bytes: Uint8Array): HeldFrame {
    let held = true;
    return {
      bytes,
      [Symbol.dispose]: () => {
        if (held) this.#leave(name, reading);
        held = false;
      },
    };
  }

  /** The last one to leave gives back the room. */
  #leave(name: string, reading: Reading): void {
    reading.users -= 1;
    if (reading.users > 0) return;
    if (this.#readings.get(name) === reading) this.#readings.delete(name);
    void reading.share.then((share) => share[Symbol.dispose]());
  }
}

/** Each piece is copied to its place as it comes, so that no two copies of a frame are there at a time. */
async function putTogether(pieces: number, readPiece: ReadPiece): Promise<Uint8Array | undefined> {
  const first = await readPiece(1);
  if (!first) return undefined;
  const frame = Buffer.allocUnsafeSlow(first.length * pieces);
  frame.set(first);
  let length = first.length;
  let next = 2;
  let isGone = false;
  const readSome = async () => {
    for (let ordinal = next++; ordinal <= pieces; ordinal = next++) {
      const part = await readPiece(ordinal);
      if (part) frame.set(part, first.length * (ordinal - 1));
      else isGone = true;
      length += part?.length ?? 0;
      if (isGone) return;
    }
  };
  try {
    await Promise.all(Array.from({ length: UNDER_WAY }, readSome));
  } catch (error) {
    isGone = true;
    throw error;
  }
  return isGone ? undefined : frame.subarray(0, length);
}

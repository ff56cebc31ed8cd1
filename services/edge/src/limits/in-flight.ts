import type { LimitWatch } from './limit-watch.ts';

export interface InFlightLimits {
  readonly maxTotalInFlight: number;
  readonly maxTotalInFlightBytes: number;
}

interface Load {
  readonly frames: number;
  readonly bytes: number;
}

interface Waiting {
  readonly bytes: number;
  readonly goOn: () => void;
}

const NOTHING: Load = { frames: 0, bytes: 0 };
/** Users without room that are passed over for one answer: more of them wait for the next one. */
const PASSED_OVER = 16;

/**
 * The frames of all connections that were let in and wait for their answer. A user may have as much under way as is
 * left for the others: those who want everything get equal parts, and who wants little finds room. What was sent and
 * is not let in yet does not count here.
 */
export class InFlight {
  readonly #limits: InFlightLimits;
  readonly #watch: LimitWatch;
  readonly #byUser = new Map<string, Load>();
  /** The user whose turn is next comes first. */
  readonly #waiting = new Map<string, Waiting[]>();
  #total = NOTHING;

  constructor(limits: InFlightLimits, watch: LimitWatch) {
    this.#limits = limits;
    this.#watch = watch;
  }

  get frames(): number {
    return this.#total.frames;
  }

  get bytes(): number {
    return this.#total.bytes;
  }

  /** Resolves when the user may have this frame under way, too; it counts until it leaves. */
  async enter(user: string, bytes: number): Promise<void> {
    const own = this.#waiting.get(user);
    if (!own && this.#hasRoom(user)) return this.#count(user, 1, bytes);
    this.#watch.hit('frames in flight of all');
    await new Promise<void>((goOn) => {
      if (own) own.push({ bytes, goOn });
      else this.#waiting.set(user, [{ bytes, goOn }]);
    });
  }

  /** Has its answer. */
  leave(user: string, bytes: number): void {
    this.#count(user, -1, -bytes);
    let passedOver = 0;
    for (const [next, own] of this.#waiting) {
      if (passedOver >= Math.min(PASSED_OVER, this.#waiting.size)) return;
      passedOver = this.#letIn(next, own) ? 0 : passedOver + 1;
    }
  }

  #letIn(user: string, own: Waiting[]): boolean {
    const first = this.#hasRoom(user) ? own.shift() : undefined;
    this.#waiting.delete(user);
    if (own.length > 0) this.#waiting.set(user, own);
    if (!first) return false;
    this.#count(user, 1, first.bytes);
    first.goOn();
    return true;
  }

  #hasRoom(user: string): boolean {
    const { maxTotalInFlight, maxTotalInFlightBytes } = this.#limits;
    const own = this.#byUser.get(user) ?? NOTHING;
    return (
      own.frames < maxTotalInFlight - this.#total.frames &&
      own.bytes < maxTotalInFlightBytes - this.#total.bytes
    );
  }

  #count(user: string, frames: number, bytes: number): void {
    const own = sum(this.#byUser.get(user) ?? NOTHING, frames, bytes);
    if (own.frames === 0) this.#byUser.delete(user);
    else this.#byUser.set(user, own);
    this.#total = sum(this.#total, frames, bytes);
  }
}

function sum(load: Load, frames: number, bytes: number): Load {
  return { frames: load.frames + frames, bytes: load.bytes + bytes };
}

import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** From the client to the server, or back. */
export type Way = 'up' | 'down';

export interface FlowConduct {
  /** Ways in which nothing passes. */
  readonly held?: readonly Way[];
  /** Milliseconds that each piece takes, and by how much that varies. */
  readonly latency?: number;
  readonly jitter?: number;
  readonly bytesPerSecond?: number;
  /** Pieces are cut to this. */
  readonly sliceBytes?: number;
}

const HELD_POLL_MS = 20;
/** What may wait here before the sender has to. */
const ROOM_BYTES = 1024 * 1024;

/** The bytes of one connection in one way. */
export class Flow {
  conduct: FlowConduct = {};
  readonly #way: Way;
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #queue: Buffer[] = [];
  #queued = 0;
  #moving = false;

  /** @param passes says of each piece whether it goes on */
  constructor(way: Way, from: Socket, to: Socket, passes: (data: Buffer) => boolean) {
    this.#way = way;
    this.#from = from;
    this.#to = to;
    from.on('data', (data) => {
      if (!passes(data)) return;
      this.#queue.push(data);
      this.#queued += data.length;
      if (this.#queued > ROOM_BYTES) from.pause();
      if (!this.#moving) void this.#move();
    });
    from.once('end', () => {
      if (this.#queue.length === 0) to.end();
    });
  }

  async #move(): Promise<void> {
    this.#moving = true;
    for (let next = this.#queue[0]; next && !this.#to.destroyed; next = this.#queue[0]) {
      const { held, latency = 0, jitter = 0 } = this.conduct;
      if (held?.includes(this.#way)) {
        await sleep(HELD_POLL_MS);
        continue;
      }
      if (latency > 0) await sleep(latency + (Math.random() * 2 - 1) * jitter);
      this.#queue.shift();
      this.#queued -= next.length;
      await this.#write(next);
      if (this.#queued <= ROOM_BYTES) this.#from.resume();
    }
    this.#moving = false;
  }

  async #write(data: Buffer): Promise<void> {
    const { sliceBytes = data.length, bytesPerSecond } = this.conduct;
    for (let at = 0; at < data.length && !this.#to.destroyed; at += sliceBytes) {
      const slice = data.subarray(at, at + sliceBytes);
      const hasRoom = this.#to.write(slice);
      if (bytesPerSecond) await sleep((slice.length * 1000) / bytesPerSecond);
      else if (!hasRoom) await drained(this.#to);
      else if (sliceBytes < data.length) await sleep(0);
    }
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
  });
}

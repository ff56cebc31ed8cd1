import type { Duplex } from 'node:stream';
import type { Intake } from './intake.ts';
import type { Reading } from './reading.ts';

/** Frames of one connection that are taken apart in a turn of the event loop. */
const FRAMES_IN_A_TURN = 16;

/** Of all connections: one each would take more than the rest of this does. */
const NOTHING = Buffer.alloc(0);

type Listener = (this: Duplex, chunk: Buffer) => void;

/**
 * Stands between a connection and the library that takes it apart, and hands on a few frames in a turn of the event
 * loop: nobody has to wait for all frames of another connection. What a connection sent that is held stays as it came.
 */
export class PacedInput {
  readonly #transport: Duplex;
  readonly #intake: Intake;
  readonly #reading: Reading;
  readonly #library: readonly Listener[];
  #rest: Buffer = NOTHING;
  #next: NodeJS.Immediate | undefined;
  #isHanding = false;

  /** @param transport that the library listens to by now */
  constructor(transport: Duplex, intake: Intake, reading: Reading) {
    this.#transport = transport;
    this.#intake = intake;
    this.#reading = reading;
    this.#library = transport.listeners('data') as Listener[];
    for (const listener of this.#library) transport.removeListener('data', listener);
    transport.on('data', (chunk: Buffer) => this.#take(chunk));
    // Before the library hears of it, which would take apart all that is left.
    transport.prependOnceListener('close', () => this.#end());
    reading.onTurn(() => this.#schedule());
  }

  #take(chunk: Buffer): void {
    this.#rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    if (!this.#isHanding && !this.#next) this.#handOn();
  }

  #handOn(): void {
    this.#isHanding = true;
    if (!this.#reading.isHeldByOthers) this.#handSome();
    this.#isHanding = false;
    this.#intake.noteWaiting(this.#rest.length);
    if (this.#rest.length === 0) {
      this.#reading.release('turn');
      return;
    }
    this.#reading.hold('turn');
    if (!this.#reading.isHeldByOthers) this.#schedule();
  }

  #handSome(): void {
    const taken = this.#intake.receive(this.#rest, FRAMES_IN_A_TURN);
    const some = this.#rest.subarray(0, taken);
    this.#rest = this.#rest.subarray(taken);
    if (this.#transport.destroyed) this.#rest = NOTHING;
    else for (const listener of this.#library) listener.call(this.#transport, some);
  }

  #schedule(): void {
    this.#next ??= setImmediate(() => {
      this.#next = undefined;
      this.#handOn();
    });
  }

  /** What has not been handed on by now is of no use any more. */
  #end(): void {
    clearImmediate(this.#next);
    this.#next = undefined;
    this.#rest = NOTHING;
    this.#transport.read();
  }
}

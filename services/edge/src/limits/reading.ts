import type { Readable } from 'node:stream';
import type { WebSocket } from 'ws';

/** Why a connection is not read for a while. */
export type HoldReason = 'turn' | 'in flight' | 'rate' | 'acknowledgements' | 'unknown ids';

/** Whether a connection is read: as long as nobody holds it. What is not read stays with the peer, by TCP. */
export class Reading {
  readonly #socket: Pick<WebSocket, 'pause' | 'resume'>;
  readonly #transport: Pick<Readable, 'read'> | undefined;
  readonly #reasons = new Set<HoldReason>();
  readonly #timers = new Map<HoldReason, NodeJS.Timeout>();
  #onTurn: () => void = () => {};

  /** @param transport that the websocket reads from */
  constructor(socket: Pick<WebSocket, 'pause' | 'resume'>, transport?: Pick<Readable, 'read'>) {
    this.#socket = socket;
    this.#transport = transport;
  }

  get isHeld(): boolean {
    return this.#reasons.size > 0;
  }

  /** For more than its turn. */
  get isHeldByOthers(): boolean {
    return this.#reasons.size > (this.#reasons.has('turn') ? 1 : 0);
  }

  /** Calls the listener when it waits for nothing but its turn any more. */
  onTurn(listener: () => void): void {
    this.#onTurn = listener;
  }

  hold(reason: HoldReason): void {
    if (this.#reasons.size === 0) this.#socket.pause();
    this.#reasons.add(reason);
  }

  /** Holds it for so many milliseconds, counted from the last call. */
  holdFor(reason: HoldReason, milliseconds: number): void {
    this.hold(reason);
    clearTimeout(this.#timers.get(reason));
    this.#timers.set(
      reason,
      setTimeout(() => this.release(reason), milliseconds),
    );
  }

  release(reason: HoldReason): void {
    if (!this.#reasons.delete(reason)) return;
    if (this.isHeld) {
      if (!this.isHeldByOthers) this.#onTurn();
      return;
    }
    // What came meanwhile is taken as one piece, however small its parts; which may be enough for now.
    this.#transport?.read();
    if (!this.isHeld) this.#socket.resume();
  }

  /** The connection has ended. */
  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#reasons.clear();
  }
}

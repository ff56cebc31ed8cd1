import type { Readable } from 'node:stream';
import type { WebSocket } from 'ws';

/** Why a connection is not read for a while. */
export type HoldReason = 'turn' | 'in flight' | 'rate' | 'acknowledgements' | 'unknown ids';

const NONE: readonly HoldReason[] = [];

/** Whether a connection is read: as long as nobody holds it. What is not read stays with the peer, by TCP. */
export class Reading {
  readonly #socket: Pick<WebSocket, 'pause' | 'resume'>;
  readonly #transport: Pick<Readable, 'read'> | undefined;
  /** Few at a time, and mostly none. */
  #reasons: readonly HoldReason[] = NONE;
  #timers: Map<HoldReason, NodeJS.Timeout> | undefined;
  #onTurn: () => void = () => {};

  /** @param transport that the websocket reads from */
  constructor(socket: Pick<WebSocket, 'pause' | 'resume'>, transport?: Pick<Readable, 'read'>) {
    this.#socket = socket;
    this.#transport = transport;
  }

  get isHeld(): boolean {
    return this.#reasons.length > 0;
  }

  /** For more than its turn. */
  get isHeldByOthers(): boolean {
    return this.#reasons.length > (this.#reasons.includes('turn') ? 1 : 0);
  }

  /** Calls the listener when it waits for nothing but its turn any more. */
  onTurn(listener: () => void): void {
    this.#onTurn = listener;
  }

  hold(reason: HoldReason): void {
    if (this.#reasons.includes(reason)) return;
    if (this.#reasons.length === 0) this.#socket.pause();
    this.#reasons = [...this.#reasons, reason];
  }

  /** Holds it for so many milliseconds, counted from the last call. */
  holdFor(reason: HoldReason, milliseconds: number): void {
    this.hold(reason);
    this.#timers ??= new Map();
    clearTimeout(this.#timers.get(reason));
    this.#timers.set(
      reason,
      setTimeout(() => this.release(reason), milliseconds),
    );
  }

  release(reason: HoldReason): void {
    if (!this.#reasons.includes(reason)) return;
    this.#reasons = this.#reasons.filter((other) => other !== reason);
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
    for (const timer of this.#timers?.values() ?? []) clearTimeout(timer);
    this.#timers = undefined;
    this.#reasons = NONE;
  }
}

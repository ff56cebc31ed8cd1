import { setTimeout as sleep } from 'node:timers/promises';
import type WebSocket from 'ws';
import type { History } from '../history/history.ts';
import type { Random } from '../random.ts';
import { hashOf, openSocket } from './wire.ts';

export interface Frame {
  readonly messageId: string;
  readonly payload: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface ProducerOptions {
  readonly name: string;
  readonly user: string;
  readonly topic: string;
  readonly token: string;
  readonly edges: readonly string[];
  readonly history: History;
  readonly random: Random;
}

interface Pending {
  readonly frame: Frame;
  attempt: number;
}

const MOST_IN_FLIGHT = 24;
const PAUSE_AFTER_INFO_MS = 200;

/**
 * Publishes frames until each is answered `ok` or refused: what was not answered, or answered with an unknown
 * outcome, is sent again under the same id, to whichever edge takes it.
 */
export class Producer {
  readonly #options: ProducerOptions;
  readonly #waiting: Pending[] = [];
  readonly #inFlight = new Map<string, Pending>();
  readonly #settled = new Map<string, (isOk: boolean) => void>();
  #socket: WebSocket | undefined;
  #connection = '';
  #connections = 0;
  #connecting = false;
  #closed = false;

  constructor(options: ProducerOptions) {
    this.#options = options;
  }

  /** How many frames have no final answer yet. */
  get unanswered(): number {
    return this.#settled.size;
  }

  /** Resolves when it is known what became of the frame: true where it is stored. */
  publish(frame: Frame): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#settled.set(frame.messageId, resolve);
    this.#waiting.push({ frame, attempt: 0 });
    this.#pump();
    return promise;
  }

  close(): void {
    this.#closed = true;
    this.#socket?.terminate();
  }

  #pump(): void {
    const socket = this.#socket;
    if (!socket || socket.readyState !== socket.OPEN) return void this.#connect();
    while (this.#inFlight.size < MOST_IN_FLIGHT) {
      const next = this.#waiting.shift();
      if (!next) return;
      next.attempt += 1;
      this.#inFlight.set(next.frame.messageId, next);
      this.#note(next);
      socket.send(JSON.stringify(next.frame));
    }
  }

  async #connect(): Promise<void> {
    if (this.#connecting || this.#closed) return;
    this.#connecting = true;
    const { random, edges, topic, token, name } = this.#options;
    while (!this.#closed) {
      const socket = await openSocket(random.pick(edges), topic, token).catch(() => undefined);
      if (socket) {
        this.#connections += 1;
        this.#connection = `${name}/${this.#connections}`;
        this.#socket = socket;
        socket.on('message', (data: Buffer) => this.#take(data));
        socket.once('close', () => this.#lost());
        socket.resume();
        break;
      }
      await sleep(random.between(50, 400));
    }
    this.#connecting = false;
    if (!this.#closed) this.#pump();
  }

  #lost(): void {
    this.#socket = undefined;
    for (const pending of this.#inFlight.values()) this.#answer(pending, 'info', 'the connection ended');
    this.#waiting.unshift(...this.#inFlight.values());
    this.#inFlight.clear();
    if (!this.#closed) setTimeout(() => this.#pump(), this.#options.random.between(10, 200));
  }

  #take(data: Buffer): void {
    const { messageId, result, errorMsg } = JSON.parse(data.toString());
    const pending = this.#inFlight.get(messageId);
    if (!pending) return;
    this.#inFlight.delete(messageId);
    if (result === 'send-error:8') {
      this.#answer(pending, 'info', errorMsg);
      setTimeout(() => {
        this.#waiting.unshift(pending);
        this.#pump();
      }, PAUSE_AFTER_INFO_MS);
    } else {
      this.#answer(pending, result === 'ok' ? 'ok' : 'fail', errorMsg);
      this.#settled.get(messageId)?.(result === 'ok');
      this.#settled.delete(messageId);
    }
    this.#pump();
  }

  #note({ frame, attempt }: Pending): void {
    const { history, name, topic, user } = this.#options;
    history.add({
      op: 'publish',
      proc: name,
      connection: this.#connection,
      topic,
      user,
      id: frame.messageId,
      attempt,
      hash: hashOf(frame.payload),
    });
  }

  #answer({ frame }: Pending, outcome: 'ok' | 'fail' | 'info', why?: string): void {
    const { history, name, topic } = this.#options;
    const reason = why === undefined ? {} : { why };
    const id = frame.messageId;
    history.add({ op: 'answer', proc: name, connection: this.#connection, topic, id, outcome, ...reason });
  }
}

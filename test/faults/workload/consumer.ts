import { setTimeout as sleep } from 'node:timers/promises';
import type WebSocket from 'ws';
import type { History } from '../history/history.ts';
import type { Random } from '../random.ts';
import type { Frame } from './producer.ts';
import { hashOf, openSocket } from './wire.ts';

/** How a consumer behaves; `steady` ones acknowledge everything at once, `asleep` ones read nothing. */
export type Temper = 'steady' | 'flapping' | 'slow' | 'hesitant' | 'asleep';

export interface ConsumerOptions {
  readonly name: string;
  readonly user: string;
  readonly topic: string;
  readonly token: string;
  readonly edges: readonly string[];
  readonly history: History;
  readonly random: Random;
  readonly temper: Temper;
  /** In the end, what nobody acknowledged must come to this one. */
  readonly final?: boolean;
  readonly onFrame?: (frame: Frame) => void;
}

const NOT_MESSAGES = new Set(['ping', 'api_info']);

/** Stays connected, in its way, and records what it gets. */
export class Consumer {
  readonly #options: ConsumerOptions;
  #socket: WebSocket | undefined;
  #connections = 0;
  #closed = false;
  #temper: Temper;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    this.#temper = options.temper;
    void this.#connect();
  }

  /** From now on it behaves. */
  calm(): void {
    this.#temper = 'steady';
    this.#socket?.resume();
  }

  close(): void {
    this.#closed = true;
    this.#socket?.terminate();
  }

  async #connect(): Promise<void> {
    const { random, edges, topic, token, name } = this.#options;
    const path = `${topic}/${name}`;
    while (!this.#closed) {
      const socket = await openSocket(random.pick(edges), path, token).catch(() => undefined);
      if (this.#closed) return socket?.terminate();
      if (socket) return this.#attach(socket);
      await sleep(random.between(50, 400));
    }
  }

  #attach(socket: WebSocket): void {
    const { history, name, topic, user, final = false } = this.#options;
    this.#connections += 1;
    const connection = `${name}/${this.#connections}`;
    this.#socket = socket;
    history.add({ op: 'open', connection, topic, user });
    if (final) history.add({ op: 'final', connection, topic, user });
    socket.on('message', (data: Buffer) => this.#take(data, connection, socket));
    socket.once('close', (code) => {
      history.add({ op: 'close', connection, code });
      if (!this.#closed) setTimeout(() => void this.#connect(), this.#options.random.between(10, 300));
    });
    if (this.#temper === 'asleep') return;
    socket.resume();
    if (this.#temper !== 'steady') void this.#misbehave(socket);
  }

  #take(data: Buffer, connection: string, socket: WebSocket): void {
    const frame = JSON.parse(data.toString()) as Frame;
    if (NOT_MESSAGES.has(String(frame.properties?.['messageType']))) return;
    const { history, topic, user, random, onFrame } = this.#options;
    const { messageId: id, payload } = frame;
    history.add({ op: 'deliver', connection, topic, user, id, hash: hashOf(payload) });
    const acknowledges = this.#temper === 'steady' || this.#temper === 'slow' || random.chance(0.7);
    if (acknowledges && socket.readyState === socket.OPEN) {
      history.add({ op: 'ack', connection, topic, user, id });
      socket.send(JSON.stringify({ messageId: id }));
    }
    onFrame?.(frame);
  }

  async #misbehave(socket: WebSocket): Promise<void> {
    const { random } = this.#options;
    while (socket.readyState === socket.OPEN && this.#temper !== 'steady') {
      await sleep(random.between(300, 2500));
      if (this.#temper === 'flapping') socket.terminate();
      if (this.#temper !== 'slow') continue;
      socket.pause();
      await sleep(random.between(200, 1500));
      socket.resume();
    }
  }
}

import { connect, type Socket } from 'node:net';
import { upgradeRequest } from '@dasf-broker/testing';

/** What attackers do, each from addresses of its own where the system has them. */
export type AttackKind = 'slowloris' | 'connections' | 'frames';

export interface AttackOptions {
  /** Where the websocket addresses begin. */
  readonly edge: string;
  readonly kind: AttackKind;
  /** Sockets that are kept open, or for `connections` how many are opened a second. */
  readonly count: number;
  /** Of users who may do nothing; connections take turns with them. */
  readonly tokens: readonly string[];
}

/** What became of an attack. */
export interface AttackCounts {
  opened: number;
  /** Ended by the edge. */
  ended: number;
  bytes: number;
}

const ADDRESSES = 4;
const SECOND_MS = 1000;
/** Timers fire no more often than they must: the attacker shares the machine with its victim. */
const TICK_MS = 20;

/** An attack that goes on until it is stopped. */
export class Attack {
  readonly counts: AttackCounts = { opened: 0, ended: 0, bytes: 0 };
  readonly #edge: URL;
  readonly #tokens: readonly string[];
  readonly #sockets = new Set<Socket>();
  readonly #timers: NodeJS.Timeout[] = [];
  #isOver = false;

  constructor({ edge, kind, count, tokens }: AttackOptions) {
    this.#edge = new URL(edge);
    this.#tokens = tokens;
    switch (kind) {
      case 'slowloris':
        this.#slowloris(count);
        break;
      case 'connections':
        this.#connections(count);
        break;
      case 'frames':
        this.#frames(count);
        break;
      default:
        kind satisfies never;
    }
  }

  stop(): void {
    this.#isOver = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Sockets that send a byte of a header each second, for ever; those that are ended come again. */
  #slowloris(count: number): void {
    const open = () => this.#open((socket) => this.#write(socket, 'GET /ws/weather HTTP/1.1\r\nX-Slow: '));
    this.#timers.push(setInterval(() => this.#keepUp(count, open), TICK_MS));
    this.#timers.push(
      setInterval(() => {
        for (const socket of this.#sockets) this.#write(socket, 'x');
      }, SECOND_MS),
    );
  }

  /** Connections that are opened, asked for a websocket and left, so many a second. */
  #connections(perSecond: number): void {
    const open = () =>
      this.#open((socket) => {
        this.#write(socket, this.#requestOf('flood'));
        socket.once('data', () => socket.resetAndDestroy());
      });
    this.#timers.push(
      setInterval(() => {
        for (let made = 0; made < (perSecond * TICK_MS) / SECOND_MS; made += 1) open();
      }, TICK_MS),
    );
  }

  /** Connections that send tiny frames, which they are not allowed to, as fast as they are read. */
  #frames(count: number): void {
    const frames = Buffer.concat(
      Array.from({ length: 4000 }, () => Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x7b, 0x7d])),
    );
    const send = (socket: Socket) => {
      while (!socket.destroyed && this.#write(socket, frames));
    };
    const open = () =>
      this.#open((socket) => {
        this.#write(socket, this.#requestOf('frames'));
        socket.once('data', () => {
          socket.resume();
          socket.on('drain', () => send(socket));
          send(socket);
        });
      });
    this.#timers.push(setInterval(() => this.#keepUp(count, open), TICK_MS * 10));
  }

  #keepUp(count: number, open: () => void): void {
    const missing = Math.min(count - this.#sockets.size, 100);
    for (let made = 0; made < missing; made += 1) open();
  }

  #open(connected: (socket: Socket) => void): void {
    if (this.#isOver) return;
    // Loopback has a whole network of addresses on Linux.
    const localAddress = `127.0.0.${2 + (this.counts.opened % ADDRESSES)}`;
    const { hostname, port } = this.#edge;
    const socket = connect({ host: hostname, port: Number(port), localAddress, noDelay: true });
    this.#sockets.add(socket);
    this.counts.opened += 1;
    socket.on('error', () => {});
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (!this.#isOver) this.counts.ended += 1;
    });
    socket.once('connect', () => connected(socket));
  }

  #write(socket: Socket, bytes: string | Buffer): boolean {
    this.counts.bytes += bytes.length;
    return socket.write(bytes);
  }

  #requestOf(topic: string): string {
    const token = this.#tokens[this.counts.opened % this.#tokens.length];
    return upgradeRequest(`${this.#edge}${topic}`, [`Authorization: Bearer ${token}`]);
  }
}

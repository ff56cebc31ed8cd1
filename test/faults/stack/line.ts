import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '@dasf-broker/ports';
import { Flow, type FlowConduct, type Way } from './flow.ts';

/** Of a connection, up and down. */
const WAYS = 2;

/** Something that passes by on a line, at which a fault is to happen. */
export interface Tripwire {
  readonly way: Way;
  readonly pattern: string;
  /** So many times it may pass untouched. */
  readonly skip: number;
  /** Whether what contains the pattern still goes on to its receiver. */
  readonly passOn: boolean;
  readonly act: () => void;
}

/**
 * The line from one client to one server, which can be cut, held, slowed down and watched. Everything is done to
 * bytes: what the two speak is not known here.
 */
export class Line implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #flows = new Set<Flow>();
  readonly #sockets = new Set<Socket>();
  #refusing = false;
  #conduct: FlowConduct = {};
  #tripwire: Tripwire | undefined;

  private constructor(port: number, target: { host: string; port: number }) {
    this.port = port;
    this.#target = target;
    this.#server = createServer({ noDelay: true }, (client) => this.#join(client));
  }

  static async to(host: string, port: number): Promise<Line> {
    const line = new Line(await freePort(), { host, port });
    await once(line.#server.listen(line.port, '127.0.0.1'), 'listening');
    return line;
  }

  /** How many connections there are now. */
  get connections(): number {
    return this.#flows.size / WAYS;
  }

  /** Ends all connections with a reset; with `refuse` none is taken until `heal`. */
  cut({ refuse = false } = {}): void {
    this.#refusing = refuse;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** What goes this way is kept: to the peers, the other side has fallen silent. */
  hold(...ways: readonly Way[]): void {
    this.#set({ ...this.#conduct, held: ways });
  }

  slow(conduct: Omit<FlowConduct, 'held'>): void {
    this.#set(conduct);
  }

  heal(): void {
    this.#refusing = false;
    this.#tripwire = undefined;
    this.#set({});
  }

  watch(tripwire: Tripwire): void {
    this.#tripwire = tripwire;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await this.#server[Symbol.asyncDispose]();
  }

  #set(conduct: FlowConduct): void {
    this.#conduct = conduct;
    for (const flow of this.#flows) flow.conduct = conduct;
  }

  #join(client: Socket): void {
    if (this.#refusing) return void client.resetAndDestroy();
    const upstream = connect({ ...this.#target, noDelay: true });
    const flows = [
      new Flow('up', client, upstream, (data) => this.#isPassed('up', data)),
      new Flow('down', upstream, client, (data) => this.#isPassed('down', data)),
    ];
    for (const flow of flows) {
      flow.conduct = this.#conduct;
      this.#flows.add(flow);
    }
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        this.#sockets.delete(socket);
        for (const flow of flows) this.#flows.delete(flow);
        other.destroy();
      });
    }
  }

  #isPassed(way: Way, data: Buffer): boolean {
    const tripwire = this.#tripwire;
    if (tripwire?.way !== way || !data.includes(tripwire.pattern)) return true;
    if (tripwire.skip > 0) {
      this.#tripwire = { ...tripwire, skip: tripwire.skip - 1 };
      return true;
    }
    this.#tripwire = undefined;
    tripwire.act();
    return tripwire.passOn;
  }
}

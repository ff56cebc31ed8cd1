import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A line to a server whose answers can be held back, so that a test can put other things before them. */
export class HeldLine implements AsyncDisposable {
  readonly #server: Server;
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #held: (() => void)[] | undefined;
  #bytesToPass = Number.POSITIVE_INFINITY;

  private constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((client) => this.#join(client));
  }

  static async to(url: string): Promise<HeldLine> {
    const line = new HeldLine(new URL(url));
    await once(line.#server.listen(0, '127.0.0.1'), 'listening');
    return line;
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  /** From now on what the server says is kept here. */
  hold(): void {
    this.#held = [];
  }

  /** As `hold`, once the server has said so many bytes more. */
  holdAfter(bytes: number): void {
    this.#bytesToPass = bytes;
  }

  /** How many pieces have been held. */
  get held(): number {
    return this.#held?.length ?? 0;
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#bytesToPass = Number.POSITIVE_INFINITY;
    for (const pass of held) pass();
  }

  /** Ends all connections; new ones are taken. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await this.#server[Symbol.asyncDispose]();
  }

  #join(client: Socket): void {
    const upstream = connect(Number(this.#target.port), this.#target.hostname);
    client.on('data', (data) => upstream.write(data));
    upstream.on('data', (data) => {
      this.#bytesToPass -= data.length;
      if (this.#bytesToPass < 0 && !this.#held) this.hold();
      if (this.#held) this.#held.push(() => client.write(data));
      else client.write(data);
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}

import type { Duplex } from 'node:stream';

/**
 * What an edge writes to its connections goes out at the end of a turn of the event loop, for each of them in one
 * piece: handing it to the system costs several times as much as all that came before, however little it is.
 */
export class TurnOutput {
  #corked: Duplex[] = [];
  #next: NodeJS.Immediate | undefined;

  /** @param written is called when the system has all of it, or the connection has ended */
  write(transport: Duplex, bytes: Uint8Array, written?: () => void): void {
    this.#cork(transport);
    transport.write(bytes, written);
  }

  #cork(transport: Duplex): void {
    if (transport.writableCorked > 0) return;
    transport.cork();
    this.#corked.push(transport);
    this.#next ??= setImmediate(() => this.#flush());
  }

  #flush(): void {
    const corked = this.#corked;
    this.#corked = [];
    this.#next = undefined;
    for (const transport of corked) transport.uncork();
  }
}

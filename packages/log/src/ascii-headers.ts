import type { MsgHdrs } from '@nats-io/transport-node';

/**
 * Headers of what is published, as the client library takes them. Its own are checked, and put together by way of
 * several lists, for each message anew; these hold printable ASCII and nothing else, each name once.
 */
export class AsciiHeaders {
  readonly #values = new Map<string, string>();

  /** For `publish`, which asks for nothing but `encode`. */
  get forNats(): MsgHdrs {
    return this as unknown as MsgHdrs;
  }

  get(name: string): string {
    return this.#values.get(name) ?? '';
  }

  set(name: string, value: string): void {
    this.#values.set(name, value);
  }

  delete(name: string): void {
    this.#values.delete(name);
  }

  /** As lines. */
  toString(): string {
    let lines = '';
    for (const [name, value] of this.#values) lines += `${name}: ${value}\r\n`;
    return lines;
  }

  encode(): Uint8Array {
    return Buffer.from(`NATS/1.0\r\n${this}\r\n`, 'latin1');
  }
}

import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

const MAX_BYTES = 10_000_000;

/** What a child writes, in a file that is set aside when it grows large; one older file is kept. */
export class LogFile implements Disposable {
  readonly path: string;
  readonly #maxBytes: number;
  #fd: number;
  #size: number;

  constructor(path: string, maxBytes = MAX_BYTES) {
    this.path = path;
    this.#maxBytes = maxBytes;
    this.#fd = openSync(path, 'a', 0o600);
    this.#size = fstatSync(this.#fd).size;
  }

  write(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    try {
      if (this.#size + bytes.length > this.#maxBytes) this.#setAside();
      writeSync(this.#fd, bytes);
      this.#size += bytes.length;
    } catch {
      // A log that cannot be written (a full disk) must not end the stack, which has better ways to say so.
    }
  }

  #setAside(): void {
    renameSync(this.path, `${this.path}.1`);
    const fresh = openSync(this.path, 'a', 0o600);
    closeSync(this.#fd);
    this.#fd = fresh;
    this.#size = 0;
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

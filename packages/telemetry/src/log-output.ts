import sonicBoom from 'sonic-boom';

const STANDARD_OUTPUT = 1;
/** Of lines that wait for whoever reads them; what comes beyond that is dropped. */
const MOST_WAITING_BYTES = 8 * 1024 * 1024;
/** To write each line by itself costs as much as all the rest of it. */
const WRITTEN_TOGETHER_BYTES = 8 * 1024;
const FLUSH_INTERVAL_MS = 50;
/** For an output that says that it would block. Nothing bounds how long a pipe does whose reader stands still. */
const EXIT_PATIENCE_MS = 1000;

type SonicBoom = InstanceType<typeof sonicBoom.SonicBoom>;

/**
 * Standard output that nobody waits for: neither a disk that is busy nor a reader that is slow holds up the event loop.
 * Lines wait for a twentieth of a second, so that many are written together. What waits is written when the process
 * exits, but not when it is killed; what is being written at that moment may come out after it. Where it cannot be
 * written, as on a full disk, the service goes on, and what waits is tried again.
 */
export class LogOutput {
  readonly #output: SonicBoom;
  /** Is told how many lines were dropped, when there is room again. */
  onRoom: (dropped: number) => void = () => {};
  #dropped = 0;

  constructor() {
    let until = Number.POSITIVE_INFINITY;
    this.#output = new sonicBoom.SonicBoom({
      fd: STANDARD_OUTPUT,
      sync: false,
      minLength: WRITTEN_TOGETHER_BYTES,
      periodicFlush: FLUSH_INTERVAL_MS,
      maxLength: MOST_WAITING_BYTES,
      retryEAGAIN: () => performance.now() < until,
    });
    this.#output.on('error', () => {});
    this.#output.on('drop', () => {
      this.#dropped += 1;
    });
    this.#output.on('drain', () => {
      const dropped = this.#dropped;
      this.#dropped = 0;
      if (dropped > 0) this.onRoom(dropped);
    });
    process.once('exit', () => {
      until = performance.now() + EXIT_PATIENCE_MS;
      this.flushSync();
    });
  }

  write(line: string): void {
    this.#output.write(line);
  }

  /** Writes what waits before it returns: nothing can be done about what cannot be written. */
  flushSync(): void {
    try {
      this.#output.flushSync();
    } catch {}
  }
}
